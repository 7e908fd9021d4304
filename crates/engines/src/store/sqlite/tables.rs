//! How each type of row lies in its table: one `impl Table` a row, and the statements that follow from it.

use std::fmt::Write as _;

use rusqlite::types::Type;
use rusqlite::{CachedStatement, Connection, Row as SqlRow, Statement, ToSql};
use serde::Serialize;
use serde::de::DeserializeOwned;
use souk_kernel::{CategoryId, Money, OrderId, ProductId, SellerId, Timestamp, UserId, VariantId};
use souk_ports::rows::{
    Category, Entity, Load, Order, OrderItem, OrderStatus, Person, Product, Row, RowKey, Seller, User,
    Variant,
};
use souk_ports::store::Versioned;
use uuid::Uuid;

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
    by_table!(User, Person, Seller, Category, Product, Variant, Order, OrderItem, Load);
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

impl Table for User {
    const NAME: &'static str = "users";
    const COLUMNS: &'static [&'static str] = &["id", "external_id", "joined_at"];
    fn bind_key(key: &UserId, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(key.0).map(|_| ())
    }
    fn bind(&self, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(self.id.0)?.put(&self.external_id)?.put(self.joined_at.ms())?;
        Ok(())
    }
    fn read(from: &mut Reader<'_, '_>) -> Sql<Self> {
        Ok(Self { id: UserId(from.id()?), external_id: from.get()?, joined_at: from.moment()? })
    }
}

impl Table for Person {
    const NAME: &'static str = "persons";
    const COLUMNS: &'static [&'static str] = &["user_id", "name", "email", "phone", "address"];
    fn bind_key(key: &UserId, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(key.0).map(|_| ())
    }
    fn bind(&self, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(self.user_id.0)?.put(&self.name)?.put(&self.email)?.put(&self.phone)?;
        bind_optional_json(to, self.address.as_ref())
    }
    fn read(from: &mut Reader<'_, '_>) -> Sql<Self> {
        Ok(Self {
            user_id: UserId(from.id()?),
            name: from.get()?,
            email: from.get()?,
            phone: from.get()?,
            address: from.optional_json()?,
        })
    }
}

fn bind_optional_json<T: Serialize>(to: &mut Binder<'_, '_>, value: Option<&T>) -> Sql<()> {
    match value {
        Some(value) => to.json(value).map(|_| ()),
        None => to.put(rusqlite::types::Null).map(|_| ()),
    }
}

impl Table for Seller {
    const NAME: &'static str = "sellers";
    const COLUMNS: &'static [&'static str] =
        &["id", "external_id", "user_id", "name", "rating", "city", "country", "founded", "description"];
    fn bind_key(key: &SellerId, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(key.0).map(|_| ())
    }
    fn bind(&self, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(self.id.0)?.put(&self.external_id)?.put(self.user_id.map(|id| id.0.into_bytes()))?;
        to.put(&self.name)?.put(self.rating)?.put(&self.city)?.put(&self.country)?;
        to.put(self.founded)?.put(&self.description)?;
        Ok(())
    }
    fn read(from: &mut Reader<'_, '_>) -> Sql<Self> {
        Ok(Self {
            id: SellerId(from.id()?),
            external_id: from.get()?,
            user_id: from.optional_id()?.map(UserId),
            name: from.get()?,
            rating: from.get()?,
            city: from.get()?,
            country: from.get()?,
            founded: from.get()?,
            description: from.get()?,
        })
    }
}

impl Table for Category {
    const NAME: &'static str = "categories";
    const COLUMNS: &'static [&'static str] = &["id", "external_id", "name", "description", "parent", "image"];
    fn bind_key(key: &CategoryId, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(key.0).map(|_| ())
    }
    fn bind(&self, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(self.id.0)?.put(&self.external_id)?.put(&self.name)?.put(&self.description)?;
        to.put(self.parent.map(|id| id.0.into_bytes()))?.put(&self.image)?;
        Ok(())
    }
    fn read(from: &mut Reader<'_, '_>) -> Sql<Self> {
        Ok(Self {
            id: CategoryId(from.id()?),
            external_id: from.get()?,
            name: from.get()?,
            description: from.get()?,
            parent: from.optional_id()?.map(CategoryId),
            image: from.get()?,
        })
    }
}

impl Table for Product {
    const NAME: &'static str = "products";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "external_id",
        "name",
        "description",
        "price",
        "category_id",
        "seller_id",
        "brand",
        "tags",
        "materials",
        "care",
        "rating",
        "num_reviews",
        "images",
        "is_active",
        "created_at",
    ];
    fn bind_key(key: &ProductId, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(key.0).map(|_| ())
    }
    fn bind(&self, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(self.id.0)?.put(&self.external_id)?.put(&self.name)?.put(&self.description)?;
        to.put(self.price.map(Money::minor))?.id(self.category_id.0)?;
        to.put(self.seller_id.map(|id| id.0.into_bytes()))?.put(&self.brand)?.json(&self.tags)?;
        to.json(&self.materials)?.put(&self.care)?.put(self.rating)?.put(self.num_reviews)?;
        to.json(&self.images)?.put(self.is_active)?.put(self.created_at.ms())?;
        Ok(())
    }
    fn read(from: &mut Reader<'_, '_>) -> Sql<Self> {
        Ok(Self {
            id: ProductId(from.id()?),
            external_id: from.get()?,
            name: from.get()?,
            description: from.get()?,
            price: {
                let column = from.next;
                let minor: Option<i64> = from.get()?;
                minor.map(Money::from_minor).transpose().map_err(|e| corrupt(column, e))?
            },
            category_id: CategoryId(from.id()?),
            seller_id: from.optional_id()?.map(SellerId),
            brand: from.get()?,
            tags: from.json()?,
            materials: from.json()?,
            care: from.get()?,
            rating: from.get()?,
            num_reviews: from.get()?,
            images: from.json()?,
            is_active: from.get()?,
            created_at: from.moment()?,
        })
    }
}

impl Table for Variant {
    const NAME: &'static str = "variants";
    const COLUMNS: &'static [&'static str] =
        &["id", "product_id", "sku", "size", "color", "price_adjustment", "rank", "loaded_stock"];
    fn bind_key(key: &VariantId, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(key.0).map(|_| ())
    }
    fn bind(&self, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(self.id.0)?.id(self.product_id.0)?.put(&self.sku)?.put(&self.size)?.put(&self.color)?;
        to.put(self.price_adjustment.minor())?.put(self.rank)?.put(self.loaded_stock)?;
        Ok(())
    }
    fn read(from: &mut Reader<'_, '_>) -> Sql<Self> {
        Ok(Self {
            id: VariantId(from.id()?),
            product_id: ProductId(from.id()?),
            sku: from.get()?,
            size: from.get()?,
            color: from.get()?,
            price_adjustment: from.money()?,
            rank: from.get()?,
            loaded_stock: from.get()?,
        })
    }
}

impl Table for Order {
    const NAME: &'static str = "orders";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "number",
        "user_id",
        "status",
        "total",
        "payment_method_id",
        "payment_id",
        "tracking_number",
        "shipping_address",
        "placed_at",
    ];
    fn bind_key(key: &OrderId, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(key.0).map(|_| ())
    }
    fn bind(&self, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(self.id.0)?.put(self.number)?.id(self.user_id.0)?.put(self.status.as_str())?;
        to.put(self.total.minor())?.put(&self.payment_method_id)?.put(&self.payment_id)?;
        to.put(&self.tracking_number)?;
        bind_optional_json(to, self.shipping_address.as_ref())?;
        to.put(self.placed_at.ms())?;
        Ok(())
    }
    fn read(from: &mut Reader<'_, '_>) -> Sql<Self> {
        Ok(Self {
            id: OrderId(from.id()?),
            number: from.get()?,
            user_id: UserId(from.id()?),
            status: {
                let column = from.next;
                let text: String = from.get()?;
                let known = OrderStatus::ALL.into_iter().find(|status| status.as_str() == text);
                known.ok_or_else(|| corrupt(column, std::fmt::Error))?
            },
            total: from.money()?,
            payment_method_id: from.get()?,
            payment_id: from.get()?,
            tracking_number: from.get()?,
            shipping_address: from.optional_json()?,
            placed_at: from.moment()?,
        })
    }
}

impl Table for OrderItem {
    const NAME: &'static str = "order_items";
    const KEY: usize = 2;
    const COLUMNS: &'static [&'static str] =
        &["order_id", "line", "product_id", "variant_id", "name", "quantity", "price", "snapshot"];
    fn bind_key(key: &(OrderId, u32), to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(key.0.0)?.put(key.1).map(|_| ())
    }
    fn bind(&self, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(self.order_id.0)?.put(self.line)?.id(self.product_id.0)?.id(self.variant_id.0)?;
        to.put(&self.name)?.put(self.quantity)?.put(self.price.minor())?.put(&self.snapshot)?;
        Ok(())
    }
    fn read(from: &mut Reader<'_, '_>) -> Sql<Self> {
        Ok(Self {
            order_id: OrderId(from.id()?),
            line: from.get()?,
            product_id: ProductId(from.id()?),
            variant_id: VariantId(from.id()?),
            name: from.get()?,
            quantity: from.get()?,
            price: from.money()?,
            snapshot: from.get()?,
        })
    }
}

impl Table for Load {
    const NAME: &'static str = "loads";
    const COLUMNS: &'static [&'static str] = &["source", "digest", "started_at", "finished_at"];
    fn bind_key(key: &String, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.put(key).map(|_| ())
    }
    fn bind(&self, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.put(&self.source)?.put(&self.digest)?.put(self.started_at.ms())?;
        to.put(self.finished_at.map(Timestamp::ms))?;
        Ok(())
    }
    fn read(from: &mut Reader<'_, '_>) -> Sql<Self> {
        Ok(Self {
            source: from.get()?,
            digest: from.get()?,
            started_at: from.moment()?,
            finished_at: from.get::<Option<i64>>()?.map(Timestamp::from_ms),
        })
    }
}
