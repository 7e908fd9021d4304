//! Sessions: somebody who has proved who they are, on one device, until it ends.
//!
//! A session is a hash in the cache role under the SHA-256 of its token, so that whoever reads the cache has no token. A
//! second hash lists the sessions of a user. Every way in which a session ends before its time is written to the *store*
//! first: its account's epoch, or the session among those that are over. So
//!
//! * a cache that has lost its last moments, or was set back, signs nobody in again;
//! * what a process has once read of a session may be kept in its memory, and while the cache is away those sessions go on.
//!
//! | key | field | value |
//! |---|---|---|
//! | `session:<SHA-256 of the token>` | `session` | [`Session`], as JSON |
//! | `sessions:<user>` | the session's id | [`Listed`], as JSON |

use std::collections::BTreeMap;
use std::time::Duration;

use quick_cache::sync::Cache as Memory;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use souk_kernel::{Timestamp, UserId};
use souk_ports::Error as PortError;
use souk_ports::cache::{Cache, HashWrite};
use uuid::Uuid;

use super::account::Account;
use super::events::AccountEvent;
use super::show_account::change_account;
use super::views::{SessionView, SessionsAnswer};
use super::{Error, SignedIn};
use crate::Shop;
use crate::access::Caller;

/// What a token begins with, so that tools which look for secrets find it.
const PREFIX: &str = "souk_";
const FIELD: &str = "session";
/// Sessions that a process remembers, of about 150 bytes each.
const REMEMBERED: usize = 200_000;
/// Of one user at once; the oldest makes room.
const MAX_SESSIONS: usize = 50;
/// Each try that fails means that another writer of the same list succeeded.
const TRIES: u64 = 64;
/// Characters of what a device calls itself.
const MAX_DEVICE: usize = 120;

/// What the cache keeps of a session, and what is remembered of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub id: Uuid,
    pub user: UserId,
    /// Of the account when it began.
    pub epoch: u64,
    pub until: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Listed {
    /// Where the session lies.
    key: String,
    began_at: Timestamp,
    until: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    device: Option<String>,
}

type Hashed = [u8; 32];

/// What this process knows of sessions. It says that they began and never that they have not ended: that is the store's.
pub struct SessionMemory(Memory<Hashed, Session>);

impl Default for SessionMemory {
    fn default() -> Self {
        Self(Memory::new(REMEMBERED))
    }
}

fn hashed(token: &str) -> Hashed {
    Sha256::digest(token.as_bytes()).into()
}

fn key(hashed: &Hashed) -> String {
    let hex: String = hashed.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("session:{hex}")
}

fn list_key(user: UserId) -> String {
    format!("sessions:{user}")
}

fn unreadable(source: serde_json::Error) -> PortError {
    PortError::internal("reading a session", source)
}

/// Who has the token: [`Caller::Nobody`] where no session has it, or the session is over. `Unavailable` where that cannot be
/// found out.
pub async fn check(shop: &Shop, token: &str) -> Result<(Caller, Option<Session>), Error> {
    let nobody = Ok((Caller::Nobody, None));
    let hashed = hashed(token);
    let session = match shop.sessions.0.get(&hashed) {
        Some(session) => session,
        None => {
            let Some(hash) = shop.cache.hash(&key(&hashed)).await? else { return nobody };
            let Some(text) = hash.fields.get(FIELD) else { return nobody };
            let session: Session = serde_json::from_str(text).map_err(unreadable)?;
            shop.sessions.0.insert(hashed, session);
            session
        }
    };
    if session.until > shop.clock.now() {
        // Of the primary: a replica may not know yet that the session is over.
        let account = shop.store.snapshot().await?.record::<Account>(session.user.0).await?;
        let account = account.map(|account| account.row);
        let holds = account.as_ref().is_none_or(|account| account.holds(session.id, session.epoch));
        if holds {
            let roles = account.map(|account| account.roles).unwrap_or_default();
            return Ok((Caller::User { id: session.user, roles }, Some(session)));
        }
    }
    shop.sessions.0.remove(&hashed);
    nobody
}

/// Begins a session of an account as it is known now. It is listed before it holds: what is killed in between leaves a
/// line in a list, and never a session that nobody can find.
pub(super) async fn begin(shop: &Shop, account: &Account, device: Option<&str>) -> Result<SignedIn, Error> {
    // Each has 122 bits of the system's randomness.
    let token = format!("{PREFIX}{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    let hashed = hashed(&token);
    let (now, ttl_ms) = (shop.clock.now(), shop.rules.session_ttl_ms);
    let until = now.plus_ms(ttl_ms);
    let session = Session { id: Uuid::now_v7(), user: account.user_id, epoch: account.epoch, until };
    let device = device.map(|device| device.chars().filter(|c| !c.is_control()).take(MAX_DEVICE).collect());
    let listed = Listed { key: key(&hashed), began_at: now, until, device };
    list(&*shop.cache, account, session.id, &listed, now, ttl_ms).await?;
    let text = serde_json::to_string(&session).map_err(unreadable)?;
    let write = HashWrite { set: BTreeMap::from([(FIELD.to_owned(), text)]), remove: Vec::new(), ttl_ms };
    shop.cache.write_hash(&listed.key, None, write).await?;
    shop.sessions.0.insert(hashed, session);
    Ok(SignedIn { token, session_id: session.id, user_id: account.user_id, expires_at: until })
}

/// Puts a session into the list of its user, from which those go that are over.
async fn list(
    cache: &dyn Cache,
    account: &Account,
    id: Uuid,
    listed: &Listed,
    now: Timestamp,
    ttl_ms: i64,
) -> Result<(), Error> {
    let key = list_key(account.user_id);
    let text = serde_json::to_string(listed).map_err(unreadable)?;
    for attempt in 0..TRIES {
        let hash = cache.hash(&key).await?;
        let mut others = hash.as_ref().map(|hash| read_list(&hash.fields)).transpose()?.unwrap_or_default();
        others.sort_by_key(|(_, other)| other.began_at);
        let surplus = (others.len() + 1).saturating_sub(MAX_SESSIONS);
        let over = |(place, (_, other)): &(usize, &(Uuid, Listed))| *place < surplus || other.until <= now;
        let gone: Vec<&(Uuid, Listed)> = others.iter().enumerate().filter(over).map(|(_, one)| one).collect();
        let remove = gone.iter().map(|(id, _)| id.to_string()).collect();
        let set = BTreeMap::from([(id.to_string(), text.clone())]);
        let write = HashWrite { set, remove, ttl_ms };
        match cache.write_hash(&key, hash.map(|hash| hash.version), write).await {
            Ok(_) => {
                for (_, one) in gone {
                    forget(cache, &one.key).await?;
                }
                return Ok(());
            }
            Err(PortError::Conflict { .. }) => {
                tokio::time::sleep(Duration::from_millis(attempt.min(10))).await
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::Contended)
}

fn read_list(fields: &BTreeMap<String, String>) -> Result<Vec<(Uuid, Listed)>, PortError> {
    // A field that is no session is of a later version of this program.
    let ids = fields.iter().filter_map(|(id, text)| Some((id.parse::<Uuid>().ok()?, text)));
    ids.map(|(id, text)| Ok((id, serde_json::from_str(text).map_err(unreadable)?))).collect()
}

/// One that is gone already is no failure.
async fn forget(cache: &dyn Cache, key: &str) -> Result<(), PortError> {
    let Some(hash) = cache.hash(key).await? else { return Ok(()) };
    match cache.delete_hash(key, hash.version).await {
        Ok(()) | Err(PortError::Conflict { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// The sessions of a user that hold, the newest first. `this` is the one that asks.
pub async fn list_sessions(shop: &Shop, user: UserId, this: Option<Uuid>) -> Result<SessionsAnswer, Error> {
    let hash = shop.cache.hash(&list_key(user)).await?;
    let listed = hash.map(|hash| read_list(&hash.fields)).transpose()?.unwrap_or_default();
    let account = shop.store.snapshot().await?.record::<Account>(user.0).await?;
    let now = shop.clock.now();
    let mut sessions = Vec::new();
    for (id, one) in listed {
        // The epoch that it began under stands in the session itself.
        let Some(hash) = shop.cache.hash(&one.key).await? else { continue };
        let Some(text) = hash.fields.get(FIELD) else { continue };
        let session: Session = serde_json::from_str(text).map_err(unreadable)?;
        let holds = account.as_ref().is_none_or(|account| account.row.holds(id, session.epoch));
        if holds && one.until > now {
            let Listed { began_at, until, device, .. } = one;
            let is_this = this == Some(id);
            sessions.push(SessionView { session_id: id, began_at, expires_at: until, device, is_this });
        }
    }
    sessions.sort_by_key(|one| std::cmp::Reverse((one.began_at, one.session_id)));
    Ok(SessionsAnswer { sessions })
}

/// Ends one session of this user: in the store, and then it is taken out of the cache, which may be away.
pub async fn end_session(shop: &Shop, user: UserId, session: Uuid, by: Caller) -> Result<(), Error> {
    let now = shop.clock.now();
    let listed = list_sessions(shop, user, None).await?.sessions;
    let Some(found) = listed.iter().find(|one| one.session_id == session) else {
        return Err(Error::UnknownSession { asked: session.to_string() });
    };
    end(shop, user, Some((session, found.expires_at)), by, now).await
}

/// Ends the session that asks. It need not be in the cache.
pub async fn end_this(shop: &Shop, session: Session, by: Caller) -> Result<(), Error> {
    end(shop, session.user, Some((session.id, session.until)), by, shop.clock.now()).await
}

/// Ends all sessions of this user.
pub async fn end_all(shop: &Shop, user: UserId, by: Caller) -> Result<(), Error> {
    end(shop, user, None, by, shop.clock.now()).await
}

async fn end(
    shop: &Shop,
    user: UserId,
    one: Option<(Uuid, Timestamp)>,
    by: Caller,
    now: Timestamp,
) -> Result<(), Error> {
    let event = AccountEvent::SessionsEnded { user_id: user, session_id: one.map(|(id, _)| id) };
    change_account(shop, user, by.actor(), |account| {
        match one {
            Some((id, until)) => account.end(id, until, now),
            None => account.end_all(),
        }
        Ok(Some(event.clone()))
    })
    .await?;
    if let Err(error) = unlist(&*shop.cache, user, one.map(|(id, _)| id), now).await {
        tracing::debug!(%error, "a session that is over stays in the cache until it runs out");
    }
    Ok(())
}

async fn unlist(cache: &dyn Cache, user: UserId, one: Option<Uuid>, now: Timestamp) -> Result<(), PortError> {
    let key = list_key(user);
    for _ in 0..TRIES {
        let Some(hash) = cache.hash(&key).await? else { return Ok(()) };
        let mut gone = read_list(&hash.fields)?;
        gone.retain(|(id, _)| one.is_none_or(|one| one == *id));
        for (_, listed) in &gone {
            forget(cache, &listed.key).await?;
        }
        let lasts = hash.fields.len() > gone.len();
        let written = if lasts {
            let remove = gone.iter().map(|(id, _)| id.to_string()).collect();
            let ttl_ms = (hash.expires_at.ms() - now.ms()).max(1);
            let write = HashWrite { remove, ttl_ms, ..HashWrite::default() };
            cache.write_hash(&key, Some(hash.version), write).await.map(drop)
        } else {
            cache.delete_hash(&key, hash.version).await
        };
        match written {
            Err(PortError::Conflict { .. }) => {}
            other => return other,
        }
    }
    Ok(())
}
