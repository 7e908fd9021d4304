//! Which categories products belong to, for those who follow the log and keep it in another form.

use std::collections::BTreeSet;
use std::sync::Arc;

use souk_kernel::{CategoryId, ProductId};
use souk_ports::Result;
use souk_ports::event::RecordedEvent;
use souk_ports::projection::LazySnapshot;
use souk_ports::rows::Product;
use souk_ports::store::{Find, Versioned, Window};

use super::category_tree::CategoryTree;
use super::events::{self, Touched};

pub(crate) struct Membership {
    pub(crate) product: ProductId,
    /// Its own category and those above it, the lowest first.
    pub(crate) categories: Vec<CategoryId>,
}

/// The products whose memberships these events may have changed, as they are in the snapshot; by id.
pub(crate) async fn changed_memberships(
    events: &[Arc<RecordedEvent>],
    snapshot: &mut LazySnapshot<'_>,
) -> Result<Vec<Membership>> {
    let (mut changed, mut moved) = (BTreeSet::new(), BTreeSet::new());
    for event in events {
        match events::touched(event)? {
            // A variant belongs where its product does.
            Touched::Product { variant: Some(_), .. } | Touched::Nothing => {}
            Touched::Product { id, variant: None } => {
                changed.insert(id);
            }
            Touched::ProductsOfCategory(id) => {
                moved.insert(id);
            }
            Touched::Stock(_) | Touched::ProductsOfSeller(_) => {}
        }
    }
    if changed.is_empty() && moved.is_empty() {
        return Ok(Vec::new());
    }
    let snapshot = snapshot.open().await?;
    let tree = CategoryTree::read(snapshot).await?;
    let moved: BTreeSet<CategoryId> = moved.into_iter().flat_map(|id| tree.with_those_below(id)).collect();
    for category in moved {
        let find = Find::ProductsOfCategory(category);
        let (rows, _) = snapshot.list::<Product>(&find, Window::ALL).await?;
        changed.extend(rows.into_iter().map(|found| found.row.id));
    }
    let ids: Vec<ProductId> = changed.into_iter().collect();
    let rows = snapshot.many::<Product>(&ids).await?;
    let membership = |Versioned { row, .. }: Versioned<Product>| Membership {
        product: row.id,
        categories: tree.with_those_above(row.category_id),
    };
    Ok(rows.into_iter().flatten().map(membership).collect())
}
