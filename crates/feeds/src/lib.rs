//! Product exports of other shop systems, opened, recognised and brought into one plain shape; and that shape written
//! out again.
//!
//! It knows nothing of a shop: no ids, no rows of a database, no bounds on the length of a name. It reads whatever size
//! of file within some tens of megabytes of memory, and says of everything that it does not take over that it does not.
#![warn(missing_docs)]

mod amount;
mod asked;
mod bounds;
mod build;
mod bytes;
mod columns;
mod csv;
mod dialect;
mod doubles;
mod error;
mod fields;
mod group;
mod gtin;
mod json;
pub mod map;
mod names;
mod own;
mod plan;
mod read;
mod recognise;
mod reject;
mod row;
mod scan;
pub mod shape;
mod source;
mod special;
mod summary;
mod table;
mod text;
pub mod write;
mod xml;

pub use amount::Amount;
pub use bounds::Bounds;
pub use bytes::Encoding;
pub use error::Error;
pub use gtin::gtin;
pub use map::Map;
pub use recognise::{Near, built_in, built_in_names};
pub use reject::{Fault, FaultKind, Reject, Rejects};
pub use source::{Item, Options, Source};
pub use summary::Summary;
