//! One account: what it is made of, and what of it ends sessions. Pure.

use serde::{Deserialize, Serialize};
use souk_kernel::{Timestamp, UserId};
use souk_ports::event::{StreamId, StreamKind};
use souk_ports::records::{Index, Record};
use souk_ports::rows::RecordEntry;
use uuid::Uuid;

use super::Error;
use crate::access::Roles;
use crate::catalog::texts::is_control;
use crate::customers::events::email_key;

pub(super) const STREAM: StreamKind = StreamKind::numbered(11);

pub(super) fn stream(user: UserId) -> StreamId {
    StreamId { kind: STREAM, id: user.0 }
}

/// Characters.
pub const MIN_PASSWORD: usize = 8;
/// Bytes.
pub const MAX_PASSWORD: usize = 256;
/// Bytes, of RFC 5321.
const MAX_EMAIL: usize = 254;
/// Characters.
const MAX_NAME: usize = 120;
/// Sessions that were ended one by one and would hold otherwise; more end all.
const MAX_ENDED: usize = 64;

/// The id is the user's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Account {
    pub(super) user_id: UserId,
    /// To sign in with. `None` once its owner is erased, and where nobody has proved to be the owner.
    #[serde(default)]
    pub(super) email: Option<String>,
    /// As argon2id leaves it, with its parameters and salt. `None`: no password opens it.
    #[serde(default)]
    pub(super) password: Option<String>,
    pub(super) roles: Roles,
    /// Sessions that began under a lower one are over.
    pub(super) epoch: u64,
    /// Sessions of this epoch that are over.
    #[serde(default)]
    pub(super) ended: Vec<Ended>,
    pub(super) opened_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ended {
    pub(super) session: Uuid,
    /// From then on it would be over anyway.
    pub(super) until: Timestamp,
}

/// The value is [`email_key`].
pub(super) const BY_EMAIL: Index = Index::of("email").unique().personal();

impl Record for Account {
    const KIND: &'static str = "account";
    const INDEXES: &'static [Index] = &[BY_EMAIL];
    const PERSONAL: &'static [&'static str] = &["email", "password"];

    fn id(&self) -> Uuid {
        self.user_id.0
    }

    fn person(&self) -> Option<UserId> {
        Some(self.user_id)
    }

    fn entries(&self) -> Vec<RecordEntry> {
        self.email.iter().map(|email| BY_EMAIL.entry(email_key(email), 0)).collect()
    }
}

impl Account {
    /// Nobody can sign in with it, and it may do what every customer may.
    pub(super) fn of(user_id: UserId, at: Timestamp) -> Self {
        Self {
            user_id,
            email: None,
            password: None,
            roles: Roles::NONE,
            epoch: 0,
            ended: Vec::new(),
            opened_at: at,
        }
    }

    pub(super) fn holds(&self, session: Uuid, epoch: u64) -> bool {
        epoch >= self.epoch && self.ended.iter().all(|ended| ended.session != session)
    }

    /// All sessions are over.
    pub(super) fn end_all(&mut self) {
        self.epoch += 1;
        self.ended.clear();
    }

    /// One session is over; all are where too many were ended one by one.
    pub(super) fn end(&mut self, session: Uuid, until: Timestamp, now: Timestamp) {
        self.ended.retain(|ended| ended.until > now && ended.session != session);
        if self.ended.len() >= MAX_ENDED {
            return self.end_all();
        }
        self.ended.push(Ended { session, until });
    }
}

/// Any characters; their number alone is asked for, as the guidelines of NIST SP 800-63B have it.
pub(super) fn checked_password(password: &str) -> Result<(), Error> {
    if password.len() > MAX_PASSWORD {
        return Err(Error::invalid("password", format!("has more than {MAX_PASSWORD} bytes")));
    }
    if password.chars().count() < MIN_PASSWORD {
        return Err(Error::invalid("password", format!("has fewer than {MIN_PASSWORD} characters")));
    }
    Ok(())
}

/// What no mail can reach is refused; whether mail reaches somebody is for mail to find out.
pub(super) fn checked_email(text: &str) -> Result<String, Error> {
    let text = text.trim();
    let odd = |c: char| c.is_whitespace() || is_control(c) || matches!(c, '<' | '>' | ',' | ';' | '"');
    let is_address = text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && !host.is_empty() && !host.contains('@') && !host.starts_with('.')
    });
    if !is_address || text.len() > MAX_EMAIL || text.chars().any(odd) {
        return Err(Error::invalid("email", "is no address such as anna@example.org".to_owned()));
    }
    Ok(text.to_owned())
}

pub(super) fn checked_name(text: &str) -> Result<String, Error> {
    let text = text.trim();
    let length = text.chars().count();
    if !(1..=MAX_NAME).contains(&length) || text.chars().any(is_control) {
        let reason = format!("has 1 to {MAX_NAME} characters on one line");
        return Err(Error::invalid("name", reason));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use souk_ports::records::{read, row};

    use super::*;

    fn account() -> Account {
        let email = Some("Anna@example.org".to_owned());
        let password = Some("$argon2id$…".to_owned());
        let user = "U001".parse().unwrap();
        Account { email, password, ..Account::of(user, Timestamp::from_ms(1)) }
    }

    #[test]
    fn an_erased_account_has_neither_address_nor_password() {
        let mut written = row(&account()).unwrap();
        assert_eq!(read::<Account>(&written).unwrap(), account());
        let content = written.content.as_mut().unwrap();
        assert!(!content.data.contains("argon2") && !content.data.contains("nna@"), "{}", content.data);
        assert!(content.entries.iter().all(|entry| entry.is_personal && entry.value == "anna@example.org"));
        content.personal = None;
        let erased = read::<Account>(&written).unwrap();
        assert_eq!((erased.email, erased.password), (None, None));
    }

    #[test]
    fn sessions_end_one_by_one_or_all_together() {
        let (mut account, now) = (account(), Timestamp::from_ms(10));
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        account.end(one, Timestamp::from_ms(100), now);
        assert!(!account.holds(one, 0) && account.holds(other, 0));
        account.end(other, Timestamp::from_ms(200), Timestamp::from_ms(100));
        // What has run out anyway need not be remembered.
        assert_eq!(account.ended.len(), 1);
        account.end_all();
        assert!(!account.holds(Uuid::from_u128(3), 0) && account.holds(Uuid::from_u128(3), 1));
        for n in 0..=MAX_ENDED as u128 {
            account.end(Uuid::from_u128(n), Timestamp::from_ms(100), now);
        }
        assert_eq!((account.epoch, account.ended.len()), (2, 0));
    }

    #[test]
    fn addresses_and_passwords_are_what_they_can_be() {
        assert_eq!(checked_email(" anna@example.org ").unwrap(), "anna@example.org");
        for bad in ["", "anna", "@x", "a@", "a b@x", "a@b@c", "a@.x", "A <a@x>", &"a@".repeat(200)] {
            assert!(checked_email(bad).is_err(), "{bad}");
        }
        for good in ["12345678", &"\u{1F511}".repeat(8), &"x".repeat(MAX_PASSWORD)] {
            assert!(checked_password(good).is_ok(), "{good}");
        }
        for bad in ["", "1234567", &"x".repeat(MAX_PASSWORD + 1)] {
            assert!(checked_password(bad).is_err(), "{bad}");
        }
    }
}
