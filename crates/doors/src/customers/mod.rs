//! The doors to what the shop knows of its customers.

pub(crate) mod cli;
pub(crate) mod rest;
