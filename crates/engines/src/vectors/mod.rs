//! The engines of the `vectors` role.

mod check;
mod hnsw;
#[cfg(feature = "postgres")]
mod pgvector;

use souk_ports::vectors::Vectors;

use crate::Engine;

pub const ENGINES: &[Engine<dyn Vectors>] = &[
    hnsw::ENGINE,
    #[cfg(feature = "postgres")]
    pgvector::ENGINE,
];
