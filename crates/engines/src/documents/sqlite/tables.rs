//! The tables of one collection, and the statements on them.
//!
//! `entries` is clustered in the order of `find`, so a page is one walk along it. `totals` is kept in step with it, so
//! no page has to count. A document keeps the list of its entries, so that an update touches only what differs.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension, Row, params};
use souk_ports::documents::{Document, DocumentWrite, DocumentsFound, IndexEntry};
use souk_ports::store::Window;
use uuid::Uuid;

/// `entries` stands before `json` in a document, so that reading it does not read through a long text.
pub(super) const SCHEMA: &str = "
CREATE TABLE documents (
    document INTEGER PRIMARY KEY,
    id       BLOB NOT NULL UNIQUE,
    version  INTEGER NOT NULL,
    entries  TEXT NOT NULL,
    json     TEXT               -- NULL: deleted
) STRICT;
CREATE TABLE entries (
    name     TEXT NOT NULL,
    value    TEXT NOT NULL,
    sort     INTEGER NOT NULL,
    id       BLOB NOT NULL,
    document INTEGER NOT NULL,
    PRIMARY KEY (name, value, sort, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE totals (
    name  TEXT NOT NULL,
    value TEXT NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (name, value)
) STRICT, WITHOUT ROWID;
";

type Entry = (String, String, i64);
type Totals = BTreeMap<(String, String), i64>;

pub(super) fn write(connection: &Connection, writes: &[DocumentWrite]) -> rusqlite::Result<()> {
    let mut totals = Totals::new();
    for write in writes {
        put(connection, write, &mut totals)?;
    }
    for ((name, value), change) in totals.iter().filter(|(_, change)| **change != 0) {
        let total: i64 = connection
            .prepare_cached(
                "INSERT INTO totals VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET total = total + excluded.total RETURNING total",
            )?
            .query_row(params![name, value, change], |row| row.get(0))?;
        if total == 0 {
            connection
                .prepare_cached("DELETE FROM totals WHERE name = ?1 AND value = ?2")?
                .execute(params![name, value])?;
        }
    }
    Ok(())
}

pub(super) fn get(connection: &Connection, ids: &[Uuid]) -> rusqlite::Result<Vec<Option<Document>>> {
    let mut statement = connection
        .prepare_cached("SELECT id, version, json FROM documents WHERE id = ?1 AND json IS NOT NULL")?;
    ids.iter().map(|id| statement.query_row([id.as_bytes()], document).optional()).collect()
}

pub(super) fn find(
    connection: &Connection,
    index: &str,
    value: &str,
    window: Window,
) -> rusqlite::Result<DocumentsFound> {
    let total: Option<i64> = connection
        .prepare_cached("SELECT total FROM totals WHERE name = ?1 AND value = ?2")?
        .query_row([index, value], |row| row.get(0))
        .optional()?;
    let total = total.unwrap_or(0) as u64;
    // The offset walks along the entries alone; only the page's own documents are looked up.
    let mut entries = connection.prepare_cached(
        "SELECT document FROM entries WHERE name = ?1 AND value = ?2 ORDER BY sort, id LIMIT ?3 OFFSET ?4",
    )?;
    let mut content =
        connection.prepare_cached("SELECT id, version, json FROM documents WHERE document = ?1")?;
    let offset = i64::try_from(window.offset).unwrap_or(i64::MAX);
    let page = entries.query_map(params![index, value, window.limit, offset], |row| row.get::<_, i64>(0))?;
    let documents =
        page.map(|entry| content.query_row([entry?], document)).collect::<rusqlite::Result<_>>()?;
    Ok(DocumentsFound { documents, total })
}

pub(super) fn scan(
    connection: &Connection,
    after: Option<Uuid>,
    limit: u32,
) -> rusqlite::Result<Vec<Document>> {
    // No id is shorter than an empty one.
    let after: &[u8] = after.as_ref().map_or(&[], |id| id.as_bytes());
    connection
        .prepare_cached(
            "SELECT id, version, json FROM documents WHERE id > ?1 AND json IS NOT NULL ORDER BY id LIMIT ?2",
        )?
        .query_map(params![after, limit], document)?
        .collect()
}

fn document(row: &Row<'_>) -> rusqlite::Result<Document> {
    Ok(Document {
        id: Uuid::from_bytes(row.get(0)?),
        version: row.get::<_, i64>(1)? as u64,
        json: row.get(2)?,
    })
}

fn put(connection: &Connection, write: &DocumentWrite, totals: &mut Totals) -> rusqlite::Result<()> {
    let stored: Option<(i64, String)> = connection
        .prepare_cached("SELECT version, entries FROM documents WHERE id = ?1")?
        .query_row([write.id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let former = match &stored {
        Some((version, _)) if *version as u64 > write.version => return Ok(()),
        Some((_, entries)) => read_entries(entries)?,
        None => BTreeSet::new(),
    };
    let (json, index) = match &write.content {
        Some(content) => (Some(&content.json), content.index.as_slice()),
        None => (None, [].as_slice()),
    };
    let entries: BTreeSet<Entry> = index.iter().map(entry).collect();
    let document: i64 = connection
        .prepare_cached(
            "INSERT INTO documents (id, version, entries, json) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (id) DO UPDATE
                SET version = excluded.version, entries = excluded.entries, json = excluded.json
             RETURNING document",
        )?
        .query_row(
            params![write.id.as_bytes(), write.version as i64, write_entries(&entries)?, json],
            |row| row.get(0),
        )?;
    for (name, value, sort) in former.difference(&entries) {
        connection
            .prepare_cached("DELETE FROM entries WHERE name = ?1 AND value = ?2 AND sort = ?3 AND id = ?4")?
            .execute(params![name, value, sort, write.id.as_bytes()])?;
        *totals.entry((name.clone(), value.clone())).or_default() -= 1;
    }
    for (name, value, sort) in entries.difference(&former) {
        connection.prepare_cached("INSERT INTO entries VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(params![
            name,
            value,
            sort,
            write.id.as_bytes(),
            document
        ])?;
        *totals.entry((name.clone(), value.clone())).or_default() += 1;
    }
    Ok(())
}

fn entry(entry: &IndexEntry) -> Entry {
    (entry.index.to_owned(), entry.value.clone(), entry.sort)
}

fn read_entries(text: &str) -> rusqlite::Result<BTreeSet<Entry>> {
    serde_json::from_str(text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(1, rusqlite::types::Type::Text, error.into())
    })
}

fn write_entries(entries: &BTreeSet<Entry>) -> rusqlite::Result<String> {
    serde_json::to_string(entries).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}
