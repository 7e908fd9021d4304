//! One moment of the store: a read transaction on a connection of its own.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Row as SqlRow, ToSql, params, params_from_iter};
use serde_json::json;
use souk_kernel::{
    CartId, CommitId, HoldId, LogPosition, OrderId, Position, ProductId, Timestamp, UserId, VariantId,
};
use souk_ports::event::{Actor, EventFilter, RecordedEvent, StreamId, StreamKind};
use souk_ports::rows::{
    Category, Comment, Load, Order, OrderItem, Product, RecordRow, Review, Row, RowKey, User, Variant,
};
use souk_ports::store::{
    Answered, Find, Found, LogHead, ReviewOrder, Snapshot, Stars, Stock, Versioned, Window,
};
use souk_ports::{Error, Result};
use uuid::Uuid;

use super::tables;
use crate::local::sqlite::{self, PooledReader};
use crate::store::decide::allowance_of;
use crate::store::tables::Table;

type Sql<T> = rusqlite::Result<T>;

pub(super) struct SqliteSnapshot {
    reader: PooledReader,
    head: LogHead,
}

impl SqliteSnapshot {
    /// The first read fixes the moment, so the head is read here.
    pub(super) fn begin(reader: PooledReader) -> Result<Self> {
        let begin = || -> Sql<LogHead> {
            reader.prepare_cached("BEGIN")?.execute([])?;
            head(&reader)
        };
        let head = begin().map_err(|error| sqlite::error("reading the store", error))?;
        Ok(Self { reader, head })
    }

    fn read<T>(&self, read: impl FnOnce(&Connection) -> Sql<T>) -> Result<T> {
        read(&self.reader).map_err(|error| sqlite::error("reading the store", error))
    }
}

/// Names the log, and the last event in it.
pub(super) fn head(connection: &Connection) -> Sql<LogHead> {
    let mut statement = connection.prepare_cached("SELECT id, epoch, position FROM log")?;
    statement.query_row([], |row| {
        let head = LogPosition { epoch: row.get(1)?, position: row.get(2)? };
        Ok(LogHead { log: Uuid::from_bytes(row.get(0)?), head })
    })
}

/// Reads a stream's kind and id from two columns.
pub(super) fn read_stream(row: &SqlRow<'_>, at: usize) -> Sql<StreamId> {
    Ok(StreamId { kind: StreamKind::numbered(row.get(at)?), id: Uuid::from_bytes(row.get(at + 1)?) })
}

const EVENT_COLUMNS: &str = "e.position, e.stream_kind, e.stream_id, e.version, e.commit_id, e.kind, e.schema, \
     e.data, p.data, e.occurred_at, e.recorded_at, e.actor, e.reason \
     FROM events e LEFT JOIN event_personal p ON p.position = e.position";

fn read_event(row: &SqlRow<'_>) -> Sql<RecordedEvent> {
    let actor: String = row.get(11)?;
    let actor: Actor = serde_json::from_str(&actor).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(11, rusqlite::types::Type::Text, error.into())
    })?;
    Ok(RecordedEvent {
        position: row.get(0)?,
        stream: read_stream(row, 1)?,
        version: row.get(3)?,
        commit: CommitId(Uuid::from_bytes(row.get(4)?)),
        kind: row.get(5)?,
        schema: row.get(6)?,
        data: row.get(7)?,
        personal: row.get(8)?,
        occurred_at: Timestamp::from_ms(row.get(9)?),
        recorded_at: Timestamp::from_ms(row.get(10)?),
        actor,
        reason: row.get(12)?,
    })
}

/// A position as the file has it. No log is so long that a greater one stands in it.
fn place(position: Position) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}

fn query_all<T>(
    connection: &Connection,
    sql: &str,
    parameters: &[&dyn ToSql],
    read: fn(&SqlRow<'_>) -> Sql<T>,
) -> Sql<Vec<T>> {
    connection.prepare_cached(sql)?.query_map(parameters, read)?.collect()
}

#[async_trait]
impl Snapshot for SqliteSnapshot {
    async fn head(&mut self) -> Result<LogHead> {
        Ok(self.head)
    }

    async fn events(&mut self, after: Position, limit: u32) -> Result<Vec<RecordedEvent>> {
        let sql = format!("SELECT {EVENT_COLUMNS} WHERE e.position > ?1 ORDER BY e.position LIMIT ?2");
        self.read(|connection| query_all(connection, &sql, &[&place(after), &limit], read_event))
    }

    async fn events_of(
        &mut self,
        filter: EventFilter,
        after: Position,
        through: Position,
        limit: u32,
    ) -> Result<Vec<RecordedEvent>> {
        // The plus keeps SQLite from an index by which it would have to sort.
        let (passes, values) = match filter {
            EventFilter::All => ("?3 IS NOT NULL", String::new()),
            EventFilter::Streams(kinds) => {
                let numbers: Vec<u8> = kinds.iter().map(|kind| kind.number()).collect();
                ("+e.stream_kind IN (SELECT value FROM json_each(?3))", json!(numbers).to_string())
            }
            EventFilter::Kinds(kinds) => {
                ("+e.kind IN (SELECT value FROM json_each(?3))", json!(kinds).to_string())
            }
        };
        let sql = format!(
            "SELECT {EVENT_COLUMNS} WHERE e.position > ?1 AND e.position <= ?2 AND {passes} ORDER BY e.position LIMIT ?4"
        );
        let (after, through) = (place(after), place(through));
        self.read(|connection| query_all(connection, &sql, &[&after, &through, &values, &limit], read_event))
    }

    async fn stream(&mut self, stream: StreamId) -> Result<Vec<RecordedEvent>> {
        let sql = format!(
            "SELECT {EVENT_COLUMNS} WHERE e.stream_kind = ?1 AND e.stream_id = ?2 ORDER BY e.version"
        );
        let (kind, id) = (stream.kind.number(), stream.id.into_bytes());
        self.read(|connection| query_all(connection, &sql, &[&kind, &id], read_event))
    }

    async fn get(&mut self, keys: &[RowKey]) -> Result<Vec<Option<Versioned<Row>>>> {
        self.read(|connection| keys.iter().map(|key| tables::get(connection, key)).collect())
    }

    async fn find(&mut self, find: &Find, window: Window) -> Result<Found> {
        check_find(find)?;
        self.read(|connection| self::find(connection, find, window))
    }

    async fn stock(&mut self, variants: &[VariantId]) -> Result<Vec<Option<Stock>>> {
        self.read(|connection| {
            let sql = "SELECT quantity, allowance, version FROM stock WHERE variant_id = ?1";
            let mut statement = connection.prepare_cached(sql)?;
            let read = |row: &SqlRow<'_>| {
                let allowance = allowance_of(row.get(1)?);
                Ok(Stock { quantity: row.get(0)?, allowance, version: row.get(2)? })
            };
            let mut own = |id: &VariantId| statement.query_row([id.as_bytes()], read).optional();
            let mut of = |id: &VariantId| match stock_of_parts(connection, *id)? {
                // Pieces of its own may have come back from an order that is older than the bundle.
                Some(of_bundle) => Ok(Some(of_bundle)),
                None => own(id),
            };
            variants.iter().map(&mut of).collect()
        })
    }

    async fn expired_holds(&mut self, now: Timestamp, limit: u32) -> Result<Vec<(HoldId, VariantId)>> {
        let sql = "SELECT id, variant_id FROM holds WHERE until <= ?1 ORDER BY until, id LIMIT ?2";
        self.read(|connection| {
            query_all(connection, sql, &[&now.ms(), &limit], |row| {
                let hold = HoldId(Uuid::from_bytes(row.get(0)?));
                Ok((hold, VariantId(Uuid::from_bytes(row.get(1)?))))
            })
        })
    }

    async fn stars(&mut self, products: &[ProductId]) -> Result<Vec<Stars>> {
        self.read(|connection| {
            let sql = "SELECT rating, count(*) FROM reviews WHERE product_id = ?1 GROUP BY rating";
            let mut statement = connection.prepare_cached(sql)?;
            let mut of = |product: &ProductId| -> Sql<Stars> {
                let mut stars = Stars::default();
                let mut rows = statement.query([product.as_bytes()])?;
                while let Some(row) = rows.next()? {
                    let rating: usize = row.get(0)?;
                    if let Some(count) = rating.checked_sub(1).and_then(|at| stars.0.get_mut(at)) {
                        *count = row.get(1)?;
                    }
                }
                Ok(stars)
            };
            products.iter().map(&mut of).collect()
        })
    }

    async fn bought(&mut self, pairs: &[(UserId, ProductId)]) -> Result<Vec<bool>> {
        self.read(|connection| {
            // From the user's orders, which are few, to their lines: an index over the lines of all orders would cost
            // every order more than it saves here.
            let mut statement = connection.prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM orders INDEXED BY orders_by_user \
                 CROSS JOIN order_items ON order_items.order_id = orders.id \
                 WHERE orders.user_id = ?1 AND orders.status <> 'cancelled' AND order_items.product_id = ?2)",
            )?;
            let mut one = |(user, product): &(UserId, ProductId)| {
                statement.query_row([user.as_bytes(), product.as_bytes()], |row| row.get(0))
            };
            pairs.iter().map(&mut one).collect()
        })
    }

    async fn last_spend(&mut self, cart: CartId) -> Result<Option<OrderId>> {
        self.read(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT order_id FROM spends WHERE cart_id = ?1")?;
            let order = statement.query_row([cart.as_bytes()], |row| row.get(0)).optional()?;
            Ok(order.map(|id| OrderId(Uuid::from_bytes(id))))
        })
    }
}

const RECORDS_BY_ENTRY: &str = "JOIN record_index AS entry USING (kind, id) \
     WHERE entry.kind = ? AND entry.name = ? AND entry.value = ?";

/// Each question is a `FROM … WHERE …` and an order; the rest is the same for all.
fn find(connection: &Connection, find: &Find, window: Window) -> Sql<Found> {
    let blob = |id: &Uuid| Box::new(id.into_bytes()) as Box<dyn ToSql>;
    match find {
        Find::Users => rows::<User>(connection, "", "id", vec![], window),
        Find::Categories => rows::<Category>(connection, "", "name, id", vec![], window),
        Find::CategoriesNamed(name) => {
            let named = vec![Box::new(name.clone()) as Box<dyn ToSql>];
            rows::<Category>(connection, "WHERE name = ? COLLATE NOCASE", "id", named, window)
        }
        Find::ActiveProducts { categories: None } => {
            rows::<Product>(connection, "WHERE is_active", "created_at DESC, id", vec![], window)
        }
        Find::ActiveProducts { categories: Some(categories) } => {
            // Further categories stand as text in JSON, so they are asked for as text in JSON.
            let wanted = format!(
                "WHERE is_active AND (category_id IN ({}) OR EXISTS (
                    SELECT 1 FROM json_each(details, '$.also_in') AS further
                    WHERE further.value IN (SELECT value FROM json_each(?))))",
                places(categories.len())
            );
            let mut ids: Vec<_> = categories.iter().map(|id| blob(&id.0)).collect();
            let texts: Vec<String> = categories.iter().map(|id| format!("\"{id}\"")).collect();
            ids.push(Box::new(format!("[{}]", texts.join(","))));
            rows::<Product>(connection, &wanted, "created_at DESC, id", ids, window)
        }
        Find::ProductsOfCategory(id) => {
            rows::<Product>(connection, "WHERE category_id = ?", "id", vec![blob(&id.0)], window)
        }
        Find::ProductsAlsoIn(id) => {
            let named = vec![Box::new(id.to_string()) as Box<dyn ToSql>];
            rows::<Product>(connection, "WHERE instr(details, ?) > 0", "id", named, window)
        }
        Find::ProductsOfSeller(id) => {
            rows::<Product>(connection, "WHERE seller_id = ?", "id", vec![blob(&id.0)], window)
        }
        Find::VariantsOf(products) => {
            let wanted = format!("WHERE product_id IN ({})", places(products.len()));
            let ids = products.iter().map(|id| blob(&id.0)).collect();
            rows::<Variant>(connection, &wanted, "product_id, rank, id", ids, window)
        }
        Find::BundlesWith(parts) => {
            let wanted = format!(
                "WHERE id IN (SELECT bundle_id FROM components WHERE part_id IN ({}))",
                places(parts.len())
            );
            let ids = parts.iter().map(|id| blob(&id.0)).collect();
            rows::<Variant>(connection, &wanted, "id", ids, window)
        }
        Find::Orders { user: None } => rows::<Order>(connection, "", "number DESC", vec![], window),
        Find::Orders { user: Some(user) } => {
            rows::<Order>(connection, "WHERE user_id = ?", "number DESC", vec![blob(&user.0)], window)
        }
        Find::OrderNumbered(number) => {
            let number = vec![Box::new(i64::try_from(*number).unwrap_or(i64::MAX)) as Box<dyn ToSql>];
            rows::<Order>(connection, "WHERE number = ?", "number", number, window)
        }
        Find::ItemsOf(orders) => {
            let wanted = format!("WHERE order_id IN ({})", places(orders.len()));
            let ids = orders.iter().map(|id| blob(&id.0)).collect();
            rows::<OrderItem>(connection, &wanted, "order_id, line", ids, window)
        }
        Find::ReviewsOf { product, order } => {
            let order = match order {
                ReviewOrder::Newest => "created_at DESC, id",
                ReviewOrder::Highest => "rating DESC, created_at DESC, id",
                ReviewOrder::Lowest => "rating, created_at DESC, id",
            };
            rows::<Review>(connection, "WHERE product_id = ?", order, vec![blob(&product.0)], window)
        }
        Find::ReviewsBy(user) => {
            let order = "created_at DESC, id";
            rows::<Review>(connection, "WHERE user_id = ?", order, vec![blob(&user.0)], window)
        }
        Find::CommentsOf(reviews) => {
            let wanted = format!("WHERE review_id IN ({})", places(reviews.len()));
            let ids = reviews.iter().map(|id| blob(&id.0)).collect();
            rows::<Comment>(connection, &wanted, "review_id, created_at, id", ids, window)
        }
        Find::Loads => rows::<Load>(connection, "", "source", vec![], window),
        Find::Records { kind, index, value } => {
            let text = |text: &str| Box::new(text.to_owned()) as Box<dyn ToSql>;
            let wanted = vec![text(kind), text(index), text(value)];
            rows::<RecordRow>(connection, RECORDS_BY_ENTRY, "entry.sort, id", wanted, window)
        }
    }
}

fn places(count: usize) -> String {
    vec!["?"; count].join(", ")
}

fn rows<T: Table>(
    connection: &Connection,
    wanted: &str,
    order: &str,
    mut parameters: Vec<Box<dyn ToSql>>,
    window: Window,
) -> Sql<Found> {
    let (name, columns) = (T::NAME, T::COLUMNS.join(", "));
    let offset = i64::try_from(window.offset).unwrap_or(i64::MAX);
    let count_sql = format!("SELECT count(*) FROM {name} {wanted}");
    let sql = format!("SELECT {columns}, row_version FROM {name} {wanted} ORDER BY {order} LIMIT ? OFFSET ?");
    // Everything was asked for: the rows are the count.
    let total = if window == Window::ALL {
        None
    } else {
        let mut count = connection.prepare_cached(&count_sql)?;
        Some(count.query_row(params_from_iter(&parameters), |row| row.get(0))?)
    };
    parameters.push(Box::new(window.limit));
    parameters.push(Box::new(offset));
    let mut statement = connection.prepare_cached(&sql)?;
    for (at, value) in parameters.iter().enumerate() {
        statement.raw_bind_parameter(at + 1, value)?;
    }
    let rows = tables::read_all::<T>(&mut statement)?;
    let total = total.unwrap_or(rows.len() as u64);
    Ok(Found { rows, total })
}

/// What became of an idempotency key is read outside any snapshot.
pub(super) fn answered(
    connection: &Connection,
    scope: &str,
    key: &str,
    now: Timestamp,
) -> Result<Option<Answered>> {
    let read = || -> Sql<Option<Answered>> {
        let mut statement = connection.prepare_cached(
            "SELECT request_hash, answer, position, number, epoch FROM idempotency \
             JOIN (SELECT epoch FROM log) WHERE scope = ?1 AND key = ?2 AND expires_at > ?3",
        )?;
        statement
            .query_row(params![scope, key, now.ms()], |row| {
                Ok(Answered {
                    request_hash: row.get(0)?,
                    answer: row.get(1)?,
                    position: LogPosition { epoch: row.get(4)?, position: row.get(2)? },
                    number: row.get(3)?,
                })
            })
            .optional()
    };
    read().map_err(|error| sqlite::error("reading the store", error))
}

/// Refuses what no statement could take.
fn check_find(find: &Find) -> Result<()> {
    const MOST: usize = 30_000; // SQLite's limit on parameters is 32,766.
    let count = match find {
        Find::VariantsOf(ids) => ids.len(),
        Find::BundlesWith(ids) => ids.len(),
        Find::ItemsOf(ids) => ids.len(),
        Find::CommentsOf(ids) => ids.len(),
        Find::ActiveProducts { categories: Some(ids) } => ids.len(),
        _ => 0,
    };
    if count > MOST {
        Err(Error::invalid(format!("a question names {count} ids; {MOST} is the most")))
    } else {
        Ok(())
    }
}

/// `None`: the variant is no bundle.
fn stock_of_parts(connection: &Connection, bundle: VariantId) -> Sql<Option<Stock>> {
    let mut statement = connection.prepare_cached(
        "SELECT components.quantity, stock.quantity, stock.allowance, stock.version \
         FROM components LEFT JOIN stock ON stock.variant_id = components.part_id WHERE bundle_id = ?1",
    )?;
    let part = |row: &SqlRow<'_>| {
        let stock = match row.get(1)? {
            Some(quantity) => {
                Some(Stock { quantity, allowance: allowance_of(row.get(2)?), version: row.get(3)? })
            }
            None => None,
        };
        Ok((row.get(0)?, stock))
    };
    let parts: Vec<(i64, Option<Stock>)> =
        statement.query_map([bundle.as_bytes()], part)?.collect::<Sql<_>>()?;
    Ok((!parts.is_empty()).then(|| Stock::of_bundle(parts)))
}
