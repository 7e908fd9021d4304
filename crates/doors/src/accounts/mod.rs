//! Accounts and sessions, and who stands at the door.

pub(crate) mod cli;
mod cookie;
pub(crate) mod doorkeeper;
pub(crate) mod rest;
