//! The moment whose prices the derived data holds, and how it moves on.
//!
//! A sale begins and ends without anybody writing anything, and an index filters and sorts only by what was written into
//! it. So the store keeps a moment: what is derived holds the prices of that one, whenever it is written, and a rebuild
//! comes to the same. Where a sale has begun or ended since, the moment moves in two steps.
//!
//! 1. [`begin`] moves it to now. What is written from here on has the prices of the new moment.
//! 2. Once the product pages have followed the log up to there, [`finish`] finds among them what a sale of began or ended
//!    in between, and tells the log: those products are written again everywhere.
//!
//! Killed between the two, whoever comes next goes on with the second. Of several processes the record's version lets one.

use serde::{Deserialize, Serialize};
use souk_kernel::{CommitId, LogPosition, ProductId, Timestamp};
use souk_ports::event::{Actor, NewEvent, StreamId, StreamKind};
use souk_ports::records::{self, Index, Record};
use souk_ports::rows::RecordEntry;
use souk_ports::store::{Commit, Guard, Outcome, Refusal, Snapshot, Window};
use souk_ports::{Error, Result};
use uuid::Uuid;

use super::events::{CatalogEvent, Cause, PriceTurned};
use super::page::ProductPage;
use super::projections::{BY_NEXT_PRICE, PRODUCT_PAGES};
use crate::Shop;
use crate::commit::commit_surely;

pub(super) const STREAM: (&str, StreamKind) = ("prices", StreamKind::numbered(10));
/// There is one; it can never change.
const ID: Uuid = Uuid::from_u128(0x5b0d_91f4_3c1e_4d0a_8f62_7a1c_90e3_000a);

/// So many pages are read at once.
const PAGES: u32 = 500;
/// So many products are told of in one commit.
const PRODUCTS: usize = 1_000;

/// What the store keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PriceMoment {
    /// Derived data has the prices of this moment.
    pub(crate) of: Timestamp,
    /// Of sales that began or ended until then the log tells already.
    pub(crate) told: Timestamp,
}

impl Record for PriceMoment {
    const KIND: &'static str = "price-moment";
    const INDEXES: &'static [Index] = &[];

    fn id(&self) -> Uuid {
        ID
    }

    fn entries(&self) -> Vec<RecordEntry> {
        Vec::new()
    }
}

impl PriceMoment {
    /// In a store where no sale has ever begun: sales without a beginning are on, and those with one are not.
    pub(super) fn first() -> Self {
        let first = Timestamp::from_ms(0);
        Self { of: first, told: first }
    }
}

/// With the version of its record.
async fn kept(snapshot: &mut dyn Snapshot) -> Result<(PriceMoment, u64)> {
    let kept = snapshot.record::<PriceMoment>(ID).await?;
    Ok(kept.map_or((PriceMoment::first(), 0), |kept| (kept.row, kept.version)))
}

/// What whoever writes derived data goes by.
pub(super) async fn price_moment(snapshot: &mut dyn Snapshot) -> Result<PriceMoment> {
    Ok(kept(snapshot).await?.0)
}

/// Moves the moment to now where a sale has begun or ended since the last one. The position that the pages must have
/// before [`finish`]; `None`: there is nothing to be done.
pub async fn begin(shop: &Shop) -> Result<Option<LogPosition>> {
    let now = shop.clock.now();
    let mut snapshot = shop.store.snapshot().await?;
    let (moment, version) = kept(&mut *snapshot).await?;
    let head = snapshot.head().await?.head;
    drop(snapshot);
    if moment.of > moment.told {
        return Ok(Some(head));
    }
    if turned(shop, PriceMoment { of: now, ..moment }, 1).await?.is_empty() {
        return Ok(None);
    }
    match commit(shop, PriceMoment { of: now, ..moment }, version, Vec::new(), true).await? {
        Outcome::Committed(committed) => Ok(Some(committed.position)),
        // Somebody else was faster.
        _ => Ok(None),
    }
}

/// Tells the log which products cost something else since the moment was moved; how many they are. The pages must have
/// followed up to where [`begin`] said.
pub async fn finish(shop: &Shop) -> Result<usize> {
    let mut snapshot = shop.store.snapshot().await?;
    let (moment, version) = kept(&mut *snapshot).await?;
    drop(snapshot);
    if moment.of <= moment.told {
        return Ok(0);
    }
    let products = turned(shop, moment, usize::MAX).await?;
    let done = PriceMoment { told: moment.of, ..moment };
    let mut rest = products.as_slice();
    loop {
        let (some, others) = rest.split_at(rest.len().min(PRODUCTS));
        let is_last = others.is_empty();
        match commit(shop, done, version, some.to_vec(), is_last).await? {
            Outcome::Committed(_) if is_last => return Ok(products.len()),
            Outcome::Committed(_) => rest = others,
            _ => return Ok(0),
        }
    }
}

/// Up to `limit` products of which a sale began or ended after what has been told and not after the moment.
async fn turned(shop: &Shop, moment: PriceMoment, limit: usize) -> Result<Vec<ProductId>> {
    let mut products = Vec::new();
    let mut window = Window { offset: 0, limit: PAGES.min(u32::try_from(limit).unwrap_or(PAGES)) };
    loop {
        let found = match shop.documents.find(PRODUCT_PAGES, BY_NEXT_PRICE, "", window).await {
            // Nothing has been derived yet.
            Err(Error::NotFound { .. }) => return Ok(Vec::new()),
            found => found?.documents,
        };
        for document in &found {
            let page: ProductPage = serde_json::from_str(&document.json)
                .map_err(|source| Error::internal("reading a product page", source))?;
            if page.next_price_after(moment.told).is_none_or(|next| next > moment.of) {
                return Ok(products);
            }
            products.push(page.id);
        }
        if found.len() < window.limit as usize || products.len() >= limit {
            return Ok(products);
        }
        window.offset += u64::from(window.limit);
    }
}

/// Tells of products; with the last of them the moment becomes this one. Refused when it has been moved meanwhile.
async fn commit(
    shop: &Shop,
    moment: PriceMoment,
    version: u64,
    products: Vec<ProductId>,
    is_last: bool,
) -> Result<Outcome> {
    let cause =
        Cause { actor: Actor::System("prices".to_owned()), occurred_at: shop.clock.now(), reason: None };
    let turned = |product_id| CatalogEvent::from(PriceTurned { product_id, at: moment.of }).into_new(&cause);
    let mut events = products.into_iter().map(turned).collect::<Result<Vec<_>>>()?;
    if is_last {
        events.push(moved(moment, &cause)?);
    }
    let mut commit = Commit::new(CommitId::new(), events);
    commit.guards.push(Guard::RowVersion { key: records::key::<PriceMoment>(ID), version });
    if is_last {
        commit.rows.push(records::row(&moment)?.into());
    }
    match commit_surely(&*shop.store, commit).await? {
        outcome @ (Outcome::Committed(_) | Outcome::Refused(Refusal::RowVersion { .. })) => Ok(outcome),
        other => Err(Error::internal("moving the moment of prices", format!("the store answered {other:?}"))),
    }
}

fn moved(moment: PriceMoment, cause: &Cause) -> Result<NewEvent> {
    Ok(NewEvent {
        stream: StreamId { kind: STREAM.1, id: ID },
        kind: "price-moment-moved".to_owned(),
        schema: 1,
        data: serde_json::to_string(&moment)
            .map_err(|source| Error::internal("writing the moment of prices", source))?,
        personal: None,
        occurred_at: cause.occurred_at,
        actor: cause.actor.clone(),
        reason: None,
    })
}
