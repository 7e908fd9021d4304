//! The facts of one generation, and the statements on them.
//!
//! `facts` is a hypertable by the moments of the facts. Its key has to name that time too, so it does not keep one key
//! from coming twice with two moments: whoever writes has the generation to itself (its record is locked by the step),
//! and looks up which keys are there. That is seldom more than one question, because keys grow: what lies above the
//! greatest key is new.
//!
//! `rollups` holds the sums of [`crate::series::rollups`]. It changes in the transaction of its facts.

use std::collections::HashSet;

use souk_kernel::Timestamp;
use souk_ports::derived::{Generation, ProjectionName};
use souk_ports::series::{Bucket, Fact, FactKey, Value};
use souk_ports::{Error, Result};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use crate::remote::generations::Step;
use crate::remote::postgres_registry::{Database, Parameters, Places, Records, Tables};
use crate::series::rollups::{Deltas, Sums, span_number};
use crate::series::span;

/// A chunk holds a week, which is TimescaleDB's own default.
const CHUNK_MS: i64 = 7 * span::DAY_MS;
const COLUMNS: &str = "position, line, at, product, variant, category, seller, label, quantity, amount";

pub(super) const PLACES: Places = Places {
    create: |tables| {
        let (facts, rollups) = (tables.name("facts"), tables.name("rollups"));
        format!(
            "CREATE TABLE IF NOT EXISTS {facts} (
                position bigint NOT NULL,
                line     bigint NOT NULL,
                at       bigint NOT NULL, -- in milliseconds since 1970
                product  uuid,
                variant  uuid,
                category uuid,
                seller   uuid,
                label    text COLLATE \"C\",
                quantity bigint NOT NULL,
                amount   bigint NOT NULL,
                PRIMARY KEY (position, line, at)
             );
             SELECT create_hypertable('{facts}', by_range('at', {CHUNK_MS}),
                create_default_indexes => false, if_not_exists => true);
             CREATE INDEX IF NOT EXISTS {by_time} ON {facts} (at);
             CREATE INDEX IF NOT EXISTS {by_product} ON {facts} (product, at) WHERE product IS NOT NULL;
             CREATE TABLE IF NOT EXISTS {rollups} (
                span      smallint NOT NULL, -- 1: a day, 2: a month
                dimension smallint NOT NULL, -- 0: none
                start     bigint   NOT NULL,
                id        uuid,
                label     text COLLATE \"C\",
                facts     bigint   NOT NULL,
                quantity  bigint   NOT NULL,
                amount    bigint   NOT NULL,
                UNIQUE NULLS NOT DISTINCT (span, dimension, start, id, label)
             ) WITH (fillfactor = 80);
             CREATE INDEX IF NOT EXISTS {by_id} ON {rollups} (id, span, start) WHERE id IS NOT NULL",
            by_time = tables.index("facts", "by_time"),
            by_product = tables.index("facts", "by_product"),
            by_id = tables.index("rollups", "by_id"),
        )
    },
    clear: |tables| format!("DROP TABLE IF EXISTS {}, {}", tables.name("facts"), tables.name("rollups")),
};

/// Facts to be written, each key once: the first of several counts.
pub(super) struct Batch(Vec<Fact>);

impl Batch {
    pub(super) fn new(mut facts: Vec<Fact>) -> Self {
        let mut seen = HashSet::new();
        facts.retain(|fact| seen.insert(fact.key));
        Self(facts)
    }
}

/// Stores a batch together with the step, or nothing where the record is not as the step has seen it.
pub(super) async fn write(
    records: &Records,
    series: ProjectionName,
    generation: Generation,
    batch: &Batch,
    step: &Step,
) -> Result<bool> {
    let (database, tables) = (&records.database, records.tables(series, generation));
    let run = || async {
        let mut writer = database.writer().await?;
        let transaction = writer.client().transaction().await.map_err(|error| database.error(error))?;
        let written = async {
            if !records.step(&transaction, series, generation, step).await? {
                transaction.rollback().await?;
                return Ok(false);
            }
            if !batch.0.is_empty() {
                let known = known(&transaction, &tables, &batch.0).await?;
                let new: Vec<&Fact> = batch.0.iter().filter(|fact| !known.contains(&key(fact))).collect();
                let mut deltas = Deltas::default();
                new.iter().for_each(|fact| deltas.add(fact, 1));
                tokio::try_join!(insert(&transaction, &tables, &new), add(&transaction, &tables, deltas))?;
            }
            transaction.commit().await?;
            Ok(true)
        };
        let written = written.await.map_err(|error| database.error(error))?;
        writer.give_back();
        Ok(written)
    };
    database.writing.once(run()).await
}

type Transaction<'a> = deadpool_postgres::Transaction<'a>;
type Sql<T> = Result<T, tokio_postgres::Error>;

async fn rows(transaction: &Transaction<'_>, sql: &str, parameters: Parameters<'_>) -> Sql<Vec<Row>> {
    let statement = transaction.prepare_cached(sql).await?;
    transaction.query(&statement, parameters).await
}

fn key(fact: &Fact) -> (i64, i64) {
    (fact.key.position as i64, i64::from(fact.key.line))
}

/// Which keys of the facts are there already.
async fn known(transaction: &Transaction<'_>, tables: &Tables, facts: &[Fact]) -> Sql<HashSet<(i64, i64)>> {
    let table = tables.name("facts");
    let pair = |row: &Row| (row.get(0), row.get(1));
    let greatest = format!("SELECT position, line FROM {table} ORDER BY position DESC, line DESC LIMIT 1");
    let greatest = rows(transaction, &greatest, &[]).await?;
    let Some(greatest) = greatest.first().map(pair) else { return Ok(HashSet::new()) };
    let (positions, lines): (Vec<i64>, Vec<i64>) =
        facts.iter().map(key).filter(|key| *key <= greatest).unzip();
    if positions.is_empty() {
        return Ok(HashSet::new());
    }
    let there = format!(
        "SELECT position, line FROM {table} JOIN unnest($1::bigint[], $2::bigint[]) AS asked (position, line)
         USING (position, line)"
    );
    Ok(rows(transaction, &there, &[&positions, &lines]).await?.iter().map(pair).collect())
}

async fn insert(transaction: &Transaction<'_>, tables: &Tables, facts: &[&Fact]) -> Sql<()> {
    macro_rules! column {
        ($fact:ident => $value:expr) => {
            facts.iter().map(|$fact| $value).collect::<Vec<_>>()
        };
    }
    let positions = column!(fact => fact.key.position as i64);
    let lines = column!(fact => i64::from(fact.key.line));
    let at = column!(fact => fact.at.ms());
    let products = column!(fact => fact.product);
    let variants = column!(fact => fact.variant);
    let categories = column!(fact => fact.category);
    let sellers = column!(fact => fact.seller);
    let labels = column!(fact => fact.label.as_deref());
    let quantities = column!(fact => fact.quantity);
    let amounts = column!(fact => fact.amount);
    let sql = format!(
        "INSERT INTO {} ({COLUMNS}) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::uuid[],
            $5::uuid[], $6::uuid[], $7::uuid[], $8::text[], $9::bigint[], $10::bigint[])",
        tables.name("facts")
    );
    let parameters: [&(dyn ToSql + Sync); 10] = [
        &positions,
        &lines,
        &at,
        &products,
        &variants,
        &categories,
        &sellers,
        &labels,
        &quantities,
        &amounts,
    ];
    rows(transaction, &sql, &parameters).await.map(drop)
}

/// Adds to the roll-ups.
async fn add(transaction: &Transaction<'_>, tables: &Tables, deltas: Deltas) -> Sql<()> {
    macro_rules! columns { ($($column:ident)*) => { $(let mut $column = Vec::new();)* } }
    columns!(spans dimensions starts ids labels facts quantities amounts);
    for ((span, dimension, start, value), sums) in deltas {
        let Sums { facts: count, quantity, amount } = sums;
        let (id, label): (Option<Uuid>, Option<String>) = match value {
            None => (None, None),
            Some(Value::Id(id)) => (Some(id), None),
            Some(Value::Label(label)) => (None, Some(label)),
        };
        spans.push(i16::from(span));
        dimensions.push(i16::from(dimension));
        starts.push(start);
        ids.push(id);
        labels.push(label);
        facts.push(count);
        quantities.push(quantity);
        amounts.push(amount);
    }
    let sql = format!(
        "INSERT INTO {rollups} AS kept SELECT * FROM unnest($1::smallint[], $2::smallint[], $3::bigint[], $4::uuid[],
            $5::text[], $6::bigint[], $7::bigint[], $8::bigint[]) {ADDED}",
        rollups = tables.name("rollups")
    );
    let parameters: [&(dyn ToSql + Sync); 8] =
        [&spans, &dimensions, &starts, &ids, &labels, &facts, &quantities, &amounts];
    rows(transaction, &sql, &parameters).await.map(drop)
}

/// Sums that come to some that are there, called `kept`.
const ADDED: &str =
    "ON CONFLICT (span, dimension, start, id, label) DO UPDATE SET facts = kept.facts + excluded.facts,
    quantity = kept.quantity + excluded.quantity, amount = kept.amount + excluded.amount";

/// Chunks, days and months that are over before the moment go as a whole; from the ones it lies in, the facts before it
/// are taken out.
pub(super) async fn forget(
    records: &Records,
    series: ProjectionName,
    generation: Generation,
    before: Timestamp,
) -> Result<()> {
    let (database, tables) = (&records.database, records.tables(series, generation));
    let extension = database.laid().await?;
    let run = || async {
        let mut writer = database.writer().await?;
        let transaction = writer.client().transaction().await.map_err(|error| database.error(error))?;
        let forgotten = async {
            if !records.hold(&transaction, series, generation).await? {
                transaction.rollback().await?;
                return Ok(false);
            }
            let facts = tables.name("facts");
            let chunks =
                |what: &str| format!("SELECT {extension}.{what}('{facts}', older_than => $1::bigint)");
            let some_go = !rows(&transaction, &chunks("show_chunks"), &[&before.ms()]).await?.is_empty();
            if some_go {
                // A reader locks the table first and its chunks afterwards. Whoever drops several chunks while some read
                // would wait for them in a circle.
                let alone = format!("LOCK TABLE ONLY {facts} IN ACCESS EXCLUSIVE MODE");
                transaction.batch_execute(&alone).await?;
            }
            for bucket in [Bucket::Day, Bucket::Month] {
                cut_off(&transaction, &tables, bucket, before.ms()).await?;
            }
            if some_go {
                rows(&transaction, &chunks("drop_chunks"), &[&before.ms()]).await?;
            }
            rows(&transaction, &format!("DELETE FROM {facts} WHERE at < $1"), &[&before.ms()]).await?;
            transaction.commit().await?;
            Ok(true)
        };
        let forgotten = forgotten.await.map_err(|error| database.error(error))?;
        writer.give_back();
        Ok(forgotten)
    };
    if database.writing.once(run()).await? {
        return Ok(());
    }
    Err(Error::NotFound { what: format!("generation {} of {} `{series}`", generation.0, database.role.name) })
}

/// Takes the facts before a moment out of the sums of one kind of span, while they are still there.
async fn cut_off(transaction: &Transaction<'_>, tables: &Tables, bucket: Bucket, before: i64) -> Sql<()> {
    let (facts, rollups) = (tables.name("facts"), tables.name("rollups"));
    let (span, start) = (i16::from(span_number(bucket)), span::start(bucket, before));
    let over = format!("DELETE FROM {rollups} WHERE span = $1 AND start < $2");
    rows(transaction, &over, &[&span, &start]).await?;
    // A set that does not name a dimension has NULL in its column.
    let partial = format!(
        "INSERT INTO {rollups} AS kept
         SELECT $1::smallint,
            CASE grouping(product, category, seller, label) WHEN 15 THEN 0 WHEN 7 THEN 1 WHEN 11 THEN 3
                WHEN 13 THEN 4 ELSE 5 END,
            $2::bigint, coalesce(product, category, seller), label, -count(*), -sum(quantity), -sum(amount)
         FROM {facts} WHERE at >= $2 AND at < $3
         GROUP BY GROUPING SETS ((), (product), (category), (seller), (label)) HAVING count(*) > 0
         {ADDED}"
    );
    rows(transaction, &partial, &[&span, &start, &before]).await?;
    let empty = format!("DELETE FROM {rollups} WHERE span = $1 AND start = $2 AND facts = 0");
    rows(transaction, &empty, &[&span, &start]).await.map(drop)
}

pub(super) async fn scan(
    database: &Database,
    tables: &Tables,
    after: Option<FactKey>,
    limit: u32,
) -> Result<Vec<Fact>> {
    let (position, line) = match after {
        Some(after) => (i64::try_from(after.position).unwrap_or(i64::MAX), i64::from(after.line)),
        None => (-1, -1),
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM {} WHERE (position, line) > ($1, $2) ORDER BY position, line LIMIT $3",
        tables.name("facts")
    );
    let rows = database.rows(&sql, &[&position, &line, &i64::from(limit)]).await?;
    Ok(rows.iter().map(read).collect())
}

fn read(row: &Row) -> Fact {
    Fact {
        key: FactKey { position: row.get::<_, i64>(0) as u64, line: row.get::<_, i64>(1) as u32 },
        at: Timestamp::from_ms(row.get(2)),
        product: row.get(3),
        variant: row.get(4),
        category: row.get(5),
        seller: row.get(6),
        label: row.get(7),
        quantity: row.get(8),
        amount: row.get(9),
    }
}
