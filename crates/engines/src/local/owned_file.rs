//! What a role owns in a file of SQLite, for moving it; and the mark that every write of such a file looks at.
//!
//! Each call has a connection of its own, as another process would: moves are rare, and long beside opening a file. The
//! mark lies in the file and is read inside the transaction of each write, so it holds for every process.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use rusqlite::types::{ToSqlOutput, Value as SqlValue, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params_from_iter};
use serde_json::Value;
use souk_kernel::{Clock, SystemClock};
use souk_ports::moving::{Mark, Owned, Record, Room};
use souk_ports::{Error, Result};
use uuid::Uuid;

use super::sqlite::{self, Durability, blocking};
use super::turnstile::Turnstile;
use crate::owned::{Table, hex, table, unhex};

/// Laid by every file of what is owned.
pub(crate) const MARK: &str = "
CREATE TABLE IF NOT EXISTS mark (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    text TEXT    NOT NULL    -- empty: it is open
) STRICT;
INSERT OR IGNORE INTO mark VALUES (1, '');
";

/// Why a transaction did not come to its end.
pub(crate) enum Refused {
    Sql(rusqlite::Error),
    Closed(Error),
}

impl From<rusqlite::Error> for Refused {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Closed(error)
    }
}

impl Refused {
    pub(crate) fn into_error(self, what: &str) -> Error {
        match self {
            Self::Sql(error) => sqlite::error(what, error),
            Self::Closed(error) => error,
        }
    }
}

/// `Closed` while the file is being moved. The transaction that asks must be one that writes.
pub(crate) fn check_open(connection: &Connection, what: &str) -> Result<(), Refused> {
    Ok(mark(connection)?.check_open(what)?)
}

fn mark(connection: &Connection) -> Result<Mark, Refused> {
    let mut statement = connection.prepare_cached("SELECT text FROM mark")?;
    statement.query_row([], |row| Ok(Mark::of_text(row.get_ref(0)?.as_str()?)))?.map_err(Refused::Closed)
}

#[derive(Clone)]
pub(crate) struct OwnedFile(Arc<File>);

struct File {
    what: &'static str,
    path: PathBuf,
    /// Whether those who write take turns.
    has_turns: bool,
    tables: &'static [Table],
}

impl OwnedFile {
    pub(crate) fn new(what: &'static str, path: &Path, has_turns: bool, tables: &'static [Table]) -> Self {
        Self(Arc::new(File { what, path: path.to_owned(), has_turns, tables }))
    }

    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&File, &Connection) -> Result<T, Refused> + Send + 'static,
    ) -> Result<T> {
        let file = self.0.clone();
        blocking(file.what, move || {
            let connection = sqlite::open_writer(&file.path, Durability::Full)?;
            read(&file, &connection).map_err(|refused| refused.into_error(file.what))
        })
        .await
    }

    async fn write<T: Send + 'static>(
        &self,
        foreign_keys: ForeignKeys,
        write: impl FnOnce(&File, &Connection) -> Result<T, Refused> + Send + 'static,
    ) -> Result<T> {
        let file = self.0.clone();
        blocking(file.what, move || {
            let turnstile = file.has_turns.then(|| Turnstile::open(file.what, &file.path)).transpose()?;
            let _turn = turnstile.as_ref().map(Turnstile::pass).transpose()?;
            let mut connection = sqlite::open_writer(&file.path, Durability::Full)?;
            let written = || {
                if foreign_keys == ForeignKeys::Later {
                    connection.pragma_update(None, "foreign_keys", false)?;
                }
                let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let result = write(&file, &transaction)?;
                transaction.commit()?;
                Ok(result)
            };
            written().map_err(|refused: Refused| refused.into_error(file.what))
        })
        .await
    }
}

/// When the rows that others name must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ForeignKeys {
    /// When the transaction commits.
    Now,
    /// When everything has arrived: pages come in the order of keys, and a row may name one of the next page.
    Later,
}

/// Whether a move is over that has filled the file.
fn has_arrived(seen: &Mark, next: &Mark) -> bool {
    matches!((seen, next), (Mark::Arriving { .. }, Mark::Open { arrived: Some(_) }))
}

/// What [`ForeignKeys::Later`] has put off.
fn check_foreign_keys(connection: &Connection, what: &str) -> Result<(), Refused> {
    let mut statement =
        connection.prepare("SELECT \"table\", parent FROM pragma_foreign_key_check LIMIT 1")?;
    let dangling = statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    match dangling {
        None => Ok(()),
        Some::<(String, String)>((table, parent)) => Err(Error::invalid(format!(
            "what has arrived in {what} is not whole: a row of `{table}` names one of `{parent}` that is not there"
        ))
        .into()),
    }
}

#[async_trait]
impl Owned for OwnedFile {
    fn collections(&self) -> Vec<&'static str> {
        self.0.tables.iter().map(|table| table.name).collect()
    }

    async fn is_empty(&self) -> Result<bool> {
        self.read(|file, connection| {
            for table in file.tables.iter().filter(|table| !table.is_head) {
                let living = match table.expires_at {
                    Some(column) => format!("WHERE {column} > {}", SystemClock.now().ms()),
                    None => String::new(),
                };
                let sql = format!("SELECT 1 FROM {} {living} LIMIT 1", table.name);
                if connection.query_row(&sql, [], |_| Ok(())).optional()?.is_some() {
                    return Ok(false);
                }
            }
            Ok(true)
        })
        .await
    }

    async fn count(&self, collection: &str) -> Result<u64> {
        let name = table(self.0.tables, collection)?.name;
        self.read(move |_, connection| {
            Ok(connection.query_row(&format!("SELECT count(*) FROM {name}"), [], |row| row.get(0))?)
        })
        .await
    }

    async fn page(&self, collection: &str, after: Option<&str>, room: Room) -> Result<Vec<Record>> {
        let (name, after) = (collection.to_owned(), after.map(str::to_owned));
        self.read(move |file, connection| {
            page(connection, table(file.tables, &name)?, after.as_deref(), room)
        })
        .await
    }

    async fn put(&self, by: Uuid, collection: &str, records: Vec<Record>) -> Result<()> {
        let name = collection.to_owned();
        self.write(ForeignKeys::Later, move |file, connection| {
            mark(connection)?.check_arriving(file.what, by)?;
            put(connection, table(file.tables, &name)?, &records)
        })
        .await
    }

    async fn mark(&self) -> Result<Mark> {
        self.read(|_, connection| mark(connection)).await
    }

    async fn set_mark(&self, seen: &Mark, next: &Mark) -> Result<()> {
        let arrived = has_arrived(seen, next);
        let (seen, next) = (seen.text(), next.text());
        self.write(ForeignKeys::Now, move |file, connection| {
            if arrived {
                check_foreign_keys(connection, file.what)?;
            }
            let changed = connection.execute("UPDATE mark SET text = ?2 WHERE text = ?1", [&seen, &next])?;
            if changed == 1 {
                return Ok(());
            }
            Err(Error::Conflict { what: format!("the mark of {}", file.what) }.into())
        })
        .await
    }
}

fn page(
    connection: &Connection,
    table: &Table,
    after: Option<&str>,
    room: Room,
) -> Result<Vec<Record>, Refused> {
    let columns: Vec<&str> =
        table.columns.iter().map(|column| column.computed.unwrap_or(column.name)).collect();
    let keys: Vec<&str> = table.keys().collect();
    let (mut begin, mut wanted) = (Vec::new(), String::new());
    if let Some(after) = after {
        let kinds = kinds(connection, table)?;
        for (column, cell) in keys.iter().zip(table.key_cells(after)?) {
            begin.push(bound(&cell, kinds.get(*column))?);
        }
        wanted = format!("WHERE ({}) > ({})", keys.join(", "), vec!["?"; keys.len()].join(", "));
    }
    let sql = format!(
        "SELECT {} FROM {} {wanted} ORDER BY {} LIMIT {}",
        columns.join(", "),
        table.name,
        keys.join(", "),
        room.records
    );
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query(params_from_iter(begin))?;
    let (mut records, mut bytes) = (Vec::new(), 0);
    while bytes < room.bytes
        && let Some(row) = rows.next()?
    {
        let record = table.record(cells(row, columns.len())?)?;
        bytes += record.size_bytes();
        records.push(record);
    }
    Ok(records)
}

fn cells(row: &Row<'_>, count: usize) -> rusqlite::Result<Vec<Value>> {
    let cell = |at| {
        Ok(match row.get_ref(at)? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) => number.into(),
            ValueRef::Real(number) => number.into(),
            text @ ValueRef::Text(_) => text.as_str()?.into(),
            ValueRef::Blob(bytes) => hex(bytes).into(),
        })
    };
    (0..count).map(cell).collect()
}

fn put(connection: &Connection, table: &Table, records: &[Record]) -> Result<(), Refused> {
    let written: Vec<&str> = table.written().map(|column| column.name).collect();
    let keys: Vec<&str> = table.keys().collect();
    let changes: Vec<String> =
        written[keys.len()..].iter().map(|column| format!("{column} = excluded.{column}")).collect();
    let sql = format!(
        "INSERT INTO {} ({}) VALUES ({}) ON CONFLICT ({}) DO UPDATE SET {}",
        table.name,
        written.join(", "),
        vec!["?"; written.len()].join(", "),
        keys.join(", "),
        changes.join(", ")
    );
    let (mut statement, kinds) = (connection.prepare(&sql)?, kinds(connection, table)?);
    for record in records {
        let cells = table.cells(record)?;
        let columns = table.columns.iter().zip(&cells).filter(|(column, _)| column.computed.is_none());
        let values: Vec<ToSqlOutput<'_>> = columns
            .map(|(column, cell)| bound(cell, kinds.get(column.name)))
            .collect::<Result<_, Refused>>()?;
        statement.execute(params_from_iter(&values))?;
    }
    Ok(())
}

/// What kind of values each column holds.
fn kinds(connection: &Connection, table: &Table) -> rusqlite::Result<HashMap<String, String>> {
    let mut statement = connection.prepare("SELECT name, type FROM pragma_table_info(?1)")?;
    statement.query_map([table.name], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

fn bound(cell: &Value, kind: Option<&String>) -> Result<ToSqlOutput<'static>, Refused> {
    Ok(ToSqlOutput::Owned(match cell {
        Value::Null => SqlValue::Null,
        Value::String(text) if kind.is_some_and(|kind| kind == "BLOB") => SqlValue::Blob(unhex(text)?),
        Value::String(text) => SqlValue::Text(text.clone()),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => SqlValue::Integer(whole),
            None => SqlValue::Real(number.as_f64().unwrap_or(f64::NAN)),
        },
        other => return Err(Error::invalid(format!("a record holds `{other}`, which is no value")).into()),
    }))
}
