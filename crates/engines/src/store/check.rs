//! The rules that a commit must keep whatever the state of the store; checked by the caller's own task, before the queue.

use std::collections::HashSet;

use souk_ports::store::{Commit, Guard, MoveKind};
use souk_ports::{Error, Result};

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
    Ok(())
}
