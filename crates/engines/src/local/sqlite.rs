//! SQLite files, opened the same way by every engine that keeps one: pragmas, a pool of readers, errors.
//!
//! Reads run inline on the calling task: a point read or one page takes microseconds, less than handing it to another
//! thread would ([`ReaderPool::read`] hands over what is longer). Writes of whole batches wait for the disk and for other processes, so their callers put them into
//! [`blocking`]. What is left out: schemas, and queues of writers; they belong to the engines.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use souk_ports::{Error, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long a connection waits for another one's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a call waits for a reader of the pool.
const READER_TIMEOUT: Duration = Duration::from_secs(5);
/// How much of a file is read through the page cache of the system rather than copied.
const MMAP_BYTES: i64 = 256 << 20;
/// What a WAL is cut back to after a checkpoint; a burst may make it longer for a while.
const WAL_LIMIT_BYTES: i64 = 16 << 20;
/// How many pages of 4 KiB a WAL gathers before a checkpoint. A page that is written many times meanwhile goes into the file
/// once, and keys are random, so a load comes back to every page.
const WAL_CHECKPOINT_PAGES: i64 = 4_000;
/// How many rows a read may go through on the calling task; more are read on another thread.
const INLINE_ROWS: u64 = 1000;
/// How many prepared statements a connection keeps.
const STATEMENTS: usize = 128;

/// What a transaction survives once it has committed. Either way it survives the end of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// The loss of power (`synchronous=FULL`).
    Full,
    /// After a loss of power the file is a former state of itself, with its checkpoint (`synchronous=NORMAL`).
    Normal,
}

/// Opens a file for writing, and creates it where it is missing; its folder must exist.
pub(crate) fn open_writer(path: &Path, durability: Durability) -> Result<Connection> {
    open(path, Some(durability)).map_err(|error| self::error(&name(path), error))
}

/// Turns a driver's error into one of a port. `what` is all that a client sees of it.
pub(crate) fn error(what: &str, error: rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        // Locked for longer than the timeout, or no room: trying again later can help.
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::DiskFull) => {
            Error::Unavailable { what: what.to_owned(), source: Some(error.into()) }
        }
        _ => Error::internal(what, error),
    }
}

/// Runs what may wait for the disk or for another process away from the threads that serve requests. It runs to its
/// end even when the caller goes away.
pub(crate) async fn blocking<T, F>(what: &str, work: F) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T> + Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(panicked) => Err(Error::internal(what, panicked)),
    }
}

/// Up to `max` connections that read one file, opened when they are first needed.
#[derive(Clone)]
pub(crate) struct ReaderPool(Arc<Pool>);

struct Pool {
    what: String,
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
}

impl ReaderPool {
    /// `what` names the file in errors, as people know it: `documents`.
    pub(crate) fn new(what: &str, path: &Path, max: usize) -> Self {
        Self(Arc::new(Pool {
            what: what.to_owned(),
            path: path.to_owned(),
            idle: Mutex::new(Vec::new()),
            permits: Arc::new(Semaphore::new(max)),
        }))
    }

    /// A connection of one's own until it is dropped. `Busy` when none gets free in time.
    pub(crate) async fn get(&self) -> Result<PooledReader> {
        let wait = self.0.permits.clone().acquire_owned();
        let Ok(Ok(permit)) = tokio::time::timeout(READER_TIMEOUT, wait).await else {
            return Err(Error::Busy { what: self.0.what.clone() });
        };
        let idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => open(&self.0.path, None).map_err(|error| self::error(&self.0.what, error))?,
        };
        Ok(PooledReader { connection: Some(connection), pool: self.0.clone(), _permit: permit })
    }

    /// Reads one moment of the file. `rows` is how many rows it may have to go through.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        rows: u64,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        let reader = self.get().await?;
        let what = self.0.what.clone();
        let read = move || {
            let moment = reader.unchecked_transaction()?;
            let result = work(&moment)?;
            moment.commit()?;
            Ok(result)
        };
        if rows <= INLINE_ROWS {
            return read().map_err(|error| self::error(&what, error));
        }
        blocking(&self.0.what, move || read().map_err(|error| self::error(&what, error))).await
    }
}

/// A reader on loan; dropping it gives it back.
pub(crate) struct PooledReader {
    /// Taken only by `drop`.
    connection: Option<Connection>,
    pool: Arc<Pool>,
    _permit: OwnedSemaphorePermit,
}

impl Deref for PooledReader {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection.as_ref().expect("it is taken only when the reader is dropped")
    }
}

impl Drop for PooledReader {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        // A snapshot that was left open would keep the next borrower in the past, and the WAL from being cut.
        if connection.is_autocommit() || connection.execute_batch("ROLLBACK").is_ok() {
            self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }
}

/// With a durability the connection may write.
fn open(path: &Path, durability: Option<Durability>) -> rusqlite::Result<Connection> {
    // Readers open the file for writing too, because the first to come after a crash has to recover the WAL;
    // `query_only` keeps them from changing anything else.
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    flags.set(OpenFlags::SQLITE_OPEN_CREATE, durability.is_some());
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Without it SQLite plans a statement anew whenever a bound value changes that might change the plan.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "mmap_size", MMAP_BYTES)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    match durability {
        None => connection.pragma_update(None, "query_only", true)?,
        Some(durability) => {
            use_wal(&connection)?;
            let synchronous = if durability == Durability::Full { "FULL" } else { "NORMAL" };
            connection.pragma_update(None, "synchronous", synchronous)?;
            connection.pragma_update(None, "journal_size_limit", WAL_LIMIT_BYTES)?;
            connection.pragma_update(None, "wal_autocheckpoint", WAL_CHECKPOINT_PAGES)?;
        }
    }
    Ok(connection)
}

/// SQLite does not wait for a lock when it changes the journal mode, and a new file may be opened by several processes
/// at once, so the waiting is done here.
fn use_wal(connection: &Connection) -> rusqlite::Result<()> {
    let since = Instant::now();
    loop {
        let mode =
            connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0));
        match mode {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && since.elapsed() < BUSY_TIMEOUT =>
            {
                std::thread::sleep(Duration::from_millis(5));
            }
            other => return other.map(drop),
        }
    }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_reader_comes_back_without_the_snapshot_it_had_open() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file.db");
        let writer = open_writer(&path, Durability::Normal).unwrap();
        writer.execute_batch("CREATE TABLE t (x); INSERT INTO t VALUES (1)").unwrap();
        let pool = ReaderPool::new("file", &path, 1);
        let count = |reader: &Connection| {
            reader.query_row("SELECT count(*) FROM t", [], |row| row.get::<_, i64>(0)).unwrap()
        };
        let reader = pool.get().await.unwrap();
        reader.execute_batch("BEGIN").unwrap();
        assert_eq!(count(&reader), 1);
        writer.execute_batch("INSERT INTO t VALUES (2)").unwrap();
        assert_eq!(count(&reader), 1);
        drop(reader);
        let reader = pool.get().await.unwrap();
        assert_eq!(count(&reader), 2);
        assert!(reader.execute_batch("INSERT INTO t VALUES (3)").is_err(), "readers only read");
    }

    #[test]
    fn a_locked_file_is_unavailable_and_a_client_sees_no_sql() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file.db");
        let holder = open_writer(&path, Durability::Full).unwrap();
        holder.execute_batch("BEGIN IMMEDIATE").unwrap();
        let other = open_writer(&path, Durability::Full).unwrap();
        other.busy_timeout(Duration::ZERO).unwrap();
        let busy = error("file", other.execute_batch("BEGIN IMMEDIATE").unwrap_err());
        assert!(matches!(busy, Error::Unavailable { .. }), "{busy:?}");
        let broken = error("file", other.execute_batch("SELEKT secret").unwrap_err());
        assert!(
            matches!(broken, Error::Internal { .. }) && !broken.to_string().contains("secret"),
            "{broken}"
        );
    }
}
