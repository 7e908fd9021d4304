//! The doors to wishlists.

pub(crate) mod cli;
pub(crate) mod rest;
