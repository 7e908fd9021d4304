//! Importing a catalogue into an empty shop, everything derived included but for embeddings and pictures: time, CPU, what is
//! written to the disk and memory. `BENCH_BESIDE` names another build of `souk` that imports the same products in the same
//! run; beside both stands the limit, bare SQLite and bare Tantivy over the same rows and texts. And how long an order takes
//! in a shop into which a command imports meanwhile.
//!
//! Memory is told twice: all pages that the process has mapped, of which most are the store's file and belong to the system's
//! cache (each connection counts them again), and what is its own.
//!
//! `BENCH_PRODUCTS` says how many products; 100,000 otherwise.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::Context;
use rusqlite::params;
use tokio::process::Command;

use crate::bare_search::Bare;
use crate::client::Client;
use crate::made;
use crate::rate::rate;
use crate::reads::{place, stocked};
use crate::server::{Server, run_on, souk, without_models};

const PRODUCTS: usize = 100_000;
/// Rows that bare SQLite commits at once.
const ROWS: usize = 1_000;
/// How many orders are placed meanwhile.
const ORDERS_PER_SECOND: u64 = 10;
/// How often the process is looked at.
const LOOK: Duration = Duration::from_millis(20);

pub(crate) async fn report(folder: &Path) -> anyhow::Result<()> {
    let count = std::env::var("BENCH_PRODUCTS").map_or(Ok(PRODUCTS), |count| count.parse())?;
    made::write(folder, count)?;
    println!("\nImporting {count} products into an empty shop, without embeddings and pictures");
    println!(
        "  {:<26} {:>8} {:>8} {:>10} {:>10} {:>8} {:>9} {:>8}",
        "", "s", "CPU s", "written MB", "kept MB", "ratio", "mapped MB", "own MB"
    );
    let mut builds = vec![("souk", souk()?, import_arguments(folder))];
    if let Some(beside) = std::env::var_os("BENCH_BESIDE") {
        builds.push(("beside", PathBuf::from(beside), older_arguments(folder)));
    }
    let mut took = Vec::new();
    for (name, build, arguments) in builds {
        let data = folder.join(format!("importing-{name}"));
        let cost = import(&build, &data, &arguments).await?;
        cost.print(name);
        took.push(cost.seconds);
        std::fs::remove_dir_all(data)?;
    }
    let bare = bare(folder, count)?;
    println!("  {:<26} {bare:>8.1}", "bare SQLite and Tantivy");
    print!("  ratio to bare {:.1}", took[0] / bare);
    match took.get(1) {
        Some(beside) => println!(", beside {:.1} times as long", beside / took[0]),
        None => println!(),
    }
    orders_meanwhile(folder).await
}

/// Orders at a steady rate in a shop that serves, from the beginning of an import by another process to its end.
async fn orders_meanwhile(folder: &Path) -> anyhow::Result<()> {
    let data = folder.join("importing-sells");
    run_on(&data, &without_models(), &["load", "all"]).await?;
    let server = Server::souk_on(&data, &without_models()).await?;
    let pieces = stocked(server.address).await?;
    let mut client = Client::connect(server.address).await?;
    let mut importing = Command::new(souk()?)
        .envs(without_models())
        .arg("--data")
        .arg(&data)
        .args(import_arguments(folder))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let begun = Instant::now();
    let mut ticks = tokio::time::interval(Duration::from_micros(1_000_000 / ORDERS_PER_SECOND));
    let mut latencies = Vec::new();
    while importing.try_wait()?.is_none() {
        ticks.tick().await;
        let piece = &pieces[latencies.len() % pieces.len()];
        let placed = Instant::now();
        anyhow::ensure!(place(&mut client, "U001", piece).await? == 201, "an order was refused");
        latencies.push(placed.elapsed().as_secs_f64() * 1e3);
    }
    anyhow::ensure!(importing.wait().await?.success(), "the import failed");
    let seconds = begun.elapsed().as_secs_f64();
    let count = latencies.len();
    let most = latencies.iter().copied().fold(0.0, f64::max);
    let rate = rate(latencies, 0, seconds);
    println!(
        "  orders over HTTP while a command imports, {ORDERS_PER_SECOND}/s for {seconds:.0} s: p50 {:.1} ms  p99 {:.1} ms (goal 200)  \
         most {most:.1} ms of {count}",
        rate.p50_ms, rate.p99_ms
    );
    server.process.stop().await
}

fn import_arguments(folder: &Path) -> Vec<String> {
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    vec!["import".into(), path("made.ndjson.gz"), "--map".into(), path("made.yaml")]
}

/// As builds before the maps of `souk-feeds` want it.
fn older_arguments(folder: &Path) -> Vec<String> {
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let (file, map) = (path("made.ndjson.gz"), path("made-older.yaml"));
    vec!["import".into(), "products".into(), file, "--map".into(), map]
}

struct Cost {
    seconds: f64,
    cpu_s: f64,
    written: u64,
    kept: u64,
    mapped: u64,
    own: u64,
}

impl Cost {
    fn print(&self, name: &str) {
        let mb = |bytes: u64| bytes as f64 / 1e6;
        println!(
            "  {name:<26} {:>8.1} {:>8.1} {:>10.0} {:>10.0} {:>8.1} {:>9.0} {:>8.0}",
            self.seconds,
            self.cpu_s,
            mb(self.written),
            mb(self.kept),
            self.written as f64 / self.kept as f64,
            mb(self.mapped),
            mb(self.own),
        );
    }
}

async fn import(build: &Path, data: &Path, arguments: &[String]) -> anyhow::Result<Cost> {
    let begun = Instant::now();
    let mut process = Command::new(build)
        .envs([
            ("SOUK_MEDIA_DRAW", "false"),
            ("SOUK_EMBEDDER", "minilm://no-weights"),
            ("SOUK_MODEL_FETCH", "false"),
        ])
        .arg("--data")
        .arg(data)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let id = process.id().context("it has ended")?;
    let (mut cpu_s, mut written, mut mapped, mut own) = (0.0, 0, 0, 0);
    // What the kernel counts is gone with the process, so the last look stands for its end.
    while process.try_wait()?.is_none() {
        cpu_s = cpu(id).unwrap_or(cpu_s);
        written = of_proc(id, "io", "write_bytes:").unwrap_or(written);
        mapped = of_proc(id, "status", "VmHWM:").map_or(mapped, |kib| kib * 1024);
        own = own.max(of_proc(id, "status", "RssAnon:").map_or(0, |kib| kib * 1024));
        tokio::time::sleep(LOOK).await;
    }
    let seconds = begun.elapsed().as_secs_f64();
    let output = process.wait_with_output().await?;
    anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(Cost { seconds, cpu_s, written, kept: size(data)?, mapped, own })
}

fn cpu(id: u32) -> Option<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    // In hundredths of a second on every kernel that souk runs on.
    let ticks = fields.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<f64>().ok());
    Some(ticks.sum::<Option<f64>>()? / 100.0)
}

fn of_proc(id: u32, file: &str, field: &str) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{id}/{file}")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(field))?;
    line.split_whitespace().next()?.parse().ok()
}

fn size(folder: &Path) -> anyhow::Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let about = entry.metadata()?;
        bytes += if about.is_dir() { size(&entry.path())? } else { about.len() };
    }
    Ok(bytes)
}

/// Seconds for the same rows in bare SQLite, synced every [`ROWS`], and the same texts in bare Tantivy.
fn bare(folder: &Path, count: usize) -> anyhow::Result<f64> {
    let begun = Instant::now();
    let mut connection = rusqlite::Connection::open(folder.join("bare.db"))?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
         CREATE TABLE products (id BLOB PRIMARY KEY, external_id TEXT, name TEXT, description TEXT, brand TEXT, category TEXT, price INTEGER); \
         CREATE TABLE variants (id BLOB PRIMARY KEY, product_id BLOB, sku TEXT, stock INTEGER); \
         CREATE INDEX variants_by_product ON variants (product_id);",
    )?;
    let mut products = made::products(count).peekable();
    while products.peek().is_some() {
        let rows = connection.transaction()?;
        {
            let mut product =
                rows.prepare_cached("INSERT INTO products VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
            let mut variant = rows.prepare_cached("INSERT INTO variants VALUES (?1, ?2, ?3, 25)")?;
            for made in products.by_ref().take(ROWS) {
                let id = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, made.id.as_bytes());
                let cents = (made.price * 100.0).round() as i64;
                product.execute(params![
                    id.as_bytes(),
                    made.id,
                    made.name,
                    made.description,
                    made.brand,
                    made.category,
                    cents
                ])?;
                variant.execute(params![id.as_bytes(), id.as_bytes(), made.id])?;
            }
        }
        rows.commit()?;
    }
    drop(connection);
    Bare::build(&folder.join("bare-search"), count)?;
    Ok(begun.elapsed().as_secs_f64())
}
