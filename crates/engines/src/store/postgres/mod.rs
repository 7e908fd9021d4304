//! The store on PostgreSQL: one task of each process commits in groups, and readers have a pool of their own.
//!
//! The URL is [`crate::remote::postgres`]'s. Opening does not need the server: whoever asks first connects, and lays the
//! tables where they are missing.

use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use deadpool_postgres::Pool;
use souk_kernel::{Clock, LogPosition, Position, SystemClock};
use souk_ports::Result;
use souk_ports::moving::Owned;
use souk_ports::store::{Answered, Commit, Outcome, Snapshot, Store};
use tokio::sync::{Mutex, OnceCell, watch};

use super::tables::owned;
use crate::owned::Table;
use crate::remote::guard::Guard;
use crate::remote::postgres::{self, Server};
use crate::remote::postgres_owned::{Laid, OwnedTables};
use crate::table::Location;

mod connection;
mod group;
mod known;
mod locks;
mod snapshot;
mod tables;
mod writer;

const WHAT: &str = "the store";
/// How often commits of other processes are looked for.
const LOOK: Duration = Duration::from_millis(15);
/// What brings a store from one version of its tables to the next. A step that has been released is never changed.
const STEPS: [&str; 2] = [include_str!("schema.sql"), include_str!("schema_2_mark.sql")];
static OWNED: LazyLock<Vec<Table>> = LazyLock::new(|| owned(None));

pub(super) async fn open(location: Location) -> Result<Arc<dyn Store>> {
    let server = Server::of(&location)?;
    let guard = Guard::new(format!("{WHAT} on {}", server.place), server.timeout);
    let link = Arc::new(Link { readers: server.readers(&[])?, guard });
    let (announce, head) = watch::channel(0);
    Ok(Arc::new(PostgresStore {
        owned: OwnedTables::new(WHAT, &server, Laid::Steps("store", &STEPS), &OWNED, "log")?,
        server,
        link,
        clock: Arc::new(SystemClock),
        announce,
        head,
        looked: Mutex::new(None),
        writer: OnceCell::new(),
    }))
}

/// How the store is read.
struct Link {
    readers: Pool,
    guard: Guard,
}

struct PostgresStore {
    server: Server,
    link: Arc<Link>,
    clock: Arc<dyn Clock>,
    announce: watch::Sender<Position>,
    head: watch::Receiver<Position>,
    /// When somebody last looked for commits of other processes.
    looked: Mutex<Option<Instant>>,
    /// There once the tables are.
    writer: OnceCell<writer::Writer>,
    owned: Arc<OwnedTables>,
}

impl PostgresStore {
    /// Lays the tables, and starts the task that writes, once.
    async fn ready(&self) -> Result<&writer::Writer> {
        self.writer
            .get_or_try_init(|| async {
                let mut connection = postgres::connection(WHAT, &self.link.readers).await?;
                self.server.migrate(&mut connection, "store", &STEPS).await?;
                drop(connection);
                let head = snapshot::head(&self.link).await?;
                self.announce.send_if_modified(|known| {
                    *known = head.head.position.max(*known);
                    true
                });
                Ok(writer::Writer::start(writer::Desk {
                    pool: self.server.writers(1)?,
                    guard: Guard::new(format!("{WHAT} on {}", self.server.place), writer::ATTEMPT),
                    clock: self.clock.clone(),
                    head: self.announce.clone(),
                    log: head.log,
                }))
            })
            .await
    }

    /// What the store says, unless somebody of this process has just asked.
    async fn look(&self) -> Result<Position> {
        let mut looked = self.looked.lock().await;
        if looked.is_none_or(|at| at.elapsed() >= LOOK) {
            let at = Instant::now();
            let stored = snapshot::head(&self.link).await?.head.position;
            self.announce.send_if_modified(|known| {
                let news = *known < stored;
                *known = stored.max(*known);
                news
            });
            *looked = Some(at);
        }
        Ok(*self.head.borrow())
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn commit(&self, commit: Commit) -> Result<Outcome> {
        super::check::check(&commit)?;
        self.ready().await?.commit(commit).await
    }

    async fn answered(&self, scope: &str, key: &str) -> Result<Option<Answered>> {
        self.ready().await?;
        let now = self.clock.now().ms();
        let sql = "SELECT request_hash, answer, i.position, number, epoch FROM idempotency i CROSS JOIN log \
                   WHERE scope = $1 AND key = $2 AND expires_at > $3";
        let rows = self.link.guard.repeat(|| async {
            let connection = postgres::connection(WHAT, &self.link.readers).await?;
            let rows = async {
                let statement = connection.prepare_cached(sql).await?;
                connection.query_opt(&statement, &[&scope, &key, &now]).await
            };
            rows.await.map_err(|error| postgres::error(WHAT, error))
        });
        Ok(rows.await?.map(|row| {
            let position =
                LogPosition { epoch: row.get::<_, i64>(4) as u64, position: row.get::<_, i64>(2) as u64 };
            let mut request_hash = [0; 32];
            let stored: &[u8] = row.get(0);
            request_hash.copy_from_slice(stored);
            let number = row.get::<_, Option<i64>>(3).map(|number| number as u64);
            Answered { request_hash, answer: row.get(1), position, number }
        }))
    }

    async fn snapshot(&self) -> Result<Box<dyn Snapshot>> {
        self.ready().await?;
        Ok(Box::new(snapshot::PostgresSnapshot::begin(self.link.clone()).await?))
    }

    async fn wait_for_events(&self, position: Position, patience: Duration) -> Result<()> {
        self.ready().await?;
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
            // Either this process commits, or it is time to look again. The sender lives as long as `self`.
            let _ = tokio::time::timeout(left.min(LOOK), head.changed()).await;
        }
    }

    async fn version(&self) -> Result<String> {
        self.ready().await?;
        self.link
            .guard
            .repeat(|| async {
                let connection = postgres::connection(WHAT, &self.link.readers).await?;
                let row = connection.query_one("SHOW server_version", &[]).await;
                let version: String = row.map_err(|error| postgres::error(WHAT, error))?.get(0);
                let number = version.split(' ').next().unwrap_or_default();
                Ok(format!("PostgreSQL {number} at {}", self.server.place))
            })
            .await
    }

    fn owned(&self) -> Arc<dyn Owned> {
        self.owned.clone()
    }
}
