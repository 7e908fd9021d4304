//! The one task of a process that writes the feed: whatever batches wait go into one transaction.
//!
//! While one group is under way, the next one gathers in the queue. A group is three round trips: ids first, then the
//! feed's row, which is held until the commit is on disk and so makes positions follow the order of commits, together
//! with the activities that were new; then `COMMIT` by itself. Groups insert their ids in one order, so that two
//! processes never wait for each other in a circle.
//!
//! Activities count once per id, so a group that was lost is tried again, and whoever gets an error may send the same
//! batch again. What a lost group had written after all then counts as known already. What is left out: trying the
//! members of a failed group one by one; what could be wrong with one was checked before the queue.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use deadpool_postgres::{Pool, Transaction};
use souk_kernel::{Clock, LogPosition, Position, SystemClock};
use souk_ports::moving::Mark;
use souk_ports::series::{Activity, Appended};
use souk_ports::{Error, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot, watch};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::feed::{WHAT, advance};
use crate::remote::guard::Guard;
use crate::remote::postgres;
use crate::remote::postgres_registry::{Connection, Database};

/// How many activities may wait or be written; the next batch is told that the feed is busy.
pub(super) const QUEUE: usize = 60_000;
/// How many activities make a group full.
const GROUP: usize = 10_000;
/// How long a group waits for callers that were there a moment ago: they have just got their answers, and come back
/// within less than this.
const GATHER: Duration = Duration::from_micros(300);
/// How often a group is tried: a lost connection may have been only that.
const ATTEMPTS: u32 = 2;
/// How long one attempt may take: callers wait for it.
pub(super) const ATTEMPT: Duration = Duration::from_secs(8);

struct Batch {
    activities: Vec<Activity>,
    answer: oneshot::Sender<Result<Appended>>,
    /// Its room in the queue; given back when it is answered.
    _room: OwnedSemaphorePermit,
}

pub(super) struct Writer {
    room: Arc<Semaphore>,
    /// Bounded by `room`: a batch has at least one activity.
    queue: mpsc::UnboundedSender<Batch>,
}

impl Writer {
    pub(super) fn start(database: &Database, head: watch::Sender<Position>) -> Result<Self> {
        let (queue, waiting) = mpsc::unbounded_channel();
        let pool = database.server.writers(1, ATTEMPT, &[])?;
        let guard = Guard::new(format!("{WHAT} on {}", database.server.place), ATTEMPT);
        // It ends when the queue is closed, and what waits is written.
        tokio::spawn(Desk { guard, pool, head }.run(waiting));
        Ok(Self { room: Arc::new(Semaphore::new(QUEUE)), queue })
    }

    pub(super) async fn append(&self, activities: Vec<Activity>) -> Result<Appended> {
        let busy = |_| Error::Busy { what: WHAT.to_owned() };
        let size = u32::try_from(activities.len()).unwrap_or(u32::MAX);
        let room = self.room.clone().try_acquire_many_owned(size).map_err(busy)?;
        let (answer, answered) = oneshot::channel();
        self.queue.send(Batch { activities, answer, _room: room }).map_err(|_| stopped())?;
        answered.await.unwrap_or_else(|_| Err(stopped()))
    }

    /// How many more activities may wait.
    #[cfg(test)]
    pub(super) fn room(&self) -> usize {
        self.room.available_permits()
    }
}

fn stopped() -> Error {
    Error::Unavailable { what: WHAT.to_owned(), source: None }
}

/// What the task works with.
struct Desk {
    guard: Guard,
    /// One connection.
    pool: Pool,
    head: watch::Sender<Position>,
}

impl Desk {
    async fn run(self, mut waiting: mpsc::UnboundedReceiver<Batch>) {
        let mut last = 1;
        while let Some(first) = waiting.recv().await {
            let mut size = first.activities.len();
            let mut members = vec![first];
            let until = Instant::now() + GATHER;
            while size < GROUP {
                match waiting.try_recv() {
                    Ok(member) => {
                        size += member.activities.len();
                        members.push(member);
                    }
                    Err(_) if members.len() < last && Instant::now() < until => {
                        tokio::task::yield_now().await;
                    }
                    Err(_) => break,
                }
            }
            last = members.len();
            self.carry_out(members).await;
        }
    }

    /// Writes one group and answers its members.
    async fn carry_out(&self, members: Vec<Batch>) {
        let group = Group::of(&members);
        let mut attempt = 1;
        let written = loop {
            match self.attempt(&group).await {
                Err(Error::Unavailable { .. }) if attempt < ATTEMPTS => attempt += 1,
                written => break written,
            }
        };
        match written {
            Ok((head, appended)) => {
                advance(&self.head, head.position);
                for (member, appended) in members.into_iter().zip(appended) {
                    // Whoever went away may send the same batch again.
                    let _ = member.answer.send(Ok(appended));
                }
            }
            Err(error) => {
                tracing::warn!(%error, source = ?std::error::Error::source(&error), "activities were not written");
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

    async fn attempt(&self, group: &Group<'_>) -> Result<(LogPosition, Vec<Appended>)> {
        self.guard
            .once(async {
                let mut connection = Connection::of(WHAT, &self.pool).await?;
                let transaction = connection.client().transaction().await.map_err(failed)?;
                let written = group.write(transaction).await?;
                connection.give_back();
                Ok(written)
            })
            .await
    }
}

/// The batches of one transaction.
struct Group<'m> {
    /// Each id once, as it was sent first, with the place of its batch.
    activities: Vec<(usize, &'m Activity)>,
    /// Their ids in rising order.
    ids: Vec<Uuid>,
    batches: usize,
    now: i64,
}

impl<'m> Group<'m> {
    fn of(members: &'m [Batch]) -> Self {
        let mut seen = HashSet::new();
        let all = members.iter().enumerate();
        let all = all.flat_map(|(batch, member)| member.activities.iter().map(move |one| (batch, one)));
        let activities: Vec<_> = all.filter(|(_, one)| seen.insert(one.id)).collect();
        let mut ids: Vec<Uuid> = activities.iter().map(|(_, one)| one.id.0).collect();
        ids.sort_unstable();
        Self { activities, ids, batches: members.len(), now: SystemClock.now().ms() }
    }

    async fn write(&self, transaction: Transaction<'_>) -> Result<(LogPosition, Vec<Appended>)> {
        let sql =
            "INSERT INTO activity_ids SELECT * FROM unnest($1::uuid[]) ON CONFLICT DO NOTHING RETURNING id";
        let new: HashSet<Uuid> =
            rows(&transaction, sql, &[&self.ids]).await?.iter().map(|row| row.get(0)).collect();
        // Known ones take no position, so there are no gaps.
        let new: Vec<(usize, &Activity)> =
            self.activities.iter().filter(|(_, one)| new.contains(&one.id.0)).copied().collect();
        let head = if new.is_empty() {
            rows(&transaction, "SELECT epoch, position FROM feed", &[]).await?
        } else {
            self.add(&transaction, &new).await?
        };
        let head = head.first().ok_or_else(|| Error::internal(WHAT, "its head is gone"))?;
        let (epoch, position): (i64, i64) = (head.get(0), head.get(1));
        let mut head = LogPosition { epoch: epoch as u64, position: position as u64 - new.len() as u64 };
        transaction.commit().await.map_err(failed)?;
        let mut of_batch: HashMap<usize, u32> = HashMap::new();
        for (batch, _) in new {
            *of_batch.entry(batch).or_default() += 1;
        }
        let mut appended = Vec::with_capacity(self.batches);
        for batch in 0..self.batches {
            let added = of_batch.get(&batch).copied().unwrap_or_default();
            head.position += u64::from(added);
            appended.push(Appended { position: head, added });
        }
        Ok((head, appended))
    }

    /// Takes positions and writes the activities; the head's row after it.
    async fn add(&self, transaction: &Transaction<'_>, new: &[(usize, &Activity)]) -> Result<Vec<Row>> {
        macro_rules! column {
            ($one:ident => $value:expr) => {
                new.iter().map(|(_, $one)| $value).collect::<Vec<_>>()
            };
        }
        let ids = column!(one => one.id.0);
        let at = column!(one => one.at.ms());
        let kinds = column!(one => i16::from(one.kind.number()));
        let visitors = column!(one => one.visitor.0);
        let products = column!(one => one.product.0);
        let sessions = column!(one => one.session.as_deref());
        let metadata = column!(one => one.metadata.as_deref());
        let added = new.len() as i64;
        let take = "UPDATE feed SET position = position + $1 RETURNING epoch, position, mark";
        let insert = "INSERT INTO activities
                (position, id, at, recorded_at, kind, visitor, product, session, metadata)
             SELECT feed.position - $1::bigint + n, new.id, at, $2::bigint, kind, visitor, product, session, metadata::json
             FROM feed, unnest($3::uuid[], $4::bigint[], $5::smallint[], $6::uuid[], $7::uuid[], $8::text[], $9::text[])
                WITH ORDINALITY AS new (id, at, kind, visitor, product, session, metadata, n)";
        let parameters: [&(dyn ToSql + Sync); 9] =
            [&added, &self.now, &ids, &at, &kinds, &visitors, &products, &sessions, &metadata];
        let taken: [&(dyn ToSql + Sync); 1] = [&added];
        let run = async {
            // Before they are sent: the positions have to be taken before they are given.
            let (take, insert) =
                (transaction.prepare_cached(take).await?, transaction.prepare_cached(insert).await?);
            tokio::try_join!(biased; transaction.query(&take, &taken), transaction.execute(&insert, &parameters))
        };
        let (head, _) = run.await.map_err(failed)?;
        if let Some(head) = head.first() {
            Mark::of_text(head.get(2))?.check_open(WHAT)?;
        }
        Ok(head)
    }
}

async fn rows(
    transaction: &Transaction<'_>,
    sql: &str,
    parameters: &[&(dyn ToSql + Sync)],
) -> Result<Vec<Row>> {
    let statement = transaction.prepare_cached(sql).await.map_err(failed)?;
    transaction.query(&statement, parameters).await.map_err(failed)
}

fn failed(error: tokio_postgres::Error) -> Error {
    postgres::error(WHAT, error)
}

/// The same error once more: sources cannot be cloned, and are in the log already.
fn repeat(error: &Error) -> Error {
    match error {
        Error::Unavailable { what, .. } => Error::Unavailable { what: what.clone(), source: None },
        Error::Busy { what } => Error::Busy { what: what.clone() },
        Error::Closed { what, why } => Error::Closed { what: what.clone(), why: why.clone() },
        other => Error::internal(WHAT, other.to_string()),
    }
}
