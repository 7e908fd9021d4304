//! The doors to the loaders: the command line only.

pub(crate) mod cli;
