//! `souk recommend` and `souk eval`.

use std::path::PathBuf;

use clap::Subcommand;
use souk_kernel::{ProductId, UserId};
use souk_shop::recommendations::{self, HowMany};

use super::print;
use crate::App;
use crate::cli::Ended;
use crate::gate::{Given, Problem};
use crate::terminal::{Progress, Terminal};

#[derive(Debug, Subcommand)]
pub enum Recommend {
    /// What a person may like: people who bought what they bought also bought these
    User {
        user: Given<UserId>,
        #[arg(long, default_value_t = HowMany::DEFAULT, allow_negative_numbers = true)]
        limit: u32,
    },
    /// What means nearly the same as a product
    Similar {
        product: Given<ProductId>,
        #[arg(long, default_value_t = HowMany::DEFAULT, allow_negative_numbers = true)]
        limit: u32,
    },
    /// What goes into one order with a product more often than by chance
    FrequentlyBoughtTogether {
        product: Given<ProductId>,
        #[arg(long, default_value_t = HowMany::DEFAULT, allow_negative_numbers = true)]
        limit: u32,
    },
}

#[derive(Debug, Subcommand)]
pub enum Eval {
    /// Foretell the last fifth of the purchases from those before, and compare with what sells most
    Recommendations {
        /// A past in files instead of the shop's own: `train.txt` has a line per buyer, with the buyer's number and
        /// those of their items, oldest first; `target.tsv` has the columns `user` and `item`; both may be gzipped
        #[arg(long, value_name = "DIR")]
        from: Option<PathBuf>,
        /// How many recommendations each person gets
        #[arg(long, default_value_t = 20, allow_negative_numbers = true)]
        k: u32,
    },
}

pub(crate) async fn recommend(command: Recommend, app: &App, terminal: Terminal) -> Result<Ended, Problem> {
    match command {
        Recommend::User { user, limit } => {
            let k = HowMany::new(Some(limit))?;
            app.refresh().await;
            let answer = recommendations::recommend(&app.shop, Some(user.id), k).await?;
            terminal.answer(&answer, |style| print::recommended(&answer, style))?;
        }
        Recommend::Similar { product, limit } => {
            let k = HowMany::new(Some(limit))?;
            app.refresh().await;
            let answer = recommendations::similar(&app.shop, product.id, k).await;
            let answer = answer.map_err(|error| product.explain(error))?;
            terminal.answer(&answer, |style| print::similar(&answer, style))?;
        }
        Recommend::FrequentlyBoughtTogether { product, limit } => {
            let k = HowMany::new(Some(limit))?;
            app.refresh().await;
            let answer = recommendations::bought_together(&app.shop, product.id, k).await;
            let answer = answer.map_err(|error| product.explain(error))?;
            terminal.answer(&answer, |style| print::together(&answer, style))?;
        }
    }
    Ok(Ended::Well)
}

pub(crate) async fn eval(command: Eval, app: &App, terminal: Terminal) -> Result<Ended, Problem> {
    let Eval::Recommendations { from, k } = command;
    let k = HowMany::new(Some(k))?;
    let history = match &from {
        Some(folder) => recommendations::history_in(folder)?,
        None => recommendations::history_of(&app.shop).await?,
    };
    let scratch = app.scratch.open().await?;
    let measured = {
        let progress = Progress::new(terminal, "recommending");
        recommendations::evaluate(&*scratch.graph, &history, k, &|done, total| progress.at(done, total)).await
    };
    drop(scratch);
    let measured = measured?;
    terminal.answer(&measured, |style| print::measured(&measured, style))?;
    Ok(Ended::Well)
}
