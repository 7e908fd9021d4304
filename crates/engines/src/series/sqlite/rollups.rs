//! Sums of facts by day and by month, for one dimension at a time.
//!
//! What is left out: variants, which are asked for one product at a time, and pairs of dimensions; such questions read the
//! facts.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};
use souk_ports::series::{Bucket, Dimension, Fact, Value};
use uuid::Uuid;

use super::span;

/// The dimensions that have roll-ups.
pub(super) const KEPT: [Dimension; 4] =
    [Dimension::Product, Dimension::Category, Dimension::Seller, Dimension::Label];

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) facts: i64,
    pub(super) quantity: i64,
    pub(super) amount: i64,
}

impl Sums {
    pub(super) fn add(&mut self, other: Sums) {
        self.facts += other.facts;
        self.quantity += other.quantity;
        self.amount += other.amount;
    }
}

/// The number of a kind of roll-up in its table; the numbers never change.
pub(super) fn number(dimension: Option<Dimension>) -> u8 {
    match dimension {
        None => 0,
        Some(Dimension::Product) => 1,
        Some(Dimension::Variant) => 2,
        Some(Dimension::Category) => 3,
        Some(Dimension::Seller) => 4,
        Some(Dimension::Label) => 5,
    }
}

/// As [`number`]; only days and months have roll-ups.
pub(super) fn span_number(span: Bucket) -> u8 {
    if span == Bucket::Month { 2 } else { 1 }
}

/// A value as bytes that sort as the value does, behind the empty ones that stand for none. The byte before a label keeps
/// an empty one apart from none.
pub(super) fn encode(value: &Value) -> Vec<u8> {
    match value {
        Value::Id(id) => id.as_bytes().to_vec(),
        Value::Label(label) => [&[1], label.as_bytes()].concat(),
    }
}

fn encoded(fact: &Fact, dimension: Option<Dimension>) -> Vec<u8> {
    let id = |id: Option<Uuid>| id.map(Value::Id);
    let value = match dimension {
        None => None,
        Some(Dimension::Product) => id(fact.product),
        Some(Dimension::Variant) => id(fact.variant),
        Some(Dimension::Category) => id(fact.category),
        Some(Dimension::Seller) => id(fact.seller),
        Some(Dimension::Label) => fact.label.clone().map(Value::Label),
    };
    value.as_ref().map(encode).unwrap_or_default()
}

/// What a batch of facts adds to the roll-ups, summed before it is written: most facts of a batch share their day.
#[derive(Default)]
pub(super) struct Deltas(BTreeMap<(u8, u8, i64, Vec<u8>), Sums>);

impl Deltas {
    /// Counts a fact `times` over, -1 to take it back.
    pub(super) fn add(&mut self, fact: &Fact, times: i64) {
        self.add_to(Bucket::Day, fact, times);
        self.add_to(Bucket::Month, fact, times);
    }

    pub(super) fn add_to_month(&mut self, fact: &Fact, times: i64) {
        self.add_to(Bucket::Month, fact, times);
    }

    fn add_to(&mut self, bucket: Bucket, fact: &Fact, times: i64) {
        let start = span::start(bucket, fact.at.ms());
        let sums = Sums { facts: times, quantity: times * fact.quantity, amount: times * fact.amount };
        for dimension in std::iter::once(None).chain(KEPT.map(Some)) {
            let key = (span_number(bucket), number(dimension), start, encoded(fact, dimension));
            self.0.entry(key).or_default().add(sums);
        }
    }

    pub(super) fn write(self, connection: &Connection) -> rusqlite::Result<()> {
        let mut add = connection.prepare_cached(
            "INSERT INTO rollups VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT DO UPDATE SET facts = facts + excluded.facts,
                quantity = quantity + excluded.quantity, amount = amount + excluded.amount
             RETURNING facts",
        )?;
        let mut remove = connection.prepare_cached(
            "DELETE FROM rollups WHERE span = ?1 AND dimension = ?2 AND start = ?3 AND value = ?4",
        )?;
        for ((span, dimension, start, value), Sums { facts, quantity, amount }) in self.0 {
            let left: i64 = add
                .query_row(params![span, dimension, start, value, facts, quantity, amount], |row| {
                    row.get(0)
                })?;
            if left == 0 {
                remove.execute(params![span, dimension, start, value])?;
            }
        }
        Ok(())
    }
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
