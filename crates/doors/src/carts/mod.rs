//! The doors to the cart.

pub(crate) mod cli;
pub(crate) mod rest;
