//! Filling a fresh generation from the start of the log while the live one goes on, then swapping them.

use souk_ports::derived::{Checkpoint, Generation};
use souk_ports::{Error, Result};

use crate::advance::{self, REBUILD_BATCH};
use crate::track::Track;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rebuilt {
    pub generation: Generation,
    /// How many events were read.
    pub events: u64,
}

/// `progress` is told how many events are done, of how many. `Conflict` when another rebuild finished first.
pub(crate) async fn rebuild(track: &Track, progress: &(dyn Fn(u64, u64) + Send + Sync)) -> Result<Rebuilt> {
    let (name, target) = (track.name(), track.target());
    let live = target.live(name).await?;
    let next = target.begin(name).await?;
    let lock = match target.lock(name, next).await {
        Ok(Some(lock)) => lock,
        // Another process begins one too, and has taken this one for abandoned.
        Ok(None) | Err(Error::NotFound { .. }) => {
            return Err(Error::Conflict { what: format!("the new generation of `{name}`") });
        }
        Err(error) => return Err(error),
    };
    let mut from = advance::start(track, next).await?;
    let mut events = 0;
    loop {
        let step = track.step(next, from, REBUILD_BATCH, None).await?;
        from = step.to;
        events += step.events;
        progress(from.at.position, step.head.position);
        if from.at.position < step.head.position {
            continue;
        }
        // Readers must not fall back behind what they see now. Where the feed has nothing more, what they see belongs to
        // another history of it.
        if step.events == 0 || !behind(track, live, from).await? {
            break;
        }
    }
    // The last events may have had no content, and their checkpoint been left for later.
    target.settle(name, next).await?;
    target.promote(name, live, next).await?;
    lock.release().await;
    Ok(Rebuilt { generation: next, events })
}

async fn behind(track: &Track, live: Option<Generation>, from: Checkpoint) -> Result<bool> {
    let Some(live) = live else { return Ok(false) };
    let shown = match track.checkpoint(live).await {
        // Its files are gone or broken, which is why it is built anew.
        Err(_) => return Ok(false),
        Ok(shown) => shown,
    };
    Ok(shown.log == from.log && shown.at.epoch == from.at.epoch && shown.at.position > from.at.position)
}
