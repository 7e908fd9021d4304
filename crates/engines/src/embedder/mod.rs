//! The engines of the `embedder` role.

use std::sync::Arc;

use souk_ports::embedder::Embedder;

use crate::absent::Absent;
use crate::table::{Engine, Fresh};

pub const ENGINES: &[Engine<dyn Embedder>] = &[Engine {
    scheme: "minilm",
    title: "not built yet",
    open: |_| Box::pin(async { Ok(Arc::new(Absent("embedder")) as Arc<dyn Embedder>) }),
    fresh: |_| Fresh::Url("minilm://embedder".to_owned()),
}];
