//! The doors to the embedder's weights: the command line only.

pub(crate) mod cli;
