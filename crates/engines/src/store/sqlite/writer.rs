//! The one thread that writes: it takes commits from a bounded queue and commits them in groups.
//!
//! While one group waits for the disk, the next one gathers in the queue. Members are decided as they arrive, and the
//! group closes when the queue is empty. Answers, refusals too, go out after COMMIT, because a refusal may rest on what
//! an earlier member of the group wrote.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use souk_kernel::{Clock, LogPosition};
use souk_ports::store::{Commit, Outcome};
use souk_ports::{Error, Result};
use tokio::sync::{mpsc, oneshot, watch};

use super::constraints;
use super::group::Group;
use crate::local::owned_file::{Refused, check_open};
use crate::local::turnstile::Turnstile;

const WHAT: &str = "the store";
/// How many callers may wait; the next one is told that the store is busy.
pub(super) const QUEUE: usize = 1000;
/// Bounds how long a member waits for the rest of its group, and how much is done again when the engine fails.
const GROUP: usize = 256;
/// How long an open group waits for callers that were there a moment ago: they have just got their answers, and come
/// back within less than this. It is small beside the disk's sync, which it saves them from waiting for twice.
const GATHER: Duration = Duration::from_micros(150);

pub(super) struct Waiting {
    pub(super) commit: Commit,
    pub(super) answer: oneshot::Sender<Result<Outcome>>,
}

impl Waiting {
    /// Whether the caller still waits. Whoever went away before anything was decided was told that nothing is known, and
    /// must not find an order later that nobody asks for any more.
    fn is_wanted(&self) -> bool {
        !self.answer.is_closed()
    }
}

pub(super) struct Writer {
    queue: Option<mpsc::Sender<Waiting>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(
        connection: Connection,
        turnstile: Turnstile,
        clock: Arc<dyn Clock>,
        head: watch::Sender<u64>,
    ) -> Result<Self> {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let desk = Desk { connection, turnstile, clock, head, waiting };
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || desk.run())
            .map_err(|error| Error::internal("starting the store's writer", error))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    pub(super) async fn commit(&self, commit: Commit) -> Result<Outcome> {
        let (answer, answered) = oneshot::channel();
        let Some(queue) = &self.queue else { return Err(stopped()) };
        queue.try_send(Waiting { commit, answer }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => Error::Busy { what: WHAT.to_owned() },
            mpsc::error::TrySendError::Closed(_) => stopped(),
        })?;
        answered.await.unwrap_or_else(|_| Err(stopped()))
    }
}

impl Drop for Writer {
    /// Closing the queue lets the thread finish what waits, and end.
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the store's writer had panicked");
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
    clock: Arc<dyn Clock>,
    head: watch::Sender<u64>,
    waiting: mpsc::Receiver<Waiting>,
}

impl Desk {
    fn run(mut self) {
        let mut last_size = 1;
        while let Some(first) = self.waiting.blocking_recv() {
            last_size = self.group(first, last_size);
        }
    }

    /// Commits one group and answers its members; returns how many they were.
    fn group(&mut self, first: Waiting, last_size: usize) -> usize {
        let mut members = vec![first];
        let turn = match self.turnstile.pass() {
            Ok(turn) => turn,
            Err(error) => {
                tracing::warn!(%error, "no turn to write");
                // Nothing was written. Whoever queued meanwhile has waited long enough too.
                while let Ok(member) = self.waiting.try_recv() {
                    members.push(member);
                }
                for member in members {
                    let _ = member.answer.send(Err(repeat(&error)));
                }
                return 1;
            }
        };
        // The wait for the turn may have been long.
        members.retain(Waiting::is_wanted);
        let mut outcomes = Vec::with_capacity(last_size);
        let mut written = || -> Result<Option<LogPosition>, Refused> {
            begin(&self.connection)?;
            check_open(&self.connection, WHAT)?;
            let mut group = Group::begin(&self.connection, self.clock.now())?;
            let mut patience = None;
            loop {
                let decided = outcomes.len();
                if decided == members.len() {
                    match next(&mut self.waiting, decided, last_size, &mut patience) {
                        Some(member) => members.push(member),
                        None => break,
                    }
                }
                outcomes.push(group.decide(&members[decided].commit)?);
            }
            let head = group.finish()?;
            end(&self.connection, head.is_some())?;
            Ok(head)
        };
        let result = written();
        let size = members.len();
        match result {
            Ok(head) => {
                drop(turn);
                self.announce(head);
                for (member, outcome) in members.into_iter().zip(outcomes) {
                    // A caller that went away gets its answer by trying the same commit again.
                    let _ = member.answer.send(Ok(outcome));
                }
            }
            Err(Refused::Closed(error)) => {
                self.roll_back();
                for member in members {
                    let _ = member.answer.send(Err(repeat(&error)));
                }
            }
            Err(Refused::Sql(error)) => {
                self.roll_back();
                drop(turn);
                tracing::warn!(%error, size, "a group of commits failed; its members are tried one by one");
                self.singly(members);
            }
        }
        size
    }

    /// After an error of the engine: each member in a transaction of its own, so that one cannot hurt another.
    fn singly(&mut self, members: Vec<Waiting>) {
        for member in members.into_iter().filter(Waiting::is_wanted) {
            let outcome = self.single(&member.commit);
            let _ = member.answer.send(outcome);
        }
    }

    fn single(&mut self, commit: &Commit) -> Result<Outcome> {
        let _turn = self.turnstile.pass()?;
        let decide = || -> Result<_, Refused> {
            begin(&self.connection)?;
            check_open(&self.connection, WHAT)?;
            let mut group = Group::begin(&self.connection, self.clock.now())?;
            let outcome = group.decide(commit)?;
            Ok((outcome, group.finish()?))
        };
        let (outcome, head) = match decide() {
            Ok(decided) => decided,
            Err(refused) => {
                self.roll_back();
                let broken = match &refused {
                    Refused::Sql(error) => constraints::refused(error),
                    Refused::Closed(_) => None,
                };
                return Err(broken.unwrap_or_else(|| refused.into_error("committing to the store")));
            }
        };
        if let Err(error) = end(&self.connection, head.is_some()) {
            let dangling = constraints::dangling(&self.connection, commit, &error);
            self.roll_back();
            if let Some(refused) = dangling {
                return refused;
            }
            // What was written may still be found after a crash, so nobody knows what became of it.
            return Err(Error::Unavailable { what: WHAT.to_owned(), source: Some(error.into()) });
        }
        self.announce(head);
        Ok(outcome)
    }

    fn announce(&self, head: Option<LogPosition>) {
        if let Some(head) = head {
            self.head.send_replace(head.position);
        }
    }

    fn roll_back(&self) {
        if !self.connection.is_autocommit()
            && let Err(error) = self.connection.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "the store's writer could not roll back");
        }
    }
}

/// The next member of an open group, waiting a moment for it while the group is smaller than the last one was.
fn next(
    waiting: &mut mpsc::Receiver<Waiting>,
    size: usize,
    last_size: usize,
    patience: &mut Option<Instant>,
) -> Option<Waiting> {
    if size == GROUP {
        return None;
    }
    loop {
        if let Ok(member) = waiting.try_recv() {
            if member.is_wanted() {
                return Some(member);
            }
            continue;
        }
        let until = *patience.get_or_insert_with(|| Instant::now() + GATHER);
        if size >= last_size || Instant::now() >= until {
            return None;
        }
        std::thread::yield_now();
    }
}

fn begin(connection: &Connection) -> rusqlite::Result<()> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([]).map(drop)
}

/// A group in which nobody passed wrote nothing, and need not wait for the disk.
fn end(connection: &Connection, wrote: bool) -> rusqlite::Result<()> {
    let sql = if wrote { "COMMIT" } else { "ROLLBACK" };
    connection.prepare_cached(sql)?.execute([]).map(drop)
}

/// The same error once more: sources cannot be cloned, and are in the log already.
fn repeat(error: &Error) -> Error {
    match error {
        Error::Unavailable { what, .. } => Error::Unavailable { what: what.clone(), source: None },
        Error::Closed { what, why } => Error::Closed { what: what.clone(), why: why.clone() },
        other => Error::internal("committing to the store", other.to_string()),
    }
}
