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
    pub const USER: Self = Self(1);
    pub const SELLER: Self = Self(2);
    pub const CATEGORY: Self = Self(3);
    /// A product with its variants.
    pub const PRODUCT: Self = Self(4);
    pub const ORDER: Self = Self(5);
    /// A run of a loader.
    pub const LOAD: Self = Self(6);
    /// A review with its comments.
    pub const REVIEW: Self = Self(7);

    pub const fn numbered(number: u8) -> Self {
        Self(number)
    }

    pub const fn number(self) -> u8 {
        self.0
    }
}

/// The history of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StreamId {
    pub kind: StreamKind,
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
    pub person: UserId,
    /// A JSON object.
    pub data: String,
}

/// An event on its way into the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    pub stream: StreamId,
    /// What happened, in the past tense: `order-placed`.
    pub kind: String,
    /// The version of the shape of `data`, from 1.
    pub schema: u16,
    /// A JSON object.
    pub data: String,
    pub personal: Option<Personal>,
    /// When it happened, which may be long before it is recorded.
    pub occurred_at: Timestamp,
    pub actor: Actor,
    /// Why, where the data does not say it: `loaded from products.csv`.
    pub reason: Option<String>,
}

/// An event in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedEvent {
    pub position: Position,
    pub stream: StreamId,
    /// 1, 2, 3 … within the stream.
    pub version: u64,
    pub commit: CommitId,
    pub kind: String,
    pub schema: u16,
    pub data: String,
    /// `None` also when it has been erased.
    pub personal: Option<String>,
    pub occurred_at: Timestamp,
    pub recorded_at: Timestamp,
    pub actor: Actor,
    pub reason: Option<String>,
}
