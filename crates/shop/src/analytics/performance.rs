//! How fast souk answers: requests by route and latency, as a server counts them, kept as a series.
//!
//! It follows from no feed: whoever serves begins the series where there is none, writes what was counted since the last
//! time, and forgets what is older than 30 days. Several processes may write it at once.

use std::collections::BTreeMap;

use serde::Serialize;
use souk_kernel::Timestamp;
use souk_ports::derived::{Checkpoint, Generation, ProjectionName};
use souk_ports::series::{Aggregate, Bucket, By, Dimension, Fact, FactKey, Value};
use souk_ports::{Error as PortError, Result as PortResult};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{DAY_MS, Error, no_figures};
use crate::Shop;

pub const PERFORMANCE: ProjectionName = "performance";

const RETENTION_MS: i64 = 30 * DAY_MS;
/// What is too old is looked for this often.
const FORGET_EVERY_MS: i64 = 60 * 60 * 1000;
/// Shown when nobody says since when.
const SHOWN_MS: i64 = 60 * 60 * 1000;
/// One answer has this many minutes at most.
const MINUTES_SHOWN_MS: i64 = DAY_MS;
/// Another process may begin a generation at the same moment.
const ATTEMPTS: u32 = 5;

/// Latencies fall into buckets, two for each doubling from 32 µs on; the last one has no end.
pub const BUCKETS: usize = 42;
const FIRST_US: u64 = 32;

/// The bucket of a latency.
pub fn bucket_of(latency_us: u64) -> usize {
    if latency_us < FIRST_US {
        return 0;
    }
    // Far beyond the last bucket, and small enough to reckon with.
    let latency_us = latency_us.min(1 << 40);
    let doublings = (latency_us / FIRST_US).ilog2();
    let half = latency_us >= (FIRST_US << doublings) * 3 / 2;
    (1 + doublings as usize * 2 + usize::from(half)).min(BUCKETS - 1)
}

/// Where a bucket begins, in microseconds.
fn begin_us(bucket: usize) -> u64 {
    match bucket.checked_sub(1) {
        None => 0,
        Some(at) => (FIRST_US << (at / 2)) * if at % 2 == 0 { 2 } else { 3 } / 2,
    }
}

/// Requests of one route that fell into one bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// `GET /products/{id}`
    pub route: String,
    /// Below [`BUCKETS`].
    pub bucket: usize,
    pub requests: u64,
    /// All their latencies together.
    pub sum_us: u64,
}

/// Writes what one process has counted.
pub struct Recorder {
    /// Keeps the keys of processes apart that write in the same millisecond.
    process: u32,
    forgot_at: Option<Timestamp>,
}

impl Default for Recorder {
    fn default() -> Self {
        let random = Uuid::new_v4();
        let process = u32::from_be_bytes([random.as_bytes()[0], random.as_bytes()[1], 0, 0]);
        Self { process, forgot_at: None }
    }
}

impl Recorder {
    pub async fn record(&mut self, shop: &Shop, counts: Vec<Count>) -> PortResult<()> {
        let now = shop.clock.now();
        let generation = generation(shop).await?;
        let position = u64::try_from(now.ms()).unwrap_or_default();
        let facts = counts.into_iter().zip(0..).map(|(count, line)| Fact {
            key: FactKey { position, line: self.process | line },
            at: now,
            product: None,
            variant: None,
            category: None,
            seller: None,
            label: Some(label(&count.route, count.bucket)),
            quantity: count.requests as i64,
            amount: count.sum_us as i64,
        });
        shop.series.write(PERFORMANCE, generation, facts.collect(), Checkpoint::default()).await?;
        if self.forgot_at.is_none_or(|at| now >= at.plus_ms(FORGET_EVERY_MS)) {
            shop.series.forget(PERFORMANCE, generation, now.plus_ms(-RETENTION_MS)).await?;
            self.forgot_at = Some(now);
        }
        Ok(())
    }
}

/// The live generation, begun where there is none.
async fn generation(shop: &Shop) -> PortResult<Generation> {
    for _ in 0..ATTEMPTS {
        if let Some(live) = shop.series.live(PERFORMANCE).await? {
            return Ok(live);
        }
        let begun = shop.series.begin(PERFORMANCE).await?;
        match shop.series.promote(PERFORMANCE, None, begun).await {
            // Another process was faster.
            Err(PortError::Conflict { .. } | PortError::NotFound { .. }) => {}
            other => other?,
        }
    }
    Err(PortError::Unavailable { what: format!("the series `{PERFORMANCE}`"), source: None })
}

fn label(route: &str, bucket: usize) -> String {
    format!("{route} {bucket}")
}

fn read_label(label: &str) -> Option<(&str, usize)> {
    let (route, bucket) = label.rsplit_once(' ')?;
    Some((route, bucket.parse().ok().filter(|bucket| *bucket < BUCKETS)?))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PerformanceBy {
    Route,
    Minute,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PerformanceQuery {
    pub by: PerformanceBy,
    /// An hour ago, unless it is said.
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PerformanceAnswer {
    pub by: PerformanceBy,
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub to: Option<Timestamp>,
    /// By route: the busiest first. By minute: the earliest first.
    pub rows: Vec<PerformanceRow>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PerformanceRow {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "GET /api/v1/products/{id}")]
    pub route: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub minute: Option<Timestamp>,
    pub requests: u64,
    pub mean_ms: f64,
    /// Half of the requests took at most about this long (within a quarter; exact buckets are kept, not requests).
    pub p50_ms: f64,
    pub p99_ms: f64,
}

/// What the processes that serve have written; a server writes every ten seconds.
pub async fn performance(shop: &Shop, query: &PerformanceQuery) -> Result<PerformanceAnswer, Error> {
    let from = query.from.unwrap_or_else(|| shop.clock.now().plus_ms(-SHOWN_MS));
    if query.to.is_some_and(|to| from >= to) {
        return Err(Error::invalid("from", "is not before `to`"));
    }
    let ends = query.to.unwrap_or_else(|| shop.clock.now());
    if query.by == PerformanceBy::Minute && ends.ms() - from.ms() > MINUTES_SHOWN_MS {
        return Err(Error::invalid("from", "may be a day before `to` at most where minutes are shown"));
    }
    let question = Aggregate {
        from: Some(from),
        to: query.to,
        bucket: (query.by == PerformanceBy::Minute).then_some(Bucket::Minute),
        group: Some(Dimension::Label),
        only: Vec::new(),
        order: By::Time,
        limit: u32::MAX,
    };
    let found = shop.series.aggregate(PERFORMANCE, &question).await;
    let found = found.map_err(|error| no_figures(PERFORMANCE, error))?;
    let mut histograms: BTreeMap<(Option<Timestamp>, Option<String>), Histogram> = BTreeMap::new();
    for one in found {
        let Some(Value::Label(text)) = &one.group else { continue };
        let Some((route, bucket)) = read_label(text) else { continue };
        let route = (query.by == PerformanceBy::Route).then(|| route.to_owned());
        let histogram = histograms.entry((one.bucket, route)).or_default();
        histogram.requests[bucket] += one.quantity.unsigned_abs();
        histogram.sum_us += one.amount.unsigned_abs();
    }
    let row = |((minute, route), histogram): (_, Histogram)| PerformanceRow {
        route,
        minute,
        requests: histogram.total(),
        mean_ms: rounded(histogram.sum_us as f64 / histogram.total().max(1) as f64),
        p50_ms: rounded(histogram.quantile_us(0.5)),
        p99_ms: rounded(histogram.quantile_us(0.99)),
    };
    let mut rows: Vec<PerformanceRow> = histograms.into_iter().map(row).collect();
    if query.by == PerformanceBy::Route {
        rows.sort_by_key(|row| std::cmp::Reverse(row.requests));
    }
    Ok(PerformanceAnswer { by: query.by, from, to: query.to, rows })
}

/// Microseconds as milliseconds, to the microsecond.
fn rounded(us: f64) -> f64 {
    us.round() / 1_000.0
}

#[derive(Debug, Clone)]
struct Histogram {
    requests: [u64; BUCKETS],
    sum_us: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { requests: [0; BUCKETS], sum_us: 0 }
    }
}

impl Histogram {
    fn total(&self) -> u64 {
        self.requests.iter().sum()
    }

    /// Within its bucket a request is taken to lie where its rank does.
    fn quantile_us(&self, share: f64) -> f64 {
        let rank = self.total() as f64 * share;
        let mut below = 0.0;
        for (bucket, requests) in self.requests.iter().enumerate() {
            let requests = *requests as f64;
            if requests > 0.0 && below + requests >= rank {
                let (begin, end) = (begin_us(bucket) as f64, begin_us(bucket + 1) as f64);
                return begin + (end - begin) * (rank - below) / requests;
            }
            below += requests;
        }
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_latency_lies_in_its_bucket() {
        assert_eq!(bucket_of(0), 0);
        for us in (0..200_000).chain([1 << 20, 3 << 24, 40_000_000]) {
            let bucket = bucket_of(us);
            let below_the_next = bucket == BUCKETS - 1 || us < begin_us(bucket + 1);
            assert!(begin_us(bucket) <= us && below_the_next, "{us} in {bucket}");
        }
        assert_eq!(bucket_of(u64::MAX), BUCKETS - 1);
        assert_eq!((begin_us(1), begin_us(2), begin_us(3), begin_us(BUCKETS - 1)), (32, 48, 64, 32 << 20));
    }

    #[test]
    fn quantiles_are_near_those_of_the_requests_themselves() {
        let mut histogram = Histogram::default();
        for us in 1..=10_000u64 {
            histogram.requests[bucket_of(us)] += 1;
        }
        for (share, exact) in [(0.01, 100.0), (0.5, 5_000.0), (0.99, 9_900.0)] {
            let found = histogram.quantile_us(share);
            assert!((found - exact).abs() < exact / 4.0, "{share}: {found}");
        }
        assert_eq!(Histogram::default().quantile_us(0.5), 0.0);
    }

    #[test]
    fn a_label_reads_back() {
        assert_eq!(read_label(&label("GET /products/{id}", 17)), Some(("GET /products/{id}", 17)));
        assert_eq!(read_label("GET /products 99"), None);
    }
}
