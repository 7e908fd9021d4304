//! The engines of the `graph` role.

use std::sync::Arc;

use souk_ports::graph::Graph;

use crate::absent::Absent;
use crate::table::{Engine, Fresh};

pub const ENGINES: &[Engine<dyn Graph>] = &[Engine {
    scheme: "sqlite",
    title: "not built yet",
    open: |_| Box::pin(async { Ok(Arc::new(Absent("graph")) as Arc<dyn Graph>) }),
    fresh: |_| Fresh::Url("sqlite://graph".to_owned()),
}];
