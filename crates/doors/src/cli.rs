//! The command line: every command there is, and what holds for all of them.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{Parser, Subcommand};
use souk_kernel::{Coded, ErrorCode};
use souk_ports::embedder::Embedder;
use souk_shop::currency;

use crate::gate::Problem;
pub use crate::model::cli::Model;
use crate::terminal::Terminal;
use crate::{
    App, accounts, analytics, carts, catalog, customers, discovery, loading, model, operations, orders,
    purchases, recommendations, reviews, wishlists,
};

/// A marketplace of handmade things, in one program.
#[derive(Debug, Parser)]
#[command(name = "souk", version, propagate_version = true, arg_required_else_help = true)]
#[command(after_help = "Start with `souk demo`, which loads a catalogue and serves it.\n\
    Exit codes: 0 done, 1 done but some rows were refused, 2 not understood, 3 no such thing, 4 not possible now \
    (stock, price, state), 5 try again later, 6 no shop here, 70 a fault of souk's.")]
pub struct Cli {
    #[command(flatten)]
    pub everywhere: Everywhere,
    #[command(subcommand)]
    pub command: Command,
}

/// May stand before or after the command.
#[derive(Debug, Clone, clap::Args)]
pub struct Everywhere {
    /// Read settings from this file instead of ./souk.yaml
    #[arg(long, global = true, help_heading = "Everywhere", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Keep everything in this folder [default: ./souk-data]
    #[arg(long, global = true, help_heading = "Everywhere", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Print what HTTP would answer, as JSON
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Load a catalogue, make up purchases and serve: the quickest way to see souk at work
    Demo(operations::serve::Demo),
    /// Serve HTTP, with documentation at /docs
    Serve(operations::serve::Serve),
    /// Only carry what happens to what is derived from it, beside processes that serve
    Worker,
    /// Load a catalogue from files, or bring derived data up to date
    #[command(subcommand)]
    Load(loading::cli::Load),
    /// Bring in a catalogue that others wrote
    Import(loading::cli::Import),
    /// Write the catalogue out, for others or to bring it in elsewhere
    #[command(subcommand)]
    Export(loading::export::Export),
    /// Show, list and change products
    #[command(subcommand)]
    Products(catalog::cli::Products),
    /// Find products
    #[command(subcommand)]
    Search(discovery::cli::Search),
    /// Show what people think of products, and say something
    #[command(subcommand)]
    Reviews(reviews::cli::Reviews),
    /// Recommend products: to a person, like a product, or to go with it
    #[command(subcommand)]
    Recommend(recommendations::cli::Recommend),
    /// Fill a cart and order it
    #[command(subcommand)]
    Cart(carts::cli::Cart),
    /// Keep lists of what somebody means to buy some day
    #[command(subcommand)]
    Wishlists(wishlists::cli::Wishlists),
    /// Show orders and take them through their steps
    #[command(subcommand)]
    Orders(orders::cli::Orders),
    /// Fill a shop with made-up purchases
    #[command(subcommand)]
    Purchases(purchases::cli::Purchases),
    /// Look after the model that searches by meaning
    #[command(subcommand)]
    Model(Model),
    /// Figures over time: sales, stock, souk's own speed
    #[command(subcommand)]
    Analytics(analytics::cli::Analytics),
    /// Look after accounts: passwords, roles, sessions
    #[command(subcommand)]
    Users(accounts::cli::Users),
    /// Open the account of whoever looks after the shop
    #[command(subcommand)]
    Admin(accounts::cli::Admin),
    /// What the shop knows of its customers
    #[command(subcommand)]
    Customers(customers::cli::Customers),
    /// Count what there is, and how far everything is
    Status,
    /// Look for trouble, and say what to do about it
    Doctor,
    /// Measure how good answers are
    #[command(subcommand)]
    Eval(recommendations::cli::Eval),
    /// Move a shop to other engines, from files to servers or back
    Migrate(operations::migrate::Migrate),
    /// Look after what is derived from the log
    #[command(subcommand)]
    Projections(operations::cli::Projections),
}

impl Cli {
    /// The file of settings that the command is about.
    pub fn config(&self) -> Option<&Path> {
        match &self.command {
            Command::Migrate(migrate) if migrate.from.is_some() => migrate.from.as_deref(),
            _ => self.everywhere.config.as_deref(),
        }
    }
}

/// What a command wants to find where the settings point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// A shop that somebody has made: to make an empty one would answer a question that nobody asked.
    Shop,
    /// Makes what is missing.
    Anything,
    /// Has nothing to do with any one shop.
    Nothing,
}

impl Command {
    pub fn needs(&self) -> Needs {
        match self {
            Self::Demo(_)
            | Self::Serve(_)
            | Self::Worker
            | Self::Load(_)
            | Self::Import(_)
            | Self::Admin(_) => Needs::Anything,
            Self::Model(_) => Needs::Nothing,
            _ => Needs::Shop,
        }
    }

    /// Whether it is of no use under another currency than the shop's. The others may be needed to find that out.
    fn shows_prices(&self) -> bool {
        !matches!(
            self,
            Self::Status | Self::Doctor | Self::Migrate(_) | Self::Model(_) | Self::Projections(_)
        )
    }

    /// Whether it runs until it is told to stop.
    pub fn stays(&self) -> bool {
        matches!(self, Self::Demo(_) | Self::Serve(_) | Self::Worker)
    }
}

/// How a command that did not fail ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    Well,
    /// Done, but not everything is well: rows were refused, or a doctor found something.
    WithComplaints,
}

/// Runs one command.
/// Where the store cannot be asked now, it is asked again before anything is priced or sold.
async fn in_its_currency(app: &App) -> Result<(), Problem> {
    const PATIENCE: Duration = Duration::from_secs(2);
    match tokio::time::timeout(PATIENCE, currency::check(&app.shop)).await {
        Ok(Err(error)) if error.code() == ErrorCode::InvalidInput => Err(error.into()),
        _ => Ok(()),
    }
}

pub async fn run(command: Command, app: Arc<App>, terminal: Terminal) -> Result<Ended, Problem> {
    if command.shows_prices() {
        in_its_currency(&app).await?;
    }
    match command {
        Command::Demo(demo) => operations::serve::demo(demo, app, terminal).await,
        Command::Worker => operations::worker::work(app, terminal).await,
        Command::Serve(serve) => operations::serve::serve(serve, app, terminal).await,
        Command::Load(load) => loading::cli::load(load, &app, terminal).await,
        Command::Import(import) => loading::cli::import(import, &app, terminal).await,
        Command::Export(export) => loading::export::export(export, &app, terminal).await,
        Command::Products(products) => catalog::cli::products(products, &app, terminal).await,
        Command::Search(search) => discovery::cli::search(search, &app, terminal).await,
        Command::Reviews(reviews) => reviews::cli::reviews(reviews, &app, terminal).await,
        Command::Recommend(recommend) => recommendations::cli::recommend(recommend, &app, terminal).await,
        Command::Cart(cart) => carts::cli::cart(cart, &app, terminal).await,
        Command::Wishlists(wishlists) => wishlists::cli::wishlists(wishlists, &app, terminal).await,
        Command::Orders(orders) => orders::cli::orders(orders, &app, terminal).await,
        Command::Purchases(purchases) => purchases::cli::purchases(purchases, &app, terminal).await,
        Command::Model(command) => model(command, &*app.shop.embedder, terminal).await,
        Command::Analytics(analytics) => analytics::cli::analytics(analytics, &app, terminal).await,
        Command::Users(users) => accounts::cli::users(users, &app, terminal).await,
        Command::Admin(admin) => accounts::cli::admin(admin, &app, terminal).await,
        Command::Customers(customers) => customers::cli::customers(customers, &app, terminal).await,
        Command::Status => operations::cli::status(&app, terminal).await,
        Command::Doctor => operations::cli::doctor(&app, terminal).await,
        Command::Eval(eval) => recommendations::cli::eval(eval, &app, terminal).await,
        Command::Migrate(migrate) => operations::migrate::migrate(migrate, &app, terminal).await,
        Command::Projections(projections) => operations::cli::projections(projections, &app, terminal).await,
    }
}

/// Runs a command that is about the model, which needs no shop.
pub async fn model(command: Model, embedder: &dyn Embedder, terminal: Terminal) -> Result<Ended, Problem> {
    model::cli::model(command, embedder, terminal).await
}

/// Reports how a command ended, and turns it into the exit code.
pub fn exit_code(ended: Result<Ended, Problem>, terminal: Terminal) -> ExitCode {
    match ended {
        Ok(Ended::Well) => ExitCode::SUCCESS,
        Ok(Ended::WithComplaints) => ExitCode::from(1),
        Err(problem) => {
            let code = problem.code.exit_code();
            terminal.failure(problem);
            ExitCode::from(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_commands_are_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn what_holds_everywhere_may_stand_anywhere_and_stock_may_fall() {
        for line in [
            "souk --json --data d products set P001 --stock -5",
            "souk products --json set P001 --stock=-5 --data d",
            "souk products set P001 --stock +5 --json --data d",
        ] {
            let cli = Cli::try_parse_from(line.split(' ')).unwrap();
            assert!(cli.everywhere.json, "{line}");
            assert_eq!(cli.everywhere.data, Some("d".into()), "{line}");
        }
    }
}
