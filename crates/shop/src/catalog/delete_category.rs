//! `DELETE /categories/{id}`: takes an empty category away. The database holds what products and categories name, so what
//! comes into it meanwhile keeps it.

use souk_kernel::{CategoryId, CommitId};
use souk_ports::event::Actor;
use souk_ports::rows::{Category, Entity, Product};
use souk_ports::store::{Commit, Committed, Find, Guard, Outcome, Snapshot, Window};

use super::Error;
use super::category_tree::CategoryTree;
use super::change_product::ATTEMPTS;
use super::events::{CatalogEvent, CategoryDeleted, Cause};
use super::list_categories;
use super::meant_for::MeantFor;
use super::views::CategoryNow;
use crate::Shop;
use crate::commit::commit_surely;

/// The category as it was, and the commit that took it away.
pub async fn delete_category(
    shop: &Shop,
    id: CategoryId,
    meant_for: MeantFor,
    actor: Actor,
) -> Result<(CategoryNow, Committed), Error> {
    for _ in 0..ATTEMPTS {
        let mut snapshot = shop.store.snapshot().await?;
        let Some(before) = snapshot.one::<Category>(id).await? else {
            return Err(Error::UnknownCategory { asked: id.to_string() });
        };
        meant_for.check("category", id, before.version)?;
        check_empty(&mut *snapshot, &before.row).await?;
        drop(snapshot);
        let cause = Cause { actor: actor.clone(), occurred_at: shop.clock.now(), reason: None };
        let event = CatalogEvent::from(CategoryDeleted { category: before.row.clone() });
        let mut commit = Commit::new(CommitId::new(), vec![event.into_new(&cause)?]);
        let key = Category::row_key(id);
        commit.guards.push(Guard::RowVersion { key: key.clone(), version: before.version });
        commit.gone.push(key);
        if let Outcome::Committed(committed) = commit_surely(&*shop.store, commit).await? {
            let category = list_categories::view(&before.row, 0, &shop.rules);
            return Ok((CategoryNow { category, version: before.version }, committed));
        }
    }
    Err(Error::ChangedMeanwhile { what: format!("category `{id}`") })
}

async fn check_empty(snapshot: &mut dyn Snapshot, category: &Category) -> Result<(), Error> {
    let id = category.id;
    let mut needed = Vec::new();
    let (own, total) = snapshot.list::<Product>(&Find::ProductsOfCategory(id), FIRST).await?;
    if let Some(first) = own.first() {
        needed.push(counted(total, "product lies in it", "products lie in it", &named(&first.row)));
    }
    let tree = CategoryTree::read(snapshot).await?;
    let below: Vec<&Category> = tree.all.iter().filter(|other| other.parent == Some(id)).collect();
    if let Some(first) = below.first() {
        let count = below.len() as u64;
        needed.push(counted(count, "category lies in it", "categories lie in it", &first.name));
    }
    let (found, _) = snapshot.list::<Product>(&Find::ProductsAlsoIn(id), Window::ALL).await?;
    let also: Vec<_> = found.iter().filter(|product| product.row.details.also_in.contains(&id)).collect();
    if let Some(first) = also.first() {
        let words = ("product also lies in it", "products also lie in it");
        needed.push(counted(also.len() as u64, words.0, words.1, &named(&first.row)));
    }
    match needed.is_empty() {
        true => Ok(()),
        false => Err(Error::StillNeeded {
            why: format!("category `{}` is not empty: {}", category.name, needed.join(", ")),
        }),
    }
}

pub(super) const FIRST: Window = Window { offset: 0, limit: 1 };

/// How many, and which is the first.
pub(super) fn counted(count: u64, one: &str, several: &str, first: &str) -> String {
    match count {
        1 => format!("1 {one} (`{first}`)"),
        count => format!("{count} {several} (`{first}` first)"),
    }
}

pub(super) fn named(product: &Product) -> String {
    product.external_id.clone().unwrap_or_else(|| product.id.to_string())
}
