//! What turns the two feeds, or other derived data, into one derived collection. Features write them, the runtime
//! drives them.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::Result;
use crate::derived::{Checkpoint, Derived, Generation, ProjectionName};
use crate::event::RecordedEvent;
use crate::series::RecordedActivity;
use crate::store::{Snapshot, Store};

/// A moment of the store that begins when somebody first asks for it: most events concern few of the projections, and
/// opening a snapshot costs more than looking at an event.
pub struct LazySnapshot<'a> {
    store: &'a dyn Store,
    opened: Option<Box<dyn Snapshot>>,
}

impl<'a> LazySnapshot<'a> {
    /// The events to apply must have been read from this store before.
    pub fn of(store: &'a dyn Store) -> Self {
        Self { store, opened: None }
    }

    /// One that has begun already.
    pub fn begun(store: &'a dyn Store, snapshot: Box<dyn Snapshot>) -> Self {
        Self { store, opened: Some(snapshot) }
    }

    /// The same moment, however often it is asked for.
    pub async fn open(&mut self) -> Result<&mut dyn Snapshot> {
        let opened = match self.opened.take() {
            Some(opened) => opened,
            None => self.store.snapshot().await?,
        };
        Ok(&mut **self.opened.insert(opened))
    }
}

/// # Promises that an implementation makes
/// * [`Projection::apply`] may be called with the same events again, and with events that it does not care about.
/// * It reads rows only from the snapshot that it is given, which is at or after the last of the events, and writes
///   them with the snapshot's position as their version. Where no event concerns it, it opens none.
/// * It stores the checkpoint with the data, also when no event concerned it.
#[async_trait]
pub trait Projection: Send + Sync {
    fn name(&self) -> ProjectionName;

    /// The role that holds the generations.
    fn target(&self) -> Arc<dyn Derived>;

    /// How long to gather events after a batch; zero: as long as the runner thinks right. A first event after a quiet time
    /// is never kept waiting.
    fn pause(&self) -> Duration {
        Duration::ZERO
    }

    /// The most events at once, where one of them can be much work: a snapshot is open as long.
    fn batch(&self) -> u32 {
        u32::MAX
    }

    async fn apply(
        &self,
        generation: Generation,
        events: &[Arc<RecordedEvent>],
        snapshot: &mut LazySnapshot<'_>,
        checkpoint: Checkpoint,
    ) -> Result<()>;

    /// The live content as sorted lines of JSON, without versions and times of writing: equal content, equal dump.
    async fn dump(&self) -> Result<Vec<String>>;
}

/// Follows the activity feed as a [`Projection`] follows the log, and makes the same promises.
#[async_trait]
pub trait ActivityProjection: Send + Sync {
    fn name(&self) -> ProjectionName;

    fn target(&self) -> Arc<dyn Derived>;

    fn pause(&self) -> Duration {
        Duration::ZERO
    }

    async fn apply(
        &self,
        generation: Generation,
        activities: &[RecordedActivity],
        checkpoint: Checkpoint,
    ) -> Result<()>;

    async fn dump(&self) -> Result<Vec<String>>;
}

/// Derived data that is made as a whole out of other derived data, now and then.
#[async_trait]
pub trait Batch: Send + Sync {
    fn name(&self) -> ProjectionName;

    fn target(&self) -> Arc<dyn Derived>;

    /// How long to wait after a run before looking whether another one is due.
    fn interval(&self) -> Duration;

    /// What a run now would be made of; the same while that has not changed. `None`: it cannot be made yet.
    async fn basis(&self) -> Result<Option<Checkpoint>>;

    /// Fills a new, empty generation, and stores `basis` as its checkpoint after everything else. It is told to report
    /// how much is done, of how much.
    async fn fill(
        &self,
        generation: Generation,
        basis: Checkpoint,
        progress: &(dyn Fn(u64, u64) + Send + Sync),
    ) -> Result<()>;

    async fn dump(&self) -> Result<Vec<String>>;
}
