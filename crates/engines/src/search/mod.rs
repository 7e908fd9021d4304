//! The engines that can fill the `search` role.

mod tantivy;

use souk_ports::search::Search;

use crate::Engine;

pub const ENGINES: &[Engine<dyn Search>] = &[tantivy::ENGINE];
