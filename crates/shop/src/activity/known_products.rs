//! Which products there are, in this process's memory: every event names one.
//!
//! A product that was there once is there for ever (it may stop being active), so what is remembered is never wrong, and
//! never has to be thrown out. What is not remembered is asked for.

use std::collections::BTreeSet;

use quick_cache::sync::Cache;
use souk_kernel::ProductId;
use souk_ports::Result;
use souk_ports::rows::Product;
use souk_ports::store::Store;

/// Some 5 MB.
const MOST: usize = 100_000;

pub struct KnownProducts(Cache<ProductId, ()>);

impl Default for KnownProducts {
    fn default() -> Self {
        Self(Cache::new(MOST))
    }
}

impl KnownProducts {
    /// The place of the first id that is no product's.
    pub(super) async fn first_unknown(&self, store: &dyn Store, ids: &[ProductId]) -> Result<Option<usize>> {
        let asked: BTreeSet<ProductId> = ids.iter().filter(|&id| self.0.get(id).is_none()).copied().collect();
        if asked.is_empty() {
            return Ok(None);
        }
        let asked: Vec<ProductId> = asked.into_iter().collect();
        let rows = store.snapshot().await?.many::<Product>(&asked).await?;
        let mut unknown = BTreeSet::new();
        for (id, row) in asked.into_iter().zip(rows) {
            match row {
                Some(_) => self.0.insert(id, ()),
                None => drop(unknown.insert(id)),
            }
        }
        Ok(ids.iter().position(|id| unknown.contains(id)))
    }
}
