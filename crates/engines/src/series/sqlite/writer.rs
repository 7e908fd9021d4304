//! The one thread that writes the feed: whatever batches wait go into one transaction.
//!
//! While one group waits for the disk, the next one gathers in the queue. Activities count once per id, so whoever gets
//! an error may send the same batch again, also when nobody knows what became of it. What is left out: trying the
//! members of a failed group one by one, as the store does; what could be wrong with one was checked before the queue.

use std::sync::Arc;
use std::thread::JoinHandle;

use rusqlite::Connection;
use souk_kernel::{Clock, LogPosition, Position, SystemClock};
use souk_ports::series::{Activity, Appended};
use souk_ports::{Error, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot, watch};

use super::feed::{Appending, WHAT};
use crate::local::owned_file::check_open;
use crate::local::sqlite;
use crate::local::turnstile::Turnstile;

/// How many activities may wait or be written; the next batch is told that the feed is busy.
pub(super) const QUEUE: usize = 60_000;
/// How many activities make a group full.
const GROUP: usize = 10_000;

struct Batch {
    activities: Vec<Activity>,
    answer: oneshot::Sender<Result<Appended>>,
    /// Its room in the queue; given back when it is answered.
    _room: OwnedSemaphorePermit,
}

pub(super) struct Writer {
    room: Arc<Semaphore>,
    /// Bounded by `room`: a batch has at least one activity.
    queue: Option<mpsc::UnboundedSender<Batch>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(
        connection: Connection,
        turnstile: Turnstile,
        head: watch::Sender<Position>,
    ) -> Result<Self> {
        let (queue, waiting) = mpsc::unbounded_channel();
        let desk = Desk { connection, turnstile, head, waiting };
        let thread = std::thread::Builder::new()
            .name("feed-writer".to_owned())
            .spawn(move || desk.run())
            .map_err(|error| Error::internal("starting the feed's writer", error))?;
        let room = Arc::new(Semaphore::new(QUEUE));
        Ok(Self { room, queue: Some(queue), thread: Some(thread) })
    }

    pub(super) async fn append(&self, activities: Vec<Activity>) -> Result<Appended> {
        let busy = |_| Error::Busy { what: WHAT.to_owned() };
        let size = u32::try_from(activities.len()).unwrap_or(u32::MAX);
        let room = self.room.clone().try_acquire_many_owned(size).map_err(busy)?;
        let (answer, answered) = oneshot::channel();
        let Some(queue) = &self.queue else { return Err(stopped()) };
        queue.send(Batch { activities, answer, _room: room }).map_err(|_| stopped())?;
        answered.await.unwrap_or_else(|_| Err(stopped()))
    }

    /// How many more activities may wait.
    #[cfg(test)]
    pub(super) fn room(&self) -> usize {
        self.room.available_permits()
    }
}

impl Drop for Writer {
    /// Closing the queue lets the thread finish what waits, and end.
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the feed's writer had panicked");
        }
    }
}

fn stopped() -> Error {
    Error::Unavailable { what: WHAT.to_owned(), source: None }
}

/// What the thread works with.
struct Desk {
    connection: Connection,
    turnstile: Turnstile,
    head: watch::Sender<Position>,
    waiting: mpsc::UnboundedReceiver<Batch>,
}

impl Desk {
    fn run(mut self) {
        while let Some(first) = self.waiting.blocking_recv() {
            self.group(first);
        }
    }

    /// Writes one group and answers its members.
    fn group(&mut self, first: Batch) {
        let mut members = vec![first];
        match self.write(&mut members) {
            Ok((head, appended)) => {
                self.head.send_replace(head.position);
                for (member, appended) in members.into_iter().zip(appended) {
                    // Whoever went away may send the same batch again.
                    let _ = member.answer.send(Ok(appended));
                }
            }
            Err(error) => {
                self.roll_back();
                tracing::warn!(%error, source = ?std::error::Error::source(&error), "activities were not written");
                for member in members {
                    let _ = member.answer.send(Err(repeat(&error)));
                }
            }
        }
    }

    /// Takes further members as long as there are any.
    fn write(&mut self, members: &mut Vec<Batch>) -> Result<(LogPosition, Vec<Appended>)> {
        let _turn = self.turnstile.pass()?;
        let failed = |error| sqlite::error(WHAT, error);
        self.run_sql("BEGIN IMMEDIATE").map_err(failed)?;
        check_open(&self.connection, WHAT).map_err(|refused| refused.into_error(WHAT))?;
        let mut appending = Appending::begin(&self.connection, SystemClock.now()).map_err(failed)?;
        let (mut appended, mut size) = (Vec::new(), 0);
        while let Some(member) = members.get(appended.len()) {
            size += member.activities.len();
            appended.push(appending.append(&member.activities).map_err(failed)?);
            if size < GROUP
                && let Ok(next) = self.waiting.try_recv()
            {
                members.push(next);
            }
        }
        let head = appending.finish().map_err(failed)?;
        // What was written may be found after a crash, so nobody knows what became of it.
        self.run_sql("COMMIT")
            .map_err(|error| Error::Unavailable { what: WHAT.to_owned(), source: Some(error.into()) })?;
        Ok((head, appended))
    }

    fn run_sql(&self, sql: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.execute([]).map(drop)
    }

    fn roll_back(&self) {
        if !self.connection.is_autocommit()
            && let Err(error) = self.connection.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "the feed's writer could not roll back");
        }
    }
}

/// The same error once more: sources cannot be cloned, and are in the log already.
fn repeat(error: &Error) -> Error {
    match error {
        Error::Unavailable { what, .. } => Error::Unavailable { what: what.clone(), source: None },
        Error::Closed { what, why } => Error::Closed { what: what.clone(), why: why.clone() },
        other => Error::internal(WHAT, other.to_string()),
    }
}
