//! What turns the two feeds, or other derived data, into one derived collection. Features write them, the runtime
//! drives them.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::Result;
use crate::derived::{Checkpoint, Derived, Generation, ProjectionName};
use crate::event::{EventFilter, RecordedEvent};
use crate::series::RecordedActivity;
use crate::store::{Snapshot, Store};

/// A moment of the store that begins when somebody first asks for it: most events concern few of the projections, and
/// opening a snapshot costs more than looking at an event.
pub struct LazySnapshot<'a> {
    store: &'a dyn Store,
    opened: Option<Box<dyn Snapshot>>,
}

impl<'a> LazySnapshot<'a> {
    /// A moment that has not begun. The events to apply must have been read from this store before.
    pub fn of(store: &'a dyn Store) -> Self {
        Self { store, opened: None }
    }

    /// A moment that has begun already, of this store.
    pub fn begun(store: &'a dyn Store, snapshot: Box<dyn Snapshot>) -> Self {
        Self { store, opened: Some(snapshot) }
    }

    /// The snapshot; the same one, however often it is asked for.
    pub async fn open(&mut self) -> Result<&mut dyn Snapshot> {
        let opened = match self.opened.take() {
            Some(opened) => opened,
            None => self.store.snapshot().await?,
        };
        Ok(&mut **self.opened.insert(opened))
    }
}

/// Follows the event log, and keeps one derived collection as the log says.
///
/// # Promises that an implementation makes
/// * [`Projection::apply`] may be called with the same events again, and with events that it does not care about.
/// * It reads rows only from the snapshot that it is given, which is at or after the last of the events, and writes
///   them with the snapshot's position as their version. Where no event concerns it, it opens none.
/// * It stores the checkpoint with the data, also when no event concerned it.
///
/// ```
/// # use std::collections::BTreeSet;
/// # use std::sync::Arc;
/// #
/// # use async_trait::async_trait;
/// # use souk_kernel::ProductId;
/// # use souk_ports::Result;
/// # use souk_ports::derived::{Checkpoint, Derived, Generation, ProjectionName};
/// # use souk_ports::documents::{DocumentContent, DocumentWrite, Documents};
/// # use souk_ports::event::{RecordedEvent, StreamKind};
/// # use souk_ports::projection::{LazySnapshot, Projection};
/// # use souk_ports::rows::Product;
/// /// The name of each product, as a document.
/// struct Names(Arc<dyn Documents>);
///
/// #[async_trait]
/// impl Projection for Names {
///     fn name(&self) -> ProjectionName {
///         "product-names"
///     }
///
///     fn target(&self) -> Arc<dyn Derived> {
///         self.0.clone()
///     }
///
///     async fn apply(
///         &self,
///         generation: Generation,
///         events: &[Arc<RecordedEvent>],
///         snapshot: &mut LazySnapshot<'_>,
///         checkpoint: Checkpoint,
///     ) -> Result<()> {
///         let of_products = events.iter().filter(|event| event.stream.kind == StreamKind::PRODUCT);
///         let changed: BTreeSet<ProductId> = of_products.map(|event| ProductId(event.stream.id)).collect();
///         let mut writes = Vec::new();
///         if !changed.is_empty() {
///             let snapshot = snapshot.open().await?;
///             let version = snapshot.head().await?.head.position;
///             for id in changed {
///                 let product = snapshot.one::<Product>(id).await?;
///                 let content = product.map(|found| DocumentContent {
///                     json: serde_json::json!({ "name": found.row.name }).to_string(),
///                     index: Vec::new(),
///                 });
///                 writes.push(DocumentWrite { id: id.0, version, content });
///             }
///         }
///         self.0.write(self.name(), generation, writes, checkpoint).await
///     }
///
///     async fn dump(&self) -> Result<Vec<String>> {
///         self.0.dump(self.name()).await
///     }
/// }
/// ```
#[async_trait]
pub trait Projection: Send + Sync {
    /// Names the collection for good: another name is another collection, which is filled from the first event on.
    fn name(&self) -> ProjectionName;

    /// The role that holds the generations.
    fn target(&self) -> Arc<dyn Derived>;

    /// Which form of content it writes, from 1. A generation that was written in another form is built anew, and answers
    /// as it is until then.
    fn form(&self) -> u16 {
        1
    }

    /// The events that concern it. Where it is far behind, the store passes over the others; it must do without them, and
    /// may be given them all the same.
    fn events(&self) -> EventFilter {
        EventFilter::All
    }

    /// The most events that [`Self::apply`] takes at once, where one of them can be much work: a snapshot is open as
    /// long.
    fn batch(&self) -> u32 {
        u32::MAX
    }

    /// Brings a generation up to `checkpoint` with the events that lead there, in their order. There may be none, where
    /// only others lie before the checkpoint.
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
    /// As [`Projection::name`].
    fn name(&self) -> ProjectionName;

    /// As [`Projection::target`].
    fn target(&self) -> Arc<dyn Derived>;

    /// As [`Projection::form`].
    fn form(&self) -> u16 {
        1
    }

    /// Brings a generation up to `checkpoint` with the activities that lead there, in their order; there is at least
    /// one.
    async fn apply(
        &self,
        generation: Generation,
        activities: &[RecordedActivity],
        checkpoint: Checkpoint,
    ) -> Result<()>;

    /// As [`Projection::dump`].
    async fn dump(&self) -> Result<Vec<String>>;
}

/// Derived data that is made as a whole out of other derived data, now and then.
#[async_trait]
pub trait Batch: Send + Sync {
    /// As [`Projection::name`].
    fn name(&self) -> ProjectionName;

    /// As [`Projection::target`].
    fn target(&self) -> Arc<dyn Derived>;

    /// How long to wait after a run before looking whether another one is due.
    fn interval(&self) -> Duration;

    /// What a run now would be made of. Its `log` is equal while that has not changed: another one than the live
    /// generation's makes a run due. `None`: it cannot be made yet.
    async fn basis(&self) -> Result<Option<Checkpoint>>;

    /// Fills a new, empty generation, and stores `basis` as its checkpoint after everything else. It calls `progress`
    /// with how much is done, of how much.
    async fn fill(
        &self,
        generation: Generation,
        basis: Checkpoint,
        progress: &(dyn Fn(u64, u64) + Send + Sync),
    ) -> Result<()>;

    /// As [`Projection::dump`].
    async fn dump(&self) -> Result<Vec<String>>;
}
