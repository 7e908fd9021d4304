//! The log, read once for everyone in this process who keeps up with it.
//!
//! One task reads every event, tells the follower of it, and keeps the latest in a [`Window`]. A projection that is at the
//! head takes its events from there, and all of them share what was read. One that has fallen behind the window, or starts
//! further back, reads for itself until it has caught up: so nobody waits for a slow one, and the window stays small.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use souk_kernel::{LogPosition, Position};
use souk_ports::derived::Checkpoint;
use souk_ports::event::{EventFilter, RecordedEvent};
use souk_ports::store::{LogHead, Store};
use souk_ports::{Error, Result};
use tokio::sync::watch;
use tokio::time::timeout;
use uuid::Uuid;

use crate::advance::BATCH;
use crate::history::{self, Page};
use crate::runner::{Follower, Heard};

/// What the window holds at most: some seconds of a busy shop.
const MOST_EVENTS: usize = 4_096;
const MOST_BYTES: usize = 8 << 20;
/// How long the reader waits for news before it looks whether the log is still there.
const QUIET: Duration = Duration::from_millis(500);
/// How long the reader waits when the log cannot be read.
const AGAIN: Duration = Duration::from_millis(50);

pub(crate) struct Window {
    held: Mutex<Held>,
    /// The position of the last event that was read.
    news: watch::Sender<Position>,
}

struct Held {
    /// The last event that was read.
    end: Checkpoint,
    /// The log cannot be read for the moment: whoever wants events asks the store, and hears why.
    is_lost: bool,
    /// What stands in the log before the first event that is held: its position, and the id of its commit.
    before: (Position, Uuid),
    events: VecDeque<Arc<RecordedEvent>>,
    bytes: usize,
}

/// Events out of the window, and the end of the log as the reader knows it.
pub(crate) struct Shared {
    pub(crate) events: Vec<Arc<RecordedEvent>>,
    pub(crate) head: LogHead,
}

impl Window {
    /// It will hold what comes after `from`.
    pub(crate) fn after(from: Position) -> Self {
        let end = Checkpoint { at: LogPosition { epoch: 0, position: from }, ..Checkpoint::default() };
        Self { held: Mutex::new(Held::from(end)), news: watch::Sender::new(from) }
    }

    /// Up to `limit` events after a checkpoint. `None` where the window does not reach back so far, or does not know the log
    /// that the checkpoint belongs to: then the store has to be asked.
    pub(crate) fn take(&self, from: Checkpoint, limit: u32) -> Option<Shared> {
        let held = self.held();
        let position = from.at.position;
        let head = LogHead { log: held.end.log, head: held.end.at };
        let is_same_life = head.log == from.log && head.head.epoch == from.at.epoch;
        if held.is_lost || !is_same_life || position < held.before.0 || position > head.head.position {
            return None;
        }
        let skipped = usize::try_from(position - held.before.0).ok()?;
        let last = match skipped.checked_sub(1) {
            None => held.before.1,
            Some(at) => held.events.get(at)?.commit.0,
        };
        if history::differ(from.last, last) {
            return None;
        }
        let events = held.events.iter().skip(skipped).take(limit as usize).cloned().collect();
        Some(Shared { events, head })
    }

    /// Returns when an event after `position` has been read, at the latest after `patience`.
    pub(crate) async fn wait(&self, position: Position, patience: Duration) {
        let mut news = self.news.subscribe();
        // The sender lives as long as the window does.
        let _ = timeout(patience, news.wait_for(|read| *read > position)).await;
    }

    fn end(&self) -> Checkpoint {
        self.held().end
    }

    fn add(&self, page: Page) {
        let mut held = self.held();
        held.is_lost = false;
        held.end = page.end;
        for event in page.events {
            held.bytes += size_bytes(&event);
            held.events.push_back(event);
        }
        while held.events.len() > MOST_EVENTS || held.bytes > MOST_BYTES {
            let Some(event) = held.events.pop_front() else { break };
            held.bytes -= size_bytes(&event);
            held.before = (event.position, event.commit.0);
        }
        self.news.send_replace(held.end.at.position);
    }

    fn lose(&self) {
        self.held().is_lost = true;
    }

    fn start_over(&self, end: Checkpoint) {
        *self.held() = Held::from(end);
        self.news.send_replace(end.at.position);
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<Checkpoint> for Held {
    fn from(end: Checkpoint) -> Self {
        let before = (end.at.position, end.last);
        Self { end, is_lost: false, before, events: VecDeque::new(), bytes: 0 }
    }
}

/// What an event takes in memory, roughly.
fn size_bytes(event: &RecordedEvent) -> usize {
    let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    size_of::<RecordedEvent>() + event.data.len() + text(&event.personal) + text(&event.reason)
}

/// Reads the log into the window and tells the follower first, until it is told to stop. What was read last stands in the
/// window, which outlives a panic, so that the next try misses nothing.
pub(crate) async fn read(
    store: &dyn Store,
    window: &Window,
    on_events: &Follower,
    mut stop: watch::Receiver<bool>,
) {
    let mut is_lost = false;
    while !*stop.borrow() {
        let from = window.end();
        let result = tokio::select! {
            result = next_page(store, from) => result,
            _ = stop.changed() => return,
        };
        let result = match result {
            Err(Error::Conflict { what }) => {
                tracing::warn!(
                    what,
                    "the log is not the one that was followed until now; all of it is read anew"
                );
                start_over(store, window, on_events).await.map(|()| is_lost = false)
            }
            Ok(page) => {
                if std::mem::take(&mut is_lost) {
                    on_events(Heard::From(from.at.position));
                }
                if !page.events.is_empty() {
                    on_events(Heard::Events(&page.events));
                }
                window.add(page);
                continue;
            }
            Err(error) => Err(error),
        };
        if let Err(error) = result {
            tracing::warn!(%error, "the log could not be read and is tried again");
            is_lost = true;
            window.lose();
            on_events(Heard::Lost);
        }
        tokio::time::sleep(AGAIN).await;
    }
}

async fn next_page(store: &dyn Store, from: Checkpoint) -> Result<Page> {
    store.wait_for_events(from.at.position, QUIET).await?;
    history::page(&mut *store.snapshot().await?, from, BATCH, EventFilter::All).await
}

/// From the present end of a log that is another one.
async fn start_over(store: &dyn Store, window: &Window, on_events: &Follower) -> Result<()> {
    let mut snapshot = store.snapshot().await?;
    let head = snapshot.head().await?;
    let before = head.head.position.saturating_sub(1);
    let last = snapshot.events(before, 1).await?.pop();
    drop(snapshot);
    let last = last.map_or(Uuid::nil(), |event| event.commit.0);
    on_events(Heard::Anew(head.head.position));
    window.start_over(Checkpoint { log: head.log, at: head.head, last });
    Ok(())
}

#[cfg(test)]
#[path = "window_tests.rs"]
mod tests;
