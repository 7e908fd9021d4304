//! Pictures: drawn for products that have none, checked when somebody uploads one, and made smaller.
//!
//! Everything here is a pure function of its input: no file, no clock, no font, no chance. What is left out: where pictures
//! are kept, and which product they belong to.

mod colour;
mod draw;
mod photo;
mod seed;
mod template;

pub use draw::{InSizes, SIDE, Subject, draw, draw_in_sizes};
pub use photo::{MAX_BYTES, MAX_PIXELS, MAX_SIDE, Refusal, photo, shrink};

/// What every picture is encoded as.
pub const CONTENT_TYPE: &str = "image/webp";

/// A fault of ours: a template, or a picture that was kept, is not what it should be.
#[derive(Debug, thiserror::Error)]
#[error("{what}: {why}")]
pub struct Error {
    what: String,
    why: String,
}

impl Error {
    fn new(what: impl Into<String>, why: impl std::fmt::Display) -> Self {
        Self { what: what.into(), why: why.to_string() }
    }
}
