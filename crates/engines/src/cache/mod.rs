//! The engines of the `cache` role.

mod sqlite;

use souk_ports::cache::Cache;

use crate::table::{Engine, Fresh};

pub const ENGINES: &[Engine<dyn Cache>] = &[Engine {
    scheme: "sqlite",
    title: "SQLite, one file for what is owned and one per generation of what is derived",
    open: |location| Box::pin(sqlite::open(location)),
    fresh: |_| Fresh::Url("sqlite://cache".to_owned()),
}];
