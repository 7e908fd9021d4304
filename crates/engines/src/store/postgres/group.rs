//! One group of commits: what its members need is remembered or read in one go, they are decided one after another in
//! memory, and what they write together is one statement, which takes effect only where the log is still at the head that
//! they were decided at. Every commit moves the log, so nothing has changed in between, whoever else writes.
//!
//! Positions and numbers come from the one row of `log`, which stays locked from then until all is committed: so they
//! follow the order of commits, and no reader can skip an event.

use std::sync::Arc;
use std::time::Instant;

use souk_kernel::{LogPosition, Timestamp};
use souk_ports::event::StreamId;
use souk_ports::moving::Mark;
use souk_ports::store::{Commit, Committed, Idempotency, Outcome, Sequence};
use souk_ports::{Error, Why};
use uuid::Uuid;

use super::WHAT;
use super::connection::{Connection, Failure};
use super::known::{Before, Catalogue, Earlier, Facts, Known, Read};
use super::needs::Needs;
use super::writes::Writes;
use crate::store::decide::{self, note_version};

/// How many idempotency keys whose time is over are cleaned away at a time, and after how many events: more than can be
/// added in between, by these and a group.
const FORGET: i64 = 512;
pub(super) const FORGET_EVERY: i64 = 64;

/// How much is remembered: some megabytes.
const REMEMBERED: usize = 20_000;

/// How a group is to be carried out.
#[derive(Clone, Copy)]
pub(super) struct Way {
    pub(super) log: Uuid,
    pub(super) now: Timestamp,
    pub(super) manner: Manner,
    /// It was tried before, and nobody knows what became of it: what is found under its members' ids is its own.
    pub(super) again: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// The log is where this process left it, so what is remembered holds, and every member is new and passes. Where that
    /// is not so, nothing is written: [`Failure::Guessed`] or [`Failure::Outrun`].
    Guess,
    /// The log is where this process left it, but everything is asked for.
    Ask,
    /// Others are kept from writing from before it is asked for.
    Hold,
}

/// Where this process has left the log, and what it knows to be so there, as long as nobody else writes. A server that was
/// restored, or took another's place, may come to the same head by another history: sessions do not outlast that, and what
/// was remembered goes with its session.
#[derive(Default)]
pub(super) struct Memory {
    session: Option<Instant>,
    pub(super) head: Option<Head>,
    facts: Facts,
}

impl Memory {
    pub(super) fn keep_only_of(&mut self, connection: &Connection) {
        let session = Some(connection.began());
        if self.session != session {
            *self = Self { session, ..Self::default() };
        }
    }
}

/// A member whose answer is known but for its place in the log.
enum Verdict<'c> {
    Passes(Passed<'c>),
    Before {
        before: Before,
        answer: Option<String>,
        /// It was found by the commit's own id, not by the key of its request.
        by_id: bool,
    },
    Out(Outcome),
}

pub(super) struct Passed<'c> {
    pub(super) commit: &'c Commit,
    /// Of each of its events in its stream.
    pub(super) versions: Vec<u64>,
    /// Counted from the head before the group: of its last event, and the order's.
    pub(super) position: i64,
    pub(super) number: Option<i64>,
}

/// The members have different commit ids and keys. After a failure, what is remembered is what was before, or nothing.
pub(super) async fn commit(
    connection: &Connection,
    members: &[&Commit],
    way: Way,
    memory: &mut Memory,
) -> Result<Vec<Outcome>, Failure> {
    let needs = match way.manner {
        Manner::Guess => Needs::to_guess(members.iter().copied(), &memory.facts),
        Manner::Ask | Manner::Hold => Needs::of(members.iter().copied()),
    };
    let read = Read::what(connection, &needs, way.now);
    let (before, read) = match (&memory.head, way.manner) {
        (Some(head), Manner::Guess | Manner::Ask) => (head.clone(), read.await?),
        _ => hold_the_log(connection, way.log, read).await?,
    };
    // What was read is so at the remembered head only if the group passes; until then there is no way back to that alone.
    let mut facts = match way.manner {
        Manner::Guess => std::mem::take(&mut memory.facts),
        Manner::Ask | Manner::Hold => Facts::default(),
    };
    let is_as_remembered = way.manner == Manner::Guess && needs == Needs::default();
    facts.learn(read.facts);

    let mut known = Known::before(&facts);
    let verdicts = decide_all(members, way.now, &read.earlier, &mut known);
    let all_pass = verdicts.iter().all(|verdict| matches!(verdict, Verdict::Passes(_)));
    if way.manner == Manner::Guess && !all_pass {
        if is_as_remembered {
            memory.facts = facts;
        }
        return Err(Failure::Guessed);
    }
    let passed: Vec<&Passed<'_>> = verdicts
        .iter()
        .filter_map(|verdict| if let Verdict::Passes(passed) = verdict { Some(passed) } else { None })
        .collect();
    let mut outcomes = Vec::with_capacity(verdicts.len());
    for verdict in &verdicts {
        outcomes.push(match verdict {
            Verdict::Out(outcome) => outcome.clone(),
            Verdict::Passes(passed) => Outcome::Committed(before.committed(passed)),
            Verdict::Before { before, answer, by_id } => {
                let replayed = !(*by_id && way.again);
                Outcome::Committed(again(connection, before, answer.clone(), replayed).await?)
            }
        });
    }
    // A refusal may rest on what an earlier member of the group wrote, so all answers wait for the end.
    let Some(last) = passed.last() else {
        if way.manner == Manner::Hold {
            connection.control("ROLLBACK").await?;
        }
        return Ok(outcomes);
    };
    let numbers = passed.iter().rev().find_map(|passed| passed.number).unwrap_or(0);
    let moved = (last.position, numbers);
    let after = before.after(moved);
    forget(connection, &before, &after, way.now).await?;
    let writes = Writes::of(connection, &passed, moved, &known, &before, &way).await?;
    let written = writes.write(connection);
    match way.manner {
        // All is in one statement: if it fails, nothing is left to commit.
        Manner::Hold => drop(tokio::try_join!(biased; written, connection.control("COMMIT"))?),
        Manner::Ask => written.await?,
        Manner::Guess => written.await.map_err(|failure| match failure {
            Failure::Taken(_) => Failure::Guessed,
            other => other,
        })?,
    }
    let now = known.now;
    let erases = passed.iter().any(|passed| passed.commit.erase.is_some());
    facts.learn(now);
    facts.holders.clear();
    facts.catalogue = Catalogue::default();
    memory.head = Some(after);
    // Which rows an erasure has written, only the tables know.
    memory.facts = if erases || facts.len() > REMEMBERED { Facts::default() } else { facts };
    Ok(outcomes)
}

/// The members, one after another, each on top of those that passed.
fn decide_all<'c>(
    members: &[&'c Commit],
    now: Timestamp,
    before: &Earlier,
    known: &mut Known<'_>,
) -> Vec<Verdict<'c>> {
    let (mut positions, mut numbers) = (0, 0);
    let mut verdict = |commit: &'c Commit| {
        if let Some(verdict) = earlier(before, commit) {
            return verdict;
        }
        let Ok(decided) = decide::decide(commit, now, known);
        let effects = match decided {
            Err(outcome) => return Verdict::Out(outcome),
            Ok(effects) => effects,
        };
        let versions = known.take(commit, &effects);
        positions += commit.events.len() as i64;
        let number = commit.number.map(|Sequence::OrderNumber| {
            numbers += 1;
            numbers
        });
        Verdict::Passes(Passed { commit, versions, position: positions, number })
    };
    members.iter().map(|commit| verdict(commit)).collect()
}

/// Begins a transaction in which nobody else writes, and reads in it; the head of the log.
async fn hold_the_log(
    connection: &Connection,
    log: Uuid,
    read: impl Future<Output = Result<Read, Failure>>,
) -> Result<(Head, Read), Failure> {
    const HOLD: &str =
        "SELECT id, mark, epoch, position, order_number FROM log WHERE one = 1 FOR NO KEY UPDATE";
    connection.prepare(HOLD).await?;
    // All of it goes out at once; a statement sees what was there when it began, and what is read begins with the row held.
    let (begin, hold) = (connection.control("BEGIN"), connection.rows(HOLD, []));
    let ((), rows, read) = tokio::try_join!(biased; begin, hold, read)?;
    let row = rows.first().ok_or_else(|| Failure::corrupt("the log has no head".into()))?;
    let (epoch, mark): (i64, &str) = (row.get(2), row.get(1));
    let head = Head {
        log: row.get(0),
        mark: mark.into(),
        epoch: epoch as u64,
        position: row.get(3),
        number: row.get(4),
    };
    head.check_open(log)?;
    Ok((head, read))
}

/// Cleans away idempotency keys whose time is over, now and then.
async fn forget(connection: &Connection, before: &Head, after: &Head, now: Timestamp) -> Result<(), Failure> {
    if before.position / FORGET_EVERY == after.position / FORGET_EVERY {
        return Ok(());
    }
    let sql = "DELETE FROM idempotency WHERE expires_at <= $1 AND ctid = ANY (ARRAY(SELECT ctid FROM idempotency \
               WHERE expires_at <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED))";
    let statement = connection.prepare(sql).await?;
    connection.execute(&statement, &[&now.ms(), &FORGET]).await.map(drop)
}

/// The head of the log, before or after a group.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub(super) log: Uuid,
    pub(super) mark: Arc<str>,
    pub(super) epoch: u64,
    pub(super) position: i64,
    pub(super) number: i64,
}

impl Head {
    /// Whether the store takes writes, and is the one that this process has opened. The row of the log is held by now, so
    /// whoever closes the store has done so, or waits.
    fn check_open(&self, log: Uuid) -> Result<(), Failure> {
        let mark = Mark::of_text(&self.mark).map_err(Failure::Closed)?;
        mark.check_open(WHAT).map_err(Failure::Closed)?;
        if self.log == log {
            return Ok(());
        }
        let why = "a migration has filled it since this process began; start souk again".to_owned();
        Err(Failure::Closed(Error::Closed { what: WHAT.to_owned(), why: Why(why) }))
    }

    fn after(&self, (positions, numbers): (i64, i64)) -> Self {
        let (position, number) = (self.position + positions, self.number + numbers);
        Self { position, number, ..self.clone() }
    }

    fn committed(&self, passed: &Passed<'_>) -> Committed {
        let mut versions: Vec<(StreamId, u64)> = Vec::with_capacity(1);
        for (event, version) in passed.commit.events.iter().zip(&passed.versions) {
            note_version(&mut versions, event.stream, *version);
        }
        Committed {
            position: LogPosition { epoch: self.epoch, position: (self.position + passed.position) as u64 },
            versions,
            number: passed.number.map(|number| (self.number + number) as u64),
            replayed: false,
            answer: passed.commit.idempotency.as_ref().map(|key| key.answer.clone()),
        }
    }
}

/// The answer to a commit that took effect before this group, by its id or by its key.
fn earlier<'c>(before: &Earlier, commit: &'c Commit) -> Option<Verdict<'c>> {
    if let Some(found) = before.commits.get(&commit.id.0) {
        let answer = commit.idempotency.as_ref().map(|key| key.answer.clone());
        return Some(Verdict::Before { before: found.clone(), answer, by_id: true });
    }
    let Idempotency { scope, key, request_hash, .. } = commit.idempotency.as_ref()?;
    let found = before.keys.get(&(scope.clone(), key.clone()))?;
    Some(if found.request_hash[..] == request_hash[..] {
        Verdict::Before { before: found.before.clone(), answer: Some(found.answer.clone()), by_id: false }
    } else {
        Verdict::Out(Outcome::KeyReused)
    })
}

/// What took effect before this group.
async fn again(
    connection: &Connection,
    before: &Before,
    answer: Option<String>,
    replayed: bool,
) -> Result<Committed, Failure> {
    let sql = "SELECT stream_kind, stream_id, version, epoch FROM events CROSS JOIN log \
               WHERE events.position > $1::bigint - $2::bigint AND events.position <= $1 ORDER BY events.position";
    let mut versions = Vec::with_capacity(1);
    let mut epoch = 0;
    for row in connection.rows(sql, [&before.position, &before.events]).await? {
        let stream = super::snapshot::stream(row.get(0), row.get(1)).map_err(Failure::corrupt)?;
        note_version(&mut versions, stream, row.get::<_, i64>(2) as u64);
        epoch = row.get::<_, i64>(3) as u64;
    }
    let position = LogPosition { epoch, position: before.position as u64 };
    let number = before.number.map(|number| number as u64);
    Ok(Committed { position, versions, number, replayed, answer })
}
