//! The doors to the orders.

pub(crate) mod cli;
pub(crate) mod rest;
