//! The engines of the `series` role.

use std::sync::Arc;

use souk_ports::series::Series;

use crate::absent::Absent;
use crate::table::{Engine, Fresh};

pub const ENGINES: &[Engine<dyn Series>] = &[Engine {
    scheme: "sqlite",
    title: "not built yet",
    open: |_| Box::pin(async { Ok(Arc::new(Absent("series")) as Arc<dyn Series>) }),
    fresh: |_| Fresh::Url("sqlite://series".to_owned()),
}];
