//! Answers to questions about a series.
//!
//! Sums are put together here and not in SQL: one pass over rows and a hash table beat SQLite's sorting for GROUP BY.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use rusqlite::types::{Type, ValueRef};
use rusqlite::{Connection, Row, ToSql};
use souk_kernel::Timestamp;
use souk_ports::series::{Aggregate, Aggregated, Bucket, By, Dimension, Value};
use uuid::Uuid;

use super::rollups;
use crate::series::cut::{Range, Source, cut, rolled_up};
use crate::series::rollups::{Sums, number, span_number};
use crate::series::span;

pub(super) fn aggregate(connection: &Connection, question: &Aggregate) -> rusqlite::Result<Vec<Aggregated>> {
    let mut groups = Groups { bucket: question.bucket, ..Groups::default() };
    for (source, range) in cut(question) {
        match source {
            Source::Facts => add_facts(connection, question, range, &mut groups)?,
            Source::Rollups(span) => add_rollups(connection, question, span, range, &mut groups)?,
        }
    }
    groups.answer(question)
}

fn add_facts(
    connection: &Connection,
    question: &Aggregate,
    range: Range,
    groups: &mut Groups,
) -> rusqlite::Result<()> {
    let group = question.group.map_or("NULL", column);
    // Where everything is read, the index by time would be a detour; `+` keeps SQLite from taking it.
    let at = if range == (Range { first: i64::MIN, last: i64::MAX }) { "+at" } else { "at" };
    let mut sql = format!("SELECT at, 1, quantity, amount, {group} FROM facts WHERE {at} BETWEEN ?1 AND ?2");
    let mut parameters: Vec<Box<dyn ToSql>> = vec![Box::new(range.first), Box::new(range.last)];
    for (dimension, value) in &question.only {
        parameters.push(match value {
            Value::Id(id) => Box::new(id.into_bytes()),
            Value::Label(label) => Box::new(label.clone()),
        });
        sql.push_str(&format!(" AND {} = ?{}", column(*dimension), parameters.len()));
    }
    groups.add_all(connection, &sql, &parameters)
}

fn add_rollups(
    connection: &Connection,
    question: &Aggregate,
    span: Bucket,
    range: Range,
    groups: &mut Groups,
) -> rusqlite::Result<()> {
    let dimension = rolled_up(question).flatten();
    let group = question.group.map_or("NULL", |_| "value");
    let mut sql = format!(
        "SELECT start, facts, quantity, amount, {group} FROM rollups
         WHERE span = ?1 AND dimension = ?2 AND start BETWEEN ?3 AND ?4"
    );
    let mut parameters: Vec<Box<dyn ToSql>> = vec![
        Box::new(span_number(span)),
        Box::new(number(dimension)),
        Box::new(range.first),
        Box::new(range.last),
    ];
    for (_, value) in &question.only {
        parameters.push(Box::new(rollups::encode(value)));
        sql.push_str(&format!(" AND value = ?{}", parameters.len()));
    }
    groups.add_all(connection, &sql, &parameters)
}

fn column(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Product => "product",
        Dimension::Variant => "variant",
        Dimension::Category => "category",
        Dimension::Seller => "seller",
        Dimension::Label => "label",
    }
}

/// Sums by group, in the bytes of [`rollups::encode`], and by bucket.
#[derive(Default)]
struct Groups {
    bucket: Option<Bucket>,
    sums: HashMap<Vec<u8>, BTreeMap<Option<i64>, Sums>>,
    label: Vec<u8>,
}

impl Groups {
    fn add_all(
        &mut self,
        connection: &Connection,
        sql: &str,
        parameters: &[Box<dyn ToSql>],
    ) -> rusqlite::Result<()> {
        let mut statement = connection.prepare_cached(sql)?;
        let parameters: Vec<&dyn ToSql> = parameters.iter().map(AsRef::as_ref).collect();
        let mut rows = statement.query(&*parameters)?;
        while let Some(row) = rows.next()? {
            self.add(row)?;
        }
        Ok(())
    }

    fn add(&mut self, row: &Row<'_>) -> rusqlite::Result<()> {
        let at: i64 = row.get(0)?;
        let sums = Sums { facts: row.get(1)?, quantity: row.get(2)?, amount: row.get(3)? };
        let key: &[u8] = match row.get_ref(4)? {
            ValueRef::Null => &[],
            ValueRef::Blob(bytes) => bytes,
            ValueRef::Text(label) => {
                self.label.clear();
                self.label.push(1);
                self.label.extend_from_slice(label);
                &self.label
            }
            other => {
                return Err(rusqlite::Error::InvalidColumnType(4, "group".to_owned(), other.data_type()));
            }
        };
        let bucket = self.bucket.map(|bucket| span::start(bucket, at));
        if !self.sums.contains_key(key) {
            self.sums.insert(key.to_vec(), BTreeMap::new());
        }
        if let Some(buckets) = self.sums.get_mut(key) {
            buckets.entry(bucket).or_default().add(sums);
        }
        Ok(())
    }

    fn answer(self, question: &Aggregate) -> rusqlite::Result<Vec<Aggregated>> {
        let mut answer = Vec::new();
        for (key, buckets) in self.sums {
            let group = decode(question.group, &key)?;
            answer.extend(buckets.into_iter().map(|(bucket, sums)| Aggregated {
                bucket: bucket.map(Timestamp::from_ms),
                group: group.clone(),
                facts: sums.facts as u64,
                quantity: sums.quantity,
                amount: sums.amount,
            }));
        }
        answer.sort_unstable_by(|one, other| {
            let greatest = match question.order {
                By::Time => std::cmp::Ordering::Equal,
                By::Quantity => Reverse(one.quantity).cmp(&Reverse(other.quantity)),
                By::Amount => Reverse(one.amount).cmp(&Reverse(other.amount)),
            };
            greatest.then_with(|| (one.bucket, &one.group).cmp(&(other.bucket, &other.group)))
        });
        answer.truncate(question.limit as usize);
        Ok(answer)
    }
}

fn decode(dimension: Option<Dimension>, key: &[u8]) -> rusqlite::Result<Option<Value>> {
    let broken = |error: Box<dyn std::error::Error + Send + Sync>| {
        rusqlite::Error::FromSqlConversionFailure(4, Type::Blob, error)
    };
    match (dimension, key) {
        (_, []) => Ok(None),
        (Some(Dimension::Label), [_, label @ ..]) => {
            let label = std::str::from_utf8(label).map_err(|error| broken(error.into()))?;
            Ok(Some(Value::Label(label.to_owned())))
        }
        (_, id) => Ok(Some(Value::Id(Uuid::from_slice(id).map_err(|error| broken(error.into()))?))),
    }
}
