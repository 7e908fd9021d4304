//! The store on PostgreSQL: one task of each process commits in groups, readers have a pool of their own, and queries may
//! be answered by replicas.
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
use souk_ports::store::{Answered, Commit, LogHead, Outcome, Replica, Snapshot, Store};
use tokio::sync::{Mutex, OnceCell};

use self::heads::Heads;
use self::replicas::Replicas;
use self::snapshot::PostgresSnapshot;

use super::tables::owned;
use crate::owned::Table;
use crate::remote::guard::Guard;
use crate::remote::postgres::{self, Server};
use crate::remote::postgres_owned::{Laid, OwnedTables};
use crate::remote::postgres_registry::Connection;
use crate::table::Location;

mod arrays;
mod connection;
mod constraints;
mod group;
mod heads;
mod known;
mod needs;
mod questions;
mod replicas;
mod snapshot;
mod tables;
#[cfg(test)]
mod tests;
mod writer;
mod writes;

const WHAT: &str = "the store";
/// How often commits of other processes are looked for.
const LOOK: Duration = Duration::from_millis(15);
/// What brings a store from one version of its tables to the next. A step that has been released is never changed.
/// Whatever the writer asks and writes goes by keys, for one as for many. Left alone, the server reads whole tables as long
/// as it knows nothing of them, and plans again what it has planned before.
const BY_KEYS: [&str; 5] = [
    "plan_cache_mode=force_generic_plan",
    "enable_seqscan=off",
    "enable_hashjoin=off",
    "enable_mergejoin=off",
    // What is switched off is only made dear, and what is dear is compiled, for a tenth of a second.
    "jit=off",
];
const STEPS: [&str; 7] = [
    include_str!("schema.sql"),
    include_str!("schema_2_mark.sql"),
    include_str!("schema_3_records.sql"),
    include_str!("schema_4_catalogue.sql"),
    include_str!("schema_5_constraints.sql"),
    include_str!("schema_6_allowance.sql"),
    include_str!("schema_7_components.sql"),
];
static OWNED: LazyLock<Vec<Table>> = LazyLock::new(|| owned(None));

pub(super) async fn open(location: Location) -> Result<Arc<dyn Store>> {
    let (server, replicas) = Server::with_replicas(&location)?;
    let replicas = replicas.iter().map(Link::to).collect::<Result<Vec<_>>>()?;
    Ok(Arc::new(PostgresStore {
        owned: OwnedTables::new(WHAT, &server, Laid::Steps(&constraints::LAID), &OWNED, "log")?,
        link: Link::to(&server)?,
        replicas: Replicas::new(replicas.into_iter()),
        server,
        clock: Arc::new(SystemClock),
        heads: Arc::new(Heads::new()),
        looked: Mutex::new(None),
        begun: OnceCell::new(),
    }))
}

/// How one server is read.
struct Link {
    readers: Pool,
    guard: Guard,
    place: String,
}

impl Link {
    fn to(server: &Server) -> Result<Arc<Self>> {
        let guard = Guard::new(format!("{WHAT} on {}", server.place), server.timeout);
        Ok(Arc::new(Self { readers: server.readers(&[])?, guard, place: server.place.clone() }))
    }
}

struct PostgresStore {
    server: Server,
    link: Arc<Link>,
    replicas: Replicas,
    clock: Arc<dyn Clock>,
    heads: Arc<Heads>,
    /// When somebody last looked for commits of other processes.
    looked: Mutex<Option<Instant>>,
    /// There once the tables are.
    begun: OnceCell<Begun>,
    owned: Arc<OwnedTables>,
}

struct Begun {
    writer: writer::Writer,
    /// Where the log was.
    head: LogHead,
}

impl PostgresStore {
    /// Lays the tables, and starts the task that writes, once.
    async fn ready(&self) -> Result<&Begun> {
        self.begun
            .get_or_try_init(|| async {
                let mut connection = postgres::connection(WHAT, &self.link.readers).await?;
                constraints::lay(&self.server, &mut connection).await?;
                drop(connection);
                let head = snapshot::head(&self.link).await?;
                self.heads.note(head.head.position);
                let writer = writer::Writer::start(writer::Desk {
                    pool: self.server.writers(1, writer::ATTEMPT, &BY_KEYS)?,
                    guard: Guard::new(format!("{WHAT} on {}", self.server.place), writer::ATTEMPT),
                    clock: self.clock.clone(),
                    heads: self.heads.clone(),
                    log: head.log,
                    memory: group::Memory::default(),
                    careful: 0,
                });
                Ok(Begun { writer, head })
            })
            .await
    }

    /// What the store says, unless somebody of this process has just asked.
    async fn look(&self) -> Result<Position> {
        let mut looked = self.looked.lock().await;
        if looked.is_none_or(|at| at.elapsed() >= LOOK) {
            let at = Instant::now();
            let stored = snapshot::head(&self.link).await?.head.position;
            self.heads.note(stored);
            *looked = Some(at);
        }
        Ok(self.heads.now())
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn commit(&self, commit: Commit) -> Result<Outcome> {
        super::check::check(&commit)?;
        self.ready().await?.writer.commit(commit).await
    }

    async fn answered(&self, scope: &str, key: &str) -> Result<Option<Answered>> {
        self.ready().await?;
        let now = self.clock.now().ms();
        let sql = "SELECT request_hash, answer, i.position, number, epoch FROM idempotency i CROSS JOIN log \
                   WHERE scope = $1 AND key = $2 AND expires_at > $3";
        let row = self.link.guard.repeat(|| {
            Connection::run(WHAT, &self.link.readers, async |client| {
                let statement = client.prepare_cached(sql).await?;
                client.query_opt(&statement, &[&scope, &key, &now]).await
            })
        });
        Ok(row.await?.map(|row| {
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
        let snapshot = PostgresSnapshot::begin(self.link.clone()).await?;
        self.heads.note(snapshot.head().head.position);
        Ok(Box::new(snapshot))
    }

    async fn snapshot_from(&self, position: Position) -> Result<Box<dyn Snapshot>> {
        if self.replicas.is_empty() {
            return self.snapshot().await;
        }
        let begun = self.ready().await?;
        // A process has seen the log as it was when it began, and what is a command to it may have been another's query.
        let wanted = position.max(self.heads.before()).max(begun.head.head.position);
        match self.replicas.moment(wanted, begun.head).await {
            Some((open, head)) => Ok(Box::new(PostgresSnapshot::of(self.link.clone(), open, head))),
            None => self.snapshot().await,
        }
    }

    async fn replicas(&self) -> Vec<Replica> {
        let primary = self.ready().await.ok().map(|begun| begun.head);
        // Against what the primary has now, if it is there.
        let _ = self.look().await;
        self.replicas.report(primary, &self.heads).await
    }

    async fn wait_for_events(&self, position: Position, patience: Duration) -> Result<()> {
        self.ready().await?;
        let deadline = Instant::now() + patience;
        let mut head = self.heads.subscribe();
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
        let row = self.link.guard.repeat(|| {
            Connection::run(WHAT, &self.link.readers, async |client| {
                client.query_one("SHOW server_version", &[]).await
            })
        });
        Ok(format!("PostgreSQL {} at {}", snapshot::number_of(row.await?.get(0)), self.server.place))
    }

    fn owned(&self) -> Arc<dyn Owned> {
        self.owned.clone()
    }
}
