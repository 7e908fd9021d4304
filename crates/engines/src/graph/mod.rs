//! The engines of the `graph` role.

mod sqlite;

use souk_ports::graph::Graph;

use crate::table::{Engine, Fresh};

pub const ENGINES: &[Engine<dyn Graph>] = &[Engine {
    scheme: "sqlite",
    title: "SQLite, one file per generation",
    open: |location| Box::pin(sqlite::open(location)),
    fresh: |_| Fresh::Url("sqlite://graph".to_owned()),
}];
