//! The engines of the `graph` role.

#[cfg(feature = "neo4j")]
mod neo4j;
mod sqlite;

use souk_ports::graph::Graph;

use crate::table::{Engine, Fresh};

pub const ENGINES: &[Engine<dyn Graph>] = &[
    Engine {
        scheme: "sqlite",
        title: "SQLite, one file per generation",
        open: |location| Box::pin(sqlite::open(location)),
        fresh: |_| Fresh::Url("sqlite://graph".to_owned()),
    },
    #[cfg(feature = "neo4j")]
    Engine {
        scheme: "neo4j",
        title: "Neo4j 5, as nodes and relationships",
        open: |location| Box::pin(neo4j::open(location)),
        fresh: |_| neo4j::fresh(),
    },
];
