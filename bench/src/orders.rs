//! Durable orders a second through `Store::commit`, with nothing else running, at several numbers of callers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use souk_ports::store::{Outcome, Store};

use crate::sample::Shelf;

/// What a number of callers got done.
pub struct Rate {
    pub per_second: f64,
    /// Latency in milliseconds.
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub refused_per_second: f64,
}

/// Each caller places one order after another, until `time` is over.
pub async fn commit(store: Arc<dyn Store>, shelf: Arc<Shelf>, callers: usize, time: Duration) -> anyhow::Result<Rate> {
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

pub fn rate(mut latencies: Vec<f64>, refused: u64, seconds: f64) -> Rate {
    latencies.sort_by(f64::total_cmp);
    let at = |share: f64| latencies.get((latencies.len() as f64 * share) as usize).copied().unwrap_or(f64::NAN);
    Rate {
        per_second: latencies.len() as f64 / seconds,
        p50_ms: at(0.5),
        p99_ms: at(0.99),
        refused_per_second: refused as f64 / seconds,
    }
}
