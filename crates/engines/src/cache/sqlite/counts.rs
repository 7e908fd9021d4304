//! The table of one generation of counts, and the statements on it.

use rusqlite::{Connection, OptionalExtension, params};
use souk_ports::cache::CountWrite;
use uuid::Uuid;

pub(super) const SCHEMA: &str = "
CREATE TABLE counts (
    id      BLOB PRIMARY KEY,
    version INTEGER NOT NULL,
    count   INTEGER             -- NULL: deleted
) STRICT, WITHOUT ROWID;
";

pub(super) fn write(connection: &Connection, writes: &[CountWrite]) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO counts VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET version = excluded.version, count = excluded.count
             WHERE excluded.version >= counts.version",
    )?;
    for write in writes {
        statement.execute(params![write.id.as_bytes(), write.version as i64, write.count])?;
    }
    Ok(())
}

pub(super) fn get(connection: &Connection, ids: &[Uuid]) -> rusqlite::Result<Vec<Option<i64>>> {
    let mut statement = connection.prepare_cached("SELECT count FROM counts WHERE id = ?1")?;
    let count =
        |id: &Uuid| statement.query_row([id.as_bytes()], |row| row.get(0)).optional().map(Option::flatten);
    ids.iter().map(count).collect()
}

pub(super) fn scan(
    connection: &Connection,
    after: Option<Uuid>,
    limit: u32,
) -> rusqlite::Result<Vec<(Uuid, i64)>> {
    // No id is shorter than an empty one.
    let after: &[u8] = after.as_ref().map_or(&[], |id| id.as_bytes());
    connection
        .prepare_cached(
            "SELECT id, count FROM counts WHERE id > ?1 AND count IS NOT NULL ORDER BY id LIMIT ?2",
        )?
        .query_map(params![after, limit], |row| Ok((Uuid::from_bytes(row.get(0)?), row.get(1)?)))?
        .collect()
}
