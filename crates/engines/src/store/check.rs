//! The rules that a commit must keep whatever the state of the store; checked by the caller's own task, before the queue.

use std::collections::HashSet;

use serde::de::IgnoredAny;
use souk_ports::rows::{RecordContent, RecordRow, Row, Variant};
use souk_ports::store::{Commit, Guard, MoveKind, StockMove};
use souk_ports::{BoxError, Error, Result};

use super::decide::{UniqueEntry, unique_entries};
use super::tables::{Binder, Table, Value, all_tables, removable};

/// A commit is one decision; more than this is a batch that should be several.
const MOST: usize = 20_000;
/// Of the names of a record's kind and indexes, and of what it is found by.
const NAME_BYTES: usize = 64;
const VALUE_BYTES: usize = 512;
const ENTRIES: usize = 1_024;
/// Of what a record holds, in each of its two parts.
const RECORD_BYTES: usize = 1 << 20;

pub(super) fn check(commit: &Commit) -> Result<()> {
    if commit.events.is_empty() {
        return Err(Error::invalid("a commit has at least one event"));
    }
    if commit.events.len() > MOST || commit.rows.len() > MOST || commit.stock.len() > MOST {
        return Err(Error::invalid(format!("a commit has at most {MOST} events, rows or stock moves")));
    }
    let mut variants = HashSet::with_capacity(commit.stock.len());
    if let Some(twice) = commit.stock.iter().find(|stock| !variants.insert(stock.variant)) {
        return Err(Error::invalid(format!("a commit moves {:?} twice", twice.variant)));
    }
    for stock in &commit.stock {
        match stock.kind {
            MoveKind::Sell(0) | MoveKind::Return(0) | MoveKind::Hold { quantity: 0, .. } => {
                return Err(Error::invalid(format!("a move of {:?} has no quantity", stock.variant)));
            }
            _ => {}
        }
    }
    let mut streams = HashSet::with_capacity(commit.expect.len());
    if let Some((twice, _)) = commit.expect.iter().find(|(stream, _)| !streams.insert(*stream)) {
        return Err(Error::invalid(format!("a commit expects two versions of {twice}")));
    }
    let mut guards = HashSet::with_capacity(commit.guards.len());
    for guard in &commit.guards {
        // Guards are all checked before any of them is taken, so each thing can be guarded once only.
        let guarded = match guard {
            Guard::RowVersion { key, .. } => format!("{key:?}"),
            Guard::Unique { space, value, .. } => format!("unique {space} {value}"),
            Guard::Counter { name, .. } => format!("counter {name}"),
            Guard::HoldLive { id } => format!("{id:?}"),
            Guard::Spend { cart, .. } => format!("{cart:?}"),
        };
        if !guards.insert(guarded) {
            return Err(Error::invalid("a commit guards the same thing twice"));
        }
    }
    for event in &commit.events {
        let personal = event.personal.as_ref().map(|personal| personal.data.as_str());
        for part in [Some(event.data.as_str()), personal].into_iter().flatten() {
            if !part.starts_with('{') {
                return Err(Error::invalid(format!("the data of `{}` is no JSON object", event.kind)));
            }
        }
    }
    check_records(commit)?;
    check_parts(commit)?;
    check_gone(commit)?;
    if commit.erase.is_some() && !(commit.rows.is_empty() && commit.stock.is_empty()) {
        return Err(Error::invalid("a commit that erases a person writes no rows and moves no stock"));
    }
    if has_zero(commit) {
        return Err(Error::invalid("a text has a character U+0000"));
    }
    Ok(())
}

fn check_gone(commit: &Commit) -> Result<()> {
    if commit.gone.len() > MOST {
        return Err(Error::invalid(format!("a commit takes at most {MOST} rows away")));
    }
    let mut keys = HashSet::with_capacity(commit.gone.len());
    for key in &commit.gone {
        if removable(key).is_none() {
            return Err(Error::invalid(format!("{key:?} is of a table whose rows stay")));
        }
        if !keys.insert(key) {
            return Err(Error::invalid(format!("a commit takes {key:?} away twice")));
        }
    }
    let has_more = !commit.rows.is_empty() || !commit.stock.is_empty();
    if has_more && !commit.gone.is_empty() {
        return Err(Error::invalid("a commit that takes rows away writes none and moves no stock"));
    }
    Ok(())
}

fn check_parts(commit: &Commit) -> Result<()> {
    for row in &commit.rows {
        let Row::Variant(Variant { id, details, .. }) = row else { continue };
        let mut parts = HashSet::with_capacity(details.parts.len());
        for part in &details.parts {
            if part.quantity == 0 {
                return Err(Error::invalid(format!("{id:?} has none of its part {:?}", part.variant_id)));
            }
            if part.variant_id == *id || !parts.insert(part.variant_id) {
                return Err(Error::invalid(format!("{id:?} has {:?} as a part twice", part.variant_id)));
            }
        }
        let is_moved = |by: &StockMove| by.variant == *id && by.kind != MoveKind::Adjust(0);
        if !details.parts.is_empty() && commit.stock.iter().any(is_moved) {
            return Err(Error::invalid(format!("{id:?} is a bundle and has no stock to move")));
        }
    }
    Ok(())
}

fn check_records(commit: &Commit) -> Result<()> {
    let mut keys = HashSet::new();
    for row in &commit.rows {
        let Row::RecordRow(record) = row else { continue };
        if !keys.insert(&record.key) {
            return Err(broken(record, "is written twice by one commit".to_owned()));
        }
        if !is_name(&record.key.kind) {
            return Err(broken(record, format!("has a kind that is not 1 to {NAME_BYTES} bytes")));
        }
        if let Some(content) = &record.content {
            check_content(content).map_err(|how| broken(record, how))?;
        }
    }
    let mut entries = HashSet::new();
    for (entry, _) in unique_entries(commit) {
        if !entries.insert(entry.clone()) {
            let UniqueEntry { kind, index, .. } = entry;
            return Err(Error::invalid(format!(
                "a commit gives two records `{kind}` the same value in the unique index `{index}`"
            )));
        }
    }
    Ok(())
}

/// How the content breaks a rule.
fn check_content(content: &RecordContent) -> Result<(), String> {
    if content.form == 0 {
        return Err("has form 0; forms count from 1".to_owned());
    }
    for part in [Some(&content.data), content.personal.as_ref()].into_iter().flatten() {
        if part.len() > RECORD_BYTES {
            return Err(format!("has {} bytes; {RECORD_BYTES} is the most", part.len()));
        }
        if !part.starts_with('{') || serde_json::from_str::<IgnoredAny>(part).is_err() {
            return Err("holds something that is no JSON object".to_owned());
        }
    }
    let is_personal = content.personal.is_some() || content.entries.iter().any(|entry| entry.is_personal);
    if is_personal && content.person.is_none() {
        return Err("has something personal, and no person".to_owned());
    }
    if content.entries.len() > ENTRIES {
        return Err(format!("has {} index entries; {ENTRIES} is the most", content.entries.len()));
    }
    let mut entries = HashSet::new();
    for entry in &content.entries {
        let index = entry.index;
        if !is_name(index) {
            return Err(format!("has an index whose name is not 1 to {NAME_BYTES} bytes"));
        }
        if entry.value.len() > VALUE_BYTES {
            return Err(format!("has a value of more than {VALUE_BYTES} bytes in the index `{index}`"));
        }
        if !entries.insert((index, &entry.value)) {
            return Err(format!("has two entries of one value in the index `{index}`"));
        }
    }
    Ok(())
}

fn is_name(text: &str) -> bool {
    (1..=NAME_BYTES).contains(&text.len())
}

fn broken(record: &RecordRow, how: String) -> Error {
    Error::invalid(format!("the record `{}` {} {how}", record.key.kind, record.key.id))
}

/// Whether a text has a character that not every store can keep.
fn has_zero(commit: &Commit) -> bool {
    let mut texts = Vec::new();
    for event in &commit.events {
        texts.extend([&event.kind, &event.data].into_iter().chain(&event.reason));
        texts.extend(event.personal.iter().map(|personal| &personal.data));
    }
    texts.extend(commit.idempotency.iter().flat_map(|key| [&key.scope, &key.key, &key.answer]));
    for guard in &commit.guards {
        match guard {
            Guard::Unique { space, value, .. } => texts.extend([space, value]),
            Guard::Counter { name, .. } => texts.push(name),
            Guard::RowVersion { .. } | Guard::HoldLive { .. } | Guard::Spend { .. } => {}
        }
    }
    for row in &commit.rows {
        let Row::RecordRow(RecordRow { content: Some(content), .. }) = row else { continue };
        texts.extend(content.entries.iter().map(|entry| &entry.value));
    }
    texts.into_iter().any(|text| text.contains('\0')) || commit.rows.iter().any(row_has_zero)
}

/// Looks at what is bound instead of binding it.
struct Zeros;

/// There is one.
struct Zero;

impl Binder for Zeros {
    type Error = Zero;

    fn value(&mut self, value: Value<'_>) -> Result<(), Zero> {
        match value {
            Value::Text(Some(text)) if text.contains('\0') => Err(Zero),
            // In JSON it is written as an escape.
            _ => Ok(()),
        }
    }

    fn error(_: BoxError) -> Zero {
        Zero
    }
}

macro_rules! by_table {
    ($($name:ident),*) => {
        fn row_has_zero(row: &Row) -> bool {
            match row { $(Row::$name(row) => row.bind(&mut Zeros).is_err(),)* }
        }
    };
}
all_tables!(by_table);
