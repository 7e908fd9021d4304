//! The doors to the catalogue.

mod bulk;
pub(crate) mod cli;
pub(crate) mod filters;
pub(crate) mod prices;
pub(crate) mod print;
pub(crate) mod rest;
