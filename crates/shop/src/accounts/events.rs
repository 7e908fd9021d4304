//! What happens to accounts, as the log keeps it: neither passwords nor addresses, so nothing in it is personal.
//!
//! Fixtures of every kind lie in `fixtures/events/`: data that was written once must be read for ever.

use serde::{Deserialize, Serialize};
use souk_kernel::{Timestamp, UserId};
use souk_ports::event::{Actor, NewEvent};
use souk_ports::{Error, Result};
use uuid::Uuid;

use super::account::stream;
use crate::access::Roles;

const SCHEMA: u16 = 1;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum AccountEvent {
    Opened {
        user_id: UserId,
    },
    /// Every session from before is over.
    PasswordSet {
        user_id: UserId,
    },
    /// The same password at today's cost.
    PasswordRehashed {
        user_id: UserId,
    },
    /// Every session from before is over.
    RolesChanged {
        user_id: UserId,
        roles: Roles,
    },
    /// `None`: all of them.
    SessionsEnded {
        user_id: UserId,
        session_id: Option<Uuid>,
    },
}

impl AccountEvent {
    fn kind(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "account-opened",
            Self::PasswordSet { .. } => "account-password-set",
            Self::PasswordRehashed { .. } => "account-password-rehashed",
            Self::RolesChanged { .. } => "account-roles-changed",
            Self::SessionsEnded { .. } => "account-sessions-ended",
        }
    }

    pub(super) fn user(&self) -> UserId {
        match self {
            Self::Opened { user_id }
            | Self::PasswordSet { user_id }
            | Self::PasswordRehashed { user_id }
            | Self::RolesChanged { user_id, .. }
            | Self::SessionsEnded { user_id, .. } => *user_id,
        }
    }

    pub(super) fn to_new(&self, occurred_at: Timestamp, actor: Actor) -> Result<NewEvent> {
        let kind = self.kind();
        let data = serde_json::to_string(self)
            .map_err(|source| Error::internal(format!("writing event `{kind}`"), source))?;
        Ok(NewEvent {
            stream: stream(self.user()),
            kind: kind.to_owned(),
            schema: SCHEMA,
            data,
            personal: None,
            occurred_at,
            actor,
            reason: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Permission;

    /// These files were written by the first version that wrote such events. They are never edited: a log may hold them.
    #[test]
    fn events_are_written_as_they_ever_were() {
        let user_id = "U001".parse().unwrap();
        let roles = Roles::of([Permission::Orders]);
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/events");
        for event in [
            AccountEvent::Opened { user_id },
            AccountEvent::PasswordSet { user_id },
            AccountEvent::PasswordRehashed { user_id },
            AccountEvent::RolesChanged { user_id, roles },
            AccountEvent::SessionsEnded { user_id, session_id: Some(Uuid::from_u128(7)) },
        ] {
            let new = event.to_new(Timestamp::from_ms(0), Actor::Staff).unwrap();
            let path = format!("{folder}/{}.1.json", new.kind);
            if std::env::var_os("UPDATE_SNAPSHOTS").is_some() && !std::path::Path::new(&path).exists() {
                std::fs::write(&path, format!("{}\n", new.data)).unwrap();
            }
            assert_eq!(std::fs::read_to_string(&path).unwrap().trim(), new.data, "{path}");
        }
    }
}
