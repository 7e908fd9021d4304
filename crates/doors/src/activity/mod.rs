//! The door to the activity feed.

pub(crate) mod rest;
