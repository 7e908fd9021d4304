//! Product pages over HTTP while orders run, beside a bare handler that answers with as many bytes.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rand::Rng;
use serde_json::Value;

use crate::client::{Client, hammer};
use crate::rate::{Rate, rate};
use crate::server::{Server, run};

const CONNECTIONS: usize = 64;
const ORDERS_PER_SECOND: u64 = 50;
const TIME: Duration = Duration::from_secs(8);

/// One product that can be ordered without end.
#[derive(Clone)]
pub(crate) struct Piece {
    pub(crate) product: String,
    pub(crate) variant: String,
    pub(crate) price: f64,
}

pub(crate) async fn report(folder: &Path) -> anyhow::Result<()> {
    let data = folder.join("reads");
    run(&data, &["load", "all"]).await?;
    let souk = Server::souk(&data).await?;
    let pieces = stocked(souk.address).await?;
    let mut client = Client::connect(souk.address).await?;
    let mut bytes = 0;
    for piece in &pieces {
        bytes += client.get(&format!("/api/v1/products/{}", piece.product)).await?.body.len();
    }
    let bytes = bytes / pieces.len();
    let bare = Server::bare(bytes).await?;

    println!(
        "\nProduct pages over HTTP ({} products, {bytes} bytes on average, Zipf, {CONNECTIONS} connections)",
        pieces.len()
    );
    let paths = Arc::new(zipf_paths(&pieces));
    let (mut bare_rates, mut souk_rates) = (Vec::new(), Vec::new());
    let mut stale = Vec::new();
    // In turns, so that a drift of the machine hits both.
    for _ in 0..2 {
        let list = paths.clone();
        let (latencies, seconds) =
            hammer(bare.address, CONNECTIONS, TIME / 2, move |at| list[at % list.len()].clone()).await?;
        bare_rates.push(rate(latencies, 0, seconds));
        let over = Arc::new(AtomicBool::new(false));
        let orders = tokio::spawn(order_and_watch(souk.address, pieces.clone(), over.clone()));
        let list = paths.clone();
        let (latencies, seconds) =
            hammer(souk.address, CONNECTIONS, TIME / 2, move |at| list[at % list.len()].clone()).await?;
        over.store(true, Ordering::Relaxed);
        stale.extend(orders.await??);
        souk_rates.push(rate(latencies, 0, seconds));
    }
    let mean = |rates: &[Rate]| rates.iter().map(|rate| rate.per_second).sum::<f64>() / rates.len() as f64;
    let (bare_rate, souk_rate) = (mean(&bare_rates), mean(&souk_rates));
    println!("  bare axum behind the same gate  {bare_rate:>9.0}/s");
    println!(
        "  souk, {ORDERS_PER_SECOND} orders/s beside         {souk_rate:>9.0}/s  ratio {:.2} (goal 0.90)  p50 {:.2} ms  p99 {:.2} ms",
        souk_rate / bare_rate,
        souk_rates[0].p50_ms,
        souk_rates[0].p99_ms
    );
    stale.sort_by(f64::total_cmp);
    println!(
        "  a page shows an order after     p50 {:.1} ms  max {:.1} ms of {} orders (goal: never above 100 ms)",
        stale[stale.len() / 2],
        stale[stale.len() - 1],
        stale.len()
    );
    Ok(())
}

/// Products with a price, made plentiful.
pub(crate) async fn stocked(address: SocketAddr) -> anyhow::Result<Vec<Piece>> {
    let mut client = Client::connect(address).await?;
    let mut pieces = Vec::new();
    let mut page = 1;
    loop {
        let list = client.get(&format!("/api/v1/products?limit=100&page={page}")).await?;
        let list: Value = serde_json::from_slice(list.body)?;
        let products = list["products"].as_array().cloned().unwrap_or_default();
        if products.is_empty() {
            return Ok(pieces);
        }
        for product in products {
            let id = product["id"].as_str().unwrap_or_default().to_owned();
            let detail: Value =
                serde_json::from_slice(client.get(&format!("/api/v1/products/{id}")).await?.body)?;
            let first = &detail["variants"][0];
            let (Some(variant), Some(price)) = (first["id"].as_str(), first["price"].as_f64()) else {
                continue;
            };
            let path = format!("/api/v1/variants/{variant}");
            let raised = client.json("PATCH", &path, "", "{\"stock_change\":10000000}").await?;
            anyhow::ensure!(raised.status == 200, "{path}: {}", raised.status);
            pieces.push(Piece { product: id, variant: variant.to_owned(), price });
        }
        page += 1;
    }
}

/// Paths of products: the k-th most popular one is asked for 1/k as often as the first.
fn zipf_paths(pieces: &[Piece]) -> Vec<String> {
    let mut sums = Vec::with_capacity(pieces.len());
    let mut sum = 0.0;
    for rank in 1..=pieces.len() {
        sum += 1.0 / rank as f64;
        sums.push(sum);
    }
    let mut random = rand::rng();
    let mut pick = || {
        let at = random.random_range(0.0..sum);
        let rank = sums.partition_point(|bound| *bound < at).min(pieces.len() - 1);
        format!("/api/v1/products/{}", pieces[rank].product)
    };
    (0..100_000).map(|_| pick()).collect()
}

/// Orders at a steady rate, each followed by looking at its product until the page shows it; returns how long that
/// took each time, in milliseconds after the order was acknowledged.
async fn order_and_watch(
    address: SocketAddr,
    pieces: Vec<Piece>,
    over: Arc<AtomicBool>,
) -> anyhow::Result<Vec<f64>> {
    let mut client = Client::connect(address).await?;
    let mut ticks = tokio::time::interval(Duration::from_micros(1_000_000 / ORDERS_PER_SECOND));
    let mut delays = Vec::new();
    let mut at = 0;
    while !over.load(Ordering::Relaxed) {
        ticks.tick().await;
        at += 1;
        // The popular ones, whose pages are in memory.
        let piece = &pieces[at % pieces.len().min(40)];
        let before = stock(&mut client, piece).await?;
        anyhow::ensure!(place(&mut client, "U001", piece).await? == 201, "an order was refused");
        let begin = Instant::now();
        while stock(&mut client, piece).await? >= before {
            anyhow::ensure!(begin.elapsed() < Duration::from_secs(5), "a page did not change within 5 s");
        }
        delays.push(begin.elapsed().as_secs_f64() * 1e3);
    }
    Ok(delays)
}

async fn stock(client: &mut Client, piece: &Piece) -> anyhow::Result<i64> {
    let page: Value =
        serde_json::from_slice(client.get(&format!("/api/v1/products/{}", piece.product)).await?.body)?;
    Ok(page["stock"].as_i64().unwrap_or_default())
}

/// Places a customer's order of one piece over HTTP.
pub(crate) async fn place(client: &mut Client, customer: &str, piece: &Piece) -> anyhow::Result<u16> {
    let Piece { product, variant, price } = piece;
    let key = uuid::Uuid::new_v4();
    let headers = format!("X-User-Id: {customer}\r\nIdempotency-Key: {key}\r\n");
    let body = format!(
        r#"{{"items":[{{"product_id":"{product}","variant_id":"{variant}","quantity":1,"price":{price}}}],"shipping_address":{{"name":"Ada","line1":"12 Kiln Lane","city":"Porto","postal_code":"4050-253","country":"PT"}},"payment_method_id":"pm_1"}}"#
    );
    let answer = client.json("POST", "/api/v1/orders", &headers, &body).await?;
    let status = answer.status;
    anyhow::ensure!(matches!(status, 201 | 409 | 503), "{status}: {}", String::from_utf8_lossy(answer.body));
    Ok(status)
}
