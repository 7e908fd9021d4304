//! Rows in the tables of PostgreSQL, asked for and written by arrays.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::LazyLock;

use souk_ports::BoxError;
use souk_ports::rows::{
    Category, Comment, CustomerProfile, Entity, Load, Order, OrderItem, Person, Product, RecordRow, Review,
    Row, RowKey, Seller, SellerProfile, Specifications, User, Variant,
};
use souk_ports::store::Versioned;
use tokio_postgres::Row as SqlRow;
use tokio_postgres::types::FromSql;
use uuid::Uuid;

use super::arrays::{Array, Arrays, Bound, Json};
use crate::store::tables::{self, Reader as _, Table, Value, all_tables};

/// Some rows, one array for each column.
#[derive(Debug, Default)]
struct Columns {
    all: Vec<Array>,
    next: usize,
}

impl Columns {
    fn next_row(&mut self) {
        self.next = 0;
    }
}

impl tables::Binder for Columns {
    type Error = Infallible;

    fn value(&mut self, value: Value<'_>) -> Result<(), Infallible> {
        match self.all.get_mut(self.next) {
            Some(array) => array.push(value),
            None => self.all.push(Array::of(value)),
        }
        self.next += 1;
        Ok(())
    }

    fn error(source: BoxError) -> Infallible {
        unreachable!("rows of the port can be written as JSON: {source}")
    }
}

/// Reads columns one after another.
struct Reader<'r> {
    row: &'r SqlRow,
    next: usize,
}

impl<'r> Reader<'r> {
    fn next<T: FromSql<'r>>(&mut self) -> Result<T, BoxError> {
        self.next += 1;
        Ok(self.row.try_get(self.next - 1)?)
    }
}

impl tables::Reader for Reader<'_> {
    type Error = BoxError;

    fn id(&mut self) -> Result<Option<Uuid>, BoxError> {
        self.next()
    }

    fn int(&mut self) -> Result<Option<i64>, BoxError> {
        self.next()
    }

    fn real(&mut self) -> Result<Option<f64>, BoxError> {
        self.next()
    }

    fn flag(&mut self) -> Result<bool, BoxError> {
        self.next()
    }

    fn text(&mut self) -> Result<Option<String>, BoxError> {
        self.next()
    }

    fn json_text(&mut self) -> Result<Option<String>, BoxError> {
        Ok(self.next::<Option<Json>>()?.map(|json| json.0))
    }

    fn corrupt(&self, source: BoxError) -> BoxError {
        let column = self.row.columns().get(self.next.saturating_sub(1)).map_or("?", |column| column.name());
        format!("column {column}: {source}").into()
    }
}

/// Reads one row of `SELECT <columns>, row_version`.
pub(super) fn read<T: Table>(row: &SqlRow) -> Result<Versioned<T>, BoxError> {
    let mut from = Reader { row, next: 0 };
    let entity = T::read(&mut from)?;
    Ok(Versioned { version: from.get()?, row: entity })
}

/// Rows on their way into a table.
pub(super) struct Put {
    pub(super) text: &'static PutText,
    pub(super) columns: Vec<Array>,
}

/// `INSERT INTO <into> SELECT <columns> ON CONFLICT <conflict>`.
pub(super) struct PutText {
    pub(super) into: String,
    pub(super) conflict: String,
}

impl PutText {
    fn of<T: Table>() -> Self {
        let key = T::COLUMNS[..T::KEY].join(", ");
        let changes: String =
            T::COLUMNS[T::KEY..].iter().map(|column| format!("{column} = excluded.{column}, ")).collect();
        let name = T::NAME;
        Self {
            into: format!("{name} ({}, row_version)", T::COLUMNS.join(", ")),
            conflict: format!(
                "({key}) DO UPDATE SET {changes} row_version = {name}.row_version + excluded.row_version"
            ),
        }
    }
}

fn put<T: Table>(rows: &[(&T, i64)], text: &'static PutText) -> Put {
    let mut columns = Columns::default();
    for (row, writes) in rows {
        columns.next_row();
        let Ok(()) =
            row.bind(&mut columns).and_then(|()| tables::Binder::put(&mut columns, *writes).map(drop));
    }
    Put { text, columns: columns.all }
}

/// `FROM` the rows with these keys, each of which has a `place` from 1.
fn by_keys<T: Table>(keys: &[&T::Key], arrays: &mut Arrays) -> String {
    let mut columns = Columns::default();
    for key in keys {
        columns.next_row();
        let Ok(()) = T::bind_key(key, &mut columns);
    }
    let wanted: Vec<String> = (0..T::KEY).map(|at| format!("k{at}")).collect();
    let same: Vec<String> = T::COLUMNS[..T::KEY]
        .iter()
        .zip(&wanted)
        .map(|(column, wanted)| format!("{column} = {wanted}"))
        .collect();
    format!(
        "{} WITH ORDINALITY AS wanted ({}, place) JOIN {} ON {}",
        arrays.unnest(columns.all),
        wanted.join(", "),
        T::NAME,
        same.join(" AND ")
    )
}

/// Where some rows are asked for.
pub(super) struct Place {
    /// Each key has a `place` from 1.
    pub(super) from: String,
    pub(super) keys: Vec<RowKey>,
    /// 1 where the row only says what was there.
    pub(super) is_gone: String,
}

macro_rules! by_table {
    ($($name:ident),*) => {
        /// Rows on their way into their tables, of each key the last one, and how often it is written.
        #[derive(Default)]
        #[allow(non_snake_case)]
        struct Puts<'r> { $($name: Vec<(&'r $name, i64)>,)* }

        /// One for each table that is written.
        pub(super) fn puts<'r>(rows: impl Iterator<Item = &'r Row>) -> Vec<Put> {
            let (mut puts, mut places) = (Puts::default(), HashMap::<RowKey, usize>::new());
            for row in rows {
                let key = row.key();
                let place = places.get(&key).copied();
                match row {
                    $(Row::$name(row) => match place {
                        Some(place) => {
                            let before = &mut puts.$name[place];
                            *before = (row, before.1 + 1);
                        }
                        None => {
                            places.insert(key, puts.$name.len());
                            puts.$name.push((row, 1));
                        }
                    },)*
                }
            }
            let mut all = Vec::new();
            $(if !puts.$name.is_empty() {
                static TEXT: LazyLock<PutText> = LazyLock::new(PutText::of::<$name>);
                all.push(put(&puts.$name, &TEXT));
            })*
            all
        }

        #[derive(Default)]
        #[allow(non_snake_case)]
        struct Keys<'k> { $($name: Vec<&'k <$name as Entity>::Key>,)* }

        impl<'k> Keys<'k> {
            fn of(keys: impl Iterator<Item = &'k RowKey>) -> Self {
                let mut all = Self::default();
                for key in keys {
                    match key { $(RowKey::$name(key) => all.$name.push(key),)* }
                }
                all
            }
        }

        /// One for each table that has some of these keys.
        pub(super) fn places<'k>(
            keys: impl Iterator<Item = &'k RowKey>,
            arrays: &mut Arrays,
        ) -> Vec<Place> {
            let all = Keys::of(keys);
            let mut places = Vec::new();
            $(if !all.$name.is_empty() {
                let keys = all.$name.iter().map(|key| RowKey::$name((*key).clone())).collect();
                let is_gone = format!("({})::integer", <$name as Table>::GONE.unwrap_or("false"));
                places.push(Place { from: by_keys::<$name>(&all.$name, arrays), keys, is_gone });
            })*
            places
        }

        /// One statement for each table that has some of these keys, and how its rows are read.
        pub(super) fn gets<'k>(keys: impl Iterator<Item = &'k RowKey>) -> Vec<(Bound, ReadRow)> {
            let keys = Keys::of(keys);
            let mut bound: Vec<(Bound, ReadRow)> = Vec::new();
            $(if !keys.$name.is_empty() {
                let mut arrays = Arrays::default();
                let from = by_keys::<$name>(&keys.$name, &mut arrays);
                let is_gone = <$name as Table>::GONE.unwrap_or("false");
                let columns = $name::COLUMNS.join(", ");
                let sql = format!("SELECT {columns}, row_version FROM {from} WHERE NOT ({is_gone})");
                bound.push((Bound { sql, arrays }, |row| {
                    let Versioned { version, row } = read::<$name>(row)?;
                    Ok(Versioned { version, row: row.into() })
                }));
            })*
            bound
        }
    };
}
all_tables!(by_table);

pub(super) type ReadRow = fn(&SqlRow) -> Result<Versioned<Row>, BoxError>;
