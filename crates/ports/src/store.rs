//! The `store` role: the relational core and the event log, written by one call only.
//!
//! # Promises
//! * [`Store::commit`] is atomic and durable: when it answers [`Outcome::Committed`], the events, rows and stock moves
//!   of the commit survive the loss of power; when it answers anything else, nothing of it has happened. Only
//!   [`Error::Unavailable`](crate::Error::Unavailable) leaves the outcome open: then the same commit (same id) may be
//!   tried again, as often as need be, and takes effect at most once.
//! * Checks run in this order: the commit's id, the idempotency key, guards, expected versions, unique indexes of records,
//!   prices, categories, parts of bundles, stock. The first that does not hold is the answer.
//! * Whatever is written at once: no variant is stored that costs less than nothing (its product's price and its own
//!   adjustment together), and no category that lies in itself, or in one that lies in it.
//! * Whatever is written at once: the parts of a bundle ([`VariantDetails::parts`](crate::rows::VariantDetails::parts)) are
//!   there, and none of them is a bundle.
//! * Rows are held by the database, too, against whoever writes it: what a row names is there, what is unique is, and
//!   amounts, quantities, stars and states are such as there are. A commit with a row that is not so is `InvalidInput` that
//!   says what is wrong with which table's row, and writes nothing. Within a commit rows come in any order.
//! * A row of a table is taken away only by [`Commit::gone`], and only while no other row names it, whatever is written at
//!   once. One that is put under its key again counts from 1.
//! * A record that was deleted is not there: its version is 0. One that is put under its key again goes on counting, so
//!   nobody takes it for the one that was there before.
//! * A value that a record gives up in a unique index is free for others once the commit is answered, not within it.
//! * No stock ever falls further below zero than its [`Allowance`] lets it, whoever asks.
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

use crate::event::{EventFilter, NewEvent, RecordedEvent, StreamId};
use crate::moving::Owned;
use crate::rows::{Entity, Row, RowKey};
use crate::{Error, Result};

/// Everything that one decision writes.
#[derive(Debug, Clone, PartialEq)]
pub struct Commit {
    /// Tried again under the same id, it takes effect once.
    pub id: CommitId,
    /// `None`: nobody will ask for the answer again.
    pub idempotency: Option<Idempotency>,
    /// Streams, each once, with the version they must be at; 0 is a stream without events.
    pub expect: Vec<(StreamId, u64)>,
    /// Conditions that must all hold; each row, value, counter, hold or cart is guarded once.
    pub guards: Vec<Guard>,
    /// At most one per variant, and 20,000 in all.
    pub stock: Vec<StockMove>,
    /// Gives the commit the next number of that sequence, and with it the order row that has none. `None`: it needs no
    /// number.
    pub number: Option<Sequence>,
    /// 1 to 20,000: what must reach another engine is an event.
    pub events: Vec<NewEvent>,
    /// Up to 20,000, each record once. Two records of a commit never have the same value in a unique index.
    pub rows: Vec<Row>,
    /// Rows that are taken away, each once: categories, sellers, and profiles of sellers. One that another row still names
    /// stays, and with it everything ([`Refusal::StillNamed`]); one that is not there is none the worse. Up to 20,000. Such
    /// a commit writes no rows and moves no stock.
    pub gone: Vec<RowKey>,
    /// Erases what tells about this person: the personal parts of events and of records with their personal index
    /// entries, the rows [`Person`](crate::rows::Person) and [`CustomerProfile`](crate::rows::CustomerProfile), and the
    /// addresses of orders. Such a commit writes no rows and moves no stock. `None`: it erases nothing.
    pub erase: Option<UserId>,
}

impl Commit {
    /// A commit of events alone; the rest is set by whoever needs it.
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
            gone: Vec::new(),
            erase: None,
        }
    }
}

/// A request that must take effect once, under a key that its sender chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// Whose key and for what: `orders/<user>`. The same key in another scope is another key.
    pub scope: String,
    /// As its sender chose it.
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
    /// The row is at the version that the decision was made from.
    RowVersion {
        /// Which row; it need not be one that the commit writes.
        key: RowKey,
        /// As [`Versioned::version`] said; 0: there is no such row.
        version: u64,
    },
    /// Nobody but `owner` has this value in this space; from now on `owner` has it, for ever.
    Unique {
        /// What the value is unique among: `email`.
        space: String,
        /// Compared byte by byte.
        value: String,
        /// The thing that has the value: the same one may claim it again.
        owner: Uuid,
    },
    /// Adds `by` to a counter that starts at 0 and must stay between 0 and `max`.
    Counter {
        /// Which counter: `coupon/SPRING`.
        name: String,
        /// Below 0 it takes back.
        by: i64,
        /// Included; it is no part of the counter, and may differ from commit to commit.
        max: i64,
    },
    /// The hold exists and has not run out.
    HoldLive {
        /// Which hold.
        id: HoldId,
    },
    /// The last order taken out of this cart is `seen`; from now on it is `order`.
    Spend {
        /// Which life of which cart.
        cart: CartId,
        /// `None`: no order has been taken out yet.
        seen: Option<OrderId>,
        /// The order that this commit places.
        order: OrderId,
    },
}

/// A change of one variant's stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockMove {
    /// Whose stock.
    pub variant: VariantId,
    /// How it changes.
    pub kind: MoveKind,
    /// Refuse unless the stock is at this version; 0: there is none yet. `None`: at any version.
    pub if_version: Option<u64>,
    /// How far it may fall below zero, by this move and from now on; `None`: as far as before.
    pub allowance: Option<Allowance>,
}

impl StockMove {
    /// At any version, and as far below zero as before.
    pub fn new(variant: VariantId, kind: MoveKind) -> Self {
        Self { variant, kind, if_version: None, allowance: None }
    }
}

/// How many pieces of a variant may be sold that are not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Allowance {
    /// So many.
    UpTo(u32),
    /// As many as anybody wants.
    Unlimited,
}

impl Allowance {
    /// Only what is there is sold: what a new stock begins with.
    pub const NONE: Self = Self::UpTo(0);

    /// Whether a stock may stand at `quantity`.
    pub fn covers(self, quantity: i64) -> bool {
        match self {
            Self::UpTo(pieces) => quantity >= -i64::from(pieces),
            Self::Unlimited => true,
        }
    }

    /// Pieces that can be sold where there are `quantity`; never below 0.
    pub fn available(self, quantity: i64) -> i64 {
        match self {
            Self::UpTo(pieces) => quantity.saturating_add(pieces.into()).max(0),
            Self::Unlimited => i64::MAX,
        }
    }
}

impl Default for Allowance {
    fn default() -> Self {
        Self::NONE
    }
}

/// What becomes of the stock. Quantities of pieces are 1 or more. The first move of a variant creates its stock at 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoveKind {
    /// Takes from what is available.
    Sell(u32),
    /// Gives back what was sold.
    Return(u32),
    /// A count, a delivery, breakage: so many pieces more, or below 0 fewer.
    Adjust(i64),
    /// Puts pieces aside; they are no longer available. A hold that has run out stays until it is released.
    Hold {
        /// Fresh: a hold that is there already is refused.
        id: HoldId,
        /// Pieces.
        quantity: u32,
        /// From this moment on the hold has run out.
        until: Timestamp,
    },
    /// Gives a hold back, whether or not it has run out.
    Release {
        /// Of a hold on the same variant.
        id: HoldId,
    },
    /// Sells a hold that has not run out.
    Consume {
        /// Of a hold on the same variant.
        id: HoldId,
    },
}

/// Counts that have no gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sequence {
    /// The numbers by which people call orders.
    OrderNumber,
}

/// What became of a commit. Only with `Committed` has it taken effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The commit is durable.
    Committed(Committed),
    /// A guard, a unique index of records, a rule over what is stored, or the stock does not allow it.
    Refused(Refusal),
    /// The idempotency key was used for another request.
    KeyReused,
    /// A stream is not at the version that was expected.
    Conflict {
        /// The first such stream of [`Commit::expect`].
        stream: StreamId,
        /// As the commit said.
        expected: u64,
        /// The version that it is at; 0 without events.
        actual: u64,
    },
}

/// How a commit has changed the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// Of the commit's last event.
    pub position: LogPosition,
    /// The version of each stream that the commit wrote to, after it.
    pub versions: Vec<(StreamId, u64)>,
    /// What [`Commit::number`] asked for, and no other commit has.
    pub number: Option<u64>,
    /// The commit, or one under the same idempotency key, had taken effect before; nothing was written now.
    pub replayed: bool,
    /// The answer kept under the idempotency key, where there is one.
    pub answer: Option<String>,
}

/// The check that did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The stock would fall further below 0 than it may, or beyond what can be counted.
    Stock {
        /// Which variant; the first of the commit's moves that does not pass.
        variant: VariantId,
        /// Pieces that can be sold, with those that need not be there; 0 also for a variant that has no stock at all.
        available: i64,
        /// Pieces that the move takes; below 0 where it adds.
        wanted: i64,
    },
    /// More pieces are sold that are not there than [`StockMove::allowance`] would let it be.
    Owed {
        /// Which variant.
        variant: VariantId,
        /// Pieces, after the move; above 0.
        owed: i64,
    },
    /// A stock is not at [`StockMove::if_version`].
    StockVersion {
        /// Which variant.
        variant: VariantId,
        /// The version that its stock is at; 0 without any.
        actual: u64,
    },
    /// The row of [`Guard::RowVersion`] has changed, has come, or is gone.
    RowVersion {
        /// Which row.
        key: RowKey,
        /// The version that it is at; 0: there is no such row.
        actual: u64,
    },
    /// Somebody else has the value of [`Guard::Unique`].
    Unique {
        /// What it is unique among.
        space: String,
        /// The value that is taken.
        value: String,
    },
    /// Another record of that kind has this value in a unique index.
    Taken {
        /// The kind of both records.
        kind: String,
        /// The name of the index.
        index: String,
        /// The value that is taken.
        value: String,
    },
    /// The variant would cost less than nothing, with its product's price and its own adjustment as they would be stored.
    BelowZero {
        /// Whose price it is.
        product: ProductId,
        /// Which of its variants; the commit need not write it.
        variant: VariantId,
    },
    /// The category would lie in itself, or in one that lies in it.
    Circle {
        /// Which of the commit's categories.
        category: CategoryId,
    },
    /// The variant cannot be made of its parts.
    Parts {
        /// Which of the commit's variants.
        bundle: VariantId,
        /// What stands against it.
        fault: PartsFault,
    },
    /// Another row names one of [`Commit::gone`].
    StillNamed,
    /// The counter of [`Guard::Counter`] would leave its bounds.
    Counter {
        /// Which counter.
        name: String,
        /// What it stands at, without this commit.
        value: i64,
    },
    /// The hold does not exist, has run out, or is another variant's; for [`MoveKind::Hold`], it exists already.
    Hold {
        /// Which hold.
        id: HoldId,
    },
    /// Another order was taken out of the cart meanwhile.
    Spend {
        /// Which cart.
        cart: CartId,
        /// The last order taken out of it; `None`: none yet.
        last: Option<OrderId>,
    },
}

/// Why a variant cannot be a bundle of its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartsFault {
    /// There is no such variant.
    Unknown {
        /// Which part.
        part: VariantId,
    },
    /// A part is a bundle itself.
    IsBundle {
        /// Which part.
        part: VariantId,
    },
    /// The variant is a part of another bundle.
    IsPart {
        /// Which bundle has it.
        of: VariantId,
    },
    /// The variant has pieces of its own, or owes some.
    HasStock {
        /// Pieces; below 0, so many are sold that are not there.
        quantity: i64,
    },
}

/// What became of an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// SHA-256 of the request that was answered.
    pub request_hash: [u8; 32],
    /// As [`Idempotency::answer`] said.
    pub answer: String,
    /// Of the last event of the commit that answered.
    pub position: LogPosition,
    /// The number that the commit was given, if it asked for one.
    pub number: Option<u64>,
}

/// How many of a variant can be sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stock {
    /// Pieces, without those put aside; below 0, so many are sold that are not there.
    pub quantity: i64,
    /// How far the quantity may fall below 0.
    pub allowance: Allowance,
    /// Counts the commits that moved it, or changed its allowance; of a bundle those of all its parts.
    pub version: u64,
}

impl Stock {
    /// What is said of a bundle whose parts have no limit.
    pub const MOST_BUNDLES: i64 = 1_000_000_000;

    /// Pieces that can be sold, with those that need not be there; never below 0.
    pub fn available(self) -> i64 {
        self.allowance.available(self.quantity)
    }

    /// Of a bundle: as many as its scarcest part allows. `parts` says of each how many one bundle has of it, 1 or more,
    /// and its stock.
    pub fn of_bundle(parts: impl IntoIterator<Item = (i64, Option<Stock>)>) -> Stock {
        let mut bundle = Stock { quantity: Self::MOST_BUNDLES, allowance: Allowance::NONE, version: 0 };
        for (pieces, stock) in parts {
            let available = stock.map_or(0, Stock::available);
            bundle.quantity = bundle.quantity.min(available / pieces.max(1));
            bundle.version += stock.map_or(0, |stock| stock.version);
        }
        bundle
    }
}

/// A row as it was read, with what a guard needs to know of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Versioned<T> {
    /// Counts the commits that wrote the row, from 1.
    pub version: u64,
    /// As it was at the moment of the snapshot.
    pub row: T,
}

/// The questions that the store's indexes answer. Results come in the order given here. One question names up to 30,000
/// ids. Holds that have run out are found by [`Snapshot::expired_holds`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Find {
    /// All users, by id.
    Users,
    /// All categories, by name.
    Categories,
    /// Categories of this name whatever the case of its letters, by id; names are unique only among siblings.
    CategoriesNamed(String),
    /// Active products, newest first.
    ActiveProducts {
        /// In any of these, as its own or a further one, not in those below them; `None`: in all.
        categories: Option<Vec<CategoryId>>,
    },
    /// Products whose own category this is, also inactive ones, by id.
    ProductsOfCategory(CategoryId),
    /// Products that lie in one category beside their own, also inactive ones, by id. All products are looked at, and some
    /// may come that only mention it.
    ProductsAlsoIn(CategoryId),
    /// Products of one seller, also inactive ones, by id.
    ProductsOfSeller(SellerId),
    /// The variants of these products, by product and rank.
    VariantsOf(Vec<ProductId>),
    /// The bundles that have any of these variants as a part, by id.
    BundlesWith(Vec<VariantId>),
    /// Orders by number, the highest first.
    Orders {
        /// `None`: of all users.
        user: Option<UserId>,
    },
    /// The one order with this number.
    OrderNumbered(u64),
    /// The lines of these orders, by order and line.
    ItemsOf(Vec<OrderId>),
    /// The reviews of one product.
    ReviewsOf {
        /// Which product.
        product: ProductId,
        /// Which come first.
        order: ReviewOrder,
    },
    /// The reviews by one person, newest first.
    ReviewsBy(UserId),
    /// The comments on these reviews, by review, oldest first.
    CommentsOf(Vec<ReviewId>),
    /// All loads, by source.
    Loads,
    /// Records of one kind that have `value` in `index`, in the order of their entries' `sort`, then of their ids.
    Records {
        /// As the feature declares it.
        kind: &'static str,
        /// The name of an index of that kind.
        index: &'static str,
        /// Compared byte by byte.
        value: String,
    },
}

/// In which order reviews come. Those with as many stars come newest first, then by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReviewOrder {
    /// By date.
    Newest,
    /// Those with the most stars first.
    Highest,
    /// Those with the fewest stars first.
    Lowest,
}

/// How many reviews of a product gave how many stars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stars(
    /// One star first.
    pub [u32; 5],
);

impl Stars {
    /// How many reviews there are.
    pub fn count(self) -> u32 {
        self.0.iter().sum()
    }

    /// The stars of all reviews together.
    pub fn sum(self) -> u64 {
        self.0.iter().zip(1..).map(|(count, stars)| u64::from(*count) * stars).sum()
    }

    /// 1 to 5; `None` without reviews.
    pub fn average(self) -> Option<f64> {
        (self.count() > 0).then(|| self.sum() as f64 / f64::from(self.count()))
    }
}

/// One part of the answer to a [`Find`].
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// In the order that the question has.
    pub rows: Vec<Versioned<Row>>,
    /// How many there are on all pages.
    pub total: u64,
}

/// Which part of an answer is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// How many come before it.
    pub offset: u64,
    /// How many it has at most.
    pub limit: u32,
}

impl Window {
    /// The whole answer, and then the count costs nothing.
    pub const ALL: Window = Window { offset: 0, limit: u32::MAX };
}

impl From<souk_kernel::Page> for Window {
    fn from(page: souk_kernel::Page) -> Self {
        Self { offset: page.offset(), limit: page.limit }
    }
}

/// Names one log in one of its lives, and the end of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogHead {
    /// Given when the store was created, never to another.
    pub log: Uuid,
    /// The last event; position 0 while there is none.
    pub head: LogPosition,
}

/// A server that follows the store and answers queries in its place.
#[derive(Debug)]
pub struct Replica {
    /// Where it is, for people.
    pub place: String,
    /// How the server is; an error says why it is not used: it is away, or it is no replica of this store.
    pub state: Result<ReplicaState>,
    /// How many snapshots this process has taken from it.
    pub served: u64,
}

/// How a replica that answers is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplicaState {
    /// The engine's name and version, for people.
    pub version: String,
    /// The last event that it has.
    pub at: LogPosition,
    /// Events that it lacks.
    pub behind: u64,
    /// Whether it lacks what was in the store some seconds ago; then it is not used.
    pub lags: bool,
}

/// The relational core and the event log. Features decide on what a snapshot shows, and commit with guards on the
/// versions that they saw:
///
/// ```
/// use souk_kernel::{Clock, CommitId, ProductId};
/// use souk_ports::event::{Actor, NewEvent};
/// use souk_ports::rows::{Product, RowKey};
/// use souk_ports::store::{Commit, Guard, Outcome, Store};
///
/// /// Takes a product off the shelves. Whether there was such a product.
/// async fn withdraw(store: &dyn Store, clock: &dyn Clock, id: ProductId) -> souk_ports::Result<bool> {
///     loop {
///         let found = store.snapshot().await?.one::<Product>(id).await?;
///         let Some(found) = found else { return Ok(false) };
///         let withdrawn = NewEvent {
///             stream: id.into(),
///             kind: "product-withdrawn".to_owned(),
///             schema: 1,
///             data: "{}".to_owned(),
///             personal: None,
///             occurred_at: clock.now(),
///             actor: Actor::Staff,
///             reason: None,
///         };
///         let commit = Commit {
///             guards: vec![Guard::RowVersion { key: RowKey::Product(id), version: found.version }],
///             rows: vec![Product { is_active: false, ..found.row }.into()],
///             ..Commit::new(CommitId::new(), vec![withdrawn])
///         };
///         if let Outcome::Committed(_) = store.commit(commit).await? {
///             return Ok(true);
///         }
///         // Refused, because somebody else has changed the product meanwhile: look at it again.
///     }
/// }
/// ```
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// The only write. Fails with `InvalidInput` when the commit breaks a rule written at its fields, with `Busy` when
    /// too many wait already, with `Unavailable` when the outcome is unknown.
    async fn commit(&self, commit: Commit) -> Result<Outcome>;

    /// What was answered under this key; `None` where the key was never used, or is forgotten by now.
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

/// One moment of the store: everything that is asked of it is answered from the same one. See [`Store`] for an example.
#[async_trait]
pub trait Snapshot: Send {
    /// The moment: the last event that it holds.
    async fn head(&mut self) -> Result<LogHead>;

    /// Up to `limit` events after `position`, in order.
    async fn events(&mut self, after: Position, limit: u32) -> Result<Vec<RecordedEvent>>;

    /// Up to `limit` events after `after` and not after `through` that pass the filter, in order. The others are gone
    /// through too, so how far apart the two are bounds how long this takes.
    async fn events_of(
        &mut self,
        filter: EventFilter,
        after: Position,
        through: Position,
        limit: u32,
    ) -> Result<Vec<RecordedEvent>>;

    /// All events of one stream, in order; none for a stream that does not exist.
    async fn stream(&mut self, stream: StreamId) -> Result<Vec<RecordedEvent>>;

    /// The rows of these keys, each at the place of its key; `None` where there is no such row.
    async fn get(&mut self, keys: &[RowKey]) -> Result<Vec<Option<Versioned<Row>>>>;

    /// `InvalidInput` when the question names too many ids.
    async fn find(&mut self, find: &Find, window: Window) -> Result<Found>;

    /// The stock of these variants, each at the place of its id; `None` before the first move. Of a bundle it is what its
    /// parts allow ([`Stock::of_bundle`]).
    async fn stock(&mut self, variants: &[VariantId]) -> Result<Vec<Option<Stock>>>;

    /// Up to `limit` holds that have run out by `now`, those that ran out first at the front, with their variants.
    async fn expired_holds(&mut self, now: Timestamp, limit: u32) -> Result<Vec<(HoldId, VariantId)>>;

    /// The stars of these products' reviews, each at the place of its id; all 0 without reviews.
    async fn stars(&mut self, products: &[ProductId]) -> Result<Vec<Stars>>;

    /// Whether these people have these products in an order that is not cancelled, each at the place of its pair.
    async fn bought(&mut self, pairs: &[(UserId, ProductId)]) -> Result<Vec<bool>>;

    /// The last order taken out of a cart; `None`: none yet.
    async fn last_spend(&mut self, cart: CartId) -> Result<Option<OrderId>>;
}

impl dyn Snapshot + '_ {
    /// The row of this key; `None` where there is no such row.
    pub async fn one<E: Entity>(&mut self, key: E::Key) -> Result<Option<Versioned<E>>> {
        Ok(self.many(&[key]).await?.pop().flatten())
    }

    /// The rows of these keys, each at the place of its key; `None` where there is no such row.
    pub async fn many<E: Entity>(&mut self, keys: &[E::Key]) -> Result<Vec<Option<Versioned<E>>>> {
        let keys: Vec<RowKey> = keys.iter().cloned().map(E::row_key).collect();
        self.get(&keys).await?.into_iter().map(|row| row.map(typed).transpose()).collect()
    }

    /// Rows, and how many there are on all pages. `InvalidInput` when `find` asks for another type than `E`.
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
