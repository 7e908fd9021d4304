//! `souk search`.

use clap::Subcommand;
use souk_shop::discovery::{self, SearchMode, SearchRequest, SearchSort};

use super::print;
use crate::App;
use crate::catalog::filters::FilterFlags;
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
    /// Without any, everything is found
    #[arg(default_value = "")]
    words: String,
    #[command(flatten)]
    filters: FilterFlags,
    /// relevance, newest, price, price_desc, rating, popularity or name
    #[arg(long, default_value = "relevance")]
    sort: SearchSort,
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
        filters: question.filters.into(),
        sort: question.sort,
        mode,
        page: page(Some(question.page), Some(question.limit))?,
    };
    app.refresh().await;
    let answer = discovery::search_products(&app.shop, &request, 0).await?;
    terminal.answer(&answer, |style| print::found(&answer, style))?;
    Ok(Ended::Well)
}
