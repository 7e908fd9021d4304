//! What happened over time: sales, stock levels, souk's own performance, and what is in demand right now.
//!
//! Left out: what follows from it for one customer ([`crate::customers`]).

mod error;
mod hot_products;
mod performance;
mod projections;
mod sales;
mod stock;

pub use error::Error;
pub(crate) use hot_products::in_demand;
pub use hot_products::{Basis, HotMemory, HotProduct, HotProducts, HotQuery, hot_products};
pub use performance::{
    BUCKETS, Count, PERFORMANCE, PerformanceAnswer, PerformanceBy, PerformanceQuery, PerformanceRow,
    Recorder, bucket_of, performance,
};
pub(crate) use projections::SoldAs;
pub use projections::{SALES, STOCK_LEVELS, Sales, StockLevels};
pub use sales::{MAX_ROWS, SalesAnswer, SalesBy, SalesQuery, SalesRow, SalesSum, sales};
pub use stock::{MAX_DAYS, StockAnswer, StockDay, StockQuery, StockVariant, stock};

use souk_kernel::Timestamp;
use souk_ports::Error as PortError;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Midnight UTC before a moment.
fn day_of(moment: Timestamp) -> Timestamp {
    Timestamp::from_ms(moment.ms() - moment.ms().rem_euclid(DAY_MS))
}

/// `2026-06-30`
fn date(moment: Timestamp) -> String {
    let text = moment.to_string();
    text.split_once('T').map_or(text.as_str(), |(date, _)| date).to_owned()
}

/// Figures that are not there yet, or are broken, are a part of the shop that is away; nothing stands in for them.
fn no_figures(what: &str, error: PortError) -> PortError {
    let away = |source| PortError::Unavailable { what: format!("the figures of `{what}`"), source };
    match error {
        PortError::NotFound { .. } => away(None),
        broken @ PortError::Internal { .. } => away(Some(Box::new(broken) as _)),
        other => other,
    }
}
