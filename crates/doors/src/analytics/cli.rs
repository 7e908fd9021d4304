//! `souk analytics` and `souk products hot`.

use clap::Subcommand;
use souk_kernel::ProductId;
use souk_shop::analytics::{self, PerformanceBy, PerformanceQuery, SalesBy, SalesQuery};

use super::{DEFAULT_DAYS, DEFAULT_ROWS, Moment, Word, print};
use crate::App;
use crate::cli::Ended;
use crate::gate::{Given, Problem};
use crate::terminal::Terminal;

#[derive(Debug, Subcommand)]
pub enum Analytics {
    /// What was sold, by day, category or seller
    Sales {
        #[arg(long, default_value = "day", value_name = "day|category|seller")]
        by: Word<SalesBy>,
        /// Sold from this day or moment on (UTC)
        #[arg(long, value_name = "DAY")]
        from: Option<Moment>,
        /// Sold before this day or moment (UTC)
        #[arg(long, value_name = "DAY")]
        to: Option<Moment>,
        /// At most so many rows: the latest days, or those that brought in most
        #[arg(long, default_value_t = DEFAULT_ROWS)]
        limit: u32,
    },
    /// How much of a product was in stock at the end of each day
    Stock {
        product: Given<ProductId>,
        /// How many days, today included
        #[arg(long, default_value_t = DEFAULT_DAYS)]
        days: u32,
    },
    /// How fast souk answered, by route or by minute; a server writes it every ten seconds
    Performance {
        #[arg(long, default_value = "route", value_name = "route|minute")]
        by: Word<PerformanceBy>,
        /// An hour ago, unless it is said
        #[arg(long, value_name = "MOMENT")]
        from: Option<Moment>,
        #[arg(long, value_name = "MOMENT")]
        to: Option<Moment>,
    },
}

pub(crate) async fn analytics(command: Analytics, app: &App, terminal: Terminal) -> Result<Ended, Problem> {
    app.refresh().await;
    match command {
        Analytics::Sales { by, from, to, limit } => {
            let query = SalesQuery { by: by.0, from: from.map(|from| from.0), to: to.map(|to| to.0), limit };
            let answer = analytics::sales(&app.shop, &query, 0).await?;
            terminal.answer(&answer, |style| print::sales(&answer, style))?;
        }
        Analytics::Stock { product, days } => {
            let answer = analytics::stock(&app.shop, product.id, days, 0).await;
            let answer = answer.map_err(|error| product.explain(error))?;
            terminal.answer(&answer, |style| print::stock(&answer, style))?;
        }
        Analytics::Performance { by, from, to } => {
            let query = PerformanceQuery { by: by.0, from: from.map(|from| from.0), to: to.map(|to| to.0) };
            let answer = analytics::performance(&app.shop, &query).await?;
            terminal.answer(&answer, |style| print::performance(&answer, style))?;
        }
    }
    Ok(Ended::Well)
}

/// `souk products hot`
pub(crate) async fn hot(limit: u32, app: &App, terminal: Terminal) -> Result<Ended, Problem> {
    app.refresh().await;
    let answer = analytics::hot_products(&app.shop, limit, 0).await?;
    terminal.answer(&answer, |style| print::hot(&answer, style))?;
    Ok(Ended::Well)
}
