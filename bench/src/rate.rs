//! What was done, in figures.

/// What a number of callers got done.
pub(crate) struct Rate {
    pub(crate) per_second: f64,
    /// Latency in milliseconds.
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub(crate) refused_per_second: f64,
}

pub(crate) fn rate(mut latencies: Vec<f64>, refused: u64, seconds: f64) -> Rate {
    latencies.sort_by(f64::total_cmp);
    let at =
        |share: f64| latencies.get((latencies.len() as f64 * share) as usize).copied().unwrap_or(f64::NAN);
    Rate {
        per_second: latencies.len() as f64 / seconds,
        p50_ms: at(0.5),
        p99_ms: at(0.99),
        refused_per_second: refused as f64 / seconds,
    }
}
