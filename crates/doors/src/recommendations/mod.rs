//! The doors to recommendations.

pub(crate) mod cli;
pub(crate) mod print;
pub(crate) mod rest;
