//! How far each projection is, for people.

use serde::Serialize;
use souk_kernel::LogPosition;
use souk_ports::derived::{Derived, ProjectionName};
use souk_ports::projection::Projection;
use souk_ports::store::LogHead;
use souk_ports::{Error, Result};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProjectionStatus {
    pub name: &'static str,
    /// Where it lies, and in which engine.
    pub target: String,
    /// The live generation; `None` before the first is filled.
    pub generation: Option<u64>,
    pub checkpoint: Option<LogPosition>,
    pub head: LogPosition,
    /// How many events it has still to follow.
    pub behind: u64,
    /// Somebody, here or in another process, holds the lock of the live generation.
    pub running: bool,
}

pub(crate) async fn status(projection: &dyn Projection, head: LogHead) -> Result<ProjectionStatus> {
    status_of(&*projection.target(), projection.name(), head).await
}

/// How far a projection is that lies in `target`. It needs no other projection to be well.
pub async fn status_of(
    target: &dyn Derived,
    name: ProjectionName,
    head: LogHead,
) -> Result<ProjectionStatus> {
    let mut status = ProjectionStatus {
        name,
        target: target.describe().await?,
        generation: None,
        checkpoint: None,
        head: head.head,
        behind: head.head.position,
        running: false,
    };
    let Some(live) = target.live(name).await? else { return Ok(status) };
    status.generation = Some(live.0);
    let checkpoint = target.checkpoint(name, live).await?;
    if checkpoint.log == head.log && checkpoint.at.epoch == head.head.epoch {
        status.behind = head.head.position.saturating_sub(checkpoint.at.position);
    }
    status.checkpoint = Some(checkpoint.at);
    status.running = match target.lock(name, live).await {
        Ok(lock) => lock.is_none(),
        // It was replaced between the two questions; whoever did that is at work.
        Err(Error::NotFound { .. }) => true,
        Err(error) => return Err(error),
    };
    Ok(status)
}
