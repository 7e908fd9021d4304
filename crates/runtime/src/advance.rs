//! Where a generation goes on from, and how much it takes at once.

use souk_kernel::LogPosition;
use souk_ports::derived::{Checkpoint, Generation};
use souk_ports::{Error, Result};

use crate::track::Track;

/// How many events one step takes: bounds how long a snapshot lives and how much is done again after a crash.
pub(crate) const BATCH: u32 = 500;
/// The same for a rebuild, where more events at once mean that fewer entities are read twice.
pub(crate) const REBUILD_BATCH: u32 = 5_000;

/// Where a generation stands in the present feed. `Conflict` when it followed another one, another life of this one, or
/// got further than it goes: then it must be rebuilt.
pub(crate) async fn start(track: &Track, generation: Generation) -> Result<Checkpoint> {
    let checkpoint = track.target().checkpoint(track.name(), generation).await?;
    let head = track.head().await?;
    let fresh = Checkpoint { log: head.log, at: LogPosition { epoch: head.head.epoch, position: 0 } };
    if checkpoint == Checkpoint::default() {
        return Ok(fresh);
    }
    let same_life = checkpoint.log == head.log && checkpoint.at.epoch == head.head.epoch;
    if !same_life || checkpoint.at.position > head.head.position {
        return Err(Error::Conflict { what: format!("the log that `{}` followed", track.name()) });
    }
    Ok(checkpoint)
}
