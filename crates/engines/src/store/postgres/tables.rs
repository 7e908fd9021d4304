//! Rows in the tables of PostgreSQL. Whatever is asked or written comes as arrays, one for each column, so a statement
//! is the same for one row and for a thousand.

use std::collections::HashMap;
use std::convert::Infallible;
use std::error::Error as StdError;

use bytes::BytesMut;
use souk_ports::BoxError;
use souk_ports::rows::{
    Category, Comment, CustomerProfile, Entity, Load, Order, OrderItem, Person, Product, Review, Row, RowKey,
    Seller, SellerProfile, Specifications, User, Variant,
};
use souk_ports::store::Versioned;
use tokio_postgres::Row as SqlRow;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

use crate::store::tables::{self, Reader as _, Table, Value, all_tables};

/// JSON that is kept as the text it is.
#[derive(Debug)]
pub(super) struct Json(pub(super) String);

impl ToSql for Json {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        out.extend_from_slice(self.0.as_bytes());
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::JSON
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Json {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Self(std::str::from_utf8(raw)?.to_owned()))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::JSON
    }
}

/// The values of one column.
#[derive(Debug)]
pub(super) enum Array {
    Ids(Vec<Option<Uuid>>),
    Ints(Vec<Option<i64>>),
    Reals(Vec<Option<f64>>),
    Flags(Vec<bool>),
    Texts(Vec<Option<String>>),
    Jsons(Vec<Option<Json>>),
}

impl Array {
    fn of(value: Value<'_>) -> Self {
        match value {
            Value::Id(id) => Self::Ids(vec![id]),
            Value::Int(number) => Self::Ints(vec![number]),
            Value::Real(number) => Self::Reals(vec![number]),
            Value::Flag(flag) => Self::Flags(vec![flag]),
            Value::Text(text) => Self::Texts(vec![text.map(str::to_owned)]),
            Value::Json(text) => Self::Jsons(vec![text.map(Json)]),
        }
    }

    fn push(&mut self, value: Value<'_>) {
        match (self, value) {
            (Self::Ids(all), Value::Id(id)) => all.push(id),
            (Self::Ints(all), Value::Int(number)) => all.push(number),
            (Self::Reals(all), Value::Real(number)) => all.push(number),
            (Self::Flags(all), Value::Flag(flag)) => all.push(flag),
            (Self::Texts(all), Value::Text(text)) => all.push(text.map(str::to_owned)),
            (Self::Jsons(all), Value::Json(text)) => all.push(text.map(Json)),
            (array, value) => unreachable!("a column has one kind of values, not {array:?} and {value:?}"),
        }
    }

    /// The type of the whole array.
    fn sql_type(&self) -> &'static str {
        match self {
            Self::Ids(_) => "uuid[]",
            Self::Ints(_) => "bigint[]",
            Self::Reals(_) => "double precision[]",
            Self::Flags(_) => "boolean[]",
            Self::Texts(_) => "text[]",
            Self::Jsons(_) => "json[]",
        }
    }

    pub(super) fn parameter(&self) -> &(dyn ToSql + Sync) {
        match self {
            Self::Ids(all) => all,
            Self::Ints(all) => all,
            Self::Reals(all) => all,
            Self::Flags(all) => all,
            Self::Texts(all) => all,
            Self::Jsons(all) => all,
        }
    }
}

/// The columns of some rows.
#[derive(Debug, Default)]
struct Arrays {
    all: Vec<Array>,
    next: usize,
}

impl Arrays {
    fn next_row(&mut self) {
        self.next = 0;
    }

    /// `unnest($1::uuid[], $2::text[])`
    fn unnest(&self) -> String {
        let parameters: Vec<String> = self
            .all
            .iter()
            .enumerate()
            .map(|(at, array)| format!("${}::{}", at + 1, array.sql_type()))
            .collect();
        format!("unnest({})", parameters.join(", "))
    }
}

impl tables::Binder for Arrays {
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

/// A statement with its parameters.
#[derive(Debug)]
pub(super) struct Bound {
    pub(super) sql: String,
    pub(super) arrays: Vec<Array>,
}

impl Bound {
    pub(super) fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.arrays.iter().map(Array::parameter).collect()
    }
}

/// Reads one row of `SELECT <columns>, row_version`.
pub(super) fn read<T: Table>(row: &SqlRow) -> Result<Versioned<T>, BoxError> {
    let mut from = Reader { row, next: 0 };
    let entity = T::read(&mut from)?;
    Ok(Versioned { version: from.get()?, row: entity })
}

fn put<T: Table>(rows: &[(&T, i64)]) -> Bound {
    let mut arrays = Arrays::default();
    for (row, writes) in rows {
        arrays.next_row();
        let Ok(()) = row.bind(&mut arrays).and_then(|()| tables::Binder::put(&mut arrays, *writes).map(drop));
    }
    let (name, columns) = (T::NAME, T::COLUMNS.join(", "));
    let key = T::COLUMNS[..T::KEY].join(", ");
    let changes: String =
        T::COLUMNS[T::KEY..].iter().map(|column| format!("{column} = excluded.{column}, ")).collect();
    let sql = format!(
        "INSERT INTO {name} ({columns}, row_version) SELECT * FROM {} \
         ON CONFLICT ({key}) DO UPDATE SET {changes} row_version = {name}.row_version + excluded.row_version",
        arrays.unnest()
    );
    Bound { sql, arrays: arrays.all }
}

/// `SELECT <what>` from the rows with these keys, each of which has a `place` from 1.
fn by_keys<T: Table>(what: &str, keys: &[&T::Key]) -> Bound {
    let mut arrays = Arrays::default();
    for key in keys {
        arrays.next_row();
        let Ok(()) = T::bind_key(key, &mut arrays);
    }
    let wanted: Vec<String> = (0..T::KEY).map(|at| format!("k{at}")).collect();
    let same: Vec<String> = T::COLUMNS[..T::KEY]
        .iter()
        .zip(&wanted)
        .map(|(column, wanted)| format!("{column} = {wanted}"))
        .collect();
    let sql = format!(
        "SELECT {what}, row_version FROM {} WITH ORDINALITY AS wanted ({}, place) JOIN {} ON {}",
        arrays.unnest(),
        wanted.join(", "),
        T::NAME,
        same.join(" AND ")
    );
    Bound { sql, arrays: arrays.all }
}

macro_rules! by_table {
    ($($name:ident),*) => {
        /// Rows on their way into their tables, of each key the last one, and how often it is written.
        #[derive(Default)]
        #[allow(non_snake_case)]
        struct Puts<'r> { $($name: Vec<(&'r $name, i64)>,)* }

        /// One statement for each table that is written.
        pub(super) fn puts<'r>(rows: impl Iterator<Item = &'r Row>) -> Vec<Bound> {
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
            let mut bound = Vec::new();
            $(if !puts.$name.is_empty() { bound.push(put(&puts.$name)); })*
            bound
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

        /// One statement for each table that has some of these keys; its rows are the places of keys and their versions.
        pub(super) fn versions<'k>(keys: impl Iterator<Item = &'k RowKey>) -> Vec<(Bound, Vec<RowKey>)> {
            let keys = Keys::of(keys);
            let mut bound = Vec::new();
            $(if !keys.$name.is_empty() {
                let names = keys.$name.iter().map(|key| RowKey::$name((*key).clone())).collect();
                bound.push((by_keys::<$name>("place", &keys.$name), names));
            })*
            bound
        }

        /// One statement for each table that has some of these keys, and how its rows are read.
        pub(super) fn gets<'k>(keys: impl Iterator<Item = &'k RowKey>) -> Vec<(Bound, ReadRow)> {
            let keys = Keys::of(keys);
            let mut bound: Vec<(Bound, ReadRow)> = Vec::new();
            $(if !keys.$name.is_empty() {
                let columns = $name::COLUMNS.join(", ");
                bound.push((by_keys::<$name>(&columns, &keys.$name), |row| {
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
