//! The rules that a commit must keep whatever the state of the store; checked by the caller's own task, before the queue.

use std::collections::HashSet;

use souk_ports::rows::Row;
use souk_ports::store::{Commit, Guard, MoveKind};
use souk_ports::{BoxError, Error, Result};

use super::tables::{Binder, Table, Value, all_tables};

/// A commit is one decision; more than this is a batch that should be several.
const MOST: usize = 20_000;

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
    if has_zero(commit) {
        return Err(Error::invalid("a text has a character U+0000"));
    }
    Ok(())
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
