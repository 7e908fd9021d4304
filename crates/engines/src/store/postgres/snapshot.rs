//! One moment of the store: a transaction that repeats its reads, on a connection of a pool. A moment of a replica that
//! fails is given up for a later one of the primary.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use deadpool_postgres::Object;
use souk_kernel::{
    CartId, CommitId, HoldId, LogPosition, OrderId, Position, ProductId, Timestamp, UserId, VariantId,
};
use souk_ports::event::{Actor, EventFilter, RecordedEvent, StreamId, StreamKind};
use souk_ports::rows::{
    Category, Comment, Load, Order, OrderItem, Product, RecordRow, Review, Row, RowKey, User, Variant,
};
use souk_ports::store::{Find, Found, LogHead, ReviewOrder, Snapshot, Stars, Stock, Versioned, Window};
use souk_ports::{BoxError, Error, Result};
use tokio::sync::Mutex;
use tokio_postgres::Row as SqlRow;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::arrays::Json;
use super::replicas::Copy;
use super::tables;
use super::{Link, WHAT};
use crate::remote::postgres;
use crate::remote::postgres_registry::Connection;
use crate::store::decide::allowance_of;
use crate::store::tables::Table;

pub(super) struct PostgresSnapshot {
    primary: Arc<Link>,
    open: Mutex<Arc<Open>>,
    head: LogHead,
}

/// A transaction that reads. Whoever drops it ends it, before anybody else gets the connection.
pub(super) struct Open {
    link: Arc<Link>,
    /// Taken only by `drop`.
    connection: Option<Object>,
}

type Parameters<'p> = &'p [&'p (dyn ToSql + Sync)];

const HEAD: &str = "SELECT id, epoch, position FROM log";
const COPY: &str =
    "SELECT id, epoch, position, pg_is_in_recovery(), current_setting('server_version') FROM log";
/// What is personal is looked up for each event: a join may be merged, which reads it from the beginning of the log.
pub(super) const EVENTS: &str = "SELECT e.position, e.stream_kind, e.stream_id, e.version, e.commit_id, e.kind, \
     e.schema, e.data, (SELECT p.data FROM event_personal p WHERE p.position = e.position), e.occurred_at, \
     e.recorded_at, e.actor, e.reason FROM events e";
pub(super) const AFTER: &str = "WHERE e.position > $1 ORDER BY e.position LIMIT $2";

impl PostgresSnapshot {
    pub(super) async fn begin(primary: Arc<Link>) -> Result<Self> {
        let (open, head) = begin(&primary).await?;
        Ok(Self::of(primary, open, head))
    }

    /// The moment may be a replica's.
    pub(super) fn of(primary: Arc<Link>, open: Open, head: LogHead) -> Self {
        Self { primary, open: Mutex::new(Arc::new(open)), head }
    }

    pub(super) fn head(&self) -> LogHead {
        self.head
    }

    async fn rows(&self, sql: &str, parameters: Parameters<'_>) -> Result<Vec<SqlRow>> {
        let open = self.open.lock().await.clone();
        match open.rows(sql, parameters).await {
            Err(error) if !Arc::ptr_eq(&open.link, &self.primary) => {
                tracing::debug!(replica = open.link.place, %error, "has failed; the primary goes on");
                self.instead_of(open).await?.rows(sql, parameters).await
            }
            answer => answer,
        }
    }

    async fn instead_of(&self, failed: Arc<Open>) -> Result<Arc<Open>> {
        let mut open = self.open.lock().await;
        // Another question of this moment may have failed before.
        if Arc::ptr_eq(&open, &failed) {
            *open = Arc::new(begin(&self.primary).await?.0);
        }
        Ok(open.clone())
    }

    async fn find_in<T: Table>(
        &self,
        wanted: &str,
        order: &str,
        parameters: Parameters<'_>,
        window: Window,
    ) -> Result<Found> {
        let (name, columns) = (T::NAME, T::COLUMNS.join(", "));
        let mut sql = format!("SELECT {columns}, row_version FROM {name} {wanted} ORDER BY {order}");
        if window == Window::ALL {
            let rows = self.rows(&sql, parameters).await?;
            let rows = rows.iter().map(untyped::<T>).collect::<Result<Vec<_>>>()?;
            return Ok(Found { total: rows.len() as u64, rows });
        }
        let (limit, offset) = (i64::from(window.limit), i64::try_from(window.offset).unwrap_or(i64::MAX));
        let count = format!("SELECT count(*) FROM {name} {wanted}");
        sql.push_str(&format!(" LIMIT ${} OFFSET ${}", parameters.len() + 1, parameters.len() + 2));
        let page = [parameters, &[&limit, &offset]].concat();
        let (total, rows) = tokio::try_join!(self.rows(&count, parameters), self.rows(&sql, &page))?;
        let total = total.first().map_or(0, |row| row.get::<_, i64>(0)) as u64;
        Ok(Found { rows: rows.iter().map(untyped::<T>).collect::<Result<_>>()?, total })
    }
}

impl Open {
    async fn on(link: &Arc<Link>) -> Result<Self> {
        let connection = Some(postgres::connection(WHAT, &link.readers).await?);
        Ok(Self { link: link.clone(), connection })
    }

    async fn rows(&self, sql: &str, parameters: Parameters<'_>) -> Result<Vec<SqlRow>> {
        let connection = self.connection();
        // Not repeated: the moment would be another one.
        let asked = self.link.guard.once(async {
            let rows = async {
                let statement = connection.prepare_cached(sql).await?;
                connection.query(&statement, parameters).await
            };
            rows.await.map_err(|error| postgres::error(WHAT, error))
        });
        asked.await
    }

    /// Begins the transaction; its first statement fixes the moment, and tells where it is.
    async fn begin(&self, first: &str) -> Result<SqlRow> {
        let connection = self.connection();
        let row = async {
            let first = connection.prepare_cached(first).await?;
            let begin = connection.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
            let (_, row) = tokio::try_join!(begin, connection.query_one(&first, &[]))?;
            Ok(row)
        };
        row.await.map_err(|error| postgres::error(WHAT, error))
    }

    fn connection(&self) -> &Object {
        self.connection.as_ref().expect("it is taken only by `drop`")
    }
}

impl Drop for Open {
    /// Where the transaction cannot be ended the connection is closed.
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(async move {
                let ended =
                    tokio::time::timeout(postgres::PATIENCE, connection.batch_execute("ROLLBACK")).await;
                if !matches!(ended, Ok(Ok(()))) {
                    drop(Object::take(connection));
                }
            })),
            Err(_) => drop(Object::take(connection)),
        }
    }
}

async fn begin(primary: &Arc<Link>) -> Result<(Open, LogHead)> {
    let begun = primary.guard.repeat(|| async {
        let open = Open::on(primary).await?;
        let head = head_of(&open.begin(HEAD).await?);
        Ok((open, head))
    });
    begun.await
}

/// Not repeated: there are others to ask.
pub(super) async fn begin_on_replica(replica: &Arc<Link>) -> Result<(Open, Copy)> {
    let begun = replica.guard.once(async {
        let open = Open::on(replica).await?;
        let row = open.begin(COPY).await?;
        let copy = Copy { head: head_of(&row), follows: row.get(3), version: number_of(row.get(4)) };
        Ok((open, copy))
    });
    begun.await
}

/// `17.2` of `17.2 (Debian 17.2-1)`.
pub(super) fn number_of(version: &str) -> String {
    version.split(' ').next().unwrap_or_default().to_owned()
}

fn head_of(row: &SqlRow) -> LogHead {
    let head = LogPosition { epoch: row.get::<_, i64>(1) as u64, position: row.get::<_, i64>(2) as u64 };
    LogHead { log: row.get(0), head }
}

pub(super) async fn head(link: &Link) -> Result<LogHead> {
    let row = link.guard.repeat(|| {
        Connection::run(WHAT, &link.readers, async |client| {
            let statement = client.prepare_cached(HEAD).await?;
            client.query_one(&statement, &[]).await
        })
    });
    Ok(head_of(&row.await?))
}

pub(super) fn stream(kind: i64, id: Uuid) -> Result<StreamId, BoxError> {
    Ok(StreamId { kind: StreamKind::numbered(u8::try_from(kind)?), id })
}

fn corrupt(error: impl Into<BoxError>) -> Error {
    Error::internal("reading the store", error)
}

fn untyped<T: Table>(row: &SqlRow) -> Result<Versioned<Row>> {
    let Versioned { version, row } = tables::read::<T>(row).map_err(corrupt)?;
    Ok(Versioned { version, row: row.into() })
}

fn event(row: &SqlRow) -> Result<RecordedEvent> {
    let actor: Json = row.get(11);
    let actor: Actor = serde_json::from_str(&actor.0).map_err(corrupt)?;
    Ok(RecordedEvent {
        position: row.get::<_, i64>(0) as u64,
        stream: stream(row.get(1), row.get(2)).map_err(corrupt)?,
        version: row.get::<_, i64>(3) as u64,
        commit: CommitId(row.get(4)),
        kind: row.get(5),
        schema: row.get::<_, i64>(6) as u16,
        data: row.get::<_, Json>(7).0,
        personal: row.get::<_, Option<Json>>(8).map(|personal| personal.0),
        occurred_at: Timestamp::from_ms(row.get(9)),
        recorded_at: Timestamp::from_ms(row.get(10)),
        actor,
        reason: row.get(12),
    })
}

/// Each answer at the place of what was asked for.
fn placed<K: std::hash::Hash + Eq, V: Clone>(
    keys: impl Iterator<Item = K>,
    found: &HashMap<K, V>,
) -> Vec<Option<V>> {
    keys.map(|key| found.get(&key).cloned()).collect()
}

#[async_trait]
impl Snapshot for PostgresSnapshot {
    async fn head(&mut self) -> Result<LogHead> {
        Ok(self.head)
    }

    async fn events(&mut self, after: Position, limit: u32) -> Result<Vec<RecordedEvent>> {
        let sql = format!("{EVENTS} {AFTER}");
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        self.rows(&sql, &[&after, &i64::from(limit)]).await?.iter().map(event).collect()
    }

    async fn events_of(
        &mut self,
        filter: EventFilter,
        after: Position,
        through: Position,
        limit: u32,
    ) -> Result<Vec<RecordedEvent>> {
        let [after, through] = [after, through].map(|at| i64::try_from(at).unwrap_or(i64::MAX));
        let limit = i64::from(limit);
        let sql = |passes| {
            format!(
                "{EVENTS} WHERE e.position > $1 AND e.position <= $2{passes} ORDER BY e.position LIMIT $3"
            )
        };
        let rows = match filter {
            EventFilter::All => self.rows(&sql(""), &[&after, &through, &limit]).await?,
            EventFilter::Streams(kinds) => {
                let numbers: Vec<i64> = kinds.iter().map(|kind| i64::from(kind.number())).collect();
                let sql = sql(" AND e.stream_kind = ANY($4)");
                self.rows(&sql, &[&after, &through, &limit, &numbers]).await?
            }
            EventFilter::Kinds(kinds) => {
                let sql = sql(" AND e.kind = ANY($4)");
                self.rows(&sql, &[&after, &through, &limit, &kinds]).await?
            }
        };
        rows.iter().map(event).collect()
    }

    async fn stream(&mut self, stream: StreamId) -> Result<Vec<RecordedEvent>> {
        let sql = format!("{EVENTS} WHERE e.stream_kind = $1 AND e.stream_id = $2 ORDER BY e.version");
        self.rows(&sql, &[&i64::from(stream.kind.number()), &stream.id]).await?.iter().map(event).collect()
    }

    async fn get(&mut self, keys: &[RowKey]) -> Result<Vec<Option<Versioned<Row>>>> {
        let mut found = HashMap::new();
        for (bound, read) in tables::gets(keys.iter()) {
            for row in self.rows(&bound.sql, &bound.arrays.parameters()).await? {
                let row = read(&row).map_err(corrupt)?;
                found.insert(row.row.key(), row);
            }
        }
        Ok(placed(keys.iter().cloned(), &found))
    }

    async fn find(&mut self, find: &Find, window: Window) -> Result<Found> {
        match find {
            Find::Users => self.find_in::<User>("", "id", &[], window).await,
            Find::Categories => self.find_in::<Category>("", "name COLLATE \"C\", id", &[], window).await,
            Find::CategoriesNamed(name) => {
                self.find_in::<Category>("WHERE lower(name) = lower($1)", "id", &[name], window).await
            }
            Find::ActiveProducts { categories: None } => {
                self.find_in::<Product>("WHERE is_active", "created_at DESC, id", &[], window).await
            }
            Find::ActiveProducts { categories: Some(categories) } => {
                let ids: Vec<Uuid> = categories.iter().map(|id| id.0).collect();
                let wanted = "WHERE is_active AND (category_id = ANY($1) OR EXISTS (
                    SELECT 1 FROM json_array_elements_text(details -> 'also_in') AS further
                    WHERE further::uuid = ANY($1)))";
                self.find_in::<Product>(wanted, "created_at DESC, id", &[&ids], window).await
            }
            Find::ProductsOfCategory(id) => {
                self.find_in::<Product>("WHERE category_id = $1", "id", &[&id.0], window).await
            }
            Find::ProductsAlsoIn(id) => {
                let named = id.to_string();
                self.find_in::<Product>("WHERE strpos(details::text, $1) > 0", "id", &[&named], window).await
            }
            Find::ProductsOfSeller(id) => {
                self.find_in::<Product>("WHERE seller_id = $1", "id", &[&id.0], window).await
            }
            Find::VariantsOf(products) => {
                let ids: Vec<Uuid> = products.iter().map(|id| id.0).collect();
                let order = "product_id, rank, id";
                self.find_in::<Variant>("WHERE product_id = ANY($1)", order, &[&ids], window).await
            }
            Find::BundlesWith(parts) => {
                let ids: Vec<Uuid> = parts.iter().map(|id| id.0).collect();
                let wanted = "WHERE id IN (SELECT bundle_id FROM components WHERE part_id = ANY($1))";
                self.find_in::<Variant>(wanted, "id", &[&ids], window).await
            }
            Find::Orders { user: None } => self.find_in::<Order>("", "number DESC", &[], window).await,
            Find::Orders { user: Some(user) } => {
                self.find_in::<Order>("WHERE user_id = $1", "number DESC", &[&user.0], window).await
            }
            Find::OrderNumbered(number) => {
                let number = i64::try_from(*number).unwrap_or(i64::MAX);
                self.find_in::<Order>("WHERE number = $1", "number", &[&number], window).await
            }
            Find::ItemsOf(orders) => {
                let ids: Vec<Uuid> = orders.iter().map(|id| id.0).collect();
                self.find_in::<OrderItem>("WHERE order_id = ANY($1)", "order_id, line", &[&ids], window).await
            }
            Find::ReviewsOf { product, order } => {
                let order = match order {
                    ReviewOrder::Newest => "created_at DESC, id",
                    ReviewOrder::Highest => "rating DESC, created_at DESC, id",
                    ReviewOrder::Lowest => "rating, created_at DESC, id",
                };
                self.find_in::<Review>("WHERE product_id = $1", order, &[&product.0], window).await
            }
            Find::ReviewsBy(user) => {
                self.find_in::<Review>("WHERE user_id = $1", "created_at DESC, id", &[&user.0], window).await
            }
            Find::CommentsOf(reviews) => {
                let ids: Vec<Uuid> = reviews.iter().map(|id| id.0).collect();
                let order = "review_id, created_at, id";
                self.find_in::<Comment>("WHERE review_id = ANY($1)", order, &[&ids], window).await
            }
            Find::Loads => self.find_in::<Load>("", "source COLLATE \"C\"", &[], window).await,
            Find::Records { kind, index, value } => {
                let wanted = "JOIN record_index AS entry USING (kind, id) \
                              WHERE entry.kind = $1 AND entry.name = $2 AND entry.value = $3";
                self.find_in::<RecordRow>(wanted, "entry.sort, id", &[kind, index, value], window).await
            }
        }
    }

    async fn stock(&mut self, variants: &[VariantId]) -> Result<Vec<Option<Stock>>> {
        let ids: Vec<Uuid> = variants.iter().map(|id| id.0).collect();
        let sql = "SELECT variant_id, quantity, allowance, version, NULL::bigint FROM stock WHERE variant_id = ANY($1) \
                   UNION ALL \
                   SELECT bundle_id, stock.quantity, allowance, version, components.quantity \
                   FROM components LEFT JOIN stock ON variant_id = part_id WHERE bundle_id = ANY($1)";
        let (mut own, mut parts) = (HashMap::new(), HashMap::<Uuid, Vec<_>>::new());
        for row in self.rows(sql, &[&ids]).await? {
            let stock = row.get::<_, Option<i64>>(1).map(|quantity| {
                let (allowance, version) = (allowance_of(row.get(2)), row.get::<_, i64>(3) as u64);
                Stock { quantity, allowance, version }
            });
            match (row.get::<_, Option<i64>>(4), stock) {
                (Some(pieces), stock) => parts.entry(row.get(0)).or_default().push((pieces, stock)),
                (None, Some(stock)) => drop(own.insert(row.get(0), stock)),
                (None, None) => {}
            }
        }
        // Pieces of its own may have come back from an order that is older than the bundle.
        own.extend(parts.into_iter().map(|(bundle, parts)| (bundle, Stock::of_bundle(parts))));
        Ok(placed(ids.into_iter(), &own))
    }

    async fn expired_holds(&mut self, now: Timestamp, limit: u32) -> Result<Vec<(HoldId, VariantId)>> {
        let sql = "SELECT id, variant_id FROM holds WHERE until <= $1 ORDER BY until, id LIMIT $2";
        let rows = self.rows(sql, &[&now.ms(), &i64::from(limit)]).await?;
        Ok(rows.iter().map(|row| (HoldId(row.get(0)), VariantId(row.get(1)))).collect())
    }

    async fn stars(&mut self, products: &[ProductId]) -> Result<Vec<Stars>> {
        let ids: Vec<Uuid> = products.iter().map(|id| id.0).collect();
        let sql = "SELECT product_id, rating, count(*) FROM reviews WHERE product_id = ANY($1) GROUP BY 1, 2";
        let mut found: HashMap<Uuid, Stars> = HashMap::new();
        for row in self.rows(sql, &[&ids]).await? {
            let rating = row.get::<_, i64>(1) as usize;
            let stars = found.entry(row.get(0)).or_default();
            if let Some(count) = rating.checked_sub(1).and_then(|at| stars.0.get_mut(at)) {
                *count = row.get::<_, i64>(2) as u32;
            }
        }
        Ok(placed(ids.into_iter(), &found).into_iter().map(Option::unwrap_or_default).collect())
    }

    async fn bought(&mut self, pairs: &[(UserId, ProductId)]) -> Result<Vec<bool>> {
        let (users, products): (Vec<Uuid>, Vec<Uuid>) =
            pairs.iter().map(|(user, product)| (user.0, product.0)).unzip();
        let sql = "SELECT EXISTS (SELECT 1 FROM orders JOIN order_items ON order_id = orders.id \
                   WHERE user_id = asked.u AND status <> 'cancelled' AND product_id = asked.p) \
                   FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS asked (u, p, place) ORDER BY place";
        Ok(self.rows(sql, &[&users, &products]).await?.iter().map(|row| row.get(0)).collect())
    }

    async fn last_spend(&mut self, cart: CartId) -> Result<Option<OrderId>> {
        let rows = self.rows("SELECT order_id FROM spends WHERE cart_id = $1", &[&cart.0]).await?;
        Ok(rows.first().map(|row| OrderId(row.get(0))))
    }
}
