//! Who is calling, and what they may do: the same for every transport.
//!
//! A door finds out who calls ([`Caller`]), looks up the [`Action`] that is wanted, and lets pass whom the action is for
//! ([`Action::admit`]). On whose data it may be done is judged where the data is read: by [`Caller::sees`]. Another's data
//! is answered as if there were none.

mod actions;
mod permission;

use souk_kernel::{Coded, ErrorCode, UserId};
use souk_ports::event::Actor;

pub use actions::*;
pub use permission::{Permission, Roles};

/// Whoever calls, as far as it is proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// Nobody has said who they are.
    Nobody,
    /// Somebody who is signed in. Whoever works for the shop shops there, too.
    User { id: UserId, roles: Roles },
    /// Somebody whom the call names, and who has proved nothing. Such calls are taken only where the shop's settings do not
    /// ask for accounts yet; everybody may do everything there.
    Named(UserId),
    /// The command line and loaders: whoever has the data folder and the settings has the shop.
    System,
}

impl Caller {
    pub fn user(self) -> Option<UserId> {
        match self {
            Self::User { id, .. } | Self::Named(id) => Some(id),
            Self::Nobody | Self::System => None,
        }
    }

    pub fn may(self, permission: Permission) -> bool {
        match self {
            Self::Nobody => false,
            Self::User { roles, .. } => roles.may(permission),
            Self::Named(_) | Self::System => true,
        }
    }

    /// Whether something of `owner`'s is there for the caller: it is their own, or they look after such things.
    pub fn sees(self, owner: UserId, permission: Permission) -> bool {
        self.user() == Some(owner) || self.may(permission)
    }

    /// Whose things are meant where nobody is named; `None`: everybody's.
    pub fn own_unless(self, permission: Permission) -> Option<UserId> {
        match self {
            Self::Named(id) => Some(id),
            caller => caller.user().filter(|_| !caller.may(permission)),
        }
    }

    /// Who the log says did it.
    pub fn actor(self) -> Actor {
        self.user().map_or(Actor::Staff, Actor::User)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("only somebody who is signed in may do this")]
    NotSignedIn,
    #[error("this needs the permission `{}`", .0.name())]
    Lacks(Permission),
}

impl Coded for Error {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotSignedIn => ErrorCode::IdentityRequired,
            Self::Lacks(_) => ErrorCode::Forbidden,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_looks_after_such_things_sees_those_of_all_and_others_their_own() {
        let (one, other) = (UserId::new(), UserId::new());
        let of = |roles| Caller::User { id: one, roles };
        let orders = Roles::of([Permission::Orders]);
        for (caller, own, others) in [
            (Caller::Nobody, false, false),
            (of(Roles::NONE), true, false),
            (of(Roles::of([Permission::Catalog])), true, false),
            (of(orders), true, true),
            (of(Roles::ADMIN), true, true),
            (Caller::System, true, true),
        ] {
            assert_eq!(caller.sees(one, Permission::Orders), own, "{caller:?}");
            assert_eq!(caller.sees(other, Permission::Orders), others, "{caller:?}");
        }
    }
}
