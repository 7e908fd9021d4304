//! The engines that can fill the `search` role.

mod content;
mod keys;
#[cfg(feature = "opensearch")]
mod opensearch;
#[cfg(feature = "postgres")]
mod postgres;
mod tantivy;
mod words;

use souk_ports::search::Search;

use crate::Engine;

pub const ENGINES: &[Engine<dyn Search>] = &[
    tantivy::ENGINE,
    #[cfg(feature = "opensearch")]
    opensearch::ENGINE,
    #[cfg(feature = "postgres")]
    postgres::ENGINE,
];
