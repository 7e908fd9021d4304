//! `souk customers`.

use clap::Subcommand;
use souk_kernel::UserId;
use souk_shop::customers::{self, Insights};

use crate::App;
use crate::cli::Ended;
use crate::gate::{Given, Problem};
use crate::recommendations::print::recommended;
use crate::terminal::{Style, Table, Terminal};

#[derive(Debug, Subcommand)]
pub enum Customers {
    /// What a customer ordered, likes and looked at last
    Insights { user: Given<UserId> },
}

pub(crate) async fn customers(command: Customers, app: &App, terminal: Terminal) -> Result<Ended, Problem> {
    let Customers::Insights { user } = command;
    app.refresh().await;
    let insights = customers::insights(&app.shop, user.id).await.map_err(|error| user.explain(error))?;
    terminal.answer(&insights, |style| in_words(&insights, style))?;
    Ok(Ended::Well)
}

fn in_words(insights: &Insights, style: Style) -> String {
    let amount = |shown: String| format!("{shown} {}", insights.currency.code());
    let name = insights.name.as_deref().unwrap_or("(erased)");
    let cancelled = match insights.cancelled_orders {
        0 => String::new(),
        number => format!(" ({number} more cancelled)"),
    };
    let mut facts = vec![("Orders", format!("{}{cancelled}", insights.orders))];
    if let (Some(first), Some(last)) = (insights.first_order_at, insights.last_order_at) {
        facts.push(("Lifetime value", amount(insights.currency.shown(insights.lifetime_value))));
        facts.push(("On average", amount(insights.currency.shown(insights.average_order_value))));
        facts.push(("First order", first.to_string()));
        facts.push(("Last order", last.to_string()));
    }
    let mut lines = vec![style.title(name)];
    lines.extend(
        facts.into_iter().map(|(what, value)| format!("{} {value}", style.title(format!("{what:<14}")))),
    );
    if !insights.tastes.is_empty() {
        let mut table = Table::new(style, &["bought from", ">pieces", ">share"]);
        for taste in &insights.tastes {
            let share = format!("{:.0} %", taste.share * 100.0);
            table.row([taste.category.clone(), taste.pieces.to_string(), share]);
        }
        lines.push(table.render());
    }
    match &insights.last_views {
        None => lines.push(style.dim("What they looked at last cannot be told right now.")),
        Some(viewed) if viewed.is_empty() => lines.push(style.dim("They have not looked at anything yet.")),
        Some(viewed) => {
            let mut table = Table::new(style, &["looked at", "name", "when"]);
            for one in viewed {
                let id = one.product.external_id.clone().unwrap_or_else(|| one.product.id.to_string());
                table.row([id, one.product.name.clone(), one.viewed_at.to_string()]);
            }
            lines.push(table.render());
        }
    }
    lines.push(style.title("To suggest"));
    lines.push(recommended(&insights.suggestions, style));
    lines.join("\n")
}
