//! Rows in the tables of SQLite: ids are blobs, and flags are 0 or 1.

use std::fmt::Write as _;
use std::sync::OnceLock;

use rusqlite::types::Type;
use rusqlite::{CachedStatement, Connection, Row as SqlRow, Statement, ToSql};
use souk_ports::BoxError;
use souk_ports::rows::{
    Category, Comment, CustomerProfile, Load, Order, OrderItem, Person, Product, RecordRow, Review, Row,
    RowKey, Seller, SellerProfile, Specifications, User, Variant,
};
use souk_ports::store::Versioned;
use uuid::Uuid;

use crate::store::constraints::Constraint;
use crate::store::tables::{self, Reader as _, Table, Value, all_tables};

type Sql<T> = rusqlite::Result<T>;

/// Binds parameters one after another.
struct Binder<'a, 'c> {
    statement: &'a mut Statement<'c>,
    next: usize,
}

impl<'a, 'c> Binder<'a, 'c> {
    fn new(statement: &'a mut Statement<'c>) -> Self {
        Self { statement, next: 1 }
    }

    fn bind(&mut self, value: impl ToSql) -> Sql<()> {
        self.statement.raw_bind_parameter(self.next, value)?;
        self.next += 1;
        Ok(())
    }
}

impl tables::Binder for Binder<'_, '_> {
    type Error = rusqlite::Error;

    fn value(&mut self, value: Value<'_>) -> Sql<()> {
        match value {
            Value::Id(id) => self.bind(id.map(Uuid::into_bytes)),
            Value::Int(number) => self.bind(number),
            Value::Real(number) => self.bind(number),
            Value::Flag(flag) => self.bind(flag),
            Value::Text(text) => self.bind(text),
            Value::Json(text) => self.bind(text),
        }
    }

    fn error(source: BoxError) -> rusqlite::Error {
        rusqlite::Error::ToSqlConversionFailure(source)
    }
}

/// Reads columns one after another.
struct Reader<'a, 's> {
    row: &'a SqlRow<'s>,
    next: usize,
}

impl Reader<'_, '_> {
    fn next<T: rusqlite::types::FromSql>(&mut self) -> Sql<T> {
        self.next += 1;
        self.row.get(self.next - 1)
    }
}

impl tables::Reader for Reader<'_, '_> {
    type Error = rusqlite::Error;

    fn id(&mut self) -> Sql<Option<Uuid>> {
        Ok(self.next::<Option<[u8; 16]>>()?.map(Uuid::from_bytes))
    }

    fn int(&mut self) -> Sql<Option<i64>> {
        self.next()
    }

    fn real(&mut self) -> Sql<Option<f64>> {
        self.next()
    }

    fn flag(&mut self) -> Sql<bool> {
        self.next()
    }

    fn text(&mut self) -> Sql<Option<String>> {
        self.next()
    }

    fn json_text(&mut self) -> Sql<Option<String>> {
        self.next()
    }

    fn corrupt(&self, source: BoxError) -> rusqlite::Error {
        rusqlite::Error::FromSqlConversionFailure(self.next.saturating_sub(1), Type::Text, source)
    }
}

/// The statements of one table, made once.
struct Statements {
    put: String,
    version: String,
    get: String,
}

fn statements<T: Table>() -> Statements {
    let (name, columns) = (T::NAME, T::COLUMNS.join(", "));
    let key = T::COLUMNS[..T::KEY].join(", ");
    let places = vec!["?"; T::COLUMNS.len()].join(", ");
    let mut changes = String::new();
    for column in &T::COLUMNS[T::KEY..] {
        let _ = write!(changes, "{column} = excluded.{column}, ");
    }
    let wanted: Vec<String> = T::COLUMNS[..T::KEY].iter().map(|column| format!("{column} = ?")).collect();
    let is_there = T::GONE.map_or(String::new(), |gone| format!(" AND NOT ({gone})"));
    let wanted = format!("{}{is_there}", wanted.join(" AND "));
    Statements {
        put: format!(
            "INSERT INTO {name} ({columns}, row_version) VALUES ({places}, 1) \
             ON CONFLICT ({key}) DO UPDATE SET {changes} row_version = row_version + 1"
        ),
        version: format!("SELECT row_version FROM {name} WHERE {wanted}"),
        get: format!("SELECT {columns}, row_version FROM {name} WHERE {wanted}"),
    }
}

macro_rules! by_table {
    ($($name:ident),*) => {
        /// The text of each table's statements, made once.
        #[allow(non_snake_case)]
        struct AllStatements { $($name: Statements,)* }

        impl AllStatements {
            fn get() -> &'static Self {
                static ALL: OnceLock<AllStatements> = OnceLock::new();
                ALL.get_or_init(|| Self { $($name: statements::<$name>(),)* })
            }
        }

        /// Writes a row over the one of the same key.
        pub(super) fn put(connection: &Connection, row: &Row) -> Sql<()> {
            match row {
                $(Row::$name(row) => {
                    let mut statement = connection.prepare_cached(&AllStatements::get().$name.put)?;
                    row.bind(&mut Binder::new(&mut statement))?;
                    statement.raw_execute().map(|_| ())
                })*
            }
        }

        /// The version of a row; 0 when there is none.
        pub(super) fn version(connection: &Connection, key: &RowKey) -> Sql<u64> {
            match key {
                $(RowKey::$name(key) => {
                    let mut statement = connection.prepare_cached(&AllStatements::get().$name.version)?;
                    $name::bind_key(key, &mut Binder::new(&mut statement))?;
                    let mut rows = statement.raw_query();
                    Ok(match rows.next()? { Some(row) => row.get(0)?, None => 0 })
                })*
            }
        }

        /// The foreign key that the row breaks, as it lies there now.
        pub(super) fn dangling(connection: &Connection, key: &RowKey) -> Sql<Option<&'static Constraint>> {
            match key { $(RowKey::$name(key) => dangling_in::<$name>(connection, key),)* }
        }

        pub(super) fn get(connection: &Connection, key: &RowKey) -> Sql<Option<Versioned<Row>>> {
            match key {
                $(RowKey::$name(key) => {
                    let mut statement = connection.prepare_cached(&AllStatements::get().$name.get)?;
                    $name::bind_key(key, &mut Binder::new(&mut statement))?;
                    let mut rows = statement.raw_query();
                    rows.next()?.map(read::<$name>).transpose()
                })*
            }
        }
    };
}
all_tables!(by_table);

/// Takes a row away, if it is there and of a table whose rows may go. What names it is looked at when the transaction
/// commits.
pub(super) fn remove(connection: &Connection, key: &RowKey) -> Sql<()> {
    let Some((table, column, id)) = tables::removable(key) else { return Ok(()) };
    let mut statement = connection.prepare_cached(&format!("DELETE FROM {table} WHERE {column} = ?1"))?;
    statement.execute([id.as_bytes()]).map(drop)
}

fn dangling_in<T: Table>(connection: &Connection, key: &T::Key) -> Sql<Option<&'static Constraint>> {
    let wanted = T::COLUMNS[..T::KEY].iter().map(|column| format!("{column} = ? AND ")).collect::<String>();
    for constraint in Constraint::foreign_keys(T::NAME) {
        let sql = format!("SELECT 1 FROM {} WHERE {wanted} {}", T::NAME, constraint.broken_by());
        let mut statement = connection.prepare(&sql)?;
        T::bind_key(key, &mut Binder::new(&mut statement))?;
        if statement.raw_query().next()?.is_some() {
            return Ok(Some(constraint));
        }
    }
    Ok(None)
}

/// Reads one row of `SELECT <columns>, row_version`.
fn read<T: Table>(row: &SqlRow<'_>) -> Sql<Versioned<Row>> {
    let mut from = Reader { row, next: 0 };
    let entity = T::read(&mut from)?;
    Ok(Versioned { version: from.get()?, row: entity.into() })
}

/// All rows that `statement` finds, its parameters bound already.
pub(super) fn read_all<T: Table>(statement: &mut CachedStatement<'_>) -> Sql<Vec<Versioned<Row>>> {
    let mut rows = statement.raw_query();
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read::<T>(row)?);
    }
    Ok(found)
}
