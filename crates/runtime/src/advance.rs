//! Where a generation goes on from, and how much it takes at once.

use souk_kernel::LogPosition;
use souk_ports::derived::{Checkpoint, Generation};
use souk_ports::{Error, Result};

use crate::track::Track;

/// How many events one step takes: bounds how long a snapshot lives and how much is done again after a crash.
pub(crate) const BATCH: u32 = 500;
/// The same for a rebuild, where more events at once mean that fewer entities are read twice.
pub(crate) const REBUILD_BATCH: u32 = 5_000;

/// Where a generation stands in the present feed. `Conflict` when it followed another one, another life or another history
/// of this one: then it must be rebuilt.
pub(crate) async fn start(track: &Track, generation: Generation) -> Result<Checkpoint> {
    let checkpoint = track.checkpoint(generation).await?;
    let head = track.head().await?;
    if checkpoint == Checkpoint::default() {
        let at = LogPosition { epoch: head.head.epoch, position: 0 };
        return Ok(Checkpoint { log: head.log, at, ..checkpoint });
    }
    match track.strays(checkpoint, head).await? {
        Some(stray) => Err(Error::Conflict { what: format!("`{}`: {stray}", track.name()) }),
        None => Ok(checkpoint),
    }
}
