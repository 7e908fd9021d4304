//! Finding neighbours: along the HNSW index, or by comparing with every entry that passes the filter, whichever costs
//! less and finds enough.
//!
//! A search along the index goes on until enough of what it meets passes the filter (`hnsw.iterative_scan`). The fewer
//! pass, the farther it has to go, and the more it misses on the way: where 1 % passes, a sixth. So a filter that lets
//! little through is answered by comparing with what it lets through, and is exact. How much passes is what
//! PostgreSQL's own statistics say; before there are any they say little, and little is exact.

use deadpool_postgres::Object;
use souk_ports::vectors::{Near, ProductFilter};
use tokio_postgres::types::ToSql;

use super::*;
use crate::remote::postgres;

/// So few are compared faster than an index is walked along.
const FEW: f64 = 2_000.0;
/// The index finds enough where at least this share passes.
const SHARE: f64 = 0.1;

/// Of every session that searches. Candidates that are kept on the way: twice pgvector's own 40 finds 98 % of the nearest
/// without a filter, this many also where a tenth passes.
pub(super) const SETTINGS: &[&str] = &[
    "hnsw.ef_search=200",
    // In the order of their scores, so that of equal ones the first ids are found.
    "hnsw.iterative_scan=strict_order",
    "jit=off",
];

/// The tables that are searched, and the schema of pgvector.
pub(super) struct Place<'a> {
    pub(super) entries: &'a str,
    pub(super) vectors: &'a str,
    pub(super) extension: &'a str,
}

/// What a filter asks, as parameters.
struct Wanted {
    categories: Option<Vec<Uuid>>,
    brands: Option<Vec<String>>,
    min_price: Option<i64>,
    max_price: Option<i64>,
    in_stock: Option<bool>,
}

impl Wanted {
    fn of(filter: &ProductFilter) -> Self {
        let ProductFilter { categories, brands, min_price, max_price, in_stock } = filter;
        let some = |list: bool| list.then_some(());
        Self {
            categories: some(!categories.is_empty()).map(|()| categories.iter().map(|one| one.0).collect()),
            brands: some(!brands.is_empty()).map(|()| brands.iter().map(|one| one.to_lowercase()).collect()),
            min_price: min_price.map(Money::ten_thousandths),
            max_price: max_price.map(Money::ten_thousandths),
            in_stock: *in_stock,
        }
    }

    fn parameters(&self) -> [&(dyn ToSql + Sync); 5] {
        [&self.categories, &self.brands, &self.min_price, &self.max_price, &self.in_stock]
    }
}

/// The parameters of [`Wanted`], from the first on. What is not asked falls out when the statement is planned.
const PASSES: &str = "e.embedding IS NOT NULL
    AND ($1::uuid[] IS NULL OR e.categories && $1)
    AND ($2::text[] IS NULL OR e.brand_key = ANY($2))
    AND ($3::bigint IS NULL OR e.price >= $3)
    AND ($4::bigint IS NULL OR e.price <= $4)
    AND ($5::boolean IS NULL OR e.in_stock = $5)";

pub(super) async fn nearest(
    connection: &Object,
    place: &Place<'_>,
    query: &NearestQuery,
) -> Result<Vec<Neighbour>> {
    let (to, except) = match &query.to {
        Near::Vector(numbers) => (Numbers(numbers.clone()), None),
        Near::Product(id) => (vector_of(connection, place, *id).await?, Some(id.0)),
    };
    let search = Search { connection, place, to, except, limit: query.limit };
    if query.filter == ProductFilter::default() {
        return search.among_all(query.exact).await;
    }
    let wanted = Wanted::of(&query.filter);
    if !query.exact && search.is_much(&wanted).await? {
        let found = search.among(&wanted, false).await?;
        // Otherwise it has given up on the way.
        if found.len() == query.limit as usize {
            return Ok(found);
        }
    }
    search.among(&wanted, true).await
}

async fn vector_of(connection: &Object, place: &Place<'_>, id: ProductId) -> Result<Numbers> {
    let sql = format!("SELECT vector FROM {} WHERE id = $1", place.vectors);
    let row = rows(connection, &sql, &[&id.0]).await?.pop();
    row.map(|row| row.get(0))
        .ok_or_else(|| Error::NotFound { what: format!("the embedding of product `{id}`") })
}

/// Once it has been asked a few times, PostgreSQL need not plan it again.
async fn rows(connection: &Object, sql: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>> {
    let rows = async {
        let statement = connection.prepare_cached(sql).await?;
        connection.query(&statement, parameters).await
    };
    rows.await.map_err(|error| postgres::error(WHAT, error))
}

/// With a plan of its own, made of what it asks for.
async fn rows_by_own_plan(
    connection: &Object,
    sql: &str,
    parameters: &[&(dyn ToSql + Sync)],
) -> Result<Vec<Row>> {
    let rows = async {
        // For its types; a statement that is kept may be given a plan for all parameters.
        let statement = connection.prepare_cached(sql).await?;
        let types = statement.params().iter().cloned();
        let typed: Vec<_> = parameters.iter().copied().zip(types).collect();
        connection.query_typed(sql, &typed).await
    };
    rows.await.map_err(|error| postgres::error(WHAT, error))
}

struct Search<'a> {
    connection: &'a Object,
    place: &'a Place<'a>,
    to: Numbers,
    except: Option<Uuid>,
    limit: u32,
}

impl Search<'_> {
    async fn among_all(&self, exact: bool) -> Result<Vec<Neighbour>> {
        // A text for each case: where a plan for all parameters would cost more, PostgreSQL makes one each time.
        let others = if self.except.is_some() { "WHERE v.id <> $2" } else { "" };
        let from = format!("{} v {others}", self.place.vectors);
        // In the text for the same reason, and few of them, so that few plans are kept.
        let limit = self.limit.next_power_of_two().to_string();
        let both: [&(dyn ToSql + Sync); 2] = [&self.to, &self.except];
        let parameters = if self.except.is_some() { &both } else { &both[..1] };
        let ask = async |exact| {
            let sql = ordered(self.place, &from, exact, 1, &limit);
            let mut found = found(rows(self.connection, &sql, parameters).await?);
            found.truncate(self.limit as usize);
            Ok(found)
        };
        let along_the_index = ask(exact).await?;
        if exact || along_the_index.len() == self.limit as usize {
            return Ok(along_the_index);
        }
        ask(true).await
    }

    async fn among(&self, wanted: &Wanted, exact: bool) -> Result<Vec<Neighbour>> {
        let Place { entries, vectors, .. } = self.place;
        let from = format!(
            "{vectors} v JOIN {entries} e ON e.id = v.id WHERE {PASSES} AND ($8::uuid IS NULL OR v.id <> $8)"
        );
        let [categories, brands, min, max, in_stock] = wanted.parameters();
        let limit = i64::from(self.limit);
        let parameters = [categories, brands, min, max, in_stock, &self.to, &limit, &self.except];
        let sql = ordered(self.place, &from, exact, 6, "$7");
        rows_by_own_plan(self.connection, &sql, &parameters).await.map(found)
    }

    /// Whether enough passes for the index to be of use, as far as PostgreSQL knows.
    async fn is_much(&self, wanted: &Wanted) -> Result<bool> {
        let all = format!("EXPLAIN SELECT FROM {} e", self.place.entries);
        let passing = format!("{all} WHERE {PASSES}");
        let wanted = wanted.parameters();
        let (all, passing) =
            futures_util::try_join!(self.estimate(&all, &[]), self.estimate(&passing, &wanted))?;
        Ok(passing > FEW && passing >= SHARE * all)
    }

    async fn estimate(&self, sql: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<f64> {
        let plan = rows(self.connection, sql, parameters).await?;
        Ok(plan.first().map_or(0.0, |line| rows_of_plan(line.get(0))))
    }
}

fn found(rows: Vec<Row>) -> Vec<Neighbour> {
    let neighbour = |row: &Row| Neighbour { id: ProductId(row.get(0)), score: row.get::<_, f64>(1) as f32 };
    rows.iter().map(neighbour).collect()
}

/// The best of `from`, with the vector as the parameter of this number.
fn ordered(place: &Place<'_>, from: &str, exact: bool, vector: usize, limit: &str) -> String {
    // Of vectors whose length is 1 the inner product is the cosine; the operator gives its negative.
    let away = format!("v.vector OPERATOR({0}.<#>) ${vector}::{0}.vector", place.extension);
    if exact {
        // No index is in the order of this.
        return format!(
            "SELECT v.id, -({away}) AS score FROM {from} ORDER BY score DESC, v.id LIMIT {limit}"
        );
    }
    format!("SELECT v.id, -({away}) FROM {from} ORDER BY {away}, v.id LIMIT {limit}")
}

/// How many rows the first line of a plan expects: `Seq Scan on entries  (cost=0.00..35.50 rows=2550 width=0)`.
fn rows_of_plan(line: &str) -> f64 {
    let rows = line.split("rows=").nth(1).and_then(|rest| rest.split(' ').next());
    rows.and_then(|rows| rows.parse().ok()).unwrap_or(0.0)
}
