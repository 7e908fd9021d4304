//! The engines of the `documents` role.

mod check;
#[cfg(feature = "mongodb")]
mod mongodb;
mod sqlite;

use souk_ports::documents::Documents;

use crate::table::{Engine, Fresh};

pub const ENGINES: &[Engine<dyn Documents>] = &[
    Engine {
        scheme: "sqlite",
        title: "SQLite, one file per generation",
        open: |location| Box::pin(sqlite::open(location)),
        fresh: |_| Fresh::Url("sqlite://documents".to_owned()),
    },
    #[cfg(feature = "mongodb")]
    Engine {
        scheme: "mongodb",
        title: "MongoDB, one collection per generation",
        open: |location| Box::pin(mongodb::open(location)),
        fresh: |_| mongodb::fresh(),
    },
];
