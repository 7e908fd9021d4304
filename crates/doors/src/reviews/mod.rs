//! The doors to reviews and comments.

pub(crate) mod cli;
pub(crate) mod rest;
