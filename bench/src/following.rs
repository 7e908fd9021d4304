//! Whether every role keeps up: orders at a steady rate over HTTP, and how far each projection is behind meanwhile. A
//! role whose lag grows is at its limit; one whose lag is flat is not.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use serde_json::Value;
use souk_engines::{cache, documents, fresh_place, graph, objects, patient, search, series, store, vectors};
use tokio::sync::watch;

use crate::client::Client;
use crate::rate::{Rate, rate};
use crate::reads::{Piece, place, stocked};
use crate::server::{Server, Settings, run_on};

const CONNECTIONS: u64 = 48;
/// As many as `load all` brings. One customer for all orders would have bought everything a thousand times over, which nobody
/// does, and which is hard on a graph.
const CUSTOMERS: u64 = 1_000;
const LOOK: Duration = Duration::from_secs(2);
const LONG: Duration = Duration::from_secs(300);
/// How long a pace is tried before it is held for long.
const SHORT: Duration = Duration::from_secs(40);
/// Orders a second over all connections, embedded.
const GOAL: u64 = 1_500;
/// Of a pace that could not be held for long, this part is tried next, so often.
const LESS: f64 = 0.75;
const LESS_TRIES: usize = 3;
/// Behind by the orders of so many seconds, nothing catches up any more.
const LOST_S: u64 = 60;
const DRAINED_WITHIN: Duration = Duration::from_secs(600);

pub(crate) async fn report(folder: &Path) -> anyhow::Result<()> {
    println!("\nOrders over HTTP, one log event each, all roles following, embedded");
    let shop = Shop::open(&folder.join("following"), &[]).await?;
    shop.hold(GOAL, LONG).await?.print(GOAL);
    Ok(())
}

pub(crate) async fn report_servers(folder: &Path) -> anyhow::Result<()> {
    println!("\nOrders over HTTP, one log event each, all roles following, every role on a server");
    find_pace(&folder.join("following-servers"), |_| true).await
}

/// Without the stand-in for MongoDB, which hides what the other servers can do.
pub(crate) async fn report_servers_but_documents(folder: &Path) -> anyhow::Result<()> {
    println!(
        "\nOrders over HTTP, one log event each, all roles following, every role but documents on a server"
    );
    find_pace(&folder.join("following-but-documents"), |setting| setting != "SOUK_DOCUMENTS").await
}

/// The highest pace that every role keeps up with, found by doubling, then held for long.
async fn find_pace(data: &Path, is_on_a_server: impl Fn(&str) -> bool) -> anyhow::Result<()> {
    let settings = match settings(is_on_a_server) {
        Ok(settings) => settings,
        Err(missing) => {
            println!("  left out: {missing} (`scripts/engines up`)");
            return Ok(());
        }
    };
    let shop = Shop::open(data, &settings).await?;
    let (mut pace, mut limit) = (50, None);
    while limit.is_none() {
        let held = shop.hold(pace * 2, SHORT).await?;
        limit = held.limit(pace * 2);
        println!("  tried {}: {}", pace * 2, held.summary(pace * 2));
        shop.drained().await?;
        pace = if limit.is_none() { pace * 2 } else { pace };
    }
    for _ in 0..LESS_TRIES {
        let held = shop.hold(pace, LONG).await?;
        held.print(pace);
        if held.limit(pace).is_none() {
            break;
        }
        limit = held.limit(pace);
        shop.drained().await?;
        pace = (pace as f64 * LESS) as u64;
    }
    println!("  the limit: {}", limit.unwrap_or_default());
    Ok(())
}

/// A place on each of these servers that nobody else has, as tests get them.
fn settings(is_on_a_server: impl Fn(&str) -> bool) -> Result<Settings, String> {
    type Place = fn() -> Result<String, String>;
    let places: [(&'static str, Place); 8] = [
        ("SOUK_STORE", || fresh_place(store::ENGINES, "postgres")),
        ("SOUK_DOCUMENTS", || fresh_place(documents::ENGINES, "mongodb").map(patient)),
        ("SOUK_CACHE", || fresh_place(cache::ENGINES, "redis")),
        ("SOUK_SEARCH", || fresh_place(search::ENGINES, "opensearch").map(patient)),
        ("SOUK_VECTORS", || fresh_place(vectors::ENGINES, "pgvector")),
        ("SOUK_GRAPH", || fresh_place(graph::ENGINES, "neo4j").map(patient)),
        ("SOUK_SERIES", || fresh_place(series::ENGINES, "timescale")),
        ("SOUK_OBJECTS", || fresh_place(objects::ENGINES, "s3")),
    ];
    let wanted = places.into_iter().filter(|(setting, _)| is_on_a_server(setting));
    wanted.map(|(setting, place)| Ok((setting, place()?))).collect()
}

pub(crate) struct Shop {
    pub(crate) server: Server,
    pieces: Arc<Vec<Piece>>,
}

impl Shop {
    async fn open(data: &Path, settings: &[(&'static str, String)]) -> anyhow::Result<Self> {
        run_on(data, settings, &["load", "all"]).await?;
        Self::on(Server::souk_on(data, settings).await?).await
    }

    /// Returns when everything has been followed.
    pub(crate) async fn on(server: Server) -> anyhow::Result<Self> {
        let pieces = Arc::new(stocked(server.address).await?);
        let shop = Self { server, pieces };
        shop.drained().await?;
        Ok(shop)
    }

    /// Orders at this pace for so long, or until something is far behind.
    pub(crate) async fn hold(&self, pace: u64, time: Duration) -> anyhow::Result<Held> {
        let begin = Instant::now();
        let address = self.server.address;
        let (stop, stopped) = watch::channel(false);
        let tasks: Vec<_> = (0..CONNECTIONS)
            .map(|connection| {
                let (pieces, stopped) = (self.pieces.clone(), stopped.clone());
                tokio::spawn(order(address, pieces, connection, pace, time, stopped))
            })
            .collect();
        let mut lags: BTreeMap<String, Vec<u64>> = BTreeMap::new();
        let mut unknown = BTreeMap::new();
        while begin.elapsed() + LOOK < time {
            tokio::time::sleep(LOOK).await;
            let looked = Behind::of(address).await?;
            let is_lost = looked.by_projection.values().any(|behind| *behind > LOST_S * pace);
            for (name, behind) in looked.by_projection {
                lags.entry(name).or_default().push(behind);
            }
            for role in looked.unknown {
                *unknown.entry(role).or_default() += 1;
            }
            if is_lost {
                stop.send_replace(true);
                break;
            }
        }
        let (mut latencies, mut refused) = (Vec::new(), 0);
        for task in tasks {
            let (its, refusals) = task.await??;
            latencies.extend(its);
            refused += refusals;
        }
        let held_s = begin.elapsed().as_secs_f64();
        Ok(Held { held_s, orders: rate(latencies, refused, held_s), lags, unknown })
    }

    /// How far the log goes.
    pub(crate) async fn head(&self) -> anyhow::Result<u64> {
        let mut client = Client::connect(self.server.address).await?;
        let ready: Value = serde_json::from_slice(client.get("/health/ready").await?.body)?;
        // `SQLite 3.51.3, log at 1-4711`
        let position = ready["roles"]["store"]["says"].as_str().and_then(|says| says.rsplit_once('-'));
        position.context("no position in the answer")?.1.parse().context("no position")
    }

    /// Waits until every projection has followed.
    pub(crate) async fn drained(&self) -> anyhow::Result<()> {
        let begin = Instant::now();
        loop {
            let Behind { by_projection, unknown } = Behind::of(self.server.address).await?;
            if unknown.is_empty() && by_projection.values().all(|behind| *behind == 0) {
                return Ok(());
            }
            let within = DRAINED_WITHIN.as_secs();
            anyhow::ensure!(
                begin.elapsed() < DRAINED_WITHIN,
                "not caught up within {within} s: {by_projection:?}, unknown: {unknown:?}"
            );
            tokio::time::sleep(LOOK).await;
        }
    }
}

/// The orders of one connection out of [`CONNECTIONS`], each when it is due. Returns their latencies in milliseconds, and
/// how many were refused.
async fn order(
    address: SocketAddr,
    pieces: Arc<Vec<Piece>>,
    connection: u64,
    pace: u64,
    time: Duration,
    stopped: watch::Receiver<bool>,
) -> anyhow::Result<(Vec<f64>, u64)> {
    let begin = Instant::now();
    let mut refused = 0;
    let mut client = Client::connect(address).await?;
    let mut latencies = Vec::new();
    for turn in 0.. {
        let at = turn * CONNECTIONS + connection;
        let due = Duration::from_secs_f64(at as f64 / pace as f64);
        if due >= time {
            break;
        }
        tokio::time::sleep_until((begin + due).into()).await;
        if *stopped.borrow() {
            break;
        }
        let piece = &pieces[(at as usize * 7919) % pieces.len()];
        let customer = format!("U{:03}", at % CUSTOMERS + 1);
        let status = place(&mut client, &customer, piece).await?;
        if status == 201 {
            // From when it was due: a server that stalls does not slow the clock down.
            latencies.push((begin + due).elapsed().as_secs_f64() * 1e3);
        } else {
            refused += 1;
        }
    }
    Ok((latencies, refused))
}

/// How far behind everything is, as the server says.
struct Behind {
    /// How many events each projection has still to follow.
    by_projection: BTreeMap<String, u64>,
    /// Roles that could not tell in time, or that are away.
    unknown: Vec<String>,
}

impl Behind {
    async fn of(address: SocketAddr) -> anyhow::Result<Self> {
        let mut client = Client::connect(address).await?;
        let ready: Value = serde_json::from_slice(client.get("/health/ready").await?.body)?;
        let (mut by_projection, mut unknown) = (BTreeMap::new(), Vec::new());
        for (name, role) in ready["roles"].as_object().context("no roles in the answer")? {
            let Some(behind) = role["behind"].as_object() else {
                unknown.push(name.clone());
                continue;
            };
            let behind = behind.iter().map(|(name, behind)| Some((name.clone(), behind.as_u64()?)));
            by_projection.extend(behind.collect::<Option<Vec<_>>>().context("no number of events")?);
        }
        Ok(Self { by_projection, unknown })
    }
}

pub(crate) struct Held {
    held_s: f64,
    pub(crate) orders: Rate,
    /// By projection, one look after the other.
    lags: BTreeMap<String, Vec<u64>>,
    /// How often a role could not tell how far it is.
    unknown: BTreeMap<String, usize>,
}

impl Held {
    /// Means of the first and of the last fifth.
    fn ends(lags: &[u64]) -> (f64, f64) {
        let part = (lags.len() / 5).max(1);
        let mean = |lags: &[u64]| lags.iter().sum::<u64>() as f64 / lags.len().max(1) as f64;
        (mean(&lags[..part.min(lags.len())]), mean(&lags[lags.len().saturating_sub(part)..]))
    }

    /// What does not keep up at this pace: the projection that fell behind most, by more than two seconds' orders, a role that
    /// often cannot tell, or orders themselves.
    fn limit(&self, pace: u64) -> Option<String> {
        let grown = |lags: &[u64]| Self::ends(lags).1 - Self::ends(lags).0;
        let most = self.lags.iter().max_by(|(_, a), (_, b)| grown(a).total_cmp(&grown(b)));
        let looks = self.lags.values().map(Vec::len).max().unwrap_or_default();
        let often = self.unknown.iter().find(|(_, times)| **times * 10 > looks);
        match (most, often) {
            (Some((name, lags)), _) if grown(lags) > 2.0 * pace as f64 => Some(format!("`{name}`")),
            (_, Some((role, _))) => Some(format!("`{role}`, which could not tell how far it was")),
            _ if self.orders.per_second < 0.97 * pace as f64 => Some("placing orders".to_owned()),
            _ => None,
        }
    }

    fn summary(&self, pace: u64) -> String {
        let Rate { per_second, p50_ms, p99_ms, .. } = self.orders;
        let kept_up = match self.limit(pace) {
            Some(limit) => format!("{limit} did not keep up"),
            None => "all kept up".to_owned(),
        };
        format!("{per_second:.0}/s answered, p50 {p50_ms:.1} ms, p99 {p99_ms:.1} ms; {kept_up}")
    }

    fn print(&self, pace: u64) {
        println!("  held {pace} for {:.0} s: {}", self.held_s, self.summary(pace));
        println!("  events behind, mean of the first and of the last fifth, and most:");
        for (name, lags) in &self.lags {
            let (first, last) = Self::ends(lags);
            let most = lags.iter().max().copied().unwrap_or(0);
            println!(
                "    {name:<20} {first:>6.0} -> {last:>6.0}   {most:>6} ({:.1} s of orders)",
                most as f64 / pace as f64
            );
        }
    }
}
