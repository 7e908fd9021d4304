//! Answers to questions about a series.
//!
//! The range is cut into months, days and what is left at its ends. Roll-ups answer for whole months and days where the
//! question is about one dimension, or none; the facts answer for the rest. Sums are put together here and not in SQL:
//! one pass over rows and a hash table beat SQLite's sorting for GROUP BY.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use rusqlite::types::{Type, ValueRef};
use rusqlite::{Connection, Row, ToSql};
use souk_kernel::Timestamp;
use souk_ports::series::{Aggregate, Aggregated, Bucket, By, Dimension, Value};
use uuid::Uuid;

use super::rollups::{self, KEPT, Sums};
use super::span;

/// Moments from the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Range {
    first: i64,
    last: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Facts,
    Rollups(Bucket),
}

pub(super) fn aggregate(connection: &Connection, question: &Aggregate) -> rusqlite::Result<Vec<Aggregated>> {
    let never = question
        .only
        .iter()
        .any(|(dimension, value)| matches!(value, Value::Label(_)) != (*dimension == Dimension::Label));
    let mut groups = Groups { bucket: question.bucket, ..Groups::default() };
    if let (false, Some(range)) = (never, range(question)) {
        for (source, range) in parts(question, range) {
            match source {
                Source::Facts => add_facts(connection, question, range, &mut groups)?,
                Source::Rollups(span) => add_rollups(connection, question, span, range, &mut groups)?,
            }
        }
    }
    groups.answer(question)
}

/// `None` when no moment lies in it.
fn range(question: &Aggregate) -> Option<Range> {
    let first = question.from.map_or(i64::MIN, Timestamp::ms);
    let last = match question.to {
        Some(to) => to.ms().checked_sub(1)?,
        None => i64::MAX,
    };
    (first <= last).then_some(Range { first, last })
}

/// The dimension whose roll-ups answer the question; `Some(None)` are those without a dimension.
fn rolled_up(question: &Aggregate) -> Option<Option<Dimension>> {
    if matches!(question.bucket, Some(Bucket::Minute | Bucket::Hour)) {
        return None;
    }
    let mut asked = question.group.into_iter().chain(question.only.iter().map(|(dimension, _)| *dimension));
    let Some(one) = asked.next() else { return Some(None) };
    (KEPT.contains(&one) && asked.all(|other| other == one)).then_some(Some(one))
}

/// Cuts the range into parts, each with what is read for it.
fn parts(question: &Aggregate, range: Range) -> Vec<(Source, Range)> {
    if rolled_up(question).is_none() {
        return vec![(Source::Facts, range)];
    }
    let mut parts = Vec::with_capacity(5);
    let days = split(Source::Facts, Bucket::Day, range, &mut parts);
    if let Some(days) = days {
        if question.bucket == Some(Bucket::Day) {
            parts.push((Source::Rollups(Bucket::Day), days));
        } else if let Some(months) = split(Source::Rollups(Bucket::Day), Bucket::Month, days, &mut parts) {
            parts.push((Source::Rollups(Bucket::Month), months));
        }
    }
    parts
}

/// The whole spans of a range; what is left at its ends goes to the parts. An open end has nothing left.
fn split(finer: Source, span: Bucket, range: Range, parts: &mut Vec<(Source, Range)>) -> Option<Range> {
    let Range { first, last } = range;
    let begin =
        if first == i64::MIN || span::start(span, first) == first { first } else { span::next(span, first) };
    let end = if last == i64::MAX { last } else { span::start(span, last + 1).saturating_sub(1) };
    if begin > end {
        parts.push((finer, range));
        return None;
    }
    if first < begin {
        parts.push((finer, Range { first, last: begin - 1 }));
    }
    if end < last {
        parts.push((finer, Range { first: end + 1, last }));
    }
    Some(Range { first: begin, last: end })
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
        Box::new(rollups::span_number(span)),
        Box::new(rollups::number(dimension)),
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
