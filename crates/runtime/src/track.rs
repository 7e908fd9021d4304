//! A projection together with the feed it follows, so that the rest of this crate need not know which feed that is.

use std::sync::Arc;
use std::time::Duration;

use souk_kernel::{LogPosition, Position};
use souk_ports::derived::{Checkpoint, Derived, Generation, ProjectionName};
use souk_ports::projection::{ActivityProjection, LazySnapshot, Projection};
use souk_ports::series::Series;
use souk_ports::store::{LogHead, Store};
use souk_ports::{Error, Result};
use uuid::Uuid;

use crate::history::{self, Page};
use crate::window::{Shared, Window};

#[derive(Clone)]
pub(crate) enum Track {
    Log(Arc<dyn Store>, Arc<dyn Projection>),
    Activity(Arc<dyn Series>, Arc<dyn ActivityProjection>),
}

pub(crate) struct Step {
    /// Where the generation is now.
    pub(crate) to: Checkpoint,
    /// The end of the feed when the step began.
    pub(crate) head: LogPosition,
    /// How many of the feed's events lie behind it, those that do not concern the projection too.
    pub(crate) events: u64,
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

    /// Which form of content the projection writes; see [`Projection::form`].
    fn form(&self) -> u16 {
        match self {
            Self::Log(_, projection) => projection.form(),
            Self::Activity(_, projection) => projection.form(),
        }
    }

    /// How far a generation is. What was written in another form belongs to another log, and is built anew.
    pub(crate) async fn checkpoint(&self, generation: Generation) -> Result<Checkpoint> {
        let stored = self.target().checkpoint(self.name(), generation).await?;
        Ok(if stored == Checkpoint::default() { stored } else { in_form(stored, self.form()) })
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

    /// Returns when there may be something after `after`, at the latest after `patience`. The window is where the log is
    /// read; the activity feed has none.
    pub(crate) async fn wait(&self, window: &Window, after: Position, patience: Duration) -> Result<()> {
        match self {
            Self::Log(..) => {
                window.wait(after, patience).await;
                Ok(())
            }
            Self::Activity(series, _) => series.wait_for_activity(after, patience).await,
        }
    }

    /// In what the checkpoint belongs to another history than the feed has now, for people.
    pub(crate) async fn strays(&self, checkpoint: Checkpoint, head: LogHead) -> Result<Option<String>> {
        if let Some(stray) = history::strays_from(checkpoint, head) {
            return Ok(Some(stray));
        }
        let Some(before) = checkpoint.at.position.checked_sub(1) else { return Ok(None) };
        let there = match self {
            Self::Log(store, _) => {
                store.snapshot().await?.events(before, 1).await?.pop().map(|event| event.commit.0)
            }
            Self::Activity(series, _) => series.activity(before, 1).await?.pop().map(|one| one.activity.id.0),
        };
        let is_another = history::differ(checkpoint.last, there.unwrap_or(Uuid::nil()));
        Ok(is_another.then(|| history::another_event(checkpoint.at)))
    }

    /// Applies up to `batch` events to a generation that the caller has locked. `from` is its checkpoint. `Conflict` when the
    /// feed is not the one that the checkpoint belongs to.
    pub(crate) async fn step(
        &self,
        generation: Generation,
        from: Checkpoint,
        batch: u32,
        window: Option<&Window>,
    ) -> Result<Step> {
        match self {
            Self::Log(store, projection) => {
                let batch = batch.min(projection.batch());
                let shared = window.and_then(|window| window.take(from, batch));
                let (Page { head, events, end: to }, mut snapshot) = match shared {
                    Some(Shared { events, head }) => {
                        let end = history::end(from, head, events.last());
                        (Page { head, events, end }, LazySnapshot::of(&**store))
                    }
                    None => {
                        let mut snapshot = store.snapshot().await?;
                        let page = history::page(&mut *snapshot, from, batch, projection.events()).await?;
                        (page, LazySnapshot::begun(&**store, snapshot))
                    }
                };
                let passed = to.at.position - from.at.position;
                if passed > 0 {
                    projection.apply(generation, &events, &mut snapshot, in_form(to, self.form())).await?;
                }
                Ok(Step { to, head: head.head, events: passed })
            }
            Self::Activity(series, projection) => {
                let head = series.activity_head().await?;
                if let Some(stray) = history::strays_from(from, head) {
                    return Err(Error::Conflict { what: stray });
                }
                let activities = series.activity(from.at.position, batch).await?;
                let Some(last) = activities.last() else {
                    return Ok(Step { to: from, head: head.head, events: 0 });
                };
                let at = LogPosition { epoch: head.head.epoch, position: last.position };
                let to = Checkpoint { log: head.log, at, last: last.activity.id.0 };
                projection.apply(generation, &activities, in_form(to, self.form())).await?;
                Ok(Step { to, head: head.head, events: activities.len() as u64 })
            }
        }
    }
}

/// A checkpoint as it is stored by a projection of this form, and, given that one, as it is again. The form is kept in the
/// log's id, which every engine stores already: a generation of another form looks like one of another log, and that is
/// what it is as good as. The first form leaves the id as it is.
fn in_form(checkpoint: Checkpoint, form: u16) -> Checkpoint {
    let log = checkpoint.log.as_u128() ^ (u128::from(form.saturating_sub(1)));
    Checkpoint { log: Uuid::from_u128(log), ..checkpoint }
}
