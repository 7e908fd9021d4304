//! The activity feed: one task of each process appends in groups, readers have the pool.
//!
//! What is left out: forgetting; the feed is owned.

use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use souk_kernel::{ActivityId, LogPosition, Position, ProductId, Timestamp, UserId};
use souk_ports::series::{Activity, ActivityKind, Appended, RecordedActivity};
use souk_ports::store::LogHead;
use souk_ports::{Error, Result};
use tokio::sync::{Mutex, OnceCell, watch};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::writer::Writer;
use crate::owned::Table;
use crate::remote::postgres_owned::{Laid, OwnedTables};
use crate::remote::postgres_registry::Database;
use crate::series::owned::{activities, feed};

pub(super) const WHAT: &str = "the activity feed";
/// How often appends of other processes are looked for.
const LOOK: Duration = Duration::from_millis(15);
const COLUMNS: &str = "position, recorded_at, id, at, kind, visitor, product, session, metadata::text";

static OWNED: LazyLock<Vec<Table>> =
    LazyLock::new(|| vec![Table { ids_beside: Some(("id", "activity_ids")), ..activities() }, feed()]);

pub(super) struct Feed {
    database: Arc<Database>,
    announce: watch::Sender<Position>,
    head: watch::Receiver<Position>,
    /// When somebody last looked for appends of other processes.
    looked: Mutex<Option<Instant>>,
    /// There once somebody has appended.
    writer: OnceCell<Writer>,
    pub(super) owned: Arc<OwnedTables>,
}

impl Feed {
    pub(super) fn new(database: Arc<Database>) -> Result<Self> {
        let (announce, head) = watch::channel(0);
        let tables = OwnedTables::new(WHAT, &database.server, Laid::By(database.clone()), &OWNED, "feed");
        Ok(Self {
            owned: tables?,
            database,
            announce,
            head,
            looked: Mutex::new(None),
            writer: OnceCell::new(),
        })
    }

    pub(super) async fn append(&self, activities: Vec<Activity>) -> Result<Appended> {
        self.database.laid().await?;
        let start = || async { Writer::start(&self.database, self.announce.clone()) };
        self.writer.get_or_try_init(start).await?.append(activities).await
    }

    #[cfg(test)]
    pub(super) fn room(&self) -> Option<usize> {
        self.writer.get().map(Writer::room)
    }

    pub(super) async fn head(&self) -> Result<LogHead> {
        let rows = self.rows("SELECT id, epoch, position FROM feed", &[]).await?;
        let row = rows.first().ok_or_else(|| Error::internal(WHAT, "its head is gone"))?;
        let head = LogPosition { epoch: row.get::<_, i64>(1) as u64, position: row.get::<_, i64>(2) as u64 };
        Ok(LogHead { log: row.get(0), head })
    }

    pub(super) async fn after(&self, after: Position, limit: u32) -> Result<Vec<RecordedActivity>> {
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let sql = format!("SELECT {COLUMNS} FROM activities WHERE position > $1 ORDER BY position LIMIT $2");
        self.rows(&sql, &[&after, &i64::from(limit)]).await?.iter().map(recorded).collect()
    }

    pub(super) async fn wait(&self, position: Position, patience: Duration) -> Result<()> {
        let deadline = Instant::now() + patience;
        let mut head = self.head.clone();
        loop {
            if *head.borrow_and_update() > position || self.look().await? > position {
                return Ok(());
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            // Either this process appends, or it is time to look again. The sender lives as long as `self`.
            let _ = tokio::time::timeout(left.min(LOOK), head.changed()).await;
        }
    }

    /// What the feed says, unless somebody of this process has just asked.
    async fn look(&self) -> Result<Position> {
        let mut looked = self.looked.lock().await;
        if looked.is_none_or(|at| at.elapsed() >= LOOK) {
            let at = Instant::now();
            advance(&self.announce, self.head().await?.head.position);
            *looked = Some(at);
        }
        Ok(*self.head.borrow())
    }

    pub(super) async fn latest(
        &self,
        visitor: UserId,
        kinds: &[ActivityKind],
        limit: u32,
    ) -> Result<Vec<Activity>> {
        let mut kinds: Vec<i16> = kinds.iter().map(|kind| i16::from(kind.number())).collect();
        kinds.sort_unstable();
        kinds.dedup();
        // One walk along the index for each kind; put together, the latest of them all are among these.
        let sql = format!(
            "SELECT latest.* FROM unnest($2::smallint[]) AS wanted CROSS JOIN LATERAL
                 (SELECT {COLUMNS} FROM activities WHERE visitor = $1 AND kind = wanted
                  ORDER BY at DESC, position DESC LIMIT $3) AS latest
             ORDER BY at DESC, position DESC LIMIT $3"
        );
        let rows = self.rows(&sql, &[&visitor.0, &kinds, &i64::from(limit)]).await?;
        rows.iter().map(|row| Ok(recorded(row)?.activity)).collect()
    }

    async fn rows(&self, sql: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>> {
        self.database.laid().await?;
        self.database.rows(sql, parameters).await
    }
}

/// Tells who waits that the feed has got so far.
pub(super) fn advance(announce: &watch::Sender<Position>, position: Position) {
    announce.send_if_modified(|known| {
        let news = *known < position;
        *known = position.max(*known);
        news
    });
}

fn recorded(row: &Row) -> Result<RecordedActivity> {
    let number: i16 = row.get(4);
    let number = u8::try_from(number).map_err(|error| Error::internal(WHAT, error))?;
    Ok(RecordedActivity {
        position: row.get::<_, i64>(0) as u64,
        recorded_at: Timestamp::from_ms(row.get(1)),
        activity: Activity {
            id: ActivityId(row.get(2)),
            at: Timestamp::from_ms(row.get(3)),
            kind: ActivityKind::numbered(number),
            visitor: UserId(row.get(5)),
            product: ProductId(row.get(6)),
            session: row.get(7),
            metadata: row.get(8),
        },
    })
}
