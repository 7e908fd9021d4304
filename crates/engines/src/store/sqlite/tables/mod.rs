//! Rows in tables: what a table is, and the statements that follow from it. [`columns`] and
//! [`telling`] have one table per type of row.

use std::fmt::Write as _;

use rusqlite::types::Type;
use rusqlite::{CachedStatement, Connection, Row as SqlRow, Statement, ToSql};
use serde::Serialize;
use serde::de::DeserializeOwned;
use souk_kernel::{Money, Timestamp};
use souk_ports::rows::{
    Category, Comment, CustomerProfile, Entity, Load, Order, OrderItem, Person, Product, Review, Row, RowKey,
    Seller, SellerProfile, Specifications, User, Variant,
};
use souk_ports::store::Versioned;
use uuid::Uuid;

mod columns;
mod telling;

type Sql<T> = rusqlite::Result<T>;

/// A row that lies in a table of its own. Columns are bound and read in the order of `COLUMNS`; those of the key come
/// first.
pub(super) trait Table: Entity + Into<Row> {
    const NAME: &'static str;
    const KEY: usize = 1;
    const COLUMNS: &'static [&'static str];
    fn bind_key(key: &Self::Key, to: &mut Binder<'_, '_>) -> Sql<()>;
    fn bind(&self, to: &mut Binder<'_, '_>) -> Sql<()>;
    fn read(from: &mut Reader<'_, '_>) -> Sql<Self>;
}

/// Binds parameters one after another.
pub(super) struct Binder<'a, 'c> {
    statement: &'a mut Statement<'c>,
    next: usize,
}

impl<'a, 'c> Binder<'a, 'c> {
    pub(super) fn new(statement: &'a mut Statement<'c>) -> Self {
        Self { statement, next: 1 }
    }

    pub(super) fn put(&mut self, value: impl ToSql) -> Sql<&mut Self> {
        self.statement.raw_bind_parameter(self.next, value)?;
        self.next += 1;
        Ok(self)
    }

    pub(super) fn id(&mut self, id: Uuid) -> Sql<&mut Self> {
        self.put(&id.as_bytes()[..])
    }

    fn json<T: Serialize>(&mut self, value: &T) -> Sql<&mut Self> {
        let json =
            serde_json::to_string(value).map_err(|e| rusqlite::Error::ToSqlConversionFailure(e.into()))?;
        self.put(json)
    }
}

/// Reads columns one after another.
pub(super) struct Reader<'a, 's> {
    row: &'a SqlRow<'s>,
    next: usize,
}

impl<'a, 's> Reader<'a, 's> {
    pub(super) fn new(row: &'a SqlRow<'s>) -> Self {
        Self { row, next: 0 }
    }

    pub(super) fn get<T: rusqlite::types::FromSql>(&mut self) -> Sql<T> {
        self.next += 1;
        self.row.get(self.next - 1)
    }

    pub(super) fn id(&mut self) -> Sql<Uuid> {
        self.get::<[u8; 16]>().map(Uuid::from_bytes)
    }

    fn optional_id(&mut self) -> Sql<Option<Uuid>> {
        Ok(self.get::<Option<[u8; 16]>>()?.map(Uuid::from_bytes))
    }

    fn json<T: DeserializeOwned>(&mut self) -> Sql<T> {
        self.optional_json()?.ok_or(rusqlite::Error::InvalidColumnIndex(self.next - 1))
    }

    fn optional_json<T: DeserializeOwned>(&mut self) -> Sql<Option<T>> {
        let column = self.next;
        let text: Option<String> = self.get()?;
        text.map(|text| serde_json::from_str(&text)).transpose().map_err(|e| corrupt(column, e))
    }

    fn money(&mut self) -> Sql<Money> {
        let column = self.next;
        Money::from_minor(self.get()?).map_err(|e| corrupt(column, e))
    }

    fn moment(&mut self) -> Sql<Timestamp> {
        self.get().map(Timestamp::from_ms)
    }
}

fn corrupt(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
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
    let wanted = wanted.join(" AND ");
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
        /// The text of a row's statement, without making it anew each time.
        struct AllStatements { $($name: Statements,)* }

        impl AllStatements {
            fn get() -> &'static Self {
                static ALL: std::sync::OnceLock<AllStatements> = std::sync::OnceLock::new();
                ALL.get_or_init(|| Self { $($name: statements::<$name>(),)* })
            }
        }

        /// Writes a row over the one of the same key.
        pub(in crate::store::sqlite) fn put(connection: &Connection, row: &Row) -> Sql<()> {
            match row {
                $(Row::$name(row) => {
                    let mut statement = connection.prepare_cached(&AllStatements::get().$name.put)?;
                    row.bind(&mut Binder::new(&mut statement))?;
                    statement.raw_execute().map(|_| ())
                })*
            }
        }

        /// The version of a row; 0 when there is none.
        pub(in crate::store::sqlite) fn version(connection: &Connection, key: &RowKey) -> Sql<u64> {
            match key {
                $(RowKey::$name(key) => {
                    let mut statement = connection.prepare_cached(&AllStatements::get().$name.version)?;
                    $name::bind_key(key, &mut Binder::new(&mut statement))?;
                    let mut rows = statement.raw_query();
                    Ok(match rows.next()? { Some(row) => row.get(0)?, None => 0 })
                })*
            }
        }

        pub(in crate::store::sqlite) fn get(connection: &Connection, key: &RowKey) -> Sql<Option<Versioned<Row>>> {
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

// The fields of `AllStatements` are named after the row types.
#[allow(non_snake_case)]
mod dispatch {
    use super::*;
    by_table!(
        User,
        Person,
        Seller,
        Category,
        Product,
        Variant,
        Order,
        OrderItem,
        Load,
        Review,
        Comment,
        Specifications,
        SellerProfile,
        CustomerProfile
    );
}
pub(super) use dispatch::{get, put, version};

/// Reads one row of `SELECT <columns>, row_version`.
pub(super) fn read<T: Table>(row: &SqlRow<'_>) -> Sql<Versioned<Row>> {
    let mut from = Reader::new(row);
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
