//! The doors to finding products.

pub(crate) mod cli;
pub(crate) mod embed;
mod print;
pub(crate) mod rest;
