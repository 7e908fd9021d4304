//! The engines of the `vectors` role.

use std::sync::Arc;

use souk_ports::vectors::Vectors;

use crate::absent::Absent;
use crate::table::{Engine, Fresh};

pub const ENGINES: &[Engine<dyn Vectors>] = &[Engine {
    scheme: "hnsw",
    title: "not built yet",
    open: |_| Box::pin(async { Ok(Arc::new(Absent("vectors")) as Arc<dyn Vectors>) }),
    fresh: |_| Fresh::Url("hnsw://vectors".to_owned()),
}];
