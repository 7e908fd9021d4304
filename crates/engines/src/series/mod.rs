//! The engines of the `series` role.

mod check;
mod cut;
mod owned;
mod rollups;
mod span;
mod sqlite;
#[cfg(feature = "postgres")]
mod timescale;

use souk_ports::series::Series;

use crate::table::{Engine, Fresh};

pub const ENGINES: &[Engine<dyn Series>] = &[
    Engine {
        scheme: "sqlite",
        title: "SQLite, the feed in a file of its own, one file per generation",
        open: |location| Box::pin(sqlite::open(location)),
        fresh: |_| Fresh::Url("sqlite://series".to_owned()),
    },
    #[cfg(feature = "postgres")]
    Engine {
        scheme: "timescale",
        title: "PostgreSQL with TimescaleDB, one table of facts per generation",
        open: |location| Box::pin(timescale::open(location)),
        fresh: |_| crate::remote::postgres::fresh("timescale"),
    },
];
