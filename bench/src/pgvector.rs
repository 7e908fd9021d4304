//! Nearest neighbours in PostgreSQL through the port, beside the bare driver that asks the same table the same question
//! with the same settings of pgvector, on as many connections.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use souk_hnsw::Vector;
use souk_kernel::Money;
use souk_ports::vectors::{ProductFilter, Vectors};
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

use crate::vectors::{INDEX, LIMIT, THREADS, TURN, TURNS, ask, fill, made, recall};

const ENTRIES: usize = 20_000;
const QUESTIONS: usize = 500;
/// Of all that is left behind by a run that was broken off.
const SCHEMA: &str = "souk_bench_nearest";
const CLEAR: &str = "DROP SCHEMA IF EXISTS souk_bench_nearest CASCADE; DROP SCHEMA IF EXISTS souk_bench_nearest_vectors CASCADE";
/// One filling, one generation.
const TABLE: &str = "souk_bench_nearest_vectors.vectors_bench_1";

pub(crate) async fn report(folder: &Path) -> anyhow::Result<()> {
    println!("\nNearest {LIMIT} of {ENTRIES} vectors in PostgreSQL, {THREADS} callers");
    let server = server();
    let Ok(client) = connected(&server).await else {
        println!("  left out: no server at {server} (`scripts/engines up postgres`)");
        return Ok(());
    };
    client.batch_execute(CLEAR).await?;
    let mut vectors = tokio::task::block_in_place(|| made(ENTRIES + QUESTIONS));
    let questions = Arc::new(vectors.split_off(ENTRIES));
    let url = format!("pgvector://postgres@{server}/postgres?schema={SCHEMA}");
    let port = souk_engines::open("vectors", souk_engines::vectors::ENGINES, &url, folder).await?;
    fill(&*port, &vectors).await?;
    drop(vectors);
    wait_for_index(&*port, &questions[0], &client).await?;

    let all = ProductFilter::default();
    let (mut bare_rate, mut port_rate) = (0.0, 0.0);
    for _ in 0..TURNS {
        bare_rate += bare(&server, &questions).await? / TURNS as f64;
        port_rate += searches(&port, &questions, &all).await? / TURNS as f64;
    }
    println!("  the bare driver                {bare_rate:>8.0}/s");
    println!(
        "  the port, without a filter     {port_rate:>8.0}/s  ratio {:.2} (goal 0.80)",
        port_rate / bare_rate
    );
    println!("  recall@{LIMIT} without a filter: {:.4} (goal 0.98)", recall(&*port, &questions, &all).await?);
    for percent in [30, 10, 1] {
        let max_price = Some(Money::from_hundredths(percent - 1)?);
        let filter = ProductFilter { max_price, ..ProductFilter::default() };
        let rate = searches(&port, &questions, &filter).await?;
        println!(
            "  with a filter for {percent:>2} %        {rate:>8.0}/s  recall@{LIMIT} {:.4}",
            recall(&*port, &questions, &filter).await?
        );
    }
    drop(port);
    client.batch_execute(CLEAR).await?;
    Ok(())
}

/// Where the tests find it, too.
pub(crate) fn server() -> String {
    std::env::var("SOUK_TEST_POSTGRES").unwrap_or_else(|_| "127.0.0.1:15432".to_owned())
}

pub(crate) async fn connected(server: &str) -> anyhow::Result<Client> {
    let url = format!("postgres://postgres@{server}/postgres");
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// The engine builds it beside, and only when it is asked something.
async fn wait_for_index(port: &dyn Vectors, question: &Vector, client: &Client) -> anyhow::Result<()> {
    let begin = Instant::now();
    let whole = "SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
                 WHERE i.indrelid = to_regclass($1) AND a.amname = 'hnsw' AND i.indisvalid";
    while client.query_one(whole, &[&TABLE]).await?.get::<_, i64>(0) == 0 {
        anyhow::ensure!(begin.elapsed() < Duration::from_secs(600), "the index is never whole");
        ask(port, question, &ProductFilter::default(), false).await?;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    println!("  its index was built in {:.1} s", begin.elapsed().as_secs_f64());
    // What a filter lets through is estimated from this.
    client
        .batch_execute(&format!("ANALYZE {TABLE}; ANALYZE souk_bench_nearest_vectors.entries_{INDEX}_1"))
        .await?;
    Ok(())
}

/// Searches a second through the port, by as many tasks.
async fn searches(
    port: &Arc<dyn Vectors>,
    questions: &Arc<Vec<Vector>>,
    filter: &ProductFilter,
) -> anyhow::Result<f64> {
    let next = Arc::new(AtomicUsize::new(0));
    let begin = Instant::now();
    let tasks = (0..THREADS).map(|_| {
        let (port, questions, next) = (port.clone(), questions.clone(), next.clone());
        let filter = filter.clone();
        tokio::spawn(async move {
            while begin.elapsed() < TURN {
                let to = &questions[next.fetch_add(1, Ordering::Relaxed) % questions.len()];
                std::hint::black_box(ask(&*port, to, &filter, false).await?);
            }
            anyhow::Ok(())
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await??;
    }
    Ok(next.load(Ordering::Relaxed) as f64 / begin.elapsed().as_secs_f64())
}

/// Searches a second.
async fn bare(server: &str, questions: &Arc<Vec<Vector>>) -> anyhow::Result<f64> {
    let mut clients = Vec::new();
    for _ in 0..THREADS {
        let client = connected(server).await?;
        client
            .batch_execute("SET hnsw.ef_search = 200; SET hnsw.iterative_scan = strict_order; SET jit = off")
            .await?;
        let sql = format!(
            "SELECT id, -(vector <#> $1::real[]::vector) FROM {TABLE}
             ORDER BY vector <#> $1::real[]::vector, id LIMIT {LIMIT}"
        );
        let statement = client.prepare(&sql).await?;
        clients.push((client, statement));
    }
    let next = Arc::new(AtomicUsize::new(0));
    let begin = Instant::now();
    let tasks = clients.into_iter().map(|(client, statement)| {
        let (questions, next) = (questions.clone(), next.clone());
        tokio::spawn(async move {
            while begin.elapsed() < TURN {
                let to = &questions[next.fetch_add(1, Ordering::Relaxed) % questions.len()];
                let rows = client.query(&statement, &[&&to.0[..]]).await?;
                let found: Vec<(Uuid, f64)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
                std::hint::black_box(found);
            }
            anyhow::Ok(())
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await??;
    }
    Ok(next.load(Ordering::Relaxed) as f64 / begin.elapsed().as_secs_f64())
}
