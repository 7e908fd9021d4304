//! What every request passes on its way in and every answer on its way out, whatever the feature.
//!
//! Nothing here knows a use case; [`details`] alone knows the errors of features, to say more about some of them.

mod body;
mod details;
mod enter;
mod idempotency;
mod identity;
mod meter;
mod params;
mod position;
mod problem;

pub use body::{JsonBody, JsonList};
pub use enter::{Gate, Limits};
pub(crate) use enter::{no_such_method, no_such_route};
pub use idempotency::idempotency_key;
pub use identity::{Caller, MaybeCaller};
pub use meter::Meter;
pub use params::{Given, PathRef, PathText, Query, blank_is_absent, named, page};
pub use position::{Done, Fresh, Reader, Token};
pub use problem::{Problem, ProblemDocument};
