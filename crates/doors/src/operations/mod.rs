//! The doors for operators: is souk well, how far are the projections, and rebuilding them.

pub(crate) mod cli;
mod doctor;
mod figures;
pub(crate) mod fill;
pub(crate) mod migrate;
pub(crate) mod rest;
pub(crate) mod serve;
mod stages;
mod status;
pub(crate) mod worker;
