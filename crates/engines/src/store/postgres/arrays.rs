//! Parameters of statements. Whatever is asked or written comes as arrays, one for each column, so a statement is the
//! same for two rows and for a thousand, and several can be made one.

use std::error::Error as StdError;
use std::fmt::Write as _;

use bytes::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

use crate::store::tables::Value;

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
    Bytes(Vec<Vec<u8>>),
}

impl Array {
    pub(super) fn of(value: Value<'_>) -> Self {
        match value {
            Value::Id(id) => Self::Ids(vec![id]),
            Value::Int(number) => Self::Ints(vec![number]),
            Value::Real(number) => Self::Reals(vec![number]),
            Value::Flag(flag) => Self::Flags(vec![flag]),
            Value::Text(text) => Self::Texts(vec![text.map(str::to_owned)]),
            Value::Json(text) => Self::Jsons(vec![text.map(Json)]),
        }
    }

    pub(super) fn push(&mut self, value: Value<'_>) {
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

    pub(super) fn ids(all: impl IntoIterator<Item = Uuid>) -> Self {
        Self::Ids(all.into_iter().map(Some).collect())
    }

    pub(super) fn ints(all: impl IntoIterator<Item = i64>) -> Self {
        Self::Ints(all.into_iter().map(Some).collect())
    }

    pub(super) fn texts<'t>(all: impl IntoIterator<Item = &'t str>) -> Self {
        Self::Texts(all.into_iter().map(|text| Some(text.to_owned())).collect())
    }

    /// Each is JSON already.
    pub(super) fn jsons(all: impl IntoIterator<Item = String>) -> Self {
        Self::Jsons(all.into_iter().map(|json| Some(Json(json))).collect())
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Ids(all) => all.len(),
            Self::Ints(all) => all.len(),
            Self::Reals(all) => all.len(),
            Self::Flags(all) => all.len(),
            Self::Texts(all) => all.len(),
            Self::Jsons(all) => all.len(),
            Self::Bytes(all) => all.len(),
        }
    }

    /// The type of one value.
    fn sql_type(&self) -> &'static str {
        match self {
            Self::Ids(_) => "uuid",
            Self::Ints(_) => "bigint",
            Self::Reals(_) => "double precision",
            Self::Flags(_) => "boolean",
            Self::Texts(_) => "text",
            Self::Jsons(_) => "json",
            Self::Bytes(_) => "bytea",
        }
    }

    fn first(&self) -> &(dyn ToSql + Sync) {
        match self {
            Self::Ids(all) => &all[0],
            Self::Ints(all) => &all[0],
            Self::Reals(all) => &all[0],
            Self::Flags(all) => &all[0],
            Self::Texts(all) => &all[0],
            Self::Jsons(all) => &all[0],
            Self::Bytes(all) => &all[0],
        }
    }

    fn all(&self) -> &(dyn ToSql + Sync) {
        match self {
            Self::Ids(all) => all,
            Self::Ints(all) => all,
            Self::Reals(all) => all,
            Self::Flags(all) => all,
            Self::Texts(all) => all,
            Self::Jsons(all) => all,
            Self::Bytes(all) => all,
        }
    }
}

/// The parameters of one statement, in the order in which it was told of them.
#[derive(Debug, Default)]
pub(super) struct Arrays(Vec<Parameter>);

/// An array costs the server several times what its one value does.
#[derive(Debug)]
enum Parameter {
    All(Array),
    First(Array),
}

impl Arrays {
    /// What the statement calls the array: `$3::uuid[]`.
    pub(super) fn add(&mut self, array: Array) -> String {
        let mut sql = String::new();
        self.add_to(&mut sql, array);
        sql
    }

    /// What the statement calls the one value of the array: `$3::uuid`.
    pub(super) fn add_one(&mut self, array: Array) -> String {
        let mut sql = String::new();
        self.add_one_to(&mut sql, array);
        sql
    }

    fn add_to(&mut self, sql: &mut String, array: Array) {
        // Writing to a text cannot fail.
        let _ = write!(sql, "${}::{}[]", self.0.len() + 1, array.sql_type());
        self.0.push(Parameter::All(array));
    }

    fn add_one_to(&mut self, sql: &mut String, array: Array) {
        let _ = write!(sql, "${}::{}", self.0.len() + 1, array.sql_type());
        self.0.push(Parameter::First(array));
    }

    /// `unnest($1::uuid[], $2::text[])`
    pub(super) fn unnest(&mut self, columns: impl IntoIterator<Item = Array>) -> String {
        let mut sql = "unnest".to_owned();
        self.list(&mut sql, columns, ["(", ")"], Self::add_to);
        sql
    }

    /// `SELECT $1::uuid, $2::text FROM <only_if>` where there is one row, else
    /// `SELECT new.* FROM <only_if>, unnest($1::uuid[], $2::text[]) AS new`.
    pub(super) fn select_to(&mut self, sql: &mut String, columns: Vec<Array>, only_if: &str) {
        if columns.first().is_some_and(|column| column.len() == 1) {
            self.list(sql, columns, ["SELECT ", " FROM "], Self::add_one_to);
            sql.push_str(only_if);
        } else {
            for piece in ["SELECT new.* FROM ", only_if] {
                sql.push_str(piece);
            }
            self.list(sql, columns, [", unnest(", ") AS new"], Self::add_to);
        }
    }

    fn list(
        &mut self,
        sql: &mut String,
        columns: impl IntoIterator<Item = Array>,
        [begin, end]: [&str; 2],
        add: impl Fn(&mut Self, &mut String, Array),
    ) {
        for (place, column) in columns.into_iter().enumerate() {
            sql.push_str(if place == 0 { begin } else { ", " });
            add(self, sql, column);
        }
        sql.push_str(end);
    }

    pub(super) fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        let each = self.0.iter().map(|parameter| match parameter {
            Parameter::All(array) => array.all(),
            Parameter::First(array) => array.first(),
        });
        each.collect()
    }
}

/// A statement with its parameters.
#[derive(Debug)]
pub(super) struct Bound {
    pub(super) sql: String,
    pub(super) arrays: Arrays,
}
