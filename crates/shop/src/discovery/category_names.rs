//! What the categories of a facet are called: as the store says, and while it is away, as it said last. Without this a
//! search in an index that is there would fail with the store, for nothing but names.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use souk_kernel::CategoryId;
use souk_ports::Result;
use souk_ports::rows::Category;
use souk_ports::store::Store;

use super::error::is_unreachable;

/// In this process's memory; as many as a shop has categories.
#[derive(Default)]
pub(super) struct CategoryNames(Mutex<HashMap<CategoryId, Category>>);

/// In the order of what was asked for.
pub(super) struct Named {
    pub(super) categories: Vec<Option<Category>>,
    /// The store itself has said so.
    pub(super) is_certain: bool,
}

impl CategoryNames {
    pub(super) async fn of(&self, store: &dyn Store, ids: &[CategoryId]) -> Result<Named> {
        if ids.is_empty() {
            return Ok(Named { categories: Vec::new(), is_certain: true });
        }
        let read = async { store.snapshot().await?.many::<Category>(ids).await };
        match read.await {
            Ok(rows) => {
                let categories: Vec<_> = rows.into_iter().map(|row| row.map(|row| row.row)).collect();
                let known = categories.iter().flatten().map(|category| (category.id, category.clone()));
                self.known().extend(known);
                Ok(Named { categories, is_certain: true })
            }
            Err(error) if is_unreachable(&error) => Ok(self.remembered(ids)),
            Err(error) => Err(error),
        }
    }

    /// Without asking the store.
    pub(super) fn remembered(&self, ids: &[CategoryId]) -> Named {
        let known = self.known();
        let categories = ids.iter().map(|id| known.get(id).cloned()).collect();
        Named { categories, is_certain: false }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<CategoryId, Category>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
