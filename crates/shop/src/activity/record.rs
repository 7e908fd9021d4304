//! `POST /events`: keeps what clients report, all of a request or nothing.

use serde::Serialize;
use serde_json::value::RawValue;
use souk_kernel::{ActivityId, Position, ProductId, Timestamp, UserId};
use souk_ports::rows::User;
use souk_ports::series::{Activity, ActivityKind};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Error;
use crate::Shop;
use crate::access::{Caller, Permission};

/// Of one request.
pub const MAX_EVENTS: usize = 1_000;
const MAX_SESSION_BYTES: usize = 64;
const MAX_METADATA_BYTES: usize = 4 * 1024;
/// How far ahead a client's clock may be.
const MAX_AHEAD_MS: i64 = 5 * 60 * 1000;
/// How late a client may report.
const MAX_AGE_MS: i64 = 30 * 24 * 60 * 60 * 1000;

#[derive(Debug, Clone)]
pub struct Reported {
    /// A UUIDv7, whose time is when it happened; souk gives one where there is none.
    pub event_id: Option<Uuid>,
    pub kind: ActivityKind,
    /// A user, or somebody without an account.
    pub visitor: UserId,
    pub product: ProductId,
    pub session: Option<String>,
    pub metadata: Option<Box<RawValue>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Recorded {
    /// Of the activity feed: all that was sent stands at or before it.
    pub position: Position,
    /// How many were new; the others had been sent before.
    pub added: u32,
}

/// Returns when all of it is durable. The same events may be sent again: those with an id count once.
/// Whoever does not look after customers speaks for themselves, and for those who have no account.
pub async fn record(shop: &Shop, reported: Vec<Reported>, caller: Caller) -> Result<Recorded, Error> {
    let count = reported.len();
    if !(1..=MAX_EVENTS).contains(&count) {
        return Err(Error::Count { count });
    }
    speaks_for(shop, &reported, caller).await?;
    let now = shop.clock.now();
    let activity =
        |(index, one)| activity(one, now).map_err(|reason: String| Error::Invalid { index, reason });
    let activities = reported.into_iter().enumerate().map(activity).collect::<Result<Vec<_>, _>>()?;
    let products: Vec<ProductId> = activities.iter().map(|activity| activity.product).collect();
    if let Some(index) = shop.known_products.first_unknown(&*shop.store, &products).await? {
        return Err(Error::UnknownProduct { index, product: products[index] });
    }
    let appended = shop.series.append(activities).await?;
    Ok(Recorded { position: appended.position.position, added: appended.added })
}

async fn speaks_for(shop: &Shop, reported: &[Reported], caller: Caller) -> Result<(), Error> {
    if caller.may(Permission::Customers) {
        return Ok(());
    }
    let mut others: Vec<UserId> = reported.iter().map(|one| one.visitor).collect();
    others.sort_unstable();
    others.dedup();
    others.retain(|visitor| caller.user() != Some(*visitor));
    if others.is_empty() {
        return Ok(());
    }
    let users = shop.store.snapshot().await?.many::<User>(&others).await?;
    let Some(user) = others.into_iter().zip(users).find_map(|(id, user)| user.map(|_| id)) else {
        return Ok(());
    };
    let index = reported.iter().position(|one| one.visitor == user).unwrap_or_default();
    Err(Error::SpeaksForAnother { index, user })
}

fn activity(reported: Reported, now: Timestamp) -> Result<Activity, String> {
    let (id, at) = match reported.event_id {
        None => (ActivityId::new(), now),
        Some(id) => (ActivityId(id), time_of(id, now)?),
    };
    if let Some(session) = &reported.session
        && !(1..=MAX_SESSION_BYTES).contains(&session.len())
    {
        return Err(format!("`session_id` has 1 to {MAX_SESSION_BYTES} bytes, not {}", session.len()));
    }
    let metadata = reported.metadata.map(|metadata| metadata.get().to_owned());
    if let Some(metadata) = &metadata {
        if !metadata.starts_with('{') {
            return Err("`metadata` is not a JSON object".to_owned());
        }
        if metadata.len() > MAX_METADATA_BYTES {
            return Err(format!(
                "`metadata` has {} bytes; {MAX_METADATA_BYTES} are the most",
                metadata.len()
            ));
        }
    }
    let Reported { kind, visitor, product, session, .. } = reported;
    Ok(Activity { id, at, kind, visitor, product, session, metadata })
}

/// The time in a UUIDv7 (RFC 9562, section 5.7).
fn time_of(id: Uuid, now: Timestamp) -> Result<Timestamp, String> {
    let time = id.get_timestamp().filter(|_| id.get_version_num() == 7);
    let Some((seconds, nanos)) = time.map(|time| time.to_unix()) else {
        return Err(format!("`event_id` {id} is not a UUIDv7"));
    };
    // 48 bits of milliseconds.
    let at = Timestamp::from_ms((seconds * 1_000) as i64 + i64::from(nanos / 1_000_000));
    if at > now.plus_ms(MAX_AHEAD_MS) {
        return Err(format!("`event_id` {id} is of {at}, which is in the future"));
    }
    if at < now.plus_ms(-MAX_AGE_MS) {
        return Err(format!("`event_id` {id} is of {at}, which is more than 30 days ago"));
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use uuid::{NoContext, Timestamp as UuidTime};

    use super::*;

    fn view(event_id: Option<Uuid>) -> Reported {
        Reported {
            event_id,
            kind: ActivityKind::VIEW,
            visitor: UserId::new(),
            product: ProductId::new(),
            session: None,
            metadata: None,
        }
    }

    fn id_of(ms: i64) -> Uuid {
        let (seconds, nanos) = ((ms / 1_000) as u64, (ms % 1_000) as u32 * 1_000_000);
        Uuid::new_v7(UuidTime::from_unix(NoContext, seconds, nanos))
    }

    #[test]
    fn an_event_is_of_the_time_in_its_id_within_thirty_days_and_five_minutes() {
        let now = Timestamp::parse("2026-06-30T12:00:00.123Z").unwrap();
        let at = |ahead_ms: i64| activity(view(Some(id_of(now.ms() + ahead_ms))), now).map(|it| it.at.ms());
        for ahead in [0, -1, MAX_AHEAD_MS, -MAX_AGE_MS] {
            assert_eq!(at(ahead), Ok(now.ms() + ahead));
        }
        assert!(at(MAX_AHEAD_MS + 1).unwrap_err().contains("in the future"));
        assert!(at(-MAX_AGE_MS - 1).unwrap_err().contains("30 days ago"));
        assert!(activity(view(Some(Uuid::max())), now).unwrap_err().contains("not a UUIDv7"));
        assert!(activity(view(Some(Uuid::new_v4())), now).unwrap_err().contains("not a UUIDv7"));
        assert_eq!(activity(view(None), now).unwrap().at, now);
    }

    #[test]
    fn sessions_and_metadata_are_bounded() {
        let now = Timestamp::from_ms(0);
        let raw = |text: String| RawValue::from_string(text).unwrap();
        let with = |session: Option<&str>, metadata: Option<String>| {
            let session = session.map(str::to_owned);
            activity(Reported { session, metadata: metadata.map(raw), ..view(None) }, now)
        };
        let object = |bytes: usize| Some(format!(r#"{{"a":"{}"}}"#, "x".repeat(bytes - 8)));
        assert!(with(Some(&"s".repeat(64)), object(4096)).is_ok());
        assert!(with(Some(""), None).is_err() && with(Some(&"s".repeat(65)), None).is_err());
        assert!(with(None, object(4097)).unwrap_err().contains("4097 bytes"));
        for metadata in ["[1]", "1", "\"{\"", "true"] {
            assert!(with(None, Some(metadata.to_owned())).unwrap_err().contains("not a JSON object"));
        }
    }
}
