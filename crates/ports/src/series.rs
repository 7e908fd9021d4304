//! The `series` role: what happened when.
//!
//! It *owns* the activity feed, what people did in the shop, and *derives* series of facts that are counted over time.
//!
//! # Promises
//! * [`Series::append`] is atomic and durable: what it acknowledged survives the loss of power. An activity counts once
//!   per id, whoever sends it and however often.
//! * Positions of the feed are 1, 2, 3 … in the order of commits: a reader that saw position `n` will never meet a new
//!   activity at or before `n`.
//! * A [`Fact`] counts once per key; another one under the same key is ignored, whatever its moment.
//! * [`Series::write`] is atomic with its checkpoint. Reading a series without a live generation is `NotFound`.
//! * Dropping derived series never touches the feed.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use souk_kernel::{ActivityId, LogPosition, Position, ProductId, Timestamp, UserId};
use uuid::Uuid;

use crate::derived::{Checkpoint, Derived, Generation, ProjectionName};
pub use crate::graph::FactKey;
use crate::moving::Owned;
use crate::store::LogHead;
use crate::{Error, Result};

/// What somebody did. Its number is stored: it never changes, and no two kinds share one. What a kind is called, and what it
/// counts for, is declared by the feature that it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActivityKind(u8);

impl ActivityKind {
    pub const VIEW: Self = Self(1);
    pub const ADD_TO_CART: Self = Self(2);
    /// As a client reports it: kept, but it counts for nothing, because orders count.
    pub const PURCHASE: Self = Self(3);
    pub const CLICK: Self = Self(4);
    /// It was shown in a list.
    pub const IMPRESSION: Self = Self(5);

    pub const fn numbered(number: u8) -> Self {
        Self(number)
    }

    pub const fn number(self) -> u8 {
        self.0
    }
}

/// Something that a visitor did with a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// A UUIDv7.
    pub id: ActivityId,
    /// When it happened.
    pub at: Timestamp,
    pub kind: ActivityKind,
    /// A user's id, or one that stands for somebody without an account, in the same space.
    pub visitor: UserId,
    pub product: ProductId,
    /// 1 to 64 bytes, without U+0000.
    pub session: Option<String>,
    /// A JSON object of at most 4 KiB.
    pub metadata: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedActivity {
    pub position: Position,
    pub recorded_at: Timestamp,
    pub activity: Activity,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Of the feed, after it: all that was sent stands at or before it.
    pub position: LogPosition,
    /// How many were new.
    pub added: u32,
}

/// One thing that is counted: a line of an order, a view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// The position is at most 2^63 - 1.
    pub key: FactKey,
    /// In the years 0 to 9999.
    pub at: Timestamp,
    pub product: Option<Uuid>,
    pub variant: Option<Uuid>,
    pub category: Option<Uuid>,
    pub seller: Option<Uuid>,
    /// What else tells facts of one series apart, such as a kind of activity; at most 128 bytes, without
    /// U+0000.
    pub label: Option<String>,
    pub quantity: i64,
    /// In the series' own unit, such as minor units of money.
    pub amount: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dimension {
    Product,
    Variant,
    Category,
    Seller,
    Label,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value {
    Id(Uuid),
    Label(String),
}

/// Spans of time, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bucket {
    Minute,
    Hour,
    Day,
    Month,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The earliest bucket first, then by group.
    Time,
    /// The greatest first, then by bucket and group.
    Quantity,
    Amount,
}

/// A question to a series.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    /// Facts from this moment on.
    pub from: Option<Timestamp>,
    /// Facts before this moment.
    pub to: Option<Timestamp>,
    /// `None`: the whole range is one bucket.
    pub bucket: Option<Bucket>,
    pub group: Option<Dimension>,
    /// All of these must hold.
    pub only: Vec<(Dimension, Value)>,
    pub order: By,
    pub limit: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aggregated {
    /// The beginning of the bucket, when the question had one.
    pub bucket: Option<Timestamp>,
    /// `None` also for facts that have no such dimension.
    pub group: Option<Value>,
    pub facts: u64,
    pub quantity: i64,
    pub amount: i64,
}

#[async_trait]
pub trait Series: Derived + 'static {
    /// Adds to the feed. 1 to 10,000 activities; `Busy` when too many wait already.
    async fn append(&self, activities: Vec<Activity>) -> Result<Appended>;

    async fn activity_head(&self) -> Result<LogHead>;

    /// Up to `limit` activities after `after`, in order.
    async fn activity(&self, after: Position, limit: u32) -> Result<Vec<RecordedActivity>>;

    /// Returns when the feed may hold activities after `position`, at the latest after `patience`. Those of other
    /// processes are noticed within 20 ms.
    async fn wait_for_activity(&self, position: Position, patience: Duration) -> Result<()>;

    /// The latest of a visitor's activities of these kinds, the latest first.
    async fn latest(&self, visitor: UserId, kinds: &[ActivityKind], limit: u32) -> Result<Vec<Activity>>;

    /// Writes to one generation, live or not. `NotFound` when there is no such generation.
    async fn write(
        &self,
        series: ProjectionName,
        generation: Generation,
        facts: Vec<Fact>,
        checkpoint: Checkpoint,
    ) -> Result<()>;

    /// Groups without facts are left out.
    async fn aggregate(&self, series: ProjectionName, question: &Aggregate) -> Result<Vec<Aggregated>>;

    /// Removes the facts before a moment.
    async fn forget(&self, series: ProjectionName, generation: Generation, before: Timestamp) -> Result<()>;

    /// Up to `limit` facts after `after`, in the order of the keys.
    async fn scan(&self, series: ProjectionName, after: Option<FactKey>, limit: u32) -> Result<Vec<Fact>>;

    /// The activity feed, for moving it elsewhere.
    fn owned(&self) -> Arc<dyn Owned>;
}

/// How many facts a dump reads at once.
const DUMP_BATCH: u32 = 1_000;

impl dyn Series + '_ {
    /// The facts of a series as lines of JSON in the order of their keys: equal content, equal dump.
    pub async fn dump(&self, series: ProjectionName) -> Result<Vec<String>> {
        let (mut lines, mut after) = (Vec::new(), None);
        loop {
            let facts = self.scan(series, after, DUMP_BATCH).await?;
            let Some(last) = facts.last() else { break };
            after = Some(last.key);
            for fact in &facts {
                let line = serde_json::to_string(fact);
                lines.push(line.map_err(|source| Error::internal("writing a fact", source))?);
            }
        }
        Ok(lines)
    }
}
