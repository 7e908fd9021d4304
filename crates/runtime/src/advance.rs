//! One step of one generation: the next events of the log, and the checkpoint after them.

use souk_kernel::LogPosition;
use souk_ports::derived::{Checkpoint, Generation};
use souk_ports::projection::Projection;
use souk_ports::store::Store;
use souk_ports::{Error, Result};

/// How many events one step takes: bounds how long a snapshot lives and how much is done again after a crash.
pub(crate) const BATCH: u32 = 500;
/// The same for a rebuild, where more events at once mean that fewer entities are read twice.
pub(crate) const REBUILD_BATCH: u32 = 5_000;

pub(crate) struct Step {
    /// Where the generation is now.
    pub(crate) at: LogPosition,
    /// The last event there was when the step began.
    pub(crate) head: LogPosition,
    pub(crate) events: usize,
}

/// Applies up to `batch` events to a generation that the caller has locked. `from` is its checkpoint.
pub(crate) async fn step(
    store: &dyn Store,
    projection: &dyn Projection,
    generation: Generation,
    from: Checkpoint,
    batch: u32,
) -> Result<Step> {
    let mut snapshot = store.snapshot().await?;
    let head = snapshot.head().await?;
    let events = snapshot.events(from.at.position, batch).await?;
    let Some(last) = events.last() else {
        return Ok(Step { at: from.at, head: head.head, events: 0 });
    };
    let at = LogPosition { epoch: head.head.epoch, position: last.position };
    projection.apply(generation, &events, &mut *snapshot, Checkpoint { log: head.log, at }).await?;
    Ok(Step { at, head: head.head, events: events.len() })
}

/// Where a generation stands in the present log. `Conflict` when it followed another log, another life of this one, or
/// got further than the log goes: then it must be rebuilt.
pub(crate) async fn start(
    store: &dyn Store,
    projection: &dyn Projection,
    generation: Generation,
) -> Result<Checkpoint> {
    let checkpoint = projection.target().checkpoint(projection.name(), generation).await?;
    let head = store.snapshot().await?.head().await?;
    let fresh = Checkpoint { log: head.log, at: LogPosition { epoch: head.head.epoch, position: 0 } };
    if checkpoint == Checkpoint::default() {
        return Ok(fresh);
    }
    let same_life = checkpoint.log == head.log && checkpoint.at.epoch == head.head.epoch;
    if !same_life || checkpoint.at.position > head.head.position {
        return Err(Error::Conflict { what: format!("the log that `{}` followed", projection.name()) });
    }
    Ok(checkpoint)
}
