//! The doors to what brings catalogues in and out: the command line only.

pub(crate) mod cli;
pub(crate) mod export;
