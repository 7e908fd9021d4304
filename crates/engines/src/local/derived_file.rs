//! One SQLite file that holds one generation of derived data together with its checkpoint.
//!
//! The checkpoint is written in the transaction of the data it guards. `synchronous=NORMAL` is enough: after a loss of
//! power both are at the same former state, and the projection goes on from there. What is left out: the tables.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use souk_kernel::LogPosition;
use souk_ports::Result;
use souk_ports::derived::Checkpoint;
use uuid::Uuid;

use super::sqlite::{self, Durability, ReaderPool};

const FILE: &str = "data.db";
const READERS: usize = 16;

pub(crate) struct DerivedFile {
    what: &'static str,
    path: PathBuf,
    readers: ReaderPool,
    /// Opened by the first write: most processes only read.
    writer: Mutex<Option<Connection>>,
}

impl DerivedFile {
    /// Lays the tables of `schema` into an empty folder.
    pub(crate) fn create(what: &str, folder: &Path, schema: &str) -> Result<()> {
        let connection = sqlite::open_writer(&folder.join(FILE), Durability::Normal)?;
        let lay = || {
            connection.execute_batch(schema)?;
            connection.execute_batch(
                "CREATE TABLE checkpoint (
                    one INTEGER PRIMARY KEY CHECK (one = 1), log BLOB, epoch INTEGER, position INTEGER
                 ) STRICT;",
            )
        };
        lay().map_err(|error| sqlite::error(what, error))?;
        connection.close().map_err(|(_, error)| sqlite::error(what, error))
    }

    pub(crate) fn open(what: &'static str, folder: &Path) -> Self {
        let path = folder.join(FILE);
        let readers = ReaderPool::new(what, &path, READERS);
        Self { what, path, readers, writer: Mutex::new(None) }
    }

    pub(crate) fn readers(&self) -> &ReaderPool {
        &self.readers
    }

    pub(crate) async fn checkpoint(&self) -> Result<Checkpoint> {
        self.readers.read(1, read_checkpoint).await
    }

    /// Writes all that `work` writes, and the checkpoint, or nothing. It blocks.
    pub(crate) fn write(
        &self,
        checkpoint: Checkpoint,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>,
    ) -> Result<()> {
        self.change(|transaction| {
            work(transaction)?;
            write_checkpoint(transaction, checkpoint)
        })
    }

    /// As [`Self::write`], with the checkpoint as it is: for what follows from no feed. It blocks.
    pub(crate) fn change(&self, work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>) -> Result<()> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = match &mut *writer {
            Some(connection) => connection,
            closed => closed.insert(sqlite::open_writer(&self.path, Durability::Normal)?),
        };
        let change = || {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            work(&transaction)?;
            transaction.commit()
        };
        change().map_err(|error| sqlite::error(self.what, error))
    }
}

pub(crate) fn read_checkpoint(connection: &Connection) -> rusqlite::Result<Checkpoint> {
    let mut statement = connection.prepare_cached("SELECT log, epoch, position FROM checkpoint")?;
    let found = statement.query_row([], |row| {
        let at = LogPosition { epoch: row.get::<_, i64>(1)? as u64, position: row.get::<_, i64>(2)? as u64 };
        Ok(Checkpoint { log: Uuid::from_bytes(row.get(0)?), at })
    });
    Ok(found.optional()?.unwrap_or_default())
}

fn write_checkpoint(connection: &Connection, checkpoint: Checkpoint) -> rusqlite::Result<()> {
    let Checkpoint { log, at } = checkpoint;
    connection
        .prepare_cached("INSERT OR REPLACE INTO checkpoint VALUES (1, ?1, ?2, ?3)")?
        .execute(params![log.as_bytes(), at.epoch as i64, at.position as i64])
        .map(drop)
}
