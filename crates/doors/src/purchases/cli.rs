//! `souk purchases`.

use std::time::Instant;

use clap::Subcommand;
use serde::Serialize;
use souk_kernel::Timestamp;
use souk_ports::store::{Find, Window};
use souk_shop::purchases::{self, PurchasesReport};

use crate::App;
use crate::cli::Ended;
use crate::gate::Problem;
use crate::loading::cli::unless_interrupted;
use crate::operations::fill::fill;
use crate::terminal::{Progress, Style, Table, Terminal};

#[derive(Debug, Subcommand)]
pub enum Purchases {
    /// Make up a history of orders, as if people had been buying for half a year
    ///
    /// The same options make the same history: a repeat adds nothing, and one that was interrupted goes on. Another
    /// number of orders or days is another history, which comes on top.
    Generate(Generate),
}

#[derive(Debug, Clone, clap::Args)]
pub struct Generate {
    /// How many, 1 to 1000000
    #[arg(long, default_value_t = DEFAULT_ORDERS, value_name = "N", allow_negative_numbers = true)]
    orders: u64,
    /// Another seed makes another history
    #[arg(long, default_value_t = DEFAULT_SEED, value_name = "N", allow_negative_numbers = true)]
    seed: u64,
    /// Over so many days, 1 to 3650
    #[arg(long, default_value_t = DEFAULT_DAYS, value_name = "N", allow_negative_numbers = true)]
    days: u32,
    /// When a new history ends: a date or an RFC 3339 moment [default: now]
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    until: Option<Timestamp>,
}

pub(crate) const DEFAULT_ORDERS: u64 = 10_000;
const DEFAULT_SEED: u64 = 7;
const DEFAULT_DAYS: u32 = 180;

fn moment(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).ok_or_else(|| "expected a date or an RFC 3339 moment".to_owned())
}

#[derive(Serialize)]
struct Generated<'a> {
    #[serde(flatten)]
    report: &'a PurchasesReport,
    /// Without what is derived.
    took_ms: u64,
}

pub(crate) async fn purchases(command: Purchases, app: &App, terminal: Terminal) -> Result<Ended, Problem> {
    let Purchases::Generate(Generate { orders, seed, days, until }) = command;
    let begun = Instant::now();
    let report = generate(&purchases::Purchases { orders, seed, days, until }, app, terminal).await?;
    let took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    // Also where nothing was added: the run before this one may have been killed just here.
    fill(&app.runner, terminal).await?;
    let currency = app.shop.rules.currency.code();
    terminal
        .answer(&Generated { report: &report, took_ms }, |style| words(&report, took_ms, currency, style))?;
    Ok(Ended::Well)
}

/// The usual history of so many orders.
fn usual(orders: u64) -> purchases::Purchases {
    purchases::Purchases { orders, seed: DEFAULT_SEED, days: DEFAULT_DAYS, until: None }
}

/// Whether a shop lacks the usual history: there are no orders at all, or it was wanted before and is not finished. Whoever
/// asks first notes that it is wanted, because people may order before it is made up.
pub(crate) async fn lacks_history(orders: u64, app: &App) -> Result<bool, Problem> {
    if orders == 0 {
        return Ok(false);
    }
    if purchases::is_unfinished(&app.shop, &usual(orders)).await? {
        return Ok(true);
    }
    let one = Window { offset: 0, limit: 1 };
    let there = app.shop.store.snapshot().await?.find(&Find::Orders { user: None }, one).await?.total;
    if there > 0 {
        return Ok(false);
    }
    purchases::want_purchases(&app.shop, &usual(orders)).await?;
    Ok(true)
}

/// Makes up the usual history of `orders`, or goes on with it: for `souk demo`. Says what came of it. Dropped, it leaves
/// the beginning of the history.
pub(crate) async fn generate_missing(
    orders: u64,
    app: &App,
    terminal: Terminal,
    heard: &(dyn Fn(u64, u64) + Send + Sync),
) -> Result<String, Problem> {
    let bar = Progress::new(terminal, "orders");
    let mut progress = |progress: purchases::Progress| {
        bar.at(progress.done, progress.total);
        heard(progress.done, progress.total);
    };
    let report = purchases::generate_purchases(&app.shop, &usual(orders), &mut progress).await?;
    let summary = report.summary;
    Ok(format!("{} orders of {} people", summary.orders, summary.customers))
}

async fn generate(
    request: &purchases::Purchases,
    app: &App,
    terminal: Terminal,
) -> Result<PurchasesReport, Problem> {
    let bar = Progress::new(terminal, "orders");
    let mut progress = |progress: purchases::Progress| bar.at(progress.done, progress.total);
    unless_interrupted("making up orders", purchases::generate_purchases(&app.shop, request, &mut progress))
        .await
}

fn words(report: &PurchasesReport, took_ms: u64, currency: &str, style: Style) -> String {
    let mut lines = Vec::new();
    if let Some(when) = report.interrupted_before {
        lines.push(
            style.warn(format!("This history was begun at {when} and not finished; it is complete now.")),
        );
    }
    if report.market_changed {
        let changed =
            "The catalogue has changed since it was begun: the rest was planned from what there is now.";
        lines.push(style.warn(changed));
    }
    let summary = &report.summary;
    let day = |moment: Timestamp| moment.to_string().chars().take(10).collect::<String>();
    let heading = format!("{} to {}, seed {}", day(report.from), day(report.until), report.seed);
    let mut table = Table::new(style, &[&heading, ">", ""]);
    let percent = |part: u64, whole: u64| part as f64 * 100.0 / whole.max(1) as f64;
    let before = match report.orders_before {
        0 => String::new(),
        all if all == summary.orders => "all of them were there already".to_owned(),
        some => format!("{some} of them were there already"),
    };
    table.row(["orders".to_owned(), summary.orders.to_string(), before]);
    table.row([
        "lines".to_owned(),
        summary.lines.to_string(),
        format!(
            "{} pieces, {:.2} lines an order",
            summary.pieces,
            summary.lines as f64 / summary.orders.max(1) as f64
        ),
    ]);
    table.row(["revenue".to_owned(), summary.revenue.to_string(), currency.to_owned()]);
    table.row([
        "cancelled".to_owned(),
        summary.cancelled.to_string(),
        format!("{:.1} %", percent(summary.cancelled, summary.orders)),
    ]);
    table.row([
        "customers".to_owned(),
        summary.customers.to_string(),
        format!("{} of them came again", summary.came_again),
    ]);
    table.row([
        "deliveries".to_owned(),
        summary.deliveries.to_string(),
        format!("{} pieces", summary.delivered_pieces),
    ]);
    table.row([
        "variants in stock".to_owned(),
        summary.variants_in_stock.to_string(),
        format!("of {}: {:.1} %", summary.variants, percent(summary.variants_in_stock, summary.variants)),
    ]);
    table.row([
        "activities".to_owned(),
        summary.activities.to_string(),
        "views and full carts of the last 30 days".to_owned(),
    ]);
    if summary.left_out > 0 {
        let why = "somebody else changed what they ordered".to_owned();
        table.row(["left out".to_owned(), summary.left_out.to_string(), why]);
    }
    table.row(["time".to_owned(), format!("{:.1}", took_ms as f64 / 1_000.0), "s".to_owned()]);
    lines.push(table.render());
    lines.join("\n")
}
