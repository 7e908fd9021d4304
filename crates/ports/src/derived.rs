//! What every engine of derived data shares: generations, their checkpoints and locks.
//!
//! # Promises
//! * Readers of a role see the *live* generation of each projection, or nothing while there is none.
//! * A generation that is not live is invisible to readers, and filling it disturbs nobody.
//! * [`Derived::promote`] swaps the live generation atomically, and only if the live one is the one named.
//! * A checkpoint is stored with the data it guards: after a crash it is never ahead of the data. It may be behind,
//!   so a projection's writes must be repeatable. Other processes may see one without content later ([`Derived::settle`]).
//! * A lock has one holder among all processes. It ends with its process: at once where the engine is local; on a server
//!   others may have it within 5 s, and a moment after it was dropped.
//! * What one projection does never touches another projection, nor the data that the role owns.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use souk_kernel::LogPosition;
use uuid::Uuid;

use crate::Result;

/// The name of a projection; it is part of folder, collection and index names: `a-z` and `-`.
pub type ProjectionName = &'static str;

/// One filling of a projection, numbered from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Generation(pub u64);

/// How far a generation has followed which log. The default is the start of a log not yet known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Which log or feed; nil: not yet known.
    pub log: Uuid,
    /// The last place that the generation holds.
    pub at: LogPosition,
    /// The id of what stands at that place: of an event's commit, of an activity. A log that went back to an older copy of
    /// itself and has grown again has another one there. Nil: not known, as in checkpoints of older versions.
    #[serde(default)]
    pub last: Uuid,
}

/// The right to write one generation. Dropping it gives it up too, but on a server somewhat later, and not at all when the
/// process ends at once: then others wait until the lease has run out.
#[async_trait]
pub trait Lock: Send + Sync {
    /// Gives it up; when this returns, others can take it. A server that is away lets it run out.
    async fn release(self: Box<Self>) {}
}

/// What every role with derived data can do. Whoever fills a generation holds its lock, and readers see it once it is
/// promoted:
///
/// ```
/// use souk_ports::derived::{Checkpoint, Derived};
/// use souk_ports::documents::{DocumentWrite, Documents};
///
/// /// Makes a collection anew. `false` when somebody else was faster.
/// async fn rebuild(
///     documents: &dyn Documents,
///     all: Vec<DocumentWrite>,
///     checkpoint: Checkpoint,
/// ) -> souk_ports::Result<bool> {
///     let live = documents.live("pages").await?;
///     let next = documents.begin("pages").await?;
///     let Some(lock) = documents.lock("pages", next).await? else { return Ok(false) };
///     documents.write("pages", next, all, checkpoint).await?;
///     documents.promote("pages", live, next).await?;
///     lock.release().await;
///     Ok(true)
/// }
/// ```
#[async_trait]
pub trait Derived: Send + Sync {
    /// The generation that readers see; `None` while there is none.
    async fn live(&self, projection: ProjectionName) -> Result<Option<Generation>>;

    /// Opens a new, empty generation that readers do not see, and removes those that are neither live nor locked.
    async fn begin(&self, projection: ProjectionName) -> Result<Generation>;

    /// Makes `next` the live one, if the live one is still `expected` (`None`: there is none); `Conflict` otherwise,
    /// `NotFound` when `next` is gone. The former live generation is removed when nobody reads or locks it.
    async fn promote(
        &self,
        projection: ProjectionName,
        expected: Option<Generation>,
        next: Generation,
    ) -> Result<()>;

    /// Takes the right to write a generation; `None` when another holder has it, `NotFound` when there is no such
    /// generation.
    async fn lock(&self, projection: ProjectionName, generation: Generation)
    -> Result<Option<Box<dyn Lock>>>;

    /// How far the generation has got, as its readers see it; the default while nothing was written. `NotFound` when
    /// there is no such generation.
    async fn checkpoint(&self, projection: ProjectionName, generation: Generation) -> Result<Checkpoint>;

    /// Stores what a write without any content left for later: an engine may keep such a checkpoint in the memory of the
    /// lock's holder for a second, because storing costs much whatever its size. Called by the holder when it is quiet.
    async fn settle(&self, projection: ProjectionName, generation: Generation) -> Result<()> {
        let _ = (projection, generation);
        Ok(())
    }

    /// Where the data lies and which engine holds it, for people.
    async fn describe(&self) -> Result<String>;
}
