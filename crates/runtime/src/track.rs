//! A projection together with the feed it follows, so that the rest of this crate need not know which feed that is.

use std::sync::Arc;
use std::time::Duration;

use souk_kernel::{LogPosition, Position};
use souk_ports::Result;
use souk_ports::derived::{Checkpoint, Derived, Generation, ProjectionName};
use souk_ports::projection::{ActivityProjection, Projection};
use souk_ports::series::Series;
use souk_ports::store::{LogHead, Store};

#[derive(Clone)]
pub(crate) enum Track {
    Log(Arc<dyn Store>, Arc<dyn Projection>),
    Activity(Arc<dyn Series>, Arc<dyn ActivityProjection>),
}

pub(crate) struct Step {
    /// Where the generation is now.
    pub(crate) at: LogPosition,
    /// The end of the feed when the step began.
    pub(crate) head: LogPosition,
    pub(crate) events: usize,
}

impl Track {
    pub(crate) fn name(&self) -> ProjectionName {
        match self {
            Self::Log(_, projection) => projection.name(),
            Self::Activity(_, projection) => projection.name(),
        }
    }

    pub(crate) fn target(&self) -> Arc<dyn Derived> {
        match self {
            Self::Log(_, projection) => projection.target(),
            Self::Activity(_, projection) => projection.target(),
        }
    }

    pub(crate) fn pause(&self) -> Duration {
        match self {
            Self::Log(_, projection) => projection.pause(),
            Self::Activity(_, projection) => projection.pause(),
        }
    }

    pub(crate) async fn dump(&self) -> Result<Vec<String>> {
        match self {
            Self::Log(_, projection) => projection.dump().await,
            Self::Activity(_, projection) => projection.dump().await,
        }
    }

    pub(crate) async fn head(&self) -> Result<LogHead> {
        match self {
            Self::Log(store, _) => store.snapshot().await?.head().await,
            Self::Activity(series, _) => series.activity_head().await,
        }
    }

    pub(crate) async fn wait(&self, after: Position, patience: Duration) -> Result<()> {
        match self {
            Self::Log(store, _) => store.wait_for_events(after, patience).await,
            Self::Activity(series, _) => series.wait_for_activity(after, patience).await,
        }
    }

    /// Applies up to `batch` events to a generation that the caller has locked. `from` is its checkpoint.
    pub(crate) async fn step(&self, generation: Generation, from: Checkpoint, batch: u32) -> Result<Step> {
        let (head, last, events) = match self {
            Self::Log(store, projection) => {
                let mut snapshot = store.snapshot().await?;
                let head = snapshot.head().await?;
                let events = snapshot.events(from.at.position, batch.min(projection.batch())).await?;
                let last = events.last().map(|event| event.position);
                if let Some(checkpoint) = checkpoint(head, last) {
                    projection.apply(generation, &events, &mut *snapshot, checkpoint).await?;
                }
                (head, last, events.len())
            }
            Self::Activity(series, projection) => {
                let head = series.activity_head().await?;
                let activities = series.activity(from.at.position, batch).await?;
                let last = activities.last().map(|activity| activity.position);
                if let Some(checkpoint) = checkpoint(head, last) {
                    projection.apply(generation, &activities, checkpoint).await?;
                }
                (head, last, activities.len())
            }
        };
        let at = checkpoint(head, last).map_or(from.at, |checkpoint| checkpoint.at);
        Ok(Step { at, head: head.head, events })
    }
}

fn checkpoint(head: LogHead, last: Option<Position>) -> Option<Checkpoint> {
    let at = LogPosition { epoch: head.head.epoch, position: last? };
    Some(Checkpoint { log: head.log, at })
}
