//! The engines of the `embedder` role.

use std::sync::Arc;

use souk_ports::embedder::Embedder;

use crate::table::{Engine, Fresh};

mod minilm;

pub const ENGINES: &[Engine<dyn Embedder>] = &[Engine {
    scheme: "minilm",
    title: "all-MiniLM-L6-v2, in this process",
    open: |location| {
        Box::pin(async move { Ok(Arc::new(minilm::Minilm::open(&location)?) as Arc<dyn Embedder>) })
    },
    // No case writes, so all of them share the weights that `souk model fetch` brought; without them they fail.
    fresh: |_| Fresh::Url("minilm://".to_owned()),
}];
