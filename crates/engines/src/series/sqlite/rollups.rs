//! The sums of [`crate::series::rollups`] in their table.

use rusqlite::{Connection, params};
use souk_ports::series::{Bucket, Value};

use crate::series::rollups::{Deltas, KEPT, Sums, number, span_number};

/// A value as bytes that sort as the value does, behind the empty ones that stand for none. The byte before a label keeps
/// an empty one apart from none.
pub(super) fn encode(value: &Value) -> Vec<u8> {
    match value {
        Value::Id(id) => id.as_bytes().to_vec(),
        Value::Label(label) => [&[1], label.as_bytes()].concat(),
    }
}

pub(super) fn write(connection: &Connection, deltas: Deltas) -> rusqlite::Result<()> {
    let mut add = connection.prepare_cached(
        "INSERT INTO rollups VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT DO UPDATE SET facts = facts + excluded.facts,
            quantity = quantity + excluded.quantity, amount = amount + excluded.amount
         RETURNING facts",
    )?;
    let mut remove = connection.prepare_cached(
        "DELETE FROM rollups WHERE span = ?1 AND dimension = ?2 AND start = ?3 AND value = ?4",
    )?;
    for ((span, dimension, start, value), Sums { facts, quantity, amount }) in deltas {
        let value = value.as_ref().map(encode).unwrap_or_default();
        let left: i64 =
            add.query_row(params![span, dimension, start, value, facts, quantity, amount], |row| row.get(0))?;
        if left == 0 {
            remove.execute(params![span, dimension, start, value])?;
        }
    }
    Ok(())
}

/// Removes the roll-ups of all spans that begin before a moment.
pub(super) fn remove(connection: &Connection, span: Bucket, before: i64) -> rusqlite::Result<()> {
    let mut remove =
        connection.prepare_cached("DELETE FROM rollups WHERE span = ?1 AND dimension = ?2 AND start < ?3")?;
    for dimension in std::iter::once(None).chain(KEPT.map(Some)) {
        remove.execute(params![span_number(span), number(dimension), before])?;
    }
    Ok(())
}
