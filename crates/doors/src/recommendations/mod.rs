//! The doors to recommendations.

pub(crate) mod cli;
mod print;
pub(crate) mod rest;
