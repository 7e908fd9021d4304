//! The engines of the `store` role. What they share: the rules of a commit ([`check`], [`decide`]), the tables in which
//! rows lie ([`tables`]) and what the databases hold about them ([`constraints`]).

use std::sync::Arc;

use souk_ports::store::Store;

use crate::table::{Engine, Fresh};

mod check;
mod constraints;
mod decide;
#[cfg(feature = "postgres")]
mod postgres;
pub mod sqlite;
mod tables;

pub const ENGINES: &[Engine<dyn Store>] = &[
    Engine {
        scheme: "sqlite",
        title: "SQLite",
        open: |location| {
            Box::pin(async move { Ok(Arc::new(sqlite::SqliteStore::open(&location)?) as Arc<dyn Store>) })
        },
        fresh: |_| Fresh::Url("sqlite://souk.db".to_owned()),
    },
    #[cfg(feature = "postgres")]
    Engine {
        scheme: "postgres",
        title: "PostgreSQL",
        open: |location| Box::pin(postgres::open(location)),
        fresh: |_| crate::remote::postgres::fresh("postgres"),
    },
];
