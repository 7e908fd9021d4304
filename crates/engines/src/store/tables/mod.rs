//! How each type of row lies in a table of a relational store, whichever database it is: the table's name, its columns
//! in their order, and what goes into each. [`columns`] and [`telling`] have one table per type of row.

use serde::Serialize;
use serde::de::DeserializeOwned;
use souk_kernel::{Money, Timestamp};
use souk_ports::BoxError;
use souk_ports::rows::{Category, Entity, Row, RowKey, Seller, SellerProfile};
use uuid::Uuid;

mod columns;
mod erase;
mod owned;
mod telling;

pub(super) use erase::ERASE;
pub(super) use owned::owned;

/// A row that lies in a table of its own. Columns are bound and read in the order of `COLUMNS`; those of the key come
/// first. Each table has one more, `row_version`.
pub(super) trait Table: Entity + Into<Row> {
    const NAME: &'static str;
    const KEY: usize = 1;
    const COLUMNS: &'static [&'static str];
    /// Whether a row only says what was there, where a row can.
    const GONE: Option<&'static str> = None;
    fn bind_key<B: Binder>(key: &Self::Key, to: &mut B) -> Result<(), B::Error>;
    fn bind<B: Binder>(&self, to: &mut B) -> Result<(), B::Error>;
    fn read<R: Reader>(from: &mut R) -> Result<Self, R::Error>;
}

/// One value of a column. What kind a column has does not depend on the row.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    Id(Option<Uuid>),
    Int(Option<i64>),
    Real(Option<f64>),
    Flag(bool),
    Text(Option<&'a str>),
    Json(Option<String>),
}

macro_rules! values {
    ($($type:ty => $variant:ident($value:ident) $what:expr;)*) => {$(
        impl<'a> From<$type> for Value<'a> {
            fn from($value: $type) -> Self { Value::$variant($what) }
        }
    )*};
}
values! {
    Uuid => Id(id) Some(id);
    Option<Uuid> => Id(id) id;
    i64 => Int(number) Some(number);
    Option<i64> => Int(number) number;
    u32 => Int(number) Some(number.into());
    u8 => Int(number) Some(number.into());
    Option<i32> => Int(number) number.map(i64::from);
    Option<f64> => Real(number) number;
    bool => Flag(flag) flag;
    &'a str => Text(text) Some(text);
    &'a String => Text(text) Some(text);
    &'a Option<String> => Text(text) text.as_deref();
    Timestamp => Int(moment) Some(moment.ms());
    Option<Timestamp> => Int(moment) moment.map(Timestamp::ms);
    Money => Int(money) Some(money.ten_thousandths());
    Option<Money> => Int(money) money.map(Money::ten_thousandths);
}

/// Takes the values of a row, one after another.
pub(super) trait Binder {
    type Error;

    fn value(&mut self, value: Value<'_>) -> Result<(), Self::Error>;
    fn error(source: BoxError) -> Self::Error;

    fn put<'v>(&mut self, value: impl Into<Value<'v>>) -> Result<&mut Self, Self::Error> {
        self.value(value.into())?;
        Ok(self)
    }

    fn json<T: Serialize>(&mut self, value: &T) -> Result<&mut Self, Self::Error> {
        self.optional_json(Some(value))
    }

    fn optional_json<T: Serialize>(&mut self, value: Option<&T>) -> Result<&mut Self, Self::Error> {
        let json = value.map(serde_json::to_string).transpose().map_err(|e| Self::error(e.into()))?;
        self.value(Value::Json(json))?;
        Ok(self)
    }
}

/// Gives the values of a row, one after another.
pub(super) trait Reader {
    type Error;

    fn id(&mut self) -> Result<Option<Uuid>, Self::Error>;
    fn int(&mut self) -> Result<Option<i64>, Self::Error>;
    fn real(&mut self) -> Result<Option<f64>, Self::Error>;
    fn flag(&mut self) -> Result<bool, Self::Error>;
    fn text(&mut self) -> Result<Option<String>, Self::Error>;
    fn json_text(&mut self) -> Result<Option<String>, Self::Error>;
    /// The value that was read last is none that souk writes.
    fn corrupt(&self, source: BoxError) -> Self::Error;

    fn get<T: Column>(&mut self) -> Result<T, Self::Error> {
        T::read(self)
    }

    fn json<T: DeserializeOwned>(&mut self) -> Result<T, Self::Error> {
        self.optional_json()?.ok_or_else(|| self.missing())
    }

    fn optional_json<T: DeserializeOwned>(&mut self) -> Result<Option<T>, Self::Error> {
        let text = self.json_text()?;
        text.map(|text| serde_json::from_str(&text)).transpose().map_err(|e| self.corrupt(e.into()))
    }

    fn missing(&self) -> Self::Error {
        self.corrupt("a value is missing".into())
    }
}

/// What a column can be read as.
pub(super) trait Column: Sized {
    fn read<R: Reader + ?Sized>(from: &mut R) -> Result<Self, R::Error>;
}

macro_rules! optional_columns {
    ($($type:ty => |$from:ident| $read:expr;)*) => {$(
        impl Column for Option<$type> {
            fn read<R: Reader + ?Sized>($from: &mut R) -> Result<Self, R::Error> { $read }
        }
        impl Column for $type {
            fn read<R: Reader + ?Sized>(from: &mut R) -> Result<Self, R::Error> {
                <Option<$type>>::read(from)?.ok_or_else(|| from.missing())
            }
        }
    )*};
}
optional_columns! {
    Uuid => |from| from.id();
    i64 => |from| from.int();
    f64 => |from| from.real();
    String => |from| from.text();
    u64 => |from| narrow(from);
    u32 => |from| narrow(from);
    i32 => |from| narrow(from);
    u16 => |from| narrow(from);
    u8 => |from| narrow(from);
    Timestamp => |from| Ok(from.int()?.map(Timestamp::from_ms));
    Money => |from| {
        let amount = from.int()?;
        amount.map(Money::from_ten_thousandths).transpose().map_err(|e| from.corrupt(e.into()))
    };
}

impl Column for bool {
    fn read<R: Reader + ?Sized>(from: &mut R) -> Result<Self, R::Error> {
        from.flag()
    }
}

fn narrow<N: TryFrom<i64>, R: Reader + ?Sized>(from: &mut R) -> Result<Option<N>, R::Error>
where
    N::Error: std::error::Error + Send + Sync + 'static,
{
    from.int()?.map(N::try_from).transpose().map_err(|e| from.corrupt(e.into()))
}

/// Where a row lies that a commit may take away: its table, the column of its key, and that. `None`: such rows stay.
pub(super) fn removable(key: &RowKey) -> Option<(&'static str, &'static str, Uuid)> {
    match key {
        RowKey::Category(id) => Some((Category::NAME, Category::COLUMNS[0], id.0)),
        RowKey::Seller(id) => Some((Seller::NAME, Seller::COLUMNS[0], id.0)),
        RowKey::SellerProfile(id) => Some((SellerProfile::NAME, SellerProfile::COLUMNS[0], id.0)),
        _ => None,
    }
}

/// Hands the list of all tables to a macro.
macro_rules! all_tables {
    ($then:ident) => {
        $then!(
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
            CustomerProfile,
            RecordRow
        );
    };
}
pub(super) use all_tables;
