//! The one task of a process that writes: it takes commits from a bounded queue and commits them in groups.
//!
//! While one group is under way, the next one gathers in the queue. A group that failed is tried again as long as that
//! can help: commit ids make that safe, also when nobody knows what became of it.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use deadpool_postgres::Pool;
use souk_kernel::Clock;
use souk_ports::store::{Commit, Outcome, Refusal};
use souk_ports::{Error, Result};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::WHAT;
use super::connection::{Connection, Failure};
use super::group::{self, Manner, Memory, Way};
use super::heads::Heads;
use crate::remote::guard::Guard;
use crate::remote::postgres;

/// How many callers may wait; the next one is told that the store is busy.
const QUEUE: usize = 1000;
const GROUP: usize = 256;
/// How long a group waits for callers that were there a moment ago: they have just got their answers, and come back
/// within less than this.
const GATHER: Duration = Duration::from_micros(300);
/// How many groups hold the log after another process has written.
const CAREFUL: u32 = 64;
/// How often a group is tried.
const ATTEMPTS: u32 = 4;
/// How long one attempt may take.
pub(super) const ATTEMPT: Duration = Duration::from_secs(8);

struct Waiting {
    commit: Commit,
    answer: oneshot::Sender<Result<Outcome>>,
}

pub(super) struct Writer {
    queue: mpsc::Sender<Waiting>,
}

impl Writer {
    pub(super) fn start(desk: Desk) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(desk.run(waiting));
        Self { queue }
    }

    pub(super) async fn commit(&self, commit: Commit) -> Result<Outcome> {
        let (answer, answered) = oneshot::channel();
        self.queue.try_send(Waiting { commit, answer }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => Error::Busy { what: WHAT.to_owned() },
            mpsc::error::TrySendError::Closed(_) => stopped(),
        })?;
        answered.await.unwrap_or_else(|_| Err(stopped()))
    }
}

fn stopped() -> Error {
    Error::Unavailable { what: WHAT.to_owned(), source: None }
}

/// What the task works with.
pub(super) struct Desk {
    pub(super) pool: Pool,
    pub(super) guard: Guard,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) heads: Arc<Heads>,
    pub(super) log: Uuid,
    /// Another process costs one group its attempt, and then groups hold the log for a while, each from before it reads
    /// until it has committed.
    pub(super) memory: Memory,
    /// How many groups will.
    pub(super) careful: u32,
}

impl Desk {
    async fn run(mut self, mut queue: mpsc::Receiver<Waiting>) {
        let mut aside = Vec::new();
        let mut last_size = 1;
        loop {
            let mut members = Vec::with_capacity(last_size);
            let mut ids = HashSet::new();
            let mut keys = HashSet::new();
            let mut erases = false;
            // One of two members with the same id or key comes with the next group, and finds the answer of the first. One
            // that erases, or takes rows away, comes alone: it may change the same rows as another.
            let mut take = |member: Waiting, aside: &mut Vec<Waiting>| {
                let key = member.commit.idempotency.as_ref().map(|key| (key.scope.clone(), key.key.clone()));
                let erases_too = member.commit.erase.is_some() || !member.commit.gone.is_empty();
                if ids.contains(&member.commit.id)
                    || key.as_ref().is_some_and(|key| keys.contains(key))
                    || erases
                    || (erases_too && !ids.is_empty())
                {
                    aside.push(member);
                } else if !member.answer.is_closed() {
                    erases = erases_too;
                    ids.insert(member.commit.id);
                    keys.extend(key);
                    members.push(member);
                }
                members.len()
            };
            let mut size = 0;
            let mut again = Vec::new();
            for member in std::mem::take(&mut aside) {
                size = take(member, &mut again);
            }
            aside = again;
            if size == 0 {
                let Some(first) = queue.recv().await else { return };
                size = take(first, &mut aside);
            }
            let until = Instant::now() + GATHER;
            while size < GROUP {
                match queue.try_recv() {
                    Ok(member) => size = take(member, &mut aside),
                    Err(_) if size < last_size && Instant::now() < until => tokio::task::yield_now().await,
                    Err(_) => break,
                }
            }
            last_size = size.max(1);
            if !members.is_empty() {
                self.carry_out(members).await;
            }
        }
    }

    /// Commits a group and answers its members.
    async fn carry_out(&mut self, members: Vec<Waiting>) {
        let commits: Vec<&Commit> = members.iter().map(|member| &member.commit).collect();
        match self.group(&commits).await {
            Ok(outcomes) => answer(members, outcomes),
            Err(Failure::Refused(error) | Failure::Taken(error)) if members.len() > 1 => {
                tracing::warn!(%error, size = members.len(), "a group of commits failed; its members are tried one by one");
                for member in members {
                    let outcome = self.group(&[&member.commit]).await;
                    let outcome = outcome.map_err(Failure::into_error).map(|mut one| one.remove(0));
                    let _ = member.answer.send(outcome);
                }
            }
            Err(failure) => {
                let error = failure.into_error();
                if members.len() > 1 {
                    tracing::warn!(%error, source = ?std::error::Error::source(&error), size = members.len(), "a group of commits failed");
                }
                let mut members = members.into_iter();
                let first = members.next();
                for member in members {
                    let _ = member.answer.send(Err(repeat(&error)));
                }
                if let Some(first) = first {
                    let _ = first.answer.send(Err(error));
                }
            }
        }
    }

    /// Tries until it is known what became of the group, or it is clear that nobody can know now.
    async fn group(&mut self, commits: &[&Commit]) -> Result<Vec<Outcome>, Failure> {
        let mut again = false;
        let mut attempt = 1;
        let mut manner = Manner::Guess;
        if self.careful > 0 {
            self.careful -= 1;
            manner = Manner::Hold;
        }
        // One moment for all attempts: what was sent by one that was given up may still arrive, so none may refuse for the
        // time that has passed what an earlier one let pass.
        let now = self.clock.now();
        loop {
            let way = Way { log: self.log, now, manner, again };
            let failure = match self.attempt(commits, way).await {
                Ok(outcomes) => {
                    let head = self.memory.head.as_ref();
                    self.heads.note(head.map_or(0, |head| head.position as u64));
                    return Ok(outcomes);
                }
                Err(failure) => failure,
            };
            if matches!(failure, Failure::Guessed) {
                manner = Manner::Ask;
                continue;
            }
            // Nobody knows what is so now.
            self.memory = Memory::default();
            manner = Manner::Hold;
            match &failure {
                _ if attempt == ATTEMPTS => return Err(failure),
                // It writes no rows, so this is what others name.
                Failure::Refused(Error::InvalidInput { .. })
                    if commits.iter().any(|one| !one.gone.is_empty()) =>
                {
                    return Ok(vec![Outcome::Refused(Refusal::StillNamed)]);
                }
                Failure::Outrun => self.careful = CAREFUL,
                Failure::Contended(_) => attempt += 1,
                // Once more, on a new connection: what was lost may only have been the connection.
                Failure::Lost(_) if !again => {
                    again = true;
                    attempt += 1;
                }
                _ => return Err(failure),
            }
        }
    }

    async fn attempt(&mut self, commits: &[&Commit], mut way: Way) -> Result<Vec<Outcome>, Failure> {
        let mut failure = None;
        // The guard sees only whether the server was there.
        let done = self.guard.once(async {
            let connection = Connection::new(postgres::connection(WHAT, &self.pool).await?);
            self.memory.keep_only_of(&connection);
            if self.memory.head.is_none() {
                way.manner = Manner::Hold;
            }
            match group::commit(&connection, commits, way, &mut self.memory).await {
                Ok(outcomes) => {
                    connection.give_back();
                    Ok(Some(outcomes))
                }
                // Its connection is dropped, and ends.
                Err(Failure::Lost(error)) => Err(error),
                Err(other) => {
                    if way.manner != Manner::Hold || connection.control("ROLLBACK").await.is_ok() {
                        connection.give_back();
                    }
                    failure = Some(other);
                    Ok(None)
                }
            }
        });
        match done.await {
            Ok(Some(outcomes)) => Ok(outcomes),
            Ok(None) => Err(failure.unwrap_or_else(|| Failure::Lost(stopped()))),
            Err(error) => Err(Failure::Lost(error)),
        }
    }
}

fn answer(members: Vec<Waiting>, outcomes: Vec<Outcome>) {
    for (member, outcome) in members.into_iter().zip(outcomes) {
        // A caller that went away gets its answer by trying the same commit again.
        let _ = member.answer.send(Ok(outcome));
    }
}

/// The same error once more: sources cannot be cloned, and are in the log already.
fn repeat(error: &Error) -> Error {
    match error {
        Error::Unavailable { what, .. } => Error::Unavailable { what: what.clone(), source: None },
        Error::Busy { what } => Error::Busy { what: what.clone() },
        Error::Closed { what, why } => Error::Closed { what: what.clone(), why: why.clone() },
        other => Error::internal("committing to the store", other.to_string()),
    }
}
