//! The people who buy: who they are and where their orders go.
//!
//! Left out: accounts and signing in, which come later.

mod error;
pub mod events;
mod find_user;
mod insights;

pub use error::Error;
pub use find_user::{Customer, find_user};
pub use insights::{Insights, InsightsOf, Taste, Viewed, insights};
