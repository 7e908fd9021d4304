//! The store on SQLite: one file, one writing thread a process, turns between processes, readers of their own.
//!
//! The URL is `sqlite://PATH`, relative to the data folder. `?synchronous=off` gives up durability for speed: what was
//! acknowledged may be lost with the power. It is there for throw-away data, and to show that the durability test can
//! fail.

use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use rusqlite::{Connection, TransactionBehavior};
use souk_kernel::{Clock, Position, SystemClock};
use souk_ports::moving::Owned;
use souk_ports::store::{Answered, Commit, Outcome, Snapshot, Store};
use souk_ports::{Error, Result};
use tokio::sync::watch;
use uuid::Uuid;

use super::constraints::left_alone;
use super::tables::owned;
use crate::local::owned_file::{OwnedFile, Refused};
use crate::local::sqlite::{self, Durability, ReaderPool};
use crate::local::turnstile::Turnstile;
use crate::owned::Table;
use crate::table::Location;

mod constraints;
mod erase;
mod group;
mod records;
mod snapshot;
mod tables;
#[cfg(test)]
mod tests;
mod writer;

/// How many snapshots may live at once; the next ones wait.
const READERS: usize = 32;
/// How often commits of other processes are looked for.
const LOOK: Duration = Duration::from_millis(15);
/// What brings a store from one version of its tables to the next: a new store takes all of these steps, an older one
/// those that it lacks. A step that has been released is never changed.
const STEPS: [&str; 8] = [
    include_str!("schema.sql"),
    include_str!("schema_2_reviews.sql"),
    include_str!("schema_3_mark.sql"),
    include_str!("schema_4_records.sql"),
    include_str!("schema_5_catalogue.sql"),
    include_str!("schema_6_constraints.sql"),
    include_str!("schema_7_allowance.sql"),
    include_str!("schema_8_components.sql"),
];
const SCHEMA_VERSION: usize = STEPS.len();
/// How many steps come before the one that lays the constraints.
const BEFORE_CONSTRAINTS: usize = 5;

/// The events of a commit lie side by side, and end where it says.
const EVENTS_OF_A_COMMIT: &str = "position - coalesce((SELECT before.position FROM events AS before \
     WHERE before.position <= commits.position AND before.commit_id <> commits.id \
     ORDER BY before.position DESC LIMIT 1), 0)";
static OWNED: LazyLock<Vec<Table>> = LazyLock::new(|| owned(Some(EVENTS_OF_A_COMMIT)));

pub struct SqliteStore {
    writer: writer::Writer,
    readers: ReaderPool,
    clock: Arc<dyn Clock>,
    head: watch::Receiver<Position>,
    owned: Arc<OwnedFile>,
}

impl SqliteStore {
    pub fn open(location: &Location) -> Result<Self> {
        location.only_options(&["synchronous"])?;
        let path = &location.path;
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| {
                Error::internal(format!("creating the data folder `{}`", folder.display()), error)
            })?;
        }
        let turnstile = Turnstile::open("the store", path)?;
        let mut connection = {
            let _turn = turnstile.pass()?;
            let mut connection = sqlite::open_writer(path, Durability::Full)?;
            create(&mut connection, path)?;
            connection
        };
        for (_, value) in &location.options {
            set_synchronous(&mut connection, value)?;
        }
        let head = snapshot::head(&connection).map_err(|error| sqlite::error("opening the store", error))?;
        let (announce, head) = watch::channel(head.head.position);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        Ok(Self {
            writer: writer::Writer::start(connection, turnstile, clock.clone(), announce)?,
            readers: ReaderPool::new("the store", path, READERS),
            clock,
            head,
            owned: Arc::new(OwnedFile::new("the store", path, true, &OWNED)),
        })
    }
}

fn set_synchronous(connection: &mut Connection, value: &str) -> Result<()> {
    if !matches!(value, "full" | "off") {
        return Err(Error::invalid(format!("synchronous is `full` or `off`, not `{value}`")));
    }
    connection
        .pragma_update(None, "synchronous", value)
        .map_err(|error| sqlite::error("opening the store", error))
}

/// Lays the tables that are missing, and refuses those of a later souk.
fn create(connection: &mut Connection, path: &Path) -> Result<()> {
    let run = |connection: &mut Connection| -> Result<usize, Refused> {
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let version: usize = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if version >= SCHEMA_VERSION {
            return Ok(version);
        }
        for (before, step) in STEPS.iter().enumerate().skip(version) {
            if before == BEFORE_CONSTRAINTS {
                let broken = constraints::look_for_broken(&tx)?;
                if !broken.is_empty() {
                    return Err(left_alone(&format!("`{}`", path.display()), &broken).into());
                }
            }
            tx.execute_batch(step)?;
        }
        if version == 0 {
            tx.execute("INSERT INTO log VALUES (1, ?1, 1, 0, 0)", [Uuid::now_v7().as_bytes()])?;
        }
        tx.pragma_update(None, "user_version", SCHEMA_VERSION)?;
        tx.commit()?;
        Ok(SCHEMA_VERSION)
    };
    // A table that is made anew is dropped for a moment, while others name its rows.
    foreign_keys(connection, false)?;
    let version = run(connection).map_err(|refused| refused.into_error("creating the store"))?;
    foreign_keys(connection, true)?;
    if version == SCHEMA_VERSION {
        Ok(())
    } else {
        let reason = format!("`{}` has schema {version}; this souk reads {SCHEMA_VERSION}", path.display());
        Err(Error::InvalidInput { reason })
    }
}

fn foreign_keys(connection: &Connection, are_checked: bool) -> Result<()> {
    let set = connection.pragma_update(None, "foreign_keys", are_checked);
    set.map_err(|error| sqlite::error("creating the store", error))
}

#[async_trait]
impl Store for SqliteStore {
    async fn commit(&self, commit: Commit) -> Result<Outcome> {
        super::check::check(&commit)?;
        self.writer.commit(commit).await
    }

    async fn answered(&self, scope: &str, key: &str) -> Result<Option<Answered>> {
        let reader = self.readers.get().await?;
        snapshot::answered(&reader, scope, key, self.clock.now())
    }

    async fn snapshot(&self) -> Result<Box<dyn Snapshot>> {
        Ok(Box::new(snapshot::SqliteSnapshot::begin(self.readers.get().await?)?))
    }

    async fn wait_for_events(&self, position: Position, patience: Duration) -> Result<()> {
        let deadline = Instant::now() + patience;
        let mut head = self.head.clone();
        loop {
            let own = *head.borrow_and_update();
            if own > position {
                return Ok(());
            }
            let stored = {
                let reader = self.readers.get().await?;
                snapshot::head(&reader).map_err(|error| sqlite::error("reading the store", error))?
            };
            let left = deadline.saturating_duration_since(Instant::now());
            if stored.head.position > position || left.is_zero() {
                return Ok(());
            }
            // Either this process commits, or it is time to look again.
            let look = left.min(LOOK);
            if let Ok(Err(_)) = tokio::time::timeout(look, head.changed()).await {
                // The writer is gone and will announce nothing more.
                tokio::time::sleep(look).await;
            }
        }
    }

    async fn version(&self) -> Result<String> {
        Ok(format!("SQLite {}", rusqlite::version()))
    }

    fn owned(&self) -> Arc<dyn Owned> {
        self.owned.clone()
    }
}
