//! Whether a checkpoint belongs to the history that a log has now.
//!
//! A store that was put back as an older copy of itself is the same log with a shorter history; when it has grown again, it
//! is as long as before with another one. Both are seen by what stands at the checkpoint's position. Positions alone would
//! not tell: what was derived would wait for a place that the log has not reached, or go on in the middle of other events.

use std::sync::Arc;

use souk_kernel::LogPosition;
use souk_ports::derived::Checkpoint;
use souk_ports::event::{EventFilter, RecordedEvent};
use souk_ports::store::{LogHead, Snapshot};
use souk_ports::{Error, Result};
use uuid::Uuid;

/// How much of the log is gone through for one page at most, however few of its events are wanted.
const SPAN: u64 = 50_000;

/// Some events after a checkpoint, and the end of the log at the same moment.
pub(crate) struct Page {
    pub(crate) head: LogHead,
    pub(crate) events: Vec<Arc<RecordedEvent>>,
    /// The checkpoint of whoever has applied them.
    pub(crate) end: Checkpoint,
}

pub(crate) fn end(from: Checkpoint, head: LogHead, last: Option<&Arc<RecordedEvent>>) -> Checkpoint {
    let (position, last) = match last {
        Some(event) => (event.position, event.commit.0),
        None => (from.at.position, from.last),
    };
    Checkpoint { log: head.log, at: LogPosition { epoch: head.head.epoch, position }, last }
}

/// Up to `limit` events after a checkpoint, without those that the filter passes over. `Conflict` where the checkpoint
/// belongs to another history. The start of a log that is not known yet belongs to every one.
pub(crate) async fn page(
    snapshot: &mut dyn Snapshot,
    from: Checkpoint,
    limit: u32,
    filter: EventFilter,
) -> Result<Page> {
    let head = snapshot.head().await?;
    if !from.log.is_nil()
        && let Some(stray) = strays_from(from, head)
    {
        return Err(Error::Conflict { what: stray });
    }
    let position = from.at.position;
    let is_known = position > 0 && !from.last.is_nil();
    let events = if filter == EventFilter::All {
        // The one before them is read too: it costs next to nothing, and says whether the history is the same.
        let mut events = match is_known {
            true => snapshot.events(position - 1, limit.saturating_add(1)).await?.into_iter(),
            false => snapshot.events(position, limit).await?.into_iter(),
        };
        if is_known {
            check(from, events.next())?;
        }
        events.map(Arc::new).collect::<Vec<_>>()
    } else {
        if is_known {
            check(from, snapshot.events(position - 1, 1).await?.pop())?;
        }
        let through = head.head.position.min(position.saturating_add(SPAN));
        let events = snapshot.events_of(filter, position, through, limit).await?;
        if events.len() < limit as usize && through > position {
            let last = snapshot.events(through - 1, 1).await?.pop().map(Arc::new);
            let end = end(from, head, last.as_ref());
            return checked(Page { head, events: events.into_iter().map(Arc::new).collect(), end }, from);
        }
        events.into_iter().map(Arc::new).collect()
    };
    let end = end(from, head, events.last());
    checked(Page { head, events, end }, from)
}

/// `Conflict` where another event stands at the checkpoint.
fn check(from: Checkpoint, there: Option<RecordedEvent>) -> Result<()> {
    let at = from.at.position;
    match there {
        Some(event) if event.position == at && event.commit.0 == from.last => Ok(()),
        _ => Err(Error::Conflict { what: another_event(from.at) }),
    }
}

/// A page that leads nowhere though the log goes on would be asked for again and again.
fn checked(page: Page, from: Checkpoint) -> Result<Page> {
    let (from, head) = (from.at, page.head.head);
    if page.end.at.position == from.position && head.position > from.position {
        let reason = format!("there is no event after {from}, and its end is said to be {head}");
        return Err(Error::internal("reading the log", reason));
    }
    Ok(page)
}

/// What a log's end alone says against a checkpoint, for people.
pub(crate) fn strays_from(checkpoint: Checkpoint, LogHead { log, head }: LogHead) -> Option<String> {
    let at = checkpoint.at;
    if checkpoint.log != log {
        Some("it followed another log, or was made by another version of souk".to_owned())
    } else if at.epoch != head.epoch {
        Some(format!("it followed another life of the log: it is at {at}, and the log ends at {head}"))
    } else if at.position > head.position {
        Some(format!(
            "it is at {at}, and the log ends at {head}: the log is an older copy of the one it followed"
        ))
    } else {
        None
    }
}

/// What it says against a checkpoint that another event stands at its place.
pub(crate) fn another_event(at: LogPosition) -> String {
    format!(
        "at {at} it followed another event than stands there: the log was put back as an older copy and has grown since"
    )
}

/// Whether two ids of what stands at one place tell two histories; one that is not known tells nothing.
pub(crate) fn differ(one: Uuid, other: Uuid) -> bool {
    !one.is_nil() && !other.is_nil() && one != other
}
