//! The engines of the `objects` role.

use souk_ports::objects::Objects;

use crate::table::{Engine, Fresh};

mod file;

pub const ENGINES: &[Engine<dyn Objects>] = &[Engine {
    scheme: "file",
    title: "a folder",
    open: |location| Box::pin(file::open(location)),
    fresh: |_| Fresh::Url("file://objects".to_owned()),
}];
