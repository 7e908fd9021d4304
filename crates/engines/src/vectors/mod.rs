//! The engines of the `vectors` role.

mod hnsw;

use souk_ports::vectors::Vectors;

use crate::Engine;

pub const ENGINES: &[Engine<dyn Vectors>] = &[hnsw::ENGINE];
