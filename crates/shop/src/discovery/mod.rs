//! Finding products: by words, by meaning, or by both.
//!
//! The engines answer with ids; pages, prices and stock are joined from the catalogue. Left out: what to show to whom
//! without being asked ([`crate::recommendations`]).

mod answers;
mod category_names;
mod embedding;
mod error;
mod filter;
mod fusion;
mod passing;
mod projections;
mod ranking;
mod search_products;
mod views;

pub use answers::Answers;
pub use embedding::{Embedded, embed_waiting, fetch_model, still_waiting};
pub use error::Error;
pub use filter::{MAX_TEXT, SearchRequest, SearchSort};
pub use projections::{PRODUCT_VECTORS, ProductVectors};
pub use search_products::search_products;
pub use views::{Correction, FacetCounts, Facets, FoundBy, FoundProduct, SearchAnswer, SearchMode};
