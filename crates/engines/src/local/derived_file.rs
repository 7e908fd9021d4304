//! One SQLite file that holds one generation of derived data together with its checkpoint.
//!
//! The checkpoint is written in the transaction of the data it guards. `synchronous=NORMAL` is enough: after a loss of
//! power both are at the same former state, and the projection goes on from there. One without content is stored later
//! ([`super::ahead`]). What is left out: the tables.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use souk_kernel::LogPosition;
use souk_ports::Result;
use souk_ports::derived::Checkpoint;
use uuid::Uuid;

use super::ahead::Ahead;
use super::sqlite::{self, Durability, ReaderPool};

const FILE: &str = "data.db";
const READERS: usize = 16;

pub(crate) struct DerivedFile {
    what: &'static str,
    path: PathBuf,
    readers: ReaderPool,
    /// Opened by the first write: most processes only read.
    writer: Mutex<Option<Connection>>,
    ahead: Ahead,
}

impl DerivedFile {
    /// Lays the tables of `schema` into an empty folder.
    pub(crate) fn create(what: &str, folder: &Path, schema: &str) -> Result<()> {
        let connection = sqlite::open_writer(&folder.join(FILE), Durability::Normal)?;
        let lay = || {
            connection.execute_batch(schema)?;
            connection.execute_batch(
                "CREATE TABLE checkpoint (
                    one INTEGER PRIMARY KEY CHECK (one = 1), log BLOB, epoch INTEGER, position INTEGER, last BLOB
                 ) STRICT;",
            )
        };
        lay().map_err(|error| sqlite::error(what, error))?;
        connection.close().map_err(|(_, error)| sqlite::error(what, error))
    }

    pub(crate) fn open(what: &'static str, folder: &Path) -> Self {
        let path = folder.join(FILE);
        let readers = ReaderPool::new(what, &path, READERS);
        Self { what, path, readers, writer: Mutex::new(None), ahead: Ahead::default() }
    }

    pub(crate) fn readers(&self) -> &ReaderPool {
        &self.readers
    }

    pub(crate) async fn checkpoint(&self) -> Result<Checkpoint> {
        // In this order: a write that comes in between takes over what was kept.
        let kept = self.ahead.kept();
        Ok(Ahead::or_stored(kept, self.readers.read(1, read_checkpoint).await?))
    }

    /// Checkpoints that are left for later; what is in the file does not know of them.
    pub(crate) fn ahead(&self) -> &Ahead {
        &self.ahead
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
        })?;
        self.ahead.stored(checkpoint);
        Ok(())
    }

    /// Stores the checkpoint that was left for later, if there is one. It blocks.
    pub(crate) fn settle(&self) -> Result<()> {
        self.ahead.kept().map_or(Ok(()), |checkpoint| self.write(checkpoint, |_| Ok(())))
    }

    /// As [`Self::write`], with the checkpoint as it is: for what follows from no feed. It blocks.
    pub(crate) fn change(&self, work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>) -> Result<()> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = match &mut *writer {
            Some(connection) => connection,
            closed => closed.insert(self.open_writer()?),
        };
        let change = || {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            work(&transaction)?;
            transaction.commit()
        };
        change().map_err(|error| sqlite::error(self.what, error))
    }

    /// Files of former versions have no column for the id of what stands at the checkpoint.
    fn open_writer(&self) -> Result<Connection> {
        let connection = sqlite::open_writer(&self.path, Durability::Normal)?;
        let complete = || {
            let columns = "SELECT count(*) FROM pragma_table_info('checkpoint') WHERE name = 'last'";
            if connection.query_row(columns, [], |row| row.get::<_, i64>(0))? == 0 {
                connection.execute_batch("ALTER TABLE checkpoint ADD COLUMN last BLOB")?;
            }
            Ok(())
        };
        complete().map_err(|error| sqlite::error(self.what, error))?;
        Ok(connection)
    }
}

pub(crate) fn read_checkpoint(connection: &Connection) -> rusqlite::Result<Checkpoint> {
    // All columns: files of former versions have no `last`.
    let mut statement = connection.prepare_cached("SELECT * FROM checkpoint")?;
    let found = statement.query_row([], |row| {
        let at = LogPosition {
            epoch: row.get::<_, i64>("epoch")? as u64,
            position: row.get::<_, i64>("position")? as u64,
        };
        let last = match row.get::<_, Option<[u8; 16]>>("last") {
            Err(rusqlite::Error::InvalidColumnName(_)) => None,
            last => last?,
        };
        let last = last.map_or(Uuid::nil(), Uuid::from_bytes);
        Ok(Checkpoint { log: Uuid::from_bytes(row.get("log")?), at, last })
    });
    Ok(found.optional()?.unwrap_or_default())
}

fn write_checkpoint(connection: &Connection, checkpoint: Checkpoint) -> rusqlite::Result<()> {
    let Checkpoint { log, at, last } = checkpoint;
    connection
        .prepare_cached("INSERT OR REPLACE INTO checkpoint VALUES (1, ?1, ?2, ?3, ?4)")?
        .execute(params![log.as_bytes(), at.epoch as i64, at.position as i64, last.as_bytes()])
        .map(drop)
}
