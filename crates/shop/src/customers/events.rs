//! What happens to users, as the log keeps it. Everything that says who they are stands in the personal part.

use serde::{Deserialize, Serialize};
use souk_kernel::{Timestamp, UserId};
use souk_ports::Error as PortError;
use souk_ports::event::{Actor, NewEvent, Personal};
use souk_ports::rows::{Address, Person, User};

const SCHEMA: u16 = 1;

/// The space of the guard that gives each email address to one user.
pub const EMAILS: &str = "email";

/// The same for two addresses that reach the same mailbox wherever it matters.
pub fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserEvent {
    UserRegistered(UserRegistered),
    UserChanged(UserChanged),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRegistered {
    pub user: User,
    /// `None` when it has been erased.
    #[serde(skip)]
    pub personal: Option<PersonalPart>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserChanged {
    /// As they are now.
    pub user: User,
    /// The names of the fields that differ from before, without what stood in them.
    pub changed: Vec<String>,
    #[serde(skip)]
    pub personal: Option<PersonalPart>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonalPart {
    pub name: String,
    pub email: String,
    pub phone: Option<String>,
    pub address: Option<Address>,
}

impl From<&Person> for PersonalPart {
    fn from(person: &Person) -> Self {
        Self {
            name: person.name.clone(),
            email: person.email.clone(),
            phone: person.phone.clone(),
            address: person.address.clone(),
        }
    }
}

impl UserEvent {
    pub fn kind(&self) -> &'static str {
        match self {
            Self::UserRegistered(_) => "user-registered",
            Self::UserChanged(_) => "user-changed",
        }
    }

    pub fn into_new(
        self,
        occurred_at: Timestamp,
        actor: Actor,
        reason: Option<String>,
    ) -> Result<NewEvent, PortError> {
        let kind = self.kind();
        let (data, personal, person): (_, Option<PersonalPart>, UserId) = match self {
            Self::UserRegistered(event) => (serde_json::to_string(&event), event.personal, event.user.id),
            Self::UserChanged(event) => (serde_json::to_string(&event), event.personal, event.user.id),
        };
        let unwritable = |source| PortError::internal(format!("writing a {kind} event"), source);
        let personal =
            personal.map(|personal| serde_json::to_string(&personal)).transpose().map_err(unwritable)?;
        Ok(NewEvent {
            stream: person.into(),
            kind: kind.to_owned(),
            schema: SCHEMA,
            data: data.map_err(unwritable)?,
            personal: personal.map(|data| Personal { person, data }),
            occurred_at,
            actor,
            reason,
        })
    }

    /// `None` when the kind is none of the users'.
    pub fn parse(
        kind: &str,
        schema: u16,
        data: &str,
        personal: Option<&str>,
    ) -> Option<serde_json::Result<Self>> {
        let read = || -> serde_json::Result<Option<Self>> {
            let personal = personal.map(serde_json::from_str).transpose()?;
            Ok(match (kind, schema) {
                ("user-registered", SCHEMA) => {
                    let event: UserRegistered = serde_json::from_str(data)?;
                    Some(Self::UserRegistered(UserRegistered { personal, ..event }))
                }
                ("user-changed", SCHEMA) => {
                    let event: UserChanged = serde_json::from_str(data)?;
                    Some(Self::UserChanged(UserChanged { personal, ..event }))
                }
                _ => None,
            })
        };
        read().transpose()
    }
}

#[cfg(test)]
#[path = "events_tests.rs"]
mod tests;
