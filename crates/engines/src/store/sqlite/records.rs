//! What records are found by, in SQLite.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};
use souk_ports::rows::{RecordEntry, RecordRow};
use uuid::Uuid;

use crate::store::decide::UniqueEntry;

type Sql<T> = rusqlite::Result<T>;

/// Makes what the record is found by the same as its entries. Most of many stay as they are when one thing changes.
pub(super) fn put_entries(connection: &Connection, record: &RecordRow) -> Sql<()> {
    let (kind, id) = (&record.key.kind, record.key.id.as_bytes());
    let mut new: HashMap<(&str, &str), &RecordEntry> = HashMap::new();
    for entry in record.content.iter().flat_map(|content| &content.entries) {
        new.insert((entry.index, &entry.value), entry);
    }
    let mut find = connection.prepare_cached(
        "SELECT name, value, sort, is_unique, is_personal FROM record_index WHERE kind = ?1 AND id = ?2",
    )?;
    let mut gone = Vec::new();
    let mut rows = find.query(params![kind, id])?;
    while let Some(row) = rows.next()? {
        let (name, value): (String, String) = (row.get(0)?, row.get(1)?);
        let was: (i64, bool, bool) = (row.get(2)?, row.get(3)?, row.get(4)?);
        match new.get(&(name.as_str(), value.as_str())).copied() {
            Some(entry) if (entry.sort, entry.is_unique, entry.is_personal) == was => {
                new.remove(&(entry.index, entry.value.as_str()));
            }
            Some(_) => {}
            None => gone.push((name, value)),
        }
    }
    for (name, value) in gone {
        connection
            .prepare_cached(
                "DELETE FROM record_index WHERE kind = ?1 AND id = ?2 AND name = ?3 AND value = ?4",
            )?
            .execute(params![kind, id, name, value])?;
    }
    let mut put = connection.prepare_cached(
        "INSERT INTO record_index (kind, id, name, value, sort, is_unique, is_personal) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (kind, id, name, value) \
         DO UPDATE SET sort = ?5, is_unique = ?6, is_personal = ?7",
    )?;
    for RecordEntry { index, value, sort, is_unique, is_personal } in new.into_values() {
        put.execute(params![kind, id, index, value, sort, is_unique, is_personal])?;
    }
    Ok(())
}

/// Which record has this value in a unique index of its kind.
pub(super) fn holder(connection: &Connection, entry: &UniqueEntry) -> Sql<Option<Uuid>> {
    let mut find = connection.prepare_cached(
        "SELECT id FROM record_index WHERE kind = ?1 AND name = ?2 AND value = ?3 AND is_unique",
    )?;
    let UniqueEntry { kind, index, value } = entry;
    find.query_row([kind, index, value], |row| row.get(0).map(Uuid::from_bytes)).optional()
}
