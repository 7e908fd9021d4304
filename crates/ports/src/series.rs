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
    /// The page of the product was looked at.
    pub const VIEW: Self = Self(1);
    /// A piece of the product was put into a cart.
    pub const ADD_TO_CART: Self = Self(2);
    /// A purchase as a client reports it: kept, but it counts for nothing, because orders count.
    pub const PURCHASE: Self = Self(3);
    /// The product was chosen from a list.
    pub const CLICK: Self = Self(4);
    /// The product was shown in a list.
    pub const IMPRESSION: Self = Self(5);

    /// For the declaration of a kind: 1 to 5 are taken by those above.
    pub const fn numbered(number: u8) -> Self {
        Self(number)
    }

    /// As it is stored.
    pub const fn number(self) -> u8 {
        self.0
    }
}

/// Something that a visitor did with a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// A UUIDv7; the same id is the same activity, and counts once.
    pub id: ActivityId,
    /// When it happened.
    pub at: Timestamp,
    /// What was done.
    pub kind: ActivityKind,
    /// A user's id, or one that stands for somebody without an account, in the same space.
    pub visitor: UserId,
    /// With which product.
    pub product: ProductId,
    /// What the client calls a visit, 1 to 64 bytes, without U+0000; `None` where it says nothing.
    pub session: Option<String>,
    /// What else the client says: a JSON object of at most 4 KiB.
    pub metadata: Option<String>,
}

/// An activity in the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedActivity {
    /// The place in the feed.
    pub position: Position,
    /// When it was appended, by the clock of the process that did.
    pub recorded_at: Timestamp,
    /// As it was sent first.
    pub activity: Activity,
}

/// What became of activities that were sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// The end of the feed afterwards: all that was sent stands at or before it.
    pub position: LogPosition,
    /// How many of them were new.
    pub added: u32,
}

/// One thing that is counted: a line of an order, a view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// Counts once; its position is at most 2^63 - 1.
    pub key: FactKey,
    /// When it happened, in the years 0 to 9999.
    pub at: Timestamp,
    /// Which product the fact is about. A fact with `None`, here and below, has no value in that [`Dimension`].
    pub product: Option<Uuid>,
    /// A size and colour of the product.
    pub variant: Option<Uuid>,
    /// The product's category at that time.
    pub category: Option<Uuid>,
    /// The product's seller at that time.
    pub seller: Option<Uuid>,
    /// What else tells facts of one series apart, such as a kind of activity; at most 128 bytes, without
    /// U+0000.
    pub label: Option<String>,
    /// How many; below 0 it takes back.
    pub quantity: i64,
    /// In the series' own unit, such as ten-thousandths of money.
    pub amount: i64,
}

/// What facts are grouped and chosen by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// [`Fact::product`].
    Product,
    /// [`Fact::variant`].
    Variant,
    /// [`Fact::category`].
    Category,
    /// [`Fact::seller`].
    Seller,
    /// [`Fact::label`].
    Label,
}

/// What a fact has in a [`Dimension`]. A value of the wrong sort holds for no fact.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value {
    /// In all dimensions but [`Dimension::Label`].
    Id(Uuid),
    /// In [`Dimension::Label`].
    Label(String),
}

/// Spans of time, in UTC, each from its beginning to the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bucket {
    /// 60 seconds.
    Minute,
    /// 60 minutes.
    Hour,
    /// From midnight.
    Day,
    /// From the first day of a month.
    Month,
}

/// In which order sums come. [`Aggregate::limit`] cuts off what comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The earliest bucket first, then by group.
    Time,
    /// The greatest quantity first, then by bucket and group.
    Quantity,
    /// The greatest amount first, then by bucket and group.
    Amount,
}

/// A question to a series: sums of its facts, by time and by one dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    /// Facts from this moment on; `None`: from the first.
    pub from: Option<Timestamp>,
    /// Facts before this moment; `None`: to the last.
    pub to: Option<Timestamp>,
    /// `None`: the whole range is one bucket.
    pub bucket: Option<Bucket>,
    /// `None`: all facts of a bucket are one sum.
    pub group: Option<Dimension>,
    /// Only facts that have all of these values.
    pub only: Vec<(Dimension, Value)>,
    /// Which sums come first.
    pub order: By,
    /// How many sums the answer has at most.
    pub limit: u32,
}

/// The sums of one bucket and group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aggregated {
    /// The beginning of the bucket, when the question had one.
    pub bucket: Option<Timestamp>,
    /// `None` also for facts that have no such dimension.
    pub group: Option<Value>,
    /// How many facts they are the sums of.
    pub facts: u64,
    /// The sum of their quantities.
    pub quantity: i64,
    /// The sum of their amounts, in the series' own unit.
    pub amount: i64,
}

/// The feed that visitors write, and sums of facts over time. The ten products that sold best in a range of days:
///
/// ```
/// use souk_kernel::Timestamp;
/// use souk_ports::series::{Aggregate, Aggregated, By, Dimension, Series};
/// # use souk_kernel::{ActivityId, Clock, ProductId, UserId};
/// # use souk_ports::series::{Activity, ActivityKind};
///
/// async fn best(series: &dyn Series, from: Timestamp, to: Timestamp) -> souk_ports::Result<Vec<Aggregated>> {
///     let question = Aggregate {
///         from: Some(from),
///         to: Some(to),
///         bucket: None,
///         group: Some(Dimension::Product),
///         only: Vec::new(),
///         order: By::Quantity,
///         limit: 10,
///     };
///     series.aggregate("sales", &question).await
/// }
///
/// async fn viewed(
///     series: &dyn Series,
///     clock: &dyn Clock,
///     visitor: UserId,
///     product: ProductId,
/// ) -> souk_ports::Result<()> {
///     let (id, at, kind) = (ActivityId::new(), clock.now(), ActivityKind::VIEW);
///     let view = Activity { id, at, kind, visitor, product, session: None, metadata: None };
///     series.append(vec![view]).await?;
///     Ok(())
/// }
/// ```
#[async_trait]
pub trait Series: Derived + 'static {
    /// Adds to the feed. 1 to 10,000 activities; `Busy` when too many wait already.
    async fn append(&self, activities: Vec<Activity>) -> Result<Appended>;

    /// Names the feed, and the last activity in it.
    async fn activity_head(&self) -> Result<LogHead>;

    /// Up to `limit` activities after `after`, in order.
    async fn activity(&self, after: Position, limit: u32) -> Result<Vec<RecordedActivity>>;

    /// Returns when the feed may hold activities after `position`, at the latest after `patience`. Those of other
    /// processes are noticed within 20 ms.
    async fn wait_for_activity(&self, position: Position, patience: Duration) -> Result<()>;

    /// The latest of a visitor's activities of these kinds, up to `limit`, the latest first; of one moment, the one
    /// that came last.
    async fn latest(&self, visitor: UserId, kinds: &[ActivityKind], limit: u32) -> Result<Vec<Activity>>;

    /// Writes to one generation, live or not. `NotFound` when there is no such generation.
    async fn write(
        &self,
        series: ProjectionName,
        generation: Generation,
        facts: Vec<Fact>,
        checkpoint: Checkpoint,
    ) -> Result<()>;

    /// Sums of the live generation. Buckets and groups without facts are left out.
    async fn aggregate(&self, series: ProjectionName, question: &Aggregate) -> Result<Vec<Aggregated>>;

    /// Removes the facts before a moment from one generation, live or not; the checkpoint stays.
    async fn forget(&self, series: ProjectionName, generation: Generation, before: Timestamp) -> Result<()>;

    /// Up to `limit` facts after `after` (`None`: from the first), in the order of the keys.
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
