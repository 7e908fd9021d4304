//! Which facts and which sums answer a question: the range is cut into months, days and what is left at its ends. Roll-ups
//! answer for whole months and days where the question is about one dimension, or none; the facts answer for the rest.

use souk_kernel::Timestamp;
use souk_ports::series::{Aggregate, Bucket, Dimension, Value};

use super::rollups::KEPT;
use super::span;

/// Moments from the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) first: i64,
    pub(super) last: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Facts,
    Rollups(Bucket),
}

/// What is read for a question, each part with its range; nothing where no fact can be meant.
pub(super) fn cut(question: &Aggregate) -> Vec<(Source, Range)> {
    let never = question
        .only
        .iter()
        .any(|(dimension, value)| matches!(value, Value::Label(_)) != (*dimension == Dimension::Label));
    match range(question) {
        Some(range) if !never => parts(question, range),
        _ => Vec::new(),
    }
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
pub(super) fn rolled_up(question: &Aggregate) -> Option<Option<Dimension>> {
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
