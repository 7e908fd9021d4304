//! The engines of the `objects` role.

mod content;
mod file;
mod owned;
#[cfg(feature = "s3")]
mod s3;

use souk_ports::objects::Objects;

#[cfg(feature = "s3")]
use crate::remote::fresh::fresh;
use crate::table::{Engine, Fresh};

pub const ENGINES: &[Engine<dyn Objects>] = &[
    Engine {
        scheme: "file",
        title: "a folder",
        open: |location| Box::pin(file::open(location)),
        fresh: |_| Fresh::Url("file://objects".to_owned()),
    },
    #[cfg(feature = "s3")]
    Engine {
        scheme: "s3",
        title: "a bucket of S3, or of what speaks like it",
        open: |location| Box::pin(s3::open(location)),
        fresh: |_| {
            fresh("SOUK_TEST_S3", "127.0.0.1:19000", |address, name| {
                format!(
                    "s3://souk-contract/{name}?endpoint=http://{address}&allow_http=true&create_bucket=true\
                     &access_key_id=minioadmin&secret_access_key=minioadmin"
                )
            })
        },
    },
];
