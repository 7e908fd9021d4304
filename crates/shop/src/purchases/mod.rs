//! Made-up purchases: a history of orders that looks as if people had been buying for half a year.
//!
//! People have tastes, favourites sell much and everything else a little, what goes together is bought together, soap
//! is bought again, and makers fill their shelves. The whole history follows from a seed, the number of orders, its
//! span of time and the catalogue ([`plan`](self)); it is written by the same decisions and commits as real orders, each
//! under an id of its own, so writing it twice adds nothing and an interrupted run is gone on with.
//!
//! Another number of orders or days is another history with the same seed: it comes on top of the first one.
//!
//! Its last days come with what people looked at, in the activity feed.
//!
//! Left out: carts (orders name their items) and prices over time (everything is sold at today's price).

mod affinity;
mod carry_out;
mod dice;
mod errands;
mod error;
mod generate;
mod history;
mod life;
mod looks;
mod market;
mod people;
mod plan;
mod report;
mod rhythm;
mod supply;
mod words;

pub use error::Error;
pub use generate::{MAX_DAYS, MAX_ORDERS, Purchases, generate_purchases, is_unfinished, want_purchases};
pub use report::{Progress, PurchasesReport, Summary};

/// Who writes what nobody in the history does.
const ACTOR: &str = "purchase-generator";
