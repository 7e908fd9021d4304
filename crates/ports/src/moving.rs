//! Moving what a role owns from one place to another, whatever engines they have.
//!
//! Every role that owns something hands out an [`Owned`]: its content as records in *collections*, and the place's
//! [`Mark`]. A move closes the place that it leaves, claims the one that it goes to, and copies page by page; what it has
//! got to stands in the claim, so that whoever finds it half done goes on.
//!
//! # Promises
//! * [`Owned::page`] gives each record of a collection once, in the order of their keys. Records and their order do not
//!   depend on the engine: equal content, equal records.
//! * [`Owned::put`] writes records as they are over those with the same keys: repeated, it changes nothing. Only a place
//!   that is claimed by the same move takes them.
//! * A place whose mark is not [`Mark::Open`] takes no other write, whichever process sends it: it fails with
//!   [`Error::Closed`] and nothing is written. When [`Owned::set_mark`] has answered, no write is under way any more that
//!   had found another mark. Reading goes on.
//! * After a move the place goes on where the other one stopped: positions, versions and numbers are the next ones.

use async_trait::async_trait;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use souk_kernel::Timestamp;
use uuid::Uuid;

use crate::{Error, Result, Why};

/// One thing that is owned, in the form in which it is moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// JSON: the parts of the key.
    pub key: String,
    /// JSON: the key's parts, and all else that is no content.
    pub value: String,
    /// The bytes of an object; otherwise empty.
    pub content: Bytes,
    /// From this moment on it may be gone, or not; `None`: it stays.
    pub expires_at: Option<Timestamp>,
}

impl Record {
    /// What the record counts for in a [`Room`].
    pub fn size_bytes(&self) -> usize {
        self.key.len() + self.value.len() + self.content.len()
    }
}

/// When a page is full. It has at least one record, and the last one may go beyond `bytes`, however large it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// 1 or more.
    pub records: usize,
    /// As [`Record::size_bytes`] counts; a page ends with the record that comes to so many.
    pub bytes: usize,
}

/// Whether a place takes writes, and if not, why not. It is kept in the place itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Mark {
    /// Everybody may write.
    Open {
        /// The move that has filled the place; `None`: no move has.
        arrived: Option<Uuid>,
    },
    /// What is in the place is being moved away, or was.
    Leaving {
        /// The move.
        id: Uuid,
        /// Names the other place, for people.
        to: String,
    },
    /// The place is being filled, and not complete yet.
    Arriving {
        /// The move; only its writes are taken.
        id: Uuid,
        /// Names the other place, for people.
        from: String,
        /// How far the move has got.
        stage: Stage,
    },
}

/// How far a place has been filled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum Stage {
    /// Claimed, and not known to be empty yet.
    Checking,
    /// All collections before this one are there, and of this one what stands up to `after`.
    Copying {
        /// One of [`Owned::collections`].
        collection: String,
        /// The key of the last record that is there; `None`: none of this collection.
        after: Option<String>,
    },
    /// All collections are there, and not compared yet.
    Copied,
}

impl Default for Mark {
    fn default() -> Self {
        Self::Open { arrived: None }
    }
}

impl Mark {
    /// Reads what [`Self::text`] wrote; the empty text is an open place that never moved.
    pub fn of_text(text: &str) -> Result<Self> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        serde_json::from_str(text).map_err(|error| Error::internal("reading the mark of a move", error))
    }

    /// As it is kept in the place: equal marks, equal texts.
    pub fn text(&self) -> String {
        match self {
            Self::Open { arrived: None } => String::new(),
            mark => serde_json::to_string(mark).expect("a mark can be written as JSON"),
        }
    }

    /// Whether everybody may write.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Open { .. })
    }

    /// `Closed` unless everybody may write. `what` names the place in the error.
    pub fn check_open(&self, what: &str) -> Result<()> {
        match self.closed() {
            None => Ok(()),
            Some(why) => Err(Error::Closed { what: what.to_owned(), why: Why(why) }),
        }
    }

    /// `Closed` unless the move `by` may write.
    pub fn check_arriving(&self, what: &str, by: Uuid) -> Result<()> {
        match self {
            Self::Arriving { id, .. } if *id == by => Ok(()),
            mark => {
                let why = mark.closed().unwrap_or_else(|| format!("the migration {by} does not fill it"));
                Err(Error::Closed { what: what.to_owned(), why: Why(why) })
            }
        }
    }

    /// Why the place takes no writes, for people; `None` while it is open.
    pub fn closed(&self) -> Option<String> {
        match self {
            Self::Open { .. } => None,
            Self::Leaving { id, to } => {
                Some(format!("the migration {id} moves what is in it to {to}, or has done so"))
            }
            Self::Arriving { id, from, .. } => {
                Some(format!("the migration {id} fills it from {from}, and is not finished"))
            }
        }
    }
}

/// What a role owns, for moving it; see the [module](self) for its promises.
#[async_trait]
pub trait Owned: Send + Sync {
    /// The names of all collections, in the order in which they have to be written.
    fn collections(&self) -> Vec<&'static str>;

    /// Whether nobody has ever written anything that is still there.
    async fn is_empty(&self) -> Result<bool>;

    /// How many records a collection has, for those who watch. `NotFound` when there is no such collection.
    async fn count(&self, collection: &str) -> Result<u64>;

    /// The next records after a key (`None`: from the first); none at the end. What has run out meanwhile may be left
    /// out.
    async fn page(&self, collection: &str, after: Option<&str>, room: Room) -> Result<Vec<Record>>;

    /// Writes records of one collection. `Closed` unless the place is claimed by the move `by`.
    async fn put(&self, by: Uuid, collection: &str, records: Vec<Record>) -> Result<()>;

    /// Whether the place takes writes; open while nobody has set a mark.
    async fn mark(&self) -> Result<Mark>;

    /// Puts `next` in place of the mark; `Conflict` unless that is still `seen`. Setting the mark that is there
    /// completes what a process that died has begun.
    async fn set_mark(&self, seen: &Mark, next: &Mark) -> Result<()>;
}

impl dyn Owned + '_ {
    /// Closes the place that the move `id` leaves; `Closed` when it has another mark. Repeated, it changes nothing.
    pub async fn fence(&self, id: Uuid, to: &str) -> Result<()> {
        let mark = self.mark().await?;
        let next = Mark::Leaving { id, to: to.to_owned() };
        if !mark.is_open() && mark != next {
            return mark.check_open("what is to be moved");
        }
        self.set_mark(&mark, &next).await
    }

    /// Takes an empty place for the move `id`, or finds how far that has got. `InvalidInput` when something is in the
    /// place, `Closed` when it has another mark.
    pub async fn claim(&self, id: Uuid, from: &str) -> Result<Stage> {
        let mark = self.mark().await?;
        let arriving = |stage| Mark::Arriving { id, from: from.to_owned(), stage };
        match &mark {
            Mark::Open { .. } => self.must_be_empty().await?,
            Mark::Arriving { id: by, stage, .. } if *by == id => {
                self.set_mark(&mark, &mark).await?;
                if *stage != Stage::Checking {
                    return Ok(stage.clone());
                }
            }
            mark => mark.check_open("the place to move to")?,
        }
        // Somebody may have written meanwhile. From here on nobody does, so what is found is what there is.
        let checking = arriving(Stage::Checking);
        if mark != checking {
            self.set_mark(&mark, &checking).await?;
        }
        if let Err(error) = self.must_be_empty().await {
            self.set_mark(&checking, &Mark::default()).await?;
            return Err(error);
        }
        let first = self.collections().first().copied().unwrap_or_default();
        let stage = Stage::Copying { collection: first.to_owned(), after: None };
        self.set_mark(&checking, &arriving(stage.clone())).await?;
        Ok(stage)
    }

    async fn must_be_empty(&self) -> Result<()> {
        if self.is_empty().await? {
            return Ok(());
        }
        Err(Error::invalid("the place to move to is not empty, and this migration has not filled it"))
    }

    /// Notes how far the move `by` has filled the place; `Closed` unless it is claimed by that move.
    pub async fn note(&self, by: Uuid, next: Stage) -> Result<()> {
        let mark = self.mark().await?;
        mark.check_arriving("the place to move to", by)?;
        let Mark::Arriving { id, from, .. } = mark.clone() else { return Ok(()) };
        self.set_mark(&mark, &Mark::Arriving { id, from, stage: next }).await
    }

    /// Opens the place that the move `id` has filled; `Closed` unless it is claimed by that move. Repeated, it changes
    /// nothing.
    pub async fn finish(&self, id: Uuid) -> Result<()> {
        let (mark, next) = (self.mark().await?, Mark::Open { arrived: Some(id) });
        if mark != next {
            mark.check_arriving("the place to move to", id)?;
        }
        self.set_mark(&mark, &next).await
    }

    /// Opens a place that a move has left; `Closed` when a move fills it. Whether the place was closed.
    pub async fn unfence(&self) -> Result<bool> {
        let mark = self.mark().await?;
        if matches!(mark, Mark::Arriving { .. }) {
            mark.check_open("the place")?;
        }
        let next = if mark.is_open() { mark.clone() } else { Mark::default() };
        self.set_mark(&mark, &next).await?;
        Ok(mark != next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_reads_back_as_it_was_written() {
        let (id, from) = (Uuid::from_u128(7), "there".to_owned());
        let copying =
            Stage::Copying { collection: "events".to_owned(), after: Some(r#"["a\"b"]"#.to_owned()) };
        for mark in [
            Mark::default(),
            Mark::Open { arrived: Some(id) },
            Mark::Leaving { id, to: "here".to_owned() },
            Mark::Arriving { id, from: from.clone(), stage: Stage::Checking },
            Mark::Arriving { id, from: from.clone(), stage: copying },
            Mark::Arriving { id, from, stage: Stage::Copied },
        ] {
            assert_eq!(Mark::of_text(&mark.text()).unwrap(), mark);
        }
        assert!(Mark::of_text("{").is_err());
    }
}
