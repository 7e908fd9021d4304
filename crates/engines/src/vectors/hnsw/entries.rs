//! The table of one generation: each entry with its version, and the number of the write that changed it last.
//!
//! A deletion stays as a row without a hash. A write that changes nothing but a version is no change.

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};
use souk_kernel::{CategoryId, Money, ProductId};
use souk_ports::vectors::{ContentHash, VectorEntry, VectorWrite};
use uuid::Uuid;

pub(super) const SCHEMA: &str = "
CREATE TABLE entries (
    id         BLOB PRIMARY KEY,
    version    INTEGER NOT NULL,
    change     INTEGER NOT NULL,
    hash       BLOB,              -- NULL: deleted
    categories BLOB NOT NULL,     -- ids, 16 bytes each
    brand      TEXT,
    price      INTEGER,           -- In ten-thousandths
    in_stock   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX entries_by_change ON entries (change);
CREATE TABLE changes (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    last INTEGER NOT NULL
) STRICT;
INSERT INTO changes VALUES (1, 0);
";

const COLUMNS: &str = "id, hash, categories, brand, price, in_stock";

/// What an entry is now; `None` when it is deleted.
pub(super) type Change = (ProductId, Option<VectorEntry>);

pub(super) fn write(connection: &Connection, writes: &[VectorWrite]) -> rusqlite::Result<()> {
    let change = last_change(connection)? + 1;
    let mut changed = false;
    for write in writes {
        changed |= put(connection, write, change)?;
    }
    if changed {
        connection.prepare_cached("UPDATE changes SET last = ?1")?.execute([change])?;
    }
    Ok(())
}

pub(super) fn last_change(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("SELECT last FROM changes")?.query_row([], |row| row.get(0))
}

/// Every entry that was changed after `change`.
pub(super) fn changed_after(
    connection: &Connection,
    change: i64,
    found: &mut dyn FnMut(Change) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM entries WHERE change > ?1"))?;
    let mut rows = statement.query([change])?;
    while let Some(row) = rows.next()? {
        found(read(row)?)?;
    }
    Ok(())
}

pub(super) fn scan(
    connection: &Connection,
    after: Option<ProductId>,
    limit: u32,
) -> rusqlite::Result<Vec<(ProductId, VectorEntry)>> {
    // No id is shorter than an empty one.
    let after: &[u8] = after.as_ref().map_or(&[], |id| id.as_bytes());
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM entries WHERE id > ?1 AND hash IS NOT NULL ORDER BY id LIMIT ?2"
    ))?;
    let rows = statement.query_map(params![after, limit], read)?;
    rows.filter_map(|row| row.map(|(id, entry)| Some((id, entry?))).transpose()).collect()
}

/// Whether there is something to see of it.
fn put(connection: &Connection, write: &VectorWrite, change: i64) -> rusqlite::Result<bool> {
    let id = write.id.as_bytes();
    let stored: Option<(i64, Change)> = connection
        .prepare_cached(&format!("SELECT {COLUMNS}, version FROM entries WHERE id = ?1"))?
        .query_row([id], |row| Ok((row.get("version")?, read(row)?)))
        .optional()?;
    if let Some((version, (_, content))) = stored {
        if version as u64 > write.version {
            return Ok(false);
        }
        if content == write.content {
            connection
                .prepare_cached("UPDATE entries SET version = ?2 WHERE id = ?1")?
                .execute(params![id, write.version as i64])?;
            return Ok(false);
        }
    }
    let none = VectorEntry::default();
    let entry = write.content.as_ref().unwrap_or(&none);
    let categories: Vec<u8> = entry.categories.iter().flat_map(|category| *category.as_bytes()).collect();
    connection
        .prepare_cached("INSERT OR REPLACE INTO entries VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?
        .execute(params![
            id,
            write.version as i64,
            change,
            write.content.as_ref().map(|entry| entry.embedding.0),
            categories,
            entry.brand,
            entry.price.map(Money::ten_thousandths),
            entry.in_stock,
        ])?;
    Ok(true)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Change> {
    let id = ProductId(Uuid::from_bytes(row.get(0)?));
    let Some(hash) = row.get::<_, Option<[u8; 32]>>(1)? else { return Ok((id, None)) };
    let (categories, _) = row.get_ref(2)?.as_blob()?.as_chunks::<16>();
    let price = row.get::<_, Option<i64>>(4)?.map(Money::from_ten_thousandths).transpose();
    let price =
        price.map_err(|error| rusqlite::Error::FromSqlConversionFailure(4, Type::Integer, error.into()))?;
    let entry = VectorEntry {
        embedding: ContentHash(hash),
        categories: categories.iter().map(|bytes| CategoryId(Uuid::from_bytes(*bytes))).collect(),
        brand: row.get(3)?,
        price,
        in_stock: row.get(5)?,
    };
    Ok((id, Some(entry)))
}
