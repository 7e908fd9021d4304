//! Hashes with a time to live: one row each, with all its fields as one JSON object.
//!
//! Versions come from one counter for all keys, so a key that was deleted or has run out never meets a former version
//! again; and the counter keeps up with the clock, so neither does a file that was lost or has lost its last moments.
//! Rows that have run out are absent for every reader, and each write clears a few of them away. What is left out:
//! the turnstile of the store: a cart is rarely written by two processes at once, and SQLite's own waiting does.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};
use souk_kernel::{Clock, Timestamp};
use souk_ports::cache::{Hash, HashWrite};
use souk_ports::{Error, Result};

use super::WHAT;
use crate::local::owned_file::{self, OwnedFile, Refused, check_open};
use crate::local::sqlite::{self, Durability, ReaderPool};
use crate::owned::Table;

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS hashes (
    key        TEXT PRIMARY KEY,
    version    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL, -- in milliseconds since 1970
    fields     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS hashes_by_expiry ON hashes (expires_at);
CREATE TABLE IF NOT EXISTS versions (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    last INTEGER NOT NULL
) STRICT;
INSERT OR IGNORE INTO versions VALUES (1, 0);
";
const READERS: usize = 16;
static OWNED: LazyLock<Vec<Table>> = LazyLock::new(|| {
    let hashes = Table::new("hashes", 1, &["key", "version", "expires_at", "fields"]);
    vec![
        Table { expires_at: Some("expires_at"), ..hashes },
        Table::new("versions", 1, &["one", "last"]).head(),
    ]
});
/// How many rows that have run out a write clears away; more than one, so that clearing keeps ahead.
const SWEEP_ROWS: u32 = 16;

pub(super) struct Hashes {
    clock: Arc<dyn Clock>,
    readers: ReaderPool,
    writer: Mutex<Connection>,
    pub(super) owned: Arc<OwnedFile>,
}

impl Hashes {
    pub(super) fn open(path: &Path, clock: Arc<dyn Clock>) -> Result<Self> {
        let connection = sqlite::open_writer(path, Durability::Normal)?;
        connection
            .execute_batch(&format!("BEGIN IMMEDIATE; {SCHEMA} {} COMMIT", owned_file::MARK))
            .map_err(|error| sqlite::error(WHAT, error))?;
        Ok(Self {
            clock,
            readers: ReaderPool::new(WHAT, path, READERS),
            writer: Mutex::new(connection),
            owned: Arc::new(OwnedFile::new(WHAT, path, false, &OWNED)),
        })
    }

    pub(super) async fn get(&self, key: &str) -> Result<Option<Hash>> {
        let (key, now) = (key.to_owned(), self.clock.now());
        self.readers.read(1, move |connection| read(connection, &key, now)).await
    }

    /// It blocks.
    pub(super) fn write(&self, key: &str, seen: Option<u64>, write: HashWrite) -> Result<u64> {
        self.change(key, seen, |stored, now| {
            let mut fields = stored.map(|hash| hash.fields).unwrap_or_default();
            for name in &write.remove {
                fields.remove(name);
            }
            fields.extend(write.set);
            (fields, now.plus_ms(write.ttl_ms))
        })
    }

    /// It blocks.
    pub(super) fn delete(&self, key: &str, seen: u64) -> Result<()> {
        self.change(key, Some(seen), |_, now| (BTreeMap::new(), now)).map(drop)
    }

    fn change(
        &self,
        key: &str,
        seen: Option<u64>,
        change: impl FnOnce(Option<Hash>, Timestamp) -> (BTreeMap<String, String>, Timestamp),
    ) -> Result<u64> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = || {
            let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
            check_open(&transaction, WHAT)?;
            // Only now: waiting for the lock may have taken a while.
            let now = self.clock.now();
            let stored = read(&transaction, key, now)?;
            if stored.as_ref().map(|hash| hash.version) != seen {
                return Ok(None);
            }
            let (fields, expires_at) = change(stored, now);
            let version = next_version(&transaction, now)?;
            if fields.is_empty() {
                transaction.prepare_cached("DELETE FROM hashes WHERE key = ?1")?.execute([key])?;
            } else {
                transaction
                    .prepare_cached("INSERT OR REPLACE INTO hashes VALUES (?1, ?2, ?3, ?4)")?
                    .execute(params![key, version as i64, expires_at.ms(), to_text(&fields)?])?;
            }
            sweep(&transaction, now)?;
            transaction.commit()?;
            Ok(Some(version))
        };
        let changed: Result<Option<u64>, Refused> = changed();
        changed
            .map_err(|refused| refused.into_error(WHAT))?
            .ok_or_else(|| Error::Conflict { what: format!("`{key}`") })
    }

    #[cfg(test)]
    pub(super) fn stored(&self) -> rusqlite::Result<u32> {
        self.writer.lock().unwrap().query_row("SELECT count(*) FROM hashes", [], |row| row.get(0))
    }
}

fn read(connection: &Connection, key: &str, now: Timestamp) -> rusqlite::Result<Option<Hash>> {
    connection
        .prepare_cached("SELECT version, expires_at, fields FROM hashes WHERE key = ?1 AND expires_at > ?2")?
        .query_row(params![key, now.ms()], hash)
        .optional()
}

fn hash(row: &Row<'_>) -> rusqlite::Result<Hash> {
    let fields = serde_json::from_str(row.get_ref(2)?.as_str()?);
    Ok(Hash {
        version: row.get::<_, i64>(0)? as u64,
        expires_at: Timestamp::from_ms(row.get(1)?),
        fields: fields.map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(2, rusqlite::types::Type::Text, error.into())
        })?,
    })
}

fn next_version(connection: &Connection, now: Timestamp) -> rusqlite::Result<u64> {
    connection
        .prepare_cached("UPDATE versions SET last = max(last + 1, ?1) RETURNING last")?
        .query_row([now.ms()], |row| row.get::<_, i64>(0))
        .map(|version| version as u64)
}

fn sweep(connection: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "DELETE FROM hashes WHERE key IN
                (SELECT key FROM hashes WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)",
        )?
        .execute(params![now.ms(), SWEEP_ROWS])
        .map(drop)
}

fn to_text(fields: &BTreeMap<String, String>) -> rusqlite::Result<String> {
    serde_json::to_string(fields).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}
