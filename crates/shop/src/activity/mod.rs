//! What people do in the shop, as clients report it: views, clicks, what is put into carts.
//!
//! Left out: what souk knows better itself. A purchase that a client reports is kept and counts for nothing.

mod error;
mod known_products;
mod projections;
mod record;

pub use error::Error;
pub use known_products::KnownProducts;
pub use projections::{INTEREST, Interest, points};
pub use record::{MAX_EVENTS, Recorded, Reported, record};
