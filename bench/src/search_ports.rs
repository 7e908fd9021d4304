//! Search through the port: the servers beside the embedded engine, over the same products, asked the same questions;
//! and OpenSearch beside itself, sent the searches that the port sends it, by the barest of clients, which does not look into the answers.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use souk_kernel::{CategoryId, Money, ProductId};
use souk_ports::derived::Checkpoint;
use souk_ports::search::{Search, SearchDocument, SearchQuery, SearchWrite};
use souk_ports::store::Window;
use uuid::Uuid;

use crate::client::{Client, find};
use crate::made;
use crate::rate::{Rate, rate};
use crate::replay::Recorder;

const DOCUMENTS: usize = 20_000;
const QUESTIONS: usize = 5_000;
/// So many of them are sent again as they were.
const REPLAYED: usize = 500;
const CALLERS: usize = 2;
const TURNS: usize = 3;
const BATCH: usize = 1_000;
const TURN: Duration = Duration::from_secs(4);
const INDEX: &str = "bench";
const SCHEMA: &str = "souk_bench_search";
const CLEAR: &str =
    "DROP SCHEMA IF EXISTS souk_bench_search CASCADE; DROP SCHEMA IF EXISTS souk_bench_search_search CASCADE";

pub(crate) async fn report(folder: &Path) -> anyhow::Result<()> {
    println!("\nSearches with facets through the port, {DOCUMENTS} documents, {CALLERS} callers");
    let server = crate::pgvector::server();
    let Ok(client) = crate::pgvector::connected(&server).await else {
        println!("  left out: no server at {server} (`scripts/engines up postgres`)");
        return Ok(());
    };
    client.batch_execute(CLEAR).await?;
    let postgres = format!("postgres://postgres@{server}/postgres?schema={SCHEMA}");
    let questions = Arc::new(made::questions(QUESTIONS));
    measure("embedded", "tantivy://search", folder, &questions).await?;
    measure("PostgreSQL", &postgres, folder, &questions).await?;
    client.batch_execute(CLEAR).await?;
    match souk_engines::fresh_place(souk_engines::search::ENGINES, "opensearch").map(souk_engines::patient) {
        Ok(url) => beside_itself(&url, folder, &questions).await,
        Err(missing) => {
            println!("  left out: {missing} (`scripts/engines up opensearch`)");
            Ok(())
        }
    }
}

async fn measure(
    name: &str,
    url: &str,
    folder: &Path,
    questions: &Arc<Vec<String>>,
) -> anyhow::Result<Arc<dyn Search>> {
    let search = open(url, folder).await?;
    let begin = Instant::now();
    fill(&*search).await?;
    let filled = begin.elapsed().as_secs_f64();
    // Once, so that what is kept from one question to the next is there.
    searches(&search, questions).await?;
    let Rate { per_second, p50_ms, p99_ms, .. } = searches(&search, questions).await?;
    println!(
        "  {name:<12} written in {filled:>5.1} s  {per_second:>8.0}/s  p50 {p50_ms:.2} ms  p99 {p99_ms:.2} ms"
    );
    Ok(search)
}

async fn open(url: &str, folder: &Path) -> anyhow::Result<Arc<dyn Search>> {
    Ok(souk_engines::open("search", souk_engines::search::ENGINES, url, folder).await?)
}

async fn beside_itself(url: &str, folder: &Path, questions: &Arc<Vec<String>>) -> anyhow::Result<()> {
    let search = measure("OpenSearch", url, folder, questions).await?;
    let address = url.trim_start_matches("opensearch://").split('?').next().unwrap_or_default();
    let recorder = Recorder::before(address.to_owned()).await?;
    let recorded = open(&url.replace(address, &recorder.address.to_string()), folder).await?;
    let mut sent = Vec::new();
    for text in questions.iter().take(REPLAYED) {
        ask(&*recorded, text).await?;
        let is_search = |one: &Vec<u8>| one.starts_with(b"POST") && find(one, b"/_search?").is_some();
        let searches: Vec<_> = recorder.take().into_iter().filter(is_search).collect();
        anyhow::ensure!(!searches.is_empty(), "nothing was sent for `{text}`");
        sent.push(searches);
    }
    let questions = Arc::new(questions[..REPLAYED].to_vec());
    let (sent, server) = (Arc::new(sent), address.parse()?);
    let (mut bare, mut port) = (0.0, 0.0);
    for _ in 0..TURNS {
        bare += replay(server, &sent).await? / TURNS as f64;
        port += searches(&search, &questions).await?.per_second / TURNS as f64;
    }
    println!(
        "    {REPLAYED} questions: sent as they are {bare:.0}/s, through the port {port:.0}/s  ratio {:.2} (goal 0.80)",
        port / bare
    );
    Ok(())
}

/// Questions a second.
async fn replay(server: SocketAddr, sent: &Arc<Vec<Vec<Vec<u8>>>>) -> anyhow::Result<f64> {
    let next = Arc::new(AtomicUsize::new(0));
    let begin = Instant::now();
    let tasks = (0..CALLERS).map(|_| {
        let (sent, next) = (sent.clone(), next.clone());
        tokio::spawn(async move {
            let mut client = Client::connect(server).await?;
            while begin.elapsed() < TURN {
                for request in &sent[next.fetch_add(1, Ordering::Relaxed) % sent.len()] {
                    let answer = client.send(request).await?;
                    anyhow::ensure!(answer.status == 200, "{}", answer.status);
                }
            }
            anyhow::Ok(())
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await??;
    }
    Ok(next.load(Ordering::Relaxed) as f64 / begin.elapsed().as_secs_f64())
}

async fn ask(search: &dyn Search, text: &str) -> anyhow::Result<()> {
    let query = SearchQuery { text: text.to_owned(), facet_limit: 10, ..SearchQuery::default() };
    std::hint::black_box(search.search(INDEX, &query, Window { offset: 0, limit: 20 }).await?);
    Ok(())
}

async fn fill(search: &dyn Search) -> anyhow::Result<()> {
    let generation = search.begin(INDEX).await?;
    let name = |text: &str| Uuid::from_u128(text.bytes().fold(1, |hash, byte| hash * 31 + u128::from(byte)));
    let mut writes = Vec::with_capacity(BATCH);
    for product in made::products(DOCUMENTS) {
        let document = SearchDocument {
            categories: vec![CategoryId(name(&product.category))],
            category_names: vec![product.category],
            brand: Some(product.brand),
            price: Money::from_hundredths((product.price * 100.0) as i64).ok(),
            name: product.name,
            description: product.description,
            in_stock: true,
            ..SearchDocument::default()
        };
        writes.push(SearchWrite { id: ProductId(name(&product.id)), version: 1, content: Some(document) });
        if writes.len() == BATCH {
            search.write(INDEX, generation, std::mem::take(&mut writes), Checkpoint::default()).await?;
        }
    }
    search.write(INDEX, generation, writes, Checkpoint::default()).await?;
    Ok(search.promote(INDEX, None, generation).await?)
}

async fn searches(search: &Arc<dyn Search>, questions: &Arc<Vec<String>>) -> anyhow::Result<Rate> {
    let next = Arc::new(AtomicUsize::new(0));
    let begin = Instant::now();
    let tasks = (0..CALLERS).map(|_| {
        let (search, questions, next) = (search.clone(), questions.clone(), next.clone());
        tokio::spawn(async move {
            let mut latencies = Vec::new();
            while begin.elapsed() < TURN {
                let text = &questions[next.fetch_add(1, Ordering::Relaxed) % questions.len()];
                let asked = Instant::now();
                ask(&*search, text).await?;
                latencies.push(asked.elapsed().as_secs_f64() * 1e3);
            }
            anyhow::Ok(latencies)
        })
    });
    let mut latencies = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        latencies.extend(task.await??);
    }
    Ok(rate(latencies, 0, begin.elapsed().as_secs_f64()))
}
