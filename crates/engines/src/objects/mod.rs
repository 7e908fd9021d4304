//! The engines of the `objects` role.

use std::sync::Arc;

use souk_ports::objects::Objects;

use crate::absent::Absent;
use crate::table::{Engine, Fresh};

pub const ENGINES: &[Engine<dyn Objects>] = &[Engine {
    scheme: "file",
    title: "not built yet",
    open: |_| Box::pin(async { Ok(Arc::new(Absent("objects")) as Arc<dyn Objects>) }),
    fresh: |_| Fresh::Url("file://objects".to_owned()),
}];
