//! Whether every role keeps up: orders at a steady rate over HTTP for five minutes, and how far each projection is
//! behind meanwhile. A role whose lag grows is at its limit; one whose lag is flat is not.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::process::Command;

use crate::client::Client;
use crate::rate::rate;
use crate::reads::{place, stocked};
use crate::server::{Server, run, souk};

/// Orders a second, over all connections.
const PACE: u64 = 1_500;
const CONNECTIONS: u64 = 48;
const TIME: Duration = Duration::from_secs(300);
const LOOK: Duration = Duration::from_secs(5);

pub(crate) async fn report(folder: &Path) -> anyhow::Result<()> {
    println!("\n{PACE} orders/s over HTTP for {} s, one log event each, all roles following", TIME.as_secs());
    let data = folder.join("following");
    run(&data, &["load", "all"]).await?;
    let server = Server::souk(&data).await?;
    let pieces = Arc::new(stocked(server.address).await?);
    let begin = Instant::now();
    let tasks: Vec<_> = (0..CONNECTIONS)
        .map(|connection| {
            let (pieces, address) = (pieces.clone(), server.address);
            tokio::spawn(async move {
                let mut client = Client::connect(address).await?;
                let mut latencies = Vec::new();
                for turn in 0.. {
                    let at = turn * CONNECTIONS + connection;
                    let due = Duration::from_secs_f64(at as f64 / PACE as f64);
                    if due >= TIME {
                        break;
                    }
                    tokio::time::sleep_until((begin + due).into()).await;
                    let piece = &pieces[(at as usize * 7919) % pieces.len()];
                    let status = place(&mut client, piece).await?;
                    anyhow::ensure!(status == 201, "an order was answered {status}");
                    // From when it was due: a server that stalls does not slow the clock down.
                    latencies.push((begin + due).elapsed().as_secs_f64() * 1e3);
                }
                anyhow::Ok(latencies)
            })
        })
        .collect();
    let mut lags: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    while begin.elapsed() + LOOK < TIME {
        tokio::time::sleep(LOOK).await;
        for (name, behind) in behind(&data).await? {
            lags.entry(name).or_default().push(behind);
        }
    }
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await??);
    }
    let done = rate(latencies, 0, begin.elapsed().as_secs_f64());
    println!(
        "  {:.0}/s answered (goal 1,500), p50 {:.1} ms  p99 {:.1} ms; events behind in the first and the last minute:",
        done.per_second, done.p50_ms, done.p99_ms
    );
    for (name, lags) in &lags {
        let minute = (60 / LOOK.as_secs() as usize).min(lags.len());
        let (first, last) = (&lags[..minute], &lags[lags.len() - minute..]);
        let most = lags.iter().max().copied().unwrap_or(0);
        println!(
            "  {name:<20} mean {:>6.0} -> {:>6.0}   most {most:>6} ({:.1} s of orders)",
            mean(first),
            mean(last),
            most as f64 / PACE as f64
        );
    }
    Ok(())
}

fn mean(lags: &[u64]) -> f64 {
    lags.iter().sum::<u64>() as f64 / lags.len() as f64
}

async fn behind(data: &Path) -> anyhow::Result<Vec<(String, u64)>> {
    let mut command = Command::new(souk()?);
    command.arg("--data").arg(data).args(["--json", "projections", "status"]);
    let output = command.stderr(Stdio::null()).output().await?;
    let status: Value = serde_json::from_slice(&output.stdout)?;
    let all = status.as_array().or_else(|| status["projections"].as_array());
    let all = all.ok_or_else(|| anyhow::anyhow!("no list of projections"))?;
    Ok(all
        .iter()
        .filter_map(|one| Some((one["name"].as_str()?.to_owned(), one["behind"].as_u64()?)))
        .collect())
}
