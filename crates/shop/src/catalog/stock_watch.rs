//! Decides which products' documents must be written again after a batch of events.
//!
//! A document carries `in_stock` but no quantity, so of the thousands of orders that only move stock hardly any
//! concerns it. The watch remembers what it wrote last about each product and asks only for the quantities. What it
//! does not remember (after a start, or when another process has written meanwhile) counts as to be written.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use souk_kernel::{Position, ProductId, VariantId};
use souk_ports::Result;
use souk_ports::derived::Generation;
use souk_ports::event::RecordedEvent;
use souk_ports::projection::LazySnapshot;
use souk_ports::rows::Product;
use souk_ports::store::{Find, Snapshot, Window};

use super::bundles::bundles_with;
use super::category_tree::CategoryTree;
use super::events::{self, Touched};
use super::rows::Assembled;

#[derive(Debug, Default)]
pub(super) struct StockWatch {
    written: HashMap<Generation, Written>,
}

#[derive(Debug, Default)]
struct Written {
    /// The last event that went into what is remembered.
    up_to: Position,
    products: HashMap<ProductId, Remembered>,
}

#[derive(Debug, Clone)]
struct Remembered {
    variants: Vec<VariantId>,
    /// At the places of the variants.
    in_stock: Vec<bool>,
}

impl StockWatch {
    /// The products to write again, in the order of their ids.
    pub(super) async fn due(
        &mut self,
        generation: Generation,
        events: &[Arc<RecordedEvent>],
        snapshot: &mut LazySnapshot<'_>,
    ) -> Result<Vec<ProductId>> {
        self.forget_what_others_wrote(generation, events);
        let (mut changed, mut moved, mut moved_variants) =
            (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let (mut sellers, mut categories) = (BTreeSet::new(), BTreeSet::new());
        for event in events {
            match events::touched(event)? {
                Touched::Nothing => {}
                Touched::Product { id, .. } => {
                    changed.insert(id);
                }
                Touched::Stock(moves) => {
                    moved.extend(moves.iter().map(|(product, _)| *product));
                    moved_variants.extend(moves.into_iter().map(|(_, variant)| variant));
                }
                Touched::ProductsOfSeller(id) => {
                    sellers.insert(id);
                }
                Touched::ProductsOfCategory(id) => {
                    categories.insert(id);
                }
            }
        }
        for seller in sellers {
            changed.extend(products(snapshot.open().await?, Find::ProductsOfSeller(seller)).await?);
        }
        if !categories.is_empty() {
            let snapshot = snapshot.open().await?;
            let tree = CategoryTree::read(snapshot).await?;
            let all: BTreeSet<_> = categories.into_iter().flat_map(|id| tree.with_those_below(id)).collect();
            // What is not active is written nowhere.
            let find = Find::ActiveProducts { categories: Some(all.into_iter().collect()) };
            changed.extend(products(snapshot, find).await?);
        }
        if !moved_variants.is_empty() {
            let parts: Vec<VariantId> = moved_variants.into_iter().collect();
            let bundles = bundles_with(snapshot.open().await?, &parts).await?;
            moved.extend(bundles.into_iter().map(|(product, _)| product));
        }
        let moved: Vec<ProductId> = moved.difference(&changed).copied().collect();
        changed.extend(self.flipped(generation, moved, snapshot).await?);
        Ok(changed.into_iter().collect())
    }

    /// Remembers what has been written; called after the write, so that a failed one is done again.
    pub(super) fn wrote(
        &mut self,
        generation: Generation,
        events: &[Arc<RecordedEvent>],
        asked: &[ProductId],
        assembled: &[Assembled],
    ) {
        let written = self.written.entry(generation).or_default();
        for id in asked {
            written.products.remove(id);
        }
        for product in assembled {
            let of_page = || product.page.variants.iter();
            let remembered = Remembered {
                variants: of_page().map(|variant| variant.id).collect(),
                in_stock: of_page().map(|variant| variant.in_stock).collect(),
            };
            written.products.insert(product.page.id, remembered);
        }
        if let Some(last) = events.last() {
            written.up_to = last.position;
        }
        // Generations that are gone are not worth their memory; more than two are never filled at once.
        if self.written.len() > 2
            && let Some(oldest) = self.written.keys().min().copied()
        {
            self.written.remove(&oldest);
        }
    }

    fn forget_what_others_wrote(&mut self, generation: Generation, events: &[Arc<RecordedEvent>]) {
        let written = self.written.entry(generation).or_default();
        if events.first().is_some_and(|first| first.position != written.up_to + 1) {
            written.products.clear();
        }
    }

    /// Those of `moved` with a variant whose `in_stock` is not, or not surely, what was written.
    async fn flipped(
        &self,
        generation: Generation,
        moved: Vec<ProductId>,
        snapshot: &mut LazySnapshot<'_>,
    ) -> Result<Vec<ProductId>> {
        let remembered = self.written.get(&generation).map(|written| &written.products);
        let (mut flipped, mut known, mut variants) = (Vec::new(), Vec::new(), Vec::new());
        for id in moved {
            match remembered.and_then(|products| products.get(&id)) {
                Some(product) => {
                    variants.extend_from_slice(&product.variants);
                    known.push((id, product));
                }
                None => flipped.push(id),
            }
        }
        let stock =
            if variants.is_empty() { Vec::new() } else { snapshot.open().await?.stock(&variants).await? };
        let mut rest = stock.as_slice();
        for (id, product) in known {
            let (own, others) = rest.split_at(product.variants.len());
            rest = others;
            let in_stock = own.iter().map(|stock| stock.is_some_and(|stock| stock.available() > 0));
            if !in_stock.eq(product.in_stock.iter().copied()) {
                flipped.push(id);
            }
        }
        Ok(flipped)
    }
}

async fn products(snapshot: &mut dyn Snapshot, find: Find) -> Result<Vec<ProductId>> {
    let (rows, _) = snapshot.list::<Product>(&find, Window::ALL).await?;
    Ok(rows.into_iter().map(|row| row.row.id).collect())
}
