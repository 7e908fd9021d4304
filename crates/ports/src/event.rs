//! Events: what the business decided, as the log keeps it.

use std::fmt;

use serde::{Deserialize, Serialize};
use souk_kernel::{
    CategoryId, CommitId, OrderId, Position, ProductId, ReviewId, SellerId, Timestamp, UserId,
};
use uuid::Uuid;

/// A kind of things that have a stream of events of their own. Its number is stored: it never changes, and no two kinds
/// share one. Kinds of specified tables stand here; another feature declares its own in its folder, from 8 on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StreamKind(u8);

impl StreamKind {
    /// A user, with what they tell of themselves.
    pub const USER: Self = Self(1);
    /// A workshop, with its profile.
    pub const SELLER: Self = Self(2);
    /// One category, without those below it.
    pub const CATEGORY: Self = Self(3);
    /// A product with its variants, their stock and its specifications.
    pub const PRODUCT: Self = Self(4);
    /// An order, from being placed to being delivered or cancelled.
    pub const ORDER: Self = Self(5);
    /// A run of a loader.
    pub const LOAD: Self = Self(6);
    /// A review with its comments.
    pub const REVIEW: Self = Self(7);

    /// For the declaration of a kind: 1 to 7 are taken by those above.
    pub const fn numbered(number: u8) -> Self {
        Self(number)
    }

    /// As it is stored.
    pub const fn number(self) -> u8 {
        self.0
    }
}

/// Some of the log's events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventFilter {
    /// All of them.
    All,
    /// Those of streams of these kinds.
    Streams(&'static [StreamKind]),
    /// Those that are called so ([`RecordedEvent::kind`]).
    Kinds(&'static [&'static str]),
}

/// The history of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StreamId {
    /// What `id` is the id of.
    pub kind: StreamKind,
    /// Of the user, the product, the order … whose history it is.
    pub id: Uuid,
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the stream {} of kind {}", self.id, self.kind.number())
    }
}

macro_rules! stream_of {
    ($($id:ident => $kind:ident),*) => {$(
        impl From<$id> for StreamId {
            fn from(id: $id) -> Self {
                Self { kind: StreamKind::$kind, id: id.0 }
            }
        }
    )*};
}
stream_of!(UserId => USER, SellerId => SELLER, CategoryId => CATEGORY, ProductId => PRODUCT, OrderId => ORDER,
    ReviewId => REVIEW);

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", content = "id", rename_all = "kebab-case")]
pub enum Actor {
    /// Somebody with an account, who did it themselves.
    User(UserId),
    /// Someone who works for the shop; until accounts exist, whoever called.
    Staff,
    /// A loader, a projection, a schedule: named.
    System(String),
}

/// The part of an event that tells about a person. The log keeps it apart from the rest, so that it can be erased
/// while the log stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Personal {
    /// Whom the data tells about, and with whom it is erased.
    pub person: UserId,
    /// A JSON object.
    pub data: String,
}

/// An event on its way into the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// The history that it goes on with.
    pub stream: StreamId,
    /// What happened, in the past tense: `order-placed`.
    pub kind: String,
    /// The version of the shape of `data`, from 1.
    pub schema: u16,
    /// A JSON object.
    pub data: String,
    /// `None`: the event tells nothing about a person.
    pub personal: Option<Personal>,
    /// When it happened, which may be long before it is recorded.
    pub occurred_at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// Why, where the data does not say it: `loaded from products.csv`.
    pub reason: Option<String>,
}

/// An event in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedEvent {
    /// The place in the log.
    pub position: Position,
    /// The history that it belongs to.
    pub stream: StreamId,
    /// 1, 2, 3 … within the stream.
    pub version: u64,
    /// What it was written by; the events of one commit stand side by side.
    pub commit: CommitId,
    /// What happened, as in [`NewEvent::kind`].
    pub kind: String,
    /// The version of the shape of `data`, from 1.
    pub schema: u16,
    /// A JSON object.
    pub data: String,
    /// A JSON object; `None` where there never was one, and where it has been erased.
    pub personal: Option<String>,
    /// When it happened, as its writer says.
    pub occurred_at: Timestamp,
    /// When it was committed, by the clock of the process that did.
    pub recorded_at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// Why, where the data does not say it.
    pub reason: Option<String>,
}
