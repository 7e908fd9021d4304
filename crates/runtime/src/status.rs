//! How far each projection is, for people.

use serde::Serialize;
use souk_kernel::LogPosition;
use souk_ports::derived::{Checkpoint, Derived, Generation, ProjectionName};
use souk_ports::projection::Batch;
use souk_ports::store::LogHead;
use souk_ports::{Error, Result};

use crate::history;
use crate::track::Track;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProjectionStatus {
    pub name: &'static str,
    /// Where it lies, and in which engine.
    pub target: String,
    /// The live generation; `None` before the first is filled.
    pub generation: Option<u64>,
    pub checkpoint: Option<LogPosition>,
    /// The end of the feed that it follows.
    pub head: LogPosition,
    /// How many events it has still to follow. A batch follows none.
    pub behind: u64,
    /// In what it belongs to another history than its feed has now, for people; then it is built anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strays: Option<String>,
    /// Somebody, here or in another process, holds the lock of the live generation.
    pub running: bool,
}

pub(crate) async fn status_of_track(track: &Track) -> Result<ProjectionStatus> {
    let head = track.head().await?;
    let mut status = status_of(&*track.target(), track.name(), head.head).await?;
    let checkpoint = match status.generation {
        Some(live) => Some(track.checkpoint(Generation(live)).await?),
        None => None,
    };
    if let Some(checkpoint) = checkpoint.filter(|checkpoint| *checkpoint != Checkpoint::default()) {
        status.strays = track.strays(checkpoint, head).await?;
    }
    status.behind = match status.strays {
        Some(_) => head.head.position,
        None => events_between(checkpoint, head),
    };
    Ok(status)
}

/// How many events the live generation has still to follow: all of them before the first is filled, or where it followed
/// another log. A history that is another one and as long is told by [`status_of_track`] only.
pub(crate) async fn behind(track: &Track) -> Result<u64> {
    let checkpoint = match track.target().live(track.name()).await? {
        Some(live) => Some(track.checkpoint(live).await?),
        None => None,
    };
    Ok(events_between(checkpoint, track.head().await?))
}

fn events_between(checkpoint: Option<Checkpoint>, head: LogHead) -> u64 {
    match checkpoint {
        Some(checkpoint) if history::strays_from(checkpoint, head).is_none() => {
            head.head.position - checkpoint.at.position
        }
        _ => head.head.position,
    }
}

pub(crate) async fn status_of_batch(batch: &dyn Batch) -> Result<ProjectionStatus> {
    let head = batch.basis().await?.unwrap_or_default().at;
    status_of(&*batch.target(), batch.name(), head).await
}

async fn status_of(
    target: &dyn Derived,
    name: ProjectionName,
    head: LogPosition,
) -> Result<ProjectionStatus> {
    let mut status = ProjectionStatus {
        name,
        target: target.describe().await?,
        generation: None,
        checkpoint: None,
        head,
        behind: 0,
        strays: None,
        running: false,
    };
    let Some(live) = target.live(name).await? else { return Ok(status) };
    status.generation = Some(live.0);
    let checkpoint = target.checkpoint(name, live).await?;
    status.checkpoint = Some(checkpoint.at);
    status.running = match target.lock(name, live).await {
        Ok(None) => true,
        Ok(Some(lock)) => {
            lock.release().await;
            false
        }
        // It was replaced between the two questions; whoever did that is at work.
        Err(Error::NotFound { .. }) => true,
        Err(error) => return Err(error),
    };
    Ok(status)
}
