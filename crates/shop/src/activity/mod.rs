//! What people do in the shop, as clients report it: views, clicks, what is put into carts.
//!
//! Left out: what souk knows better itself. A purchase that a client reports is kept and counts for nothing.

mod error;
mod kinds;
mod known_products;
mod projections;
mod record;

use crate::declared::Declarations;

pub use error::Error;
pub(crate) use kinds::declared;
pub use kinds::{DeclaredActivity, kinds};
pub use known_products::KnownProducts;
pub use projections::{INTEREST, Interest};
pub use record::{MAX_EVENTS, Recorded, Reported, record};

pub const DECLARED: Declarations = Declarations { activities: kinds::KINDS, ..Declarations::NOTHING };
