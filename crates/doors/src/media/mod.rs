//! The doors to pictures.

pub(crate) mod cli;
pub(crate) mod draw;
pub(crate) mod rest;
