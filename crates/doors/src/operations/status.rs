//! What there is, how large it is, and how far everything has got.

use std::path::Path;

use serde::Serialize;
use souk_kernel::LogPosition;
use souk_ports::store::{Find, Window};
use souk_runtime::ProjectionStatus;

use crate::App;
use crate::gate::Problem;
use crate::terminal::{Style, Table, Tone};

#[derive(Debug, Serialize)]
pub(super) struct Status {
    data: String,
    bytes: u64,
    store: String,
    head: LogPosition,
    categories: u64,
    active_products: u64,
    orders: u64,
    projections: Vec<ProjectionStatus>,
}

pub(super) async fn status(app: &App) -> Result<Status, Problem> {
    let mut snapshot = app.shop.store.snapshot().await?;
    let just_count = Window { offset: 0, limit: 1 };
    let categories = snapshot.find(&Find::Categories, just_count).await?.total;
    let active_products = snapshot.find(&Find::ActiveProducts { categories: None }, just_count).await?.total;
    let orders = snapshot.find(&Find::Orders { user: None }, just_count).await?.total;
    let head = snapshot.head().await?.head;
    drop(snapshot);
    Ok(Status {
        data: app.data_dir.display().to_string(),
        bytes: size(&app.data_dir),
        store: app.shop.store.version().await?,
        head,
        categories,
        active_products,
        orders,
        projections: app.runner.status().await?,
    })
}

impl Status {
    pub(super) fn words(&self, style: Style) -> String {
        let facts = [
            ("Data", format!("{} ({})", self.data, mebibytes(self.bytes))),
            ("Store", format!("{}, log at {}", self.store, self.head)),
            ("Categories", self.categories.to_string()),
            ("Products", format!("{} active", self.active_products)),
            ("Orders", self.orders.to_string()),
        ];
        let mut lines: Vec<String> = facts
            .iter()
            .map(|(name, value)| format!("{} {value}", style.title(format!("{name:<10}"))))
            .collect();
        lines.push(projections(&self.projections, style));
        lines.join("\n")
    }
}

pub(super) fn projections(all: &[ProjectionStatus], style: Style) -> String {
    let mut table = Table::new(style, &["projection", ">generation", ">at", ">behind", "followed", "where"]);
    for projection in all {
        let number = projection.generation.map_or_else(|| "none".to_owned(), |number| number.to_string());
        let at = projection.checkpoint.map_or_else(|| "-".to_owned(), |at| at.to_string());
        let behind = match projection {
            ProjectionStatus { strays: Some(_), .. } => ("another history".to_owned(), Tone::Bad),
            ProjectionStatus { behind: 0, .. } => ("0".to_owned(), Tone::Good),
            ProjectionStatus { behind, .. } => (behind.to_string(), Tone::Warn),
        };
        table.coloured_row([
            (projection.name.to_owned(), Tone::Plain),
            (number, Tone::Plain),
            (at, Tone::Plain),
            behind,
            ((if projection.running { "yes" } else { "no" }).to_owned(), Tone::Plain),
            (projection.target.clone(), Tone::Dim),
        ]);
    }
    table.render()
}

/// Of all files below a folder; what vanishes meanwhile counts nothing.
pub(super) fn size(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let sizes = entries.flatten().map(|entry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => size(&entry.path()),
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    });
    sizes.sum()
}

fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / (1024.0 * 1024.0))
}
