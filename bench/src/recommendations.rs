//! Recommendations over HTTP, each computed anew, on the purchases that the generator makes, and on a graph that is a
//! hundred times as large.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use souk_engines::{graph, open, store};
use souk_kernel::{ProductId, Timestamp, UserId};
use souk_ports::derived::Checkpoint;
use souk_ports::graph::{EdgeWrite, FactKey, Relation};
use souk_shop::recommendations::PURCHASE_GRAPH;
use uuid::Uuid;

use crate::client::{Client, hammer};
use crate::rate::rate;
use crate::server::{Server, run};

const TIME: Duration = Duration::from_secs(4);
const USERS: usize = 1_000;
const PRODUCTS: usize = 700;
/// Of the large graph.
const BUYERS: usize = 200_000;
const ORDERS: usize = 500_000;

pub(crate) async fn report(folder: &Path) -> anyhow::Result<()> {
    let data = folder.join("recommendations");
    run(&data, &["load", "all"]).await?;
    run(&data, &["purchases", "generate", "--orders", "10000", "--seed", "7"]).await?;
    println!("\nRecommendations over HTTP, none from a cache (goal: p99 below 10 ms)");
    println!("  10,000 orders of 1,000 people");
    ask(&data, |at| format!("U{:03}", at % USERS + 1)).await?;
    let edges = grow(&data).await?;
    println!("  {ORDERS} orders of {BUYERS} people, {edges} edges, {PRODUCTS} products by Zipf");
    ask(&data, |at| format!("B{}", at * 7_919 % BUYERS)).await
}

/// The ids of what is for sale: others have no page.
async fn listed(address: SocketAddr) -> anyhow::Result<Arc<[String]>> {
    let mut client = Client::connect(address).await?;
    let mut listed = Vec::new();
    loop {
        let path = format!("/api/v1/products?limit=100&page={}", listed.len() / 100 + 1);
        let page: serde_json::Value = serde_json::from_slice(client.get(&path).await?.body)?;
        let products = page["products"].as_array().context("a page of products")?;
        listed.extend(products.iter().filter_map(|product| product["id"].as_str()).map(str::to_owned));
        if products.len() < 100 {
            return Ok(listed.into());
        }
    }
}

async fn ask(
    data: &Path,
    user: impl Fn(usize) -> String + Send + Sync + Clone + 'static,
) -> anyhow::Result<()> {
    let souk = Server::souk(data).await?;
    let listed = listed(souk.address).await?;
    measure("to a person", souk.address, move |at| {
        format!("/api/v1/recommendations?k=10&user_id={}", user(at))
    })
    .await?;
    measure("bought together", souk.address, move |at| {
        format!("/api/v1/products/{}/bought-together", listed[at % listed.len()])
    })
    .await
}

async fn measure(
    what: &str,
    address: SocketAddr,
    path: impl Fn(usize) -> String + Send + Sync + Clone + 'static,
) -> anyhow::Result<()> {
    for connections in [1, 8] {
        let (latencies, seconds) = hammer(address, connections, TIME, path.clone()).await?;
        let rate = rate(latencies, 0, seconds);
        println!(
            "    {what:<16} {connections} at once  {:>6.0}/s  p50 {:.2} ms  p99 {:.2} ms",
            rate.per_second, rate.p50_ms, rate.p99_ms
        );
    }
    Ok(())
}

/// Replaces the graph of purchases by a large one that says it has followed the log to its end.
async fn grow(data: &Path) -> anyhow::Result<u64> {
    let head =
        open("store", store::ENGINES, "sqlite://souk.db", data).await?.snapshot().await?.head().await?;
    let graph = open("graph", graph::ENGINES, "sqlite://graph", data).await?;
    let live = graph.live(PURCHASE_GRAPH).await?;
    let next = graph.begin(PURCHASE_GRAPH).await?;
    let checkpoint = Checkpoint { log: head.log, at: head.head, last: Uuid::nil() };
    let mut random = StdRng::seed_from_u64(7);
    let mut writes = Vec::new();
    for position in 1..=ORDERS {
        // The k-th most active person buys 1/k^0.5 as often as the first.
        let buyer = (random.random_range(0.0f64..1.0).powi(2) * BUYERS as f64) as usize;
        let (buyer, order) =
            (format!("B{buyer}").parse::<UserId>()?, Uuid::from_u64_pair(3, position as u64));
        let at = Timestamp::from_ms(position as i64);
        for line in 0..random.random_range(1..5) {
            let rank = (PRODUCTS as f64).powf(random.random_range(0.0..1.0)) as usize;
            let to = format!("P{rank:03}").parse::<ProductId>()?.0;
            let key = FactKey { position: position as u64, line };
            for (relation, from) in [(Relation::Purchased, buyer.0), (Relation::Contains, order)] {
                writes.push(EdgeWrite::Fact { key, relation, from, to, weight: 1, at });
            }
        }
        if position % 20_000 == 0 || position == ORDERS {
            graph.write(PURCHASE_GRAPH, next, std::mem::take(&mut writes), checkpoint).await?;
        }
    }
    graph.promote(PURCHASE_GRAPH, live, next).await?;
    let size = async |relation| anyhow::Ok(graph.size(PURCHASE_GRAPH, relation).await?.edges);
    Ok(size(Relation::Purchased).await? + size(Relation::Contains).await?)
}
