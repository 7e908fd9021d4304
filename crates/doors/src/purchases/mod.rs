//! The door to made-up purchases: the command line alone, since no client should fill a shop with them.

pub(crate) mod cli;
