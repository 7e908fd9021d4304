//! The currency that the prices of a shop are in. The store keeps it from the first price on, since a number without its
//! currency means something else under another setting.
//!
//! It is never changed again, so a process that has seen it once need not look any more.

use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};
use serde_json::json;
use souk_kernel::{CommitId, Currency};
use souk_ports::event::{Actor, NewEvent, StreamId, StreamKind};
use souk_ports::records::{self, Index, Record};
use souk_ports::rows::{Order, RecordEntry};
use souk_ports::store::{Commit, Find, Guard, Outcome, Refusal, Snapshot, Window};
use souk_ports::{Error, Result};
use uuid::Uuid;

use crate::Shop;
use crate::commit::commit_surely;
use crate::declared::Declarations;
use crate::orders::events::Event;

const STREAM: StreamKind = StreamKind::numbered(9);
/// There is one; it can never change.
const ID: Uuid = Uuid::from_u128(0x2f1d_6a0e_7c44_4b0e_9a53_0d1f_5e6c_000e);

pub const DECLARED: Declarations = Declarations {
    stream_kinds: &[("currency", STREAM)],
    records: &[<Priced as Record>::KIND],
    ..Declarations::NOTHING
};

/// What the store keeps.
#[derive(Serialize, Deserialize)]
struct Priced {
    currency: String,
}

impl Record for Priced {
    const KIND: &'static str = "currency";
    const INDEXES: &'static [Index] = &[];

    fn id(&self) -> Uuid {
        ID
    }

    fn entries(&self) -> Vec<RecordEntry> {
        Vec::new()
    }
}

/// Whether this process has seen that the store's currency is its own.
#[derive(Debug, Default)]
pub struct Agreed(AtomicBool);

/// `InvalidInput` where the prices or the orders of the shop are in another currency than the settings say.
pub async fn check(shop: &Shop) -> Result<()> {
    found(shop).await.map(|_| ())
}

/// The same, before something is priced or sold: from now on the store keeps the currency.
pub async fn agree(shop: &Shop) -> Result<()> {
    if shop.agreed.0.load(Ordering::Relaxed) || found(shop).await? {
        return Ok(());
    }
    let currency = shop.rules.currency.code().to_owned();
    let event = NewEvent {
        stream: StreamId { kind: STREAM, id: ID },
        kind: "currency-settled".to_owned(),
        schema: 1,
        data: json!({ "currency": currency }).to_string(),
        personal: None,
        occurred_at: shop.clock.now(),
        actor: Actor::System("currency".to_owned()),
        reason: None,
    };
    let mut commit = Commit::new(CommitId::new(), vec![event]);
    commit.guards.push(Guard::RowVersion { key: records::key::<Priced>(ID), version: 0 });
    commit.rows.push(records::row(&Priced { currency })?.into());
    match commit_surely(&*shop.store, commit).await? {
        // Somebody else was faster, perhaps with another one.
        Outcome::Committed(_) | Outcome::Refused(Refusal::RowVersion { .. }) => found(shop).await.map(|_| ()),
        other => Err(Error::internal("keeping the currency", format!("the store answered {other:?}"))),
    }
}

/// Whether the store keeps the currency, and it is the one of the settings.
async fn found(shop: &Shop) -> Result<bool> {
    let mut snapshot = shop.store.snapshot().await?;
    let kept = snapshot.record::<Priced>(ID).await?.map(|kept| kept.row.currency);
    let is_kept = kept.is_some();
    let stored = match kept {
        Some(currency) => Some(currency),
        None => of_the_last_order(&mut *snapshot).await?,
    };
    let set = shop.rules.currency;
    match stored {
        Some(stored) if stored != set.code() => Err(other(&stored, set)),
        _ => {
            shop.agreed.0.fetch_or(is_kept, Ordering::Relaxed);
            Ok(is_kept)
        }
    }
}

/// A store that was begun before it kept the currency has it in its orders.
async fn of_the_last_order(snapshot: &mut dyn Snapshot) -> Result<Option<String>> {
    let last = Window { offset: 0, limit: 1 };
    let (orders, _) = snapshot.list::<Order>(&Find::Orders { user: None }, last).await?;
    let Some(order) = orders.first() else { return Ok(None) };
    let events = snapshot.stream(order.row.id.into()).await?;
    let placed = events.first().map(Event::placed).transpose()?.flatten();
    Ok(placed.map(|placed| placed.currency))
}

fn other(stored: &str, set: Currency) -> Error {
    Error::invalid(format!(
        "the setting `shop.currency` is {set}, and this shop sells in {stored}: a shop keeps the currency of its first price. \
         Set it to {stored}, or begin a shop in {set} in another folder"
    ))
}
