//! Sums of facts by day and by month, for one dimension at a time: what a batch adds to them.
//!
//! What is left out: variants, which are asked for one product at a time, and pairs of dimensions; such questions read the
//! facts.

use std::collections::{BTreeMap, btree_map};

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

/// Names a roll-up: the numbers of its span and dimension, where the span begins, and the value, if the facts have one.
type Key = (u8, u8, i64, Option<Value>);

/// What a batch of facts adds to the roll-ups, summed before it is written: most facts of a batch share their day.
#[derive(Default)]
pub(super) struct Deltas(BTreeMap<Key, Sums>);

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
            let key = (span_number(bucket), number(dimension), start, value(fact, dimension));
            self.0.entry(key).or_default().add(sums);
        }
    }
}

impl IntoIterator for Deltas {
    type Item = (Key, Sums);
    type IntoIter = btree_map::IntoIter<Key, Sums>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

fn value(fact: &Fact, dimension: Option<Dimension>) -> Option<Value> {
    let id = |id: Option<Uuid>| id.map(Value::Id);
    match dimension? {
        Dimension::Product => id(fact.product),
        Dimension::Variant => id(fact.variant),
        Dimension::Category => id(fact.category),
        Dimension::Seller => id(fact.seller),
        Dimension::Label => fact.label.clone().map(Value::Label),
    }
}
