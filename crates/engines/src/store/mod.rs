//! The engines of the `store` role.

use std::sync::Arc;

use souk_ports::store::Store;

use crate::table::{Engine, Fresh};

pub mod sqlite;

pub const ENGINES: &[Engine<dyn Store>] = &[Engine {
    scheme: "sqlite",
    title: "SQLite",
    open: |location| {
        Box::pin(async move { Ok(Arc::new(sqlite::SqliteStore::open(&location)?) as Arc<dyn Store>) })
    },
    fresh: |_| Fresh::Url("sqlite://souk.db".to_owned()),
}];
