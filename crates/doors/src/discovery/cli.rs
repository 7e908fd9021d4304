//! `souk search`.

use clap::Subcommand;
use souk_kernel::Money;
use souk_shop::discovery::{self, SearchMode, SearchRequest};

use super::print;
use crate::App;
use crate::cli::Ended;
use crate::gate::{Problem, page};
use crate::terminal::Terminal;

#[derive(Debug, Subcommand)]
pub enum Search {
    /// Find products by words, which need not be spelt exactly
    Text(Question),
    /// Find products by meaning, whatever words they use
    Semantic(Question),
    /// Find products by words and by meaning
    Combined(Question),
}

#[derive(Debug, clap::Args)]
pub struct Question {
    /// Without any, everything is found, newest first
    #[arg(default_value = "")]
    words: String,
    /// Id or name; what lies below it counts too
    #[arg(long)]
    category: Option<String>,
    #[arg(long)]
    brand: Option<String>,
    #[arg(long, allow_negative_numbers = true)]
    min_price: Option<Money>,
    #[arg(long, allow_negative_numbers = true)]
    max_price: Option<Money>,
    /// Only what can be bought now
    #[arg(long)]
    in_stock: bool,
    #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
    page: u32,
    #[arg(long, default_value_t = 20, allow_negative_numbers = true)]
    limit: u32,
}

pub(crate) async fn search(command: Search, app: &App, terminal: Terminal) -> Result<Ended, Problem> {
    let (mode, question) = match command {
        Search::Text(question) => (SearchMode::Text, question),
        Search::Semantic(question) => (SearchMode::Semantic, question),
        Search::Combined(question) => (SearchMode::Combined, question),
    };
    let request = SearchRequest {
        text: question.words,
        category: question.category,
        brand: question.brand,
        min_price: question.min_price,
        max_price: question.max_price,
        in_stock: question.in_stock.then_some(true),
        mode,
        page: page(Some(question.page), Some(question.limit))?,
    };
    app.refresh().await;
    let answer = discovery::search_products(&app.shop, &request, 0).await?;
    terminal.answer(&answer, |style| print::found(&answer, style))?;
    Ok(Ended::Well)
}
