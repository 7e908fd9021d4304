//! What every call has, whatever carries it: who asks, what they have seen, what they call the call, and how it fails.
//!
//! Everything here is made from texts and values, so that each transport can make it from its own: nothing here knows
//! HTTP ([`crate::gate`] does). [`details`] alone knows the errors of features, to say more about some of them.

mod caller;
mod details;
mod given;
mod idempotency;
mod position;
mod problem;
mod request_id;

pub(crate) use caller::not_signed_in;
pub use caller::{Asker, Caller, ThisSession};
pub use given::{Given, Misread, page};
pub use idempotency::idempotency_key;
pub use position::{Answered, Token};
pub use problem::{Problem, ProblemDocument};
pub use request_id::RequestId;

#[cfg(test)]
mod tests;
