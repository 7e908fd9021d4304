//! How soon a shop answers: one that fills itself from nothing, and one that is full.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use serde_json::Value;
use tokio::process::Command;
use tokio::time::sleep;

use crate::client::Client;
use crate::made;
use crate::server::{Server, run_on, souk, without_models};

const PRODUCTS: usize = 100_000;
const STARTS: usize = 5;
const PATIENCE: Duration = Duration::from_secs(600);
const LOOK: Duration = Duration::from_millis(5);

pub(crate) async fn report(folder: &Path) -> anyhow::Result<()> {
    println!("\nHow soon a shop answers after its start");
    from_nothing(&folder.join("opening")).await?;
    full(folder).await
}

/// `souk demo` on an empty folder, as whoever tries souk out sees it.
async fn from_nothing(data: &Path) -> anyhow::Result<()> {
    let mut command = Command::new(souk()?);
    command.arg("--data").arg(data).args(["--json", "demo", "--listen", "127.0.0.1:0"]);
    let begun = Instant::now();
    let souk = Server::start(command).await?;
    let mut client = Client::connect(souk.address).await?;
    client.get("/health/live").await?;
    println!("  from nothing: its port answers after {}", seconds(begun, Some(5.0)));
    let page = until(&mut client, "/api/v1/products/P001", |status, page| status == 200 && has_picture(page))
        .await?;
    println!("    the first product page             {}", seconds(begun, None));
    let body = r#"{"items":[{"product_id":"P001","quantity":1,"price":35.0}]}"#;
    let placed =
        client.json("POST", "/api/v1/orders", "X-User-Id: U001\r\nIdempotency-Key: 1\r\n", body).await?;
    anyhow::ensure!(placed.status == 201, "an order was answered {}", placed.status);
    println!("    the first order                    {}", seconds(begun, Some(15.0)));
    let picture = page["images"][0]["sizes"]["600"].as_str().context("a picture")?;
    let asked = Instant::now();
    let shown = client.get(picture).await?.status;
    anyhow::ensure!(shown == 200, "a picture was answered {shown}");
    println!(
        "    a picture that nobody had asked for {:.0} ms after it was",
        asked.elapsed().as_secs_f64() * 1e3
    );
    until(&mut client, "/health/ready", |_, ready| ready["status"] == "ready").await?;
    println!("    everything but pictures            {}", seconds(begun, None));
    until(&mut client, "/health/ready", |_, ready| ready["filling"].is_null()).await?;
    println!("    pictures, too                      {}", seconds(begun, None));
    Ok(())
}

fn has_picture(page: &Value) -> bool {
    page["images"][0]["url"].is_string()
}

/// `souk serve` on a shop that has everything but embeddings.
async fn full(folder: &Path) -> anyhow::Result<()> {
    made::write(folder, PRODUCTS)?;
    let data = folder.join("full");
    let (file, map) = (folder.join("made.ndjson.gz"), folder.join("made.yaml"));
    let import = ["import", &file.to_string_lossy(), "--map", &map.to_string_lossy()];
    run_on(&data, &without_models(), &import).await?;
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let begun = Instant::now();
        let souk = Server::souk_on(&data, &without_models()).await?;
        let mut client = Client::connect(souk.address).await?;
        let mut took = Vec::new();
        for path in
            ["/api/v1/products/M050000", "/api/v1/products/search?q=walnut+bowl", "/api/v1/products?limit=24"]
        {
            until(&mut client, path, |status, _| status == 200).await?;
            took.push(begun.elapsed().as_secs_f64());
        }
        starts.push(took);
    }
    let median = |at: usize| {
        let mut all: Vec<f64> = starts.iter().map(|took| took[at]).collect();
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    };
    println!("  full, {PRODUCTS} products, {STARTS} starts, median");
    println!("    a product page                     {:.2} s (goal 1)", median(0));
    println!("    and a search                       {:.2} s", median(1));
    println!("    and the first page of the list     {:.2} s", median(2));
    Ok(())
}

/// Asks until the answer is what is waited for.
async fn until(
    client: &mut Client,
    path: &str,
    is_it: impl Fn(u16, &Value) -> bool,
) -> anyhow::Result<Value> {
    let begun = Instant::now();
    loop {
        let answer = client.get(path).await?;
        let (status, body) = (answer.status, serde_json::from_slice(answer.body).unwrap_or_default());
        if is_it(status, &body) {
            return Ok(body);
        }
        anyhow::ensure!(begun.elapsed() < PATIENCE, "{path} is still answered {status}: {body}");
        sleep(LOOK).await;
    }
}

fn seconds(begun: Instant, goal: Option<f64>) -> String {
    let goal = goal.map_or_else(String::new, |goal| format!(" (goal {goal:.0})"));
    format!("{:.2} s{goal}", begun.elapsed().as_secs_f64())
}
