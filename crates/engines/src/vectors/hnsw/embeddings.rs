//! The embeddings that were made, by hash: one row each, never changed and never removed.
//!
//! Rows are numbered in the order of their commits, so whoever waits for an embedding reads on from the last number.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use souk_hnsw::Vector;
use souk_ports::Result;
use souk_ports::vectors::ContentHash;

use super::WHAT;
use crate::local::owned_file::{self, OwnedFile, Refused, check_open};
use crate::local::sqlite::{self, Durability, ReaderPool};
use crate::owned::Table;

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS embeddings (
    number INTEGER PRIMARY KEY,
    hash   BLOB NOT NULL UNIQUE,
    vector BLOB NOT NULL          -- 32-bit floats, little-endian
) STRICT;
";
const READERS: usize = 16;
static OWNED: LazyLock<Vec<Table>> = LazyLock::new(|| vec![Table::new("embeddings", 1, &["hash", "vector"])]);

pub(super) struct Embeddings {
    pub(super) readers: ReaderPool,
    writer: Mutex<Connection>,
    /// Counts what this process has kept or written, so that it sees that at once.
    news: AtomicU64,
    pub(super) owned: Arc<OwnedFile>,
}

impl Embeddings {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let connection = sqlite::open_writer(path, Durability::Full)?;
        connection
            .execute_batch(&format!("BEGIN IMMEDIATE; {SCHEMA} {} COMMIT", owned_file::MARK))
            .map_err(|error| sqlite::error(WHAT, error))?;
        Ok(Self {
            readers: ReaderPool::new(WHAT, path, READERS),
            writer: Mutex::new(connection),
            news: AtomicU64::new(0),
            owned: Arc::new(OwnedFile::new(WHAT, path, false, &OWNED)),
        })
    }

    pub(super) fn news(&self) -> u64 {
        self.news.load(Ordering::Acquire)
    }

    /// Says that there is something to look for.
    pub(super) fn announce(&self) {
        self.news.fetch_add(1, Ordering::Release);
    }

    /// It blocks.
    pub(super) fn keep(&self, embeddings: &[(ContentHash, Vec<f32>)]) -> Result<()> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut keep = || {
            let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
            check_open(&transaction, WHAT)?;
            {
                let mut insert = transaction
                    .prepare_cached("INSERT OR IGNORE INTO embeddings (hash, vector) VALUES (?1, ?2)")?;
                for (hash, vector) in embeddings {
                    let bytes: Vec<u8> = vector.iter().flat_map(|number| number.to_le_bytes()).collect();
                    insert.execute(params![hash.0, bytes])?;
                }
            }
            Ok(transaction.commit()?)
        };
        let kept: Result<(), Refused> = keep();
        kept.map_err(|refused| refused.into_error(WHAT))?;
        self.announce();
        Ok(())
    }

    pub(super) async fn kept(&self, hashes: &[ContentHash]) -> Result<Vec<Option<Vec<f32>>>> {
        let (rows, hashes) = (hashes.len() as u64, hashes.to_vec());
        let read = move |connection: &Connection| {
            hashes.iter().map(|hash| Ok(get(connection, hash)?.map(|vector| vector.0.to_vec()))).collect()
        };
        self.readers.read(rows, read).await
    }
}

/// The number of the last one that was kept.
pub(super) fn last(connection: &Connection) -> rusqlite::Result<i64> {
    connection
        .prepare_cached("SELECT coalesce(max(number), 0) FROM embeddings")?
        .query_row([], |row| row.get(0))
}

/// Calls `found` with the hash of each that was kept after one number and up to another.
pub(super) fn between(
    connection: &Connection,
    after: i64,
    last: i64,
    mut found: impl FnMut(ContentHash),
) -> rusqlite::Result<()> {
    let mut statement =
        connection.prepare_cached("SELECT hash FROM embeddings WHERE number > ?1 AND number <= ?2")?;
    let mut rows = statement.query([after, last])?;
    while let Some(row) = rows.next()? {
        found(ContentHash(row.get(0)?));
    }
    Ok(())
}

pub(super) fn get(connection: &Connection, hash: &ContentHash) -> rusqlite::Result<Option<Vector>> {
    let mut statement = connection.prepare_cached("SELECT vector FROM embeddings WHERE hash = ?1")?;
    statement.query_row([hash.0], |row| vector(row.get_ref(0)?.as_blob()?)).optional()
}

fn vector(bytes: &[u8]) -> rusqlite::Result<Vector> {
    let (words, _) = bytes.as_chunks::<4>();
    let numbers: Vec<f32> = words.iter().map(|word| f32::from_le_bytes(*word)).collect();
    Vector::new(&numbers).ok_or_else(|| {
        let length = format!("an embedding is {} bytes long", bytes.len());
        rusqlite::Error::FromSqlConversionFailure(0, Type::Blob, length.into())
    })
}
