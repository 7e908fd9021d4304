//! Who calls, as doors hand it to use cases. Who it is was found out before: over HTTP by [`crate::accounts::doorkeeper`].

use souk_kernel::{ErrorCode, UserId};
use souk_ports::event::Actor;
use souk_shop::access;
use souk_shop::accounts::Session;

use super::{Given, Problem};

/// Whoever calls, also nobody.
#[derive(Debug, Clone, Copy)]
pub struct Asker(pub access::Caller);

impl Asker {
    /// Who the log says did it.
    pub fn actor(self) -> Actor {
        self.0.actor()
    }
}

/// The user who calls. Whether there is still such a user is for the use case to find out.
#[derive(Debug, Clone)]
pub struct Caller(pub Given<UserId>);

/// The session that calls.
#[derive(Debug, Clone, Copy)]
pub struct ThisSession(pub Session);

pub(crate) fn not_signed_in() -> Problem {
    Problem::new(ErrorCode::IdentityRequired, "only somebody who is signed in may do this")
}
