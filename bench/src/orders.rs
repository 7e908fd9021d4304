//! Durable orders a second: `Store::commit` with nothing else running over the bare engine, on SQLite and on PostgreSQL,
//! and over HTTP with everything running; and a flash sale of one variant.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use souk_ports::store::{Outcome, Store};

use crate::bare_orders;
use crate::bare_postgres;
use crate::client::Client;
use crate::rate::{Rate, rate};
use crate::reads::{Piece, place, stocked};
use crate::sample::{PLENTY, Shelf};
use crate::server::{Server, run};

const CALLERS: [usize; 4] = [1, 16, 64, 256];
const TIME: Duration = Duration::from_secs(5);

/// Orders through `commit` over the same rows written by bare rusqlite, and a flash sale.
pub(crate) async fn report(folder: &Path) -> anyhow::Result<()> {
    println!(
        "\nDurable orders through commit, projections paused, over bare rusqlite in groups of min(callers, 64)"
    );
    for callers in CALLERS {
        let path = folder.join(format!("bare-{callers}.db"));
        let bare =
            tokio::task::spawn_blocking(move || bare_orders::run(&path, callers.min(64), TIME)).await??;
        let store = open(folder, &format!("sqlite://souk-{callers}.db")).await?;
        let (shelf, fill) = Shelf::new(200, PLENTY);
        store.commit(fill).await?;
        let rate = commit(store, Arc::new(shelf), callers, TIME).await?;
        println!(
            "  {callers:>3} callers  bare {bare:>7.0}/s  souk {:>7.0}/s  ratio {:.2} (goal 0.70)  p50 {:.2} ms  p99 {:.2} ms",
            rate.per_second,
            rate.per_second / bare,
            rate.p50_ms,
            rate.p99_ms
        );
    }
    let store = open(folder, "sqlite://flash.db").await?;
    let (shelf, fill) = Shelf::new(1, PLENTY);
    store.commit(fill).await?;
    let selling = commit(store, Arc::new(shelf), 256, TIME).await?;
    let store = open(folder, "sqlite://sold-out.db").await?;
    let (shelf, fill) = Shelf::new(1, 1);
    store.commit(fill).await?;
    let shelf = Arc::new(shelf);
    commit(store.clone(), shelf.clone(), 1, Duration::from_millis(50)).await?;
    let after = commit(store, shelf, 256, TIME).await?;
    println!(
        "Flash sale of one variant, 256 callers: {:.0}/s accepted (goal 3,000), {:.0}/s refused when sold out",
        selling.per_second, after.refused_per_second
    );
    Ok(())
}

/// Orders through `commit` on PostgreSQL over pgbench, on many variants and on one.
pub(crate) async fn report_postgres(folder: &Path) -> anyhow::Result<()> {
    println!(
        "\nDurable orders on PostgreSQL through commit, over pgbench on as many connections, at most 64"
    );
    if let Err(error) = tokio::net::TcpStream::connect(bare_postgres::SERVER).await {
        println!("  not measured: no PostgreSQL at {} ({error})", bare_postgres::SERVER);
        return Ok(());
    }
    for (pieces, what, goals) in
        [(200, "200 variants", [0.7, 1.0, 1.0, 1.0]), (1, "one variant ", [0.0, 0.0, 4.0, 4.0])]
    {
        for (callers, goal) in CALLERS.into_iter().zip(goals) {
            let bare = bare_postgres::run(pieces, callers.min(64), TIME).await?;
            let url = format!("postgres://postgres@{}/postgres?schema=souk_bench", bare_postgres::SERVER);
            bare_postgres::sql("DROP SCHEMA IF EXISTS souk_bench CASCADE").await?;
            let store = open(folder, &url).await?;
            let (shelf, fill) = Shelf::new(pieces, PLENTY);
            store.commit(fill).await?;
            let rate = commit(store, Arc::new(shelf), callers, TIME).await?;
            bare_postgres::sql("DROP SCHEMA souk_bench CASCADE").await?;
            let goal = if goal > 0.0 { format!("goal {goal:.2}") } else { "no goal".to_owned() };
            println!(
                "  {what} {callers:>3} callers  pgbench {bare:>6.0}/s  souk {:>6.0}/s  ratio {:.2} ({goal})  p50 {:.2} ms  p99 {:.2} ms",
                rate.per_second,
                rate.per_second / bare,
                rate.p50_ms,
                rate.p99_ms
            );
        }
    }
    Ok(())
}

/// Orders over HTTP with every projection following.
pub(crate) async fn report_http(folder: &Path) -> anyhow::Result<()> {
    println!("\nDurable orders over HTTP, all projections following");
    let data = folder.join("http-orders");
    run(&data, &["load", "all"]).await?;
    let souk = Server::souk(&data).await?;
    let pieces = Arc::new(stocked(souk.address).await?);
    for callers in CALLERS {
        let rate = http(souk.address, pieces.clone(), callers).await?;
        println!(
            "  {callers:>3} callers  {:>7.0}/s  p50 {:.2} ms  p99 {:.2} ms",
            rate.per_second, rate.p50_ms, rate.p99_ms
        );
    }
    let begin = Instant::now();
    run(&data, &["cart", "add", "U002", &pieces[0].product]).await?;
    run(&data, &["cart", "convert-to-order", "U002"]).await?;
    println!("  two CLI commands that order, server idle     {:.2} s", begin.elapsed().as_secs_f64());
    let one = Arc::new(vec![pieces[0].clone()]);
    let rate = http(souk.address, one, 256).await?;
    println!("  flash sale of one variant, 256 callers  {:>7.0}/s accepted (goal 3,000)", rate.per_second);
    Ok(())
}

async fn http(address: SocketAddr, pieces: Arc<Vec<Piece>>, callers: usize) -> anyhow::Result<Rate> {
    let begin = Instant::now();
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let pieces = pieces.clone();
            tokio::spawn(async move {
                let mut client = Client::connect(address).await?;
                let mut latencies = Vec::new();
                let mut at = caller * 7919;
                while begin.elapsed() < TIME {
                    at += 1;
                    let sent = Instant::now();
                    let status = place(&mut client, "U001", &pieces[at % pieces.len()]).await?;
                    anyhow::ensure!(status == 201, "an order was answered {status}");
                    latencies.push(sent.elapsed().as_secs_f64() * 1e3);
                }
                anyhow::Ok(latencies)
            })
        })
        .collect();
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await??);
    }
    Ok(rate(latencies, 0, begin.elapsed().as_secs_f64()))
}

async fn open(folder: &Path, url: &str) -> anyhow::Result<Arc<dyn Store>> {
    Ok(souk_engines::open("store", souk_engines::store::ENGINES, url, folder).await?)
}

/// Each caller places one order after another, until `time` is over.
async fn commit(
    store: Arc<dyn Store>,
    shelf: Arc<Shelf>,
    callers: usize,
    time: Duration,
) -> anyhow::Result<Rate> {
    let begin = Instant::now();
    let refused = Arc::new(AtomicU64::new(0));
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let (store, shelf, refused) = (store.clone(), shelf.clone(), refused.clone());
            tokio::spawn(async move {
                let mut latencies = Vec::new();
                let mut at = caller * 7919;
                while begin.elapsed() < time {
                    at += 1;
                    let order = shelf.order(at);
                    let sent = Instant::now();
                    match store.commit(order).await? {
                        Outcome::Committed(_) => latencies.push(sent.elapsed().as_secs_f64() * 1e3),
                        Outcome::Refused(_) => drop(refused.fetch_add(1, Ordering::Relaxed)),
                        other => anyhow::bail!("{other:?}"),
                    }
                }
                Ok(latencies)
            })
        })
        .collect();
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await??);
    }
    let seconds = begin.elapsed().as_secs_f64();
    Ok(rate(latencies, refused.load(Ordering::Relaxed), seconds))
}
