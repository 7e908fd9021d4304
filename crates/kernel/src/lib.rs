//! What every part of souk speaks: typed ids, money, pages, time and the one table of error codes.
//!
//! Nothing here does I/O, and nothing here knows a feature: a type belongs in this crate only when several
//! crates would otherwise each invent it.

#![warn(missing_docs)]

mod clock;
mod currency;
mod error_code;
mod id;
mod money;
mod page;
mod position;

pub use clock::{Clock, ManualClock, SystemClock, Timestamp};
pub use currency::Currency;
pub use error_code::{Coded, Declared, ErrorCode};
pub use id::{
    ActivityId, CartId, CategoryId, CommentId, CommitId, ExternalId, HoldId, InvalidId, OrderId, ProductId,
    ReviewId, SellerId, UserId, VariantId,
};
pub use money::{InvalidMoney, Money, MoneySum};
pub use page::{InvalidPage, Page};
pub use position::{InvalidPosition, LogPosition, Position};
