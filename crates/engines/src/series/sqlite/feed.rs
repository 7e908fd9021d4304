//! The activity feed: one file, one writing thread a process, turns between processes, readers of their own.
//!
//! Ids are UUIDv7, so the index over them grows at its end. What is left out: forgetting; the feed is owned.

use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use rusqlite::{Connection, Row, TransactionBehavior, params};
use souk_kernel::{ActivityId, LogPosition, Position, ProductId, Timestamp, UserId};
use souk_ports::series::{Activity, ActivityKind, Appended, RecordedActivity};
use souk_ports::store::LogHead;
use souk_ports::{Error, Result};
use tokio::sync::{Mutex, watch};
use uuid::Uuid;

use super::writer::Writer;
use crate::local::owned_file::{self, OwnedFile};
use crate::local::sqlite::{self, Durability, ReaderPool};
use crate::local::turnstile::Turnstile;
use crate::owned::Table;
use crate::series::owned::{activities, feed};

pub(super) const WHAT: &str = "the activity feed";
const READERS: usize = 16;
/// How often appends of other processes are looked for.
const LOOK: Duration = Duration::from_millis(15);
/// A batch dirties many pages of the index by visitor, and the next one many of the same: a longer WAL writes them back
/// once.
const WAL_CHECKPOINT_PAGES: i64 = 4000;
/// Raised with every change of `feed.sql` that an older souk could not read.
const SCHEMA_VERSION: i64 = 2;
const COLUMNS: &str = "position, recorded_at, id, at, kind, visitor, product, session, metadata";

static OWNED: LazyLock<Vec<Table>> = LazyLock::new(|| vec![activities(), feed()]);

type Sql<T> = rusqlite::Result<T>;

pub(super) struct Feed {
    writer: Writer,
    readers: ReaderPool,
    head: watch::Receiver<Position>,
    /// The end of the feed when somebody last looked, and when that was.
    looked: Mutex<Option<(Instant, Position)>>,
    pub(super) owned: Arc<OwnedFile>,
}

impl Feed {
    /// It blocks.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let turnstile = Turnstile::open(WHAT, path)?;
        let (connection, head) = {
            let _turn = turnstile.pass()?;
            let mut connection = sqlite::open_writer(path, Durability::Full)?;
            create(&mut connection, path)?;
            let prepared = connection
                .pragma_update(None, "wal_autocheckpoint", WAL_CHECKPOINT_PAGES)
                .and_then(|()| head(&connection));
            (connection, prepared.map_err(|error| sqlite::error(WHAT, error))?)
        };
        let (announce, head) = watch::channel(head.head.position);
        Ok(Self {
            writer: Writer::start(connection, turnstile, announce)?,
            readers: ReaderPool::new(WHAT, path, READERS),
            head,
            looked: Mutex::default(),
            owned: Arc::new(OwnedFile::new(WHAT, path, true, &OWNED)),
        })
    }

    pub(super) async fn append(&self, activities: Vec<Activity>) -> Result<Appended> {
        self.writer.append(activities).await
    }

    #[cfg(test)]
    pub(super) fn room(&self) -> usize {
        self.writer.room()
    }

    pub(super) async fn head(&self) -> Result<LogHead> {
        self.readers.read(1, head).await
    }

    pub(super) async fn after(&self, after: Position, limit: u32) -> Result<Vec<RecordedActivity>> {
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let sql = format!("SELECT {COLUMNS} FROM activities WHERE position > ?1 ORDER BY position LIMIT ?2");
        self.readers
            .read(u64::from(limit), move |connection| {
                connection.prepare_cached(&sql)?.query_map(params![after, limit], recorded)?.collect()
            })
            .await
    }

    pub(super) async fn wait(&self, position: Position, patience: Duration) -> Result<()> {
        let deadline = Instant::now() + patience;
        let mut head = self.head.clone();
        loop {
            if *head.borrow_and_update() > position {
                return Ok(());
            }
            let stored = self.lately().await?;
            let left = deadline.saturating_duration_since(Instant::now());
            if stored > position || left.is_zero() {
                return Ok(());
            }
            // Either this process appends, or it is time to look again.
            let look = left.min(LOOK);
            if let Ok(Err(_)) = tokio::time::timeout(look, head.changed()).await {
                // The writer is gone and will announce nothing more.
                tokio::time::sleep(look).await;
            }
        }
    }

    /// The end of the feed, at most [`LOOK`] ago: all who wait in this process look once for all of them.
    async fn lately(&self) -> Result<Position> {
        let mut looked = self.looked.lock().await;
        if let Some((at, position)) = *looked
            && at.elapsed() < LOOK
        {
            return Ok(position);
        }
        let position = self.head().await?.head.position;
        *looked = Some((Instant::now(), position));
        Ok(position)
    }

    pub(super) async fn latest(
        &self,
        visitor: UserId,
        kinds: &[ActivityKind],
        limit: u32,
    ) -> Result<Vec<Activity>> {
        let mut kinds = kinds.to_vec();
        kinds.sort_unstable();
        kinds.dedup();
        let rows = u64::from(limit).saturating_mul(kinds.len() as u64);
        let sql = format!(
            "SELECT {COLUMNS} FROM activities WHERE visitor = ?1 AND kind = ?2
             ORDER BY at DESC, position DESC LIMIT ?3"
        );
        // One walk along the index for each kind; put together, the latest of them all are among these.
        let found = self.readers.read(rows, move |connection| {
            let mut statement = connection.prepare_cached(&sql)?;
            let mut found = Vec::new();
            for kind in kinds {
                for row in statement.query_map(params![visitor.as_bytes(), kind.number(), limit], recorded)? {
                    found.push(row?);
                }
            }
            Ok(found)
        });
        let mut found = found.await?;
        found.sort_unstable_by_key(|one| std::cmp::Reverse((one.activity.at, one.position)));
        found.truncate(limit as usize);
        Ok(found.into_iter().map(|one| one.activity).collect())
    }
}

/// Lays the tables where there are none, and refuses those of a later souk.
fn create(connection: &mut Connection, path: &Path) -> Result<()> {
    let run = |connection: &mut Connection| -> Sql<i64> {
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let version: i64 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if version == 0 {
            tx.execute_batch(include_str!("feed.sql"))?;
            tx.execute("INSERT INTO feed VALUES (1, ?1, 1, 0)", [Uuid::now_v7().as_bytes()])?;
        }
        if version < SCHEMA_VERSION {
            tx.execute_batch(owned_file::MARK)?;
            tx.pragma_update(None, "user_version", SCHEMA_VERSION)?;
        }
        tx.commit()?;
        Ok(version.max(SCHEMA_VERSION))
    };
    let version = run(connection).map_err(|error| sqlite::error(WHAT, error))?;
    if version == SCHEMA_VERSION {
        Ok(())
    } else {
        let reason = format!("`{}` has schema {version}; this souk reads {SCHEMA_VERSION}", path.display());
        Err(Error::invalid(reason))
    }
}

fn head(connection: &Connection) -> Sql<LogHead> {
    connection.prepare_cached("SELECT id, epoch, position FROM feed")?.query_row([], |row| {
        let head = LogPosition { epoch: row.get(1)?, position: row.get(2)? };
        Ok(LogHead { log: Uuid::from_bytes(row.get(0)?), head })
    })
}

fn recorded(row: &Row<'_>) -> Sql<RecordedActivity> {
    Ok(RecordedActivity {
        position: row.get(0)?,
        recorded_at: Timestamp::from_ms(row.get(1)?),
        activity: Activity {
            id: ActivityId(Uuid::from_bytes(row.get(2)?)),
            at: Timestamp::from_ms(row.get(3)?),
            kind: ActivityKind::numbered(row.get(4)?),
            visitor: UserId(Uuid::from_bytes(row.get(5)?)),
            product: ProductId(Uuid::from_bytes(row.get(6)?)),
            session: row.get(7)?,
            metadata: row.get(8)?,
        },
    })
}

/// One transaction in which activities are appended.
pub(super) struct Appending<'a> {
    connection: &'a Connection,
    head: LogPosition,
    now: Timestamp,
}

impl<'a> Appending<'a> {
    /// The transaction has begun, so that nobody else moves the head.
    pub(super) fn begin(connection: &'a Connection, now: Timestamp) -> Sql<Self> {
        Ok(Self { head: head(connection)?.head, connection, now })
    }

    pub(super) fn append(&mut self, activities: &[Activity]) -> Sql<Appended> {
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO activities VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO NOTHING",
        )?;
        let before = self.head.position;
        for activity in activities {
            // Known ones take no position, so there are no gaps.
            self.head.position += statement.execute(params![
                self.head.position + 1,
                activity.id.as_bytes(),
                activity.at.ms(),
                self.now.ms(),
                activity.kind.number(),
                activity.visitor.as_bytes(),
                activity.product.as_bytes(),
                activity.session,
                activity.metadata,
            ])? as u64;
        }
        let added = (self.head.position - before) as u32;
        Ok(Appended { position: self.head, added })
    }

    pub(super) fn finish(self) -> Sql<LogPosition> {
        self.connection.prepare_cached("UPDATE feed SET position = ?1")?.execute([self.head.position])?;
        Ok(self.head)
    }
}
