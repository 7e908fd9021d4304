//! The `store` role: the relational core and the event log, written by one call only.
//!
//! # Promises
//! * [`Store::commit`] is atomic and durable: when it answers [`Outcome::Committed`], the events, rows and stock moves
//!   of the commit survive the loss of power; when it answers anything else, nothing of it has happened. Only
//!   [`Error::Unavailable`](crate::Error::Unavailable) leaves the outcome open: then the same commit (same id) may be
//!   tried again, as often as need be, and takes effect at most once.
//! * Checks run in this order: the commit's id, the idempotency key, guards, expected versions, unique indexes of records,
//!   stock. The first that does not hold is the answer.
//! * A record that was deleted is not there: its version is 0. One that is put under its key again goes on counting, so
//!   nobody takes it for the one that was there before.
//! * A value that a record gives up in a unique index is free for others once the commit is answered, not within it.
//! * No stock ever falls below zero, whoever asks.
//! * Positions are 1, 2, 3 … in the order of commits: a reader that saw position `n` will never meet a new event at or
//!   before `n`. Numbers of a sequence are 1, 2, 3 … without gaps.
//! * Texts are kept as they are; one with a character U+0000 is `InvalidInput`, because not every store can keep it.
//! * A [`Snapshot`] sees one moment: everything up to its position, nothing after it. What is decided, and what is told to
//!   whoever waits for it, is read in [`Store::snapshot`]; queries may use [`Store::snapshot_from`].

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use souk_kernel::{
    CartId, CategoryId, CommitId, HoldId, LogPosition, OrderId, Position, ProductId, ReviewId, SellerId,
    Timestamp, UserId, VariantId,
};
use uuid::Uuid;

use crate::event::{NewEvent, RecordedEvent, StreamId};
use crate::moving::Owned;
use crate::rows::{Entity, Row, RowKey};
use crate::{Error, Result};

/// Everything that one decision writes.
#[derive(Debug, Clone, PartialEq)]
pub struct Commit {
    pub id: CommitId,
    pub idempotency: Option<Idempotency>,
    /// Streams, each once, with the version they must be at; 0 is a stream without events.
    pub expect: Vec<(StreamId, u64)>,
    pub guards: Vec<Guard>,
    /// At most one per variant.
    pub stock: Vec<StockMove>,
    /// Gives the commit the next number of that sequence, and with it the order row that has none.
    pub number: Option<Sequence>,
    /// At least one: what must reach another engine is an event.
    pub events: Vec<NewEvent>,
    /// A record at most once.
    pub rows: Vec<Row>,
    /// Erases what tells about this person: the personal parts of events and of records with their personal index
    /// entries, the rows [`Person`](crate::rows::Person) and [`CustomerProfile`](crate::rows::CustomerProfile), and the
    /// addresses of orders. Such a commit writes no rows and moves no stock.
    pub erase: Option<UserId>,
}

impl Commit {
    pub fn new(id: CommitId, events: Vec<NewEvent>) -> Self {
        Self {
            id,
            idempotency: None,
            expect: Vec::new(),
            guards: Vec::new(),
            stock: Vec::new(),
            number: None,
            events,
            rows: Vec::new(),
            erase: None,
        }
    }
}

/// A request that must take effect once, under a key that its sender chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// Whose key and for what: `orders/<user>`. The same key in another scope is another key.
    pub scope: String,
    pub key: String,
    /// SHA-256 of the request as sent; another hash under the same key is [`Outcome::KeyReused`].
    pub request_hash: [u8; 32],
    /// How long the key is remembered.
    pub ttl_ms: i64,
    /// Handed back, as it is, to whoever comes with the same key and hash.
    pub answer: String,
}

/// A condition that is checked, and where it says so taken, inside the commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guard {
    /// The row is at this version; 0: there is no such row.
    RowVersion { key: RowKey, version: u64 },
    /// Nobody but `owner` has this value in this space; from now on `owner` has it.
    Unique { space: String, value: String, owner: Uuid },
    /// Adds `by` to a counter that starts at 0 and must stay between 0 and `max`.
    Counter { name: String, by: i64, max: i64 },
    /// The hold exists and has not run out.
    HoldLive { id: HoldId },
    /// The last order taken out of this cart is `seen`; from now on it is `order`.
    Spend { cart: CartId, seen: Option<OrderId>, order: OrderId },
}

/// A change of one variant's stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockMove {
    pub variant: VariantId,
    pub kind: MoveKind,
    /// Refuse unless the stock is at this version.
    pub if_version: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoveKind {
    /// Takes from what is available.
    Sell(u32),
    /// Gives back what was sold.
    Return(u32),
    /// Counts, deliveries, breakage. The first move of a variant creates its stock at 0.
    Adjust(i64),
    /// Puts aside until a time; it is no longer available. A hold that has run out stays until it is released.
    Hold { id: HoldId, quantity: u32, until: Timestamp },
    /// Gives a hold back, whether or not it has run out.
    Release { id: HoldId },
    /// Sells a hold that has not run out.
    Consume { id: HoldId },
}

/// Counts that have no gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sequence {
    OrderNumber,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Committed(Committed),
    Refused(Refusal),
    /// The idempotency key was used for another request.
    KeyReused,
    /// A stream is not at the version that was expected.
    Conflict {
        stream: StreamId,
        expected: u64,
        actual: u64,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// Of the commit's last event.
    pub position: LogPosition,
    /// The version of each stream that the commit wrote to, after it.
    pub versions: Vec<(StreamId, u64)>,
    pub number: Option<u64>,
    /// The commit, or one under the same idempotency key, had taken effect before; nothing was written now.
    pub replayed: bool,
    /// The answer kept under the idempotency key, where there is one.
    pub answer: Option<String>,
}

/// The check that did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Also for a variant that has no stock at all (`available` 0).
    Stock {
        variant: VariantId,
        available: i64,
        wanted: i64,
    },
    StockVersion {
        variant: VariantId,
        actual: u64,
    },
    RowVersion {
        key: RowKey,
        actual: u64,
    },
    Unique {
        space: String,
        value: String,
    },
    /// Another record of that kind has this value in a unique index.
    Taken {
        kind: String,
        index: String,
        value: String,
    },
    Counter {
        name: String,
        value: i64,
    },
    /// The hold does not exist, or has run out.
    Hold {
        id: HoldId,
    },
    Spend {
        cart: CartId,
        last: Option<OrderId>,
    },
}

/// What became of an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    pub request_hash: [u8; 32],
    pub answer: String,
    pub position: LogPosition,
    pub number: Option<u64>,
}

/// How many of a variant can be sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stock {
    pub quantity: i64,
    /// Counts the commits that moved it.
    pub version: u64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Versioned<T> {
    /// Counts the commits that wrote the row, from 1.
    pub version: u64,
    pub row: T,
}

/// The questions that the store's indexes answer. Results come in the order given here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Find {
    /// By id.
    Users,
    /// All categories, by name.
    Categories,
    /// By name; names are unique only among siblings.
    CategoriesNamed(String),
    /// Active products, newest first; in any of these categories, or in all.
    ActiveProducts {
        categories: Option<Vec<CategoryId>>,
    },
    /// Also inactive ones, by id.
    ProductsOfCategory(CategoryId),
    /// Also inactive ones, by id.
    ProductsOfSeller(SellerId),
    /// By product and rank.
    VariantsOf(Vec<ProductId>),
    /// Newest first; of one user, or of all.
    Orders {
        user: Option<UserId>,
    },
    OrderNumbered(u64),
    /// By order and line.
    ItemsOf(Vec<OrderId>),
    ReviewsOf {
        product: ProductId,
        order: ReviewOrder,
    },
    /// Newest first.
    ReviewsBy(UserId),
    /// By review, oldest first.
    CommentsOf(Vec<ReviewId>),
    /// Holds that have run out are found by [`Snapshot::expired_holds`]; loads by source.
    Loads,
    /// Records of one kind that have `value` in `index`, in the order of their entries' `sort`, then of their ids.
    Records {
        kind: &'static str,
        index: &'static str,
        value: String,
    },
}

/// What is alike comes newest first, then by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReviewOrder {
    Newest,
    Highest,
    Lowest,
}

/// How many reviews of a product gave how many stars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stars(
    /// One star first.
    pub [u32; 5],
);

impl Stars {
    pub fn count(self) -> u32 {
        self.0.iter().sum()
    }

    /// All stars together.
    pub fn sum(self) -> u64 {
        self.0.iter().zip(1..).map(|(count, stars)| u64::from(*count) * stars).sum()
    }

    /// `None` without reviews.
    pub fn average(self) -> Option<f64> {
        (self.count() > 0).then(|| self.sum() as f64 / f64::from(self.count()))
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub rows: Vec<Versioned<Row>>,
    /// How many there are on all pages.
    pub total: u64,
}

/// Which part of an answer is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub offset: u64,
    pub limit: u32,
}

impl Window {
    pub const ALL: Window = Window { offset: 0, limit: u32::MAX };
}

impl From<souk_kernel::Page> for Window {
    fn from(page: souk_kernel::Page) -> Self {
        Self { offset: page.offset(), limit: page.limit }
    }
}

/// Names one log in one of its lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogHead {
    /// Given when the store was created.
    pub log: Uuid,
    pub head: LogPosition,
}

/// A server that follows the store and answers queries in its place.
#[derive(Debug)]
pub struct Replica {
    /// Where it is, for people.
    pub place: String,
    /// Or why it is not used: it is away, or it is no replica of this store.
    pub state: Result<ReplicaState>,
    /// How many snapshots this process has taken from it.
    pub served: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplicaState {
    /// The engine's name and version, for people.
    pub version: String,
    pub at: LogPosition,
    /// Events that it lacks.
    pub behind: u64,
    /// Whether it lacks what was there some seconds ago; then it is not used.
    pub lags: bool,
}

#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// The only write. Fails with `InvalidInput` when the commit breaks a rule written at its fields, with `Busy` when
    /// too many wait already, with `Unavailable` when the outcome is unknown.
    async fn commit(&self, commit: Commit) -> Result<Outcome>;

    /// What was answered under this key, if it is remembered still.
    async fn answered(&self, scope: &str, key: &str) -> Result<Option<Answered>>;

    /// One moment of the store. Keep it short: the log of changes cannot be cleaned up while it lives.
    async fn snapshot(&self) -> Result<Box<dyn Snapshot>>;

    /// A moment for a query that nothing is decided on: it holds everything up to `position`, and is some seconds old at
    /// most. A store that has replicas takes it from one that has got so far. Should that server fail meanwhile, then what
    /// is asked afterwards is answered from a later moment.
    async fn snapshot_from(&self, _position: Position) -> Result<Box<dyn Snapshot>> {
        self.snapshot().await
    }

    /// The replicas that [`Self::snapshot_from`] may use, each as it is now.
    async fn replicas(&self) -> Vec<Replica> {
        Vec::new()
    }

    /// Returns when the log may hold events after `position`, at the latest after `patience`. Commits of other
    /// processes are noticed within 20 ms.
    async fn wait_for_events(&self, position: Position, patience: Duration) -> Result<()>;

    /// The engine's name and version, for people: `SQLite 3.51.3`.
    async fn version(&self) -> Result<String>;

    /// Everything in it, for moving it elsewhere.
    fn owned(&self) -> Arc<dyn Owned>;
}

#[async_trait]
pub trait Snapshot: Send {
    async fn head(&mut self) -> Result<LogHead>;

    /// Up to `limit` events after `position`, in order.
    async fn events(&mut self, after: Position, limit: u32) -> Result<Vec<RecordedEvent>>;

    /// The events of one stream, in order.
    async fn stream(&mut self, stream: StreamId) -> Result<Vec<RecordedEvent>>;

    /// The rows of these keys, each at the place of its key.
    async fn get(&mut self, keys: &[RowKey]) -> Result<Vec<Option<Versioned<Row>>>>;

    async fn find(&mut self, find: &Find, window: Window) -> Result<Found>;

    /// The stock of these variants, each at the place of its id.
    async fn stock(&mut self, variants: &[VariantId]) -> Result<Vec<Option<Stock>>>;

    /// Holds that ran out before `now`, oldest first, with their variants.
    async fn expired_holds(&mut self, now: Timestamp, limit: u32) -> Result<Vec<(HoldId, VariantId)>>;

    /// The stars of these products, each at the place of its id.
    async fn stars(&mut self, products: &[ProductId]) -> Result<Vec<Stars>>;

    /// Whether these people have these products in an order that is not cancelled, each at the place of its pair.
    async fn bought(&mut self, pairs: &[(UserId, ProductId)]) -> Result<Vec<bool>>;

    /// The last order taken out of a cart.
    async fn last_spend(&mut self, cart: CartId) -> Result<Option<OrderId>>;
}

impl dyn Snapshot + '_ {
    pub async fn one<E: Entity>(&mut self, key: E::Key) -> Result<Option<Versioned<E>>> {
        Ok(self.many(&[key]).await?.pop().flatten())
    }

    pub async fn many<E: Entity>(&mut self, keys: &[E::Key]) -> Result<Vec<Option<Versioned<E>>>> {
        let keys: Vec<RowKey> = keys.iter().cloned().map(E::row_key).collect();
        self.get(&keys).await?.into_iter().map(|row| row.map(typed).transpose()).collect()
    }

    pub async fn list<E: Entity>(&mut self, find: &Find, window: Window) -> Result<(Vec<Versioned<E>>, u64)> {
        let found = self.find(find, window).await?;
        Ok((found.rows.into_iter().map(typed).collect::<Result<_>>()?, found.total))
    }
}

fn typed<E: Entity>(row: Versioned<Row>) -> Result<Versioned<E>> {
    let Versioned { version, row } = row;
    E::from_row(row)
        .map(|row| Versioned { version, row })
        .ok_or_else(|| Error::invalid("the question asks for rows of another type"))
}
