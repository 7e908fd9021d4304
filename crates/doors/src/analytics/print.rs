//! Figures in words, and as bars where they go up and down.

use souk_shop::analytics::{Basis, HotProducts, PerformanceAnswer, SalesAnswer, SalesRow, StockAnswer};

use crate::terminal::{Style, Table, Tone};

/// How long the longest bar is.
const BAR: u128 = 24;
const STEPS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

pub(super) fn sales(answer: &SalesAnswer, style: Style) -> String {
    if answer.rows.is_empty() {
        return "Nothing was sold.".to_owned();
    }
    let most = answer.rows.iter().map(|row| row.sum.revenue.ten_thousandths()).max().unwrap_or(0);
    let heading = if answer.rows.iter().any(|row| row.day.is_some()) { "day" } else { "name" };
    let mut table = Table::new(style, &[heading, ">pieces", ">revenue", ""]);
    for row in &answer.rows {
        table.coloured_row([
            (name(row), Tone::Plain),
            (row.sum.pieces.to_string(), Tone::Plain),
            (answer.currency.shown(row.sum.revenue), Tone::Plain),
            (bar(row.sum.revenue.ten_thousandths(), most), Tone::Good),
        ]);
    }
    let total = answer.total;
    let shown = match answer.rows.len() {
        1 => "1 row".to_owned(),
        rows => format!("{rows} rows"),
    };
    format!(
        "{}\n{} {} {}, {} pieces {}",
        table.render(),
        style.title("Total"),
        answer.currency.shown(total.revenue),
        answer.currency.code(),
        total.pieces,
        style.dim(format!("({shown}; the total is of the whole range)")),
    )
}

fn name(row: &SalesRow) -> String {
    match (&row.day, &row.name, &row.external_id, &row.id) {
        (Some(day), ..) => day.clone(),
        (_, Some(name), Some(external), _) => format!("{name} ({external})"),
        (_, Some(name), None, _) => name.clone(),
        (_, None, _, Some(id)) => id.to_string(),
        (_, None, _, None) => "(none)".to_owned(),
    }
}

fn bar(value: i128, most: i128) -> String {
    let (value, most) = (value.max(0).unsigned_abs(), most.max(1).unsigned_abs());
    "▇".repeat((value * BAR).div_ceil(most) as usize)
}

pub(super) fn stock(answer: &StockAnswer, style: Style) -> String {
    let levels: Vec<i64> = answer.days.iter().map(|day| day.level).collect();
    let (first, last) = (answer.days.first(), answer.days.last());
    let (Some(first), Some(last)) = (first, last) else { return String::new() };
    let mut table =
        Table::new(style, &["sku", &format!("{} … {}", first.day, last.day), ">first", ">least", ">now"]);
    let mut row = |name: &str, levels: &[i64]| {
        let at = |level: Option<&i64>| level.map_or(String::new(), i64::to_string);
        table.coloured_row([
            (name.to_owned(), Tone::Plain),
            (sparkline(levels), Tone::Good),
            (at(levels.first()), Tone::Dim),
            (at(levels.iter().min()), Tone::Dim),
            (at(levels.last()), Tone::Plain),
        ]);
    };
    for variant in &answer.variants {
        row(&variant.sku, &variant.levels);
    }
    row("all", &levels);
    format!("{}\n{}", style.title(&answer.name), table.render())
}

/// From nothing to the highest.
fn sparkline(levels: &[i64]) -> String {
    let most = levels.iter().copied().max().unwrap_or(0).max(1).unsigned_abs();
    let last = STEPS.len() as u64 - 1;
    let step = |level: &i64| STEPS[(level.max(&0).unsigned_abs() * last).div_ceil(most) as usize];
    levels.iter().map(step).collect()
}

pub(super) fn performance(answer: &PerformanceAnswer, style: Style) -> String {
    if answer.rows.is_empty() {
        return format!("No requests since {}.", answer.from);
    }
    let heading = if answer.rows.iter().any(|row| row.route.is_some()) { "route" } else { "minute" };
    let mut table = Table::new(style, &[heading, ">requests", ">mean ms", ">p50 ms", ">p99 ms"]);
    for row in &answer.rows {
        let minute = row.minute.map(|minute| minute.to_string());
        table.row([
            row.route.clone().or(minute).unwrap_or_default(),
            row.requests.to_string(),
            format!("{:.2}", row.mean_ms),
            format!("{:.2}", row.p50_ms),
            format!("{:.2}", row.p99_ms),
        ]);
    }
    format!("{}\n{}", table.render(), style.dim(format!("since {}", answer.from)))
}

pub(super) fn hot(answer: &HotProducts, style: Style) -> String {
    let mut table = Table::new(style, &["id", "name", "category", ">price", ">score"]);
    for hot in &answer.products {
        let product = &hot.product;
        let price = product.price.map_or("on request".to_owned(), |price| price.to_string());
        table.row([
            product.external_id.clone().unwrap_or_else(|| product.id.to_string()),
            product.name.clone(),
            product.category.clone(),
            price,
            hot.score.map_or(String::new(), |score| score.to_string()),
        ]);
    }
    let basis = match answer.basis {
        Basis::Last7Days => {
            "the last 7 days: 10 for each piece ordered, 5 for each put into a cart, 2 for a click, 1 for a view"
        }
        Basis::Newest => "nothing is known of the last 7 days: the newest products instead",
    };
    format!("{}\n{}", table.render(), style.dim(basis))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_and_lines_fit_their_place() {
        assert_eq!(bar(0, 10), "");
        assert_eq!(bar(-5, 10), "");
        assert_eq!(bar(1, 1_000_000).chars().count(), 1);
        assert_eq!(bar(10, 10).chars().count(), BAR as usize);
        assert_eq!(bar(0, 0), "");
        assert_eq!(sparkline(&[0, 1, 50, 100]), "▁▂▅█");
        assert_eq!(sparkline(&[0, -3]), "▁▁");
    }
}
