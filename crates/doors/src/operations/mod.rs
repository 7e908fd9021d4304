//! The doors for operators: is souk well, how far are the projections, and rebuilding them.

mod background;
pub(crate) mod cli;
mod doctor;
mod figures;
pub(crate) mod fill;
mod filling;
pub(crate) mod migrate;
pub(crate) mod rest;
pub(crate) mod serve;
mod status;
pub(crate) mod worker;

pub use filling::Filling;
