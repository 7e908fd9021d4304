//! What a group of commits has to know before it can be decided.

use std::collections::HashSet;

use souk_kernel::{CartId, CategoryId, HoldId, ProductId, VariantId};
use souk_ports::event::StreamId;
use souk_ports::rows::{Row, RowKey, Variant};
use souk_ports::store::{Commit, Guard, MoveKind};
use uuid::Uuid;

use super::known::Facts;
use crate::store::decide::{UniqueEntry, added_by, unique_entries};

/// Everything that the members of a group ask for, each once.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Needs {
    pub(super) commits: HashSet<Uuid>,
    pub(super) keys: HashSet<(String, String)>,
    pub(super) rows: HashSet<RowKey>,
    pub(super) uniques: HashSet<(String, String)>,
    pub(super) counters: HashSet<String>,
    pub(super) holds: HashSet<HoldId>,
    pub(super) carts: HashSet<CartId>,
    pub(super) variants: HashSet<VariantId>,
    pub(super) streams: HashSet<StreamId>,
    pub(super) entries: HashSet<UniqueEntry>,
    /// Of these products the price, of those the variants that cost less, and what is above these categories.
    pub(super) priced: HashSet<ProductId>,
    pub(super) repriced: HashSet<ProductId>,
    pub(super) categories: HashSet<CategoryId>,
    /// Of these variants the parts, and of those the bundles that they are in.
    pub(super) parts_of: HashSet<VariantId>,
    pub(super) bundles_with: HashSet<VariantId>,
}

impl Needs {
    pub(super) fn of<'c>(commits: impl Iterator<Item = &'c Commit>) -> Self {
        let mut needs = Self::default();
        for commit in commits {
            needs.commits.insert(commit.id.0);
            needs.keys.extend(commit.idempotency.iter().map(|key| (key.scope.clone(), key.key.clone())));
            needs.streams.extend(commit.expect.iter().map(|(stream, _)| *stream));
            needs.streams.extend(commit.events.iter().map(|event| event.stream));
            needs.entries.extend(unique_entries(commit).map(|(entry, _)| entry));
            needs.checked(commit);
        }
        needs
    }

    /// What is left to ask for if every member is what it most likely is: new, and the streams that it begins, too, and what
    /// its records are to have in unique indexes. If one is not, the unique keys of the tables know.
    pub(super) fn to_guess<'c>(commits: impl Iterator<Item = &'c Commit>, facts: &Facts) -> Self {
        let mut needs = Self::default();
        for commit in commits {
            let expected = commit.expect.iter().map(|(stream, _)| *stream);
            let written = || commit.events.iter().map(|event| event.stream);
            let begins = |stream| commit.expect.contains(&(stream, 0)) && written().any(|one| one == stream);
            needs.streams.extend(expected.chain(written()).filter(|stream| !begins(*stream)));
            needs.checked(commit);
        }
        needs.rows.retain(|key| !facts.rows.contains_key(key));
        needs.uniques.retain(|key| !facts.uniques.contains_key(key));
        needs.counters.retain(|name| !facts.counters.contains_key(name));
        needs.holds.retain(|id| !facts.holds.contains_key(id));
        needs.carts.retain(|id| !facts.spends.contains_key(id));
        needs.variants.retain(|id| !facts.stock.contains_key(id));
        needs.streams.retain(|id| !facts.streams.contains_key(id));
        needs
    }

    /// What its guards, its rows and its stock moves are checked against.
    fn checked(&mut self, commit: &Commit) {
        for guard in &commit.guards {
            match guard {
                Guard::RowVersion { key, .. } => drop(self.rows.insert(key.clone())),
                Guard::Unique { space, value, .. } => {
                    self.uniques.insert((space.clone(), value.clone()));
                }
                Guard::Counter { name, .. } => drop(self.counters.insert(name.clone())),
                Guard::HoldLive { id } => drop(self.holds.insert(*id)),
                Guard::Spend { cart, .. } => drop(self.carts.insert(*cart)),
            }
        }
        for row in &commit.rows {
            if let Row::Variant(Variant { id, details, .. }) = row
                && !details.parts.is_empty()
            {
                let parts = || details.parts.iter().map(|part| part.variant_id);
                self.rows.extend(parts().map(RowKey::Variant));
                self.parts_of.extend(parts());
                self.bundles_with.insert(*id);
                self.variants.insert(*id);
            }
            match row {
                Row::Product(product) if product.price.is_some() => drop(self.repriced.insert(product.id)),
                Row::Variant(variant) if added_by(variant) < 0 => {
                    self.priced.insert(variant.product_id);
                }
                Row::Category(category) => self.categories.extend(category.parent),
                _ => {}
            }
        }
        for wanted in &commit.stock {
            self.variants.insert(wanted.variant);
            match wanted.kind {
                MoveKind::Hold { id, .. } | MoveKind::Release { id } | MoveKind::Consume { id } => {
                    self.holds.insert(id);
                }
                MoveKind::Sell(_) | MoveKind::Return(_) | MoveKind::Adjust(_) => {}
            }
        }
    }
}
