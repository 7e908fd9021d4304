//! The facts of one generation, and the statements on them.

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, Row, params};
use souk_kernel::Timestamp;
use souk_ports::series::{Bucket, Fact, FactKey};
use uuid::Uuid;

use super::rollups;
use crate::series::rollups::Deltas;
use crate::series::span;

/// `rollups` holds the sums of the facts of each day and each month, for the dimensions of [`crate::series::rollups::KEPT`] and
/// without any. It changes in the transaction of its facts, and only when a fact was new.
pub(super) const SCHEMA: &str = "
CREATE TABLE facts (
    position INTEGER NOT NULL,
    line     INTEGER NOT NULL,
    at       INTEGER NOT NULL, -- in milliseconds since 1970
    product  BLOB,
    variant  BLOB,
    category BLOB,
    seller   BLOB,
    label    TEXT,
    quantity INTEGER NOT NULL,
    amount   INTEGER NOT NULL,
    PRIMARY KEY (position, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX facts_by_time ON facts (at);
CREATE INDEX facts_by_product ON facts (product, at) WHERE product IS NOT NULL;
CREATE TABLE rollups (
    span      INTEGER NOT NULL, -- 1: a day, 2: a month
    dimension INTEGER NOT NULL, -- 0: none
    start     INTEGER NOT NULL,
    value     BLOB    NOT NULL, -- empty: the facts without that dimension
    facts     INTEGER NOT NULL,
    quantity  INTEGER NOT NULL,
    amount    INTEGER NOT NULL,
    PRIMARY KEY (span, dimension, start, value)
) STRICT, WITHOUT ROWID;
";
const COLUMNS: &str = "position, line, at, product, variant, category, seller, label, quantity, amount";

pub(super) fn write(connection: &Connection, facts: &[Fact]) -> rusqlite::Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO facts VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO NOTHING",
    )?;
    let mut deltas = Deltas::default();
    for fact in facts {
        let id = |id: &Option<Uuid>| id.map_or(Sql::Null, |id| Sql::Blob(id.as_bytes().to_vec()));
        let added = insert.execute(params![
            fact.key.position,
            fact.key.line,
            fact.at.ms(),
            id(&fact.product),
            id(&fact.variant),
            id(&fact.category),
            id(&fact.seller),
            fact.label,
            fact.quantity,
            fact.amount,
        ])?;
        if added == 1 {
            deltas.add(fact, 1);
        }
    }
    rollups::write(connection, deltas)
}

/// Days and months that are over before the moment go as a whole; from the ones it lies in, the facts before it are
/// taken out.
pub(super) fn forget(connection: &Connection, before: Timestamp) -> rusqlite::Result<()> {
    let before = before.ms();
    let (day, month) = (span::start(Bucket::Day, before), span::start(Bucket::Month, before));
    let mut deltas = Deltas::default();
    {
        let sql = format!("SELECT {COLUMNS} FROM facts WHERE at >= ?1 AND at < ?2");
        let mut partial = connection.prepare_cached(&sql)?;
        for fact in partial.query_map([month, before], read)? {
            let fact = fact?;
            if fact.at.ms() >= day {
                deltas.add(&fact, -1);
            } else {
                deltas.add_to_month(&fact, -1);
            }
        }
    }
    rollups::remove(connection, Bucket::Day, day)?;
    rollups::remove(connection, Bucket::Month, month)?;
    rollups::write(connection, deltas)?;
    connection.prepare_cached("DELETE FROM facts WHERE at < ?1")?.execute([before]).map(drop)
}

pub(super) fn scan(
    connection: &Connection,
    after: Option<FactKey>,
    limit: u32,
) -> rusqlite::Result<Vec<Fact>> {
    let (position, line) = match after {
        Some(after) => (i64::try_from(after.position).unwrap_or(i64::MAX), i64::from(after.line)),
        None => (-1, -1),
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM facts WHERE (position, line) > (?1, ?2) ORDER BY position, line LIMIT ?3"
    );
    connection.prepare_cached(&sql)?.query_map(params![position, line, limit], read)?.collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Fact> {
    let id = |column| row.get::<_, Option<[u8; 16]>>(column).map(|bytes| bytes.map(Uuid::from_bytes));
    Ok(Fact {
        key: FactKey { position: row.get(0)?, line: row.get(1)? },
        at: Timestamp::from_ms(row.get(2)?),
        product: id(3)?,
        variant: id(4)?,
        category: id(5)?,
        seller: id(6)?,
        label: row.get(7)?,
        quantity: row.get(8)?,
        amount: row.get(9)?,
    })
}
