//! The roles that souk needs filled, one file each: a trait, its promises, and the plain data that crosses it.
//!
//! Engines implement these traits, features call them, and [`contract`] holds the cases that every engine of a role
//! must pass. No engine's type and no query language appears here. See `docs/adr/0001-one-commit-in-groups.md`.
//!
//! Every trait has an example of its ordinary use.

#![warn(missing_docs)]

pub mod cache;
#[cfg(feature = "contract")]
// Its functions are cases, whose names say what they hold.
#[allow(missing_docs)]
pub mod contract;
pub mod derived;
pub mod documents;
pub mod embedder;
mod error;
pub mod event;
pub mod fetch;
pub mod graph;
pub mod moving;
pub mod objects;
pub mod projection;
pub mod records;
pub mod rows;
pub mod search;
pub mod series;
pub mod store;
pub mod vectors;

pub use error::{BoxError, Error, Result, Why};
