//! `POST /categories`: a category at the top, or in another one.

use serde::Deserialize;
use souk_kernel::{CategoryId, CommitId};
use souk_ports::event::Actor;
use souk_ports::rows::{Category, Entity, Row};
use souk_ports::store::{Commit, Guard, Outcome};
use utoipa::ToSchema;

use super::Error;
use super::category_tree::CategoryTree;
use super::change_category::{CategoryChange, check_place, guard_path};
use super::change_product::ATTEMPTS;
use super::events::{CatalogEvent, CategoryAdded, Cause};
use super::input::{Named, external_id};
use super::once::{Created, created, created_before, remembered};
use crate::Shop;
use crate::commit::commit_surely;
use crate::orders::IdempotencyKey;

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCategory {
    /// By which another system names it: 1 to 64 letters, digits and `. _ : -`. It never changes.
    pub external_id: Option<String>,
    /// No other category beside it has this name.
    #[schema(example = "Salad bowls")]
    pub name: String,
    pub description: Option<String>,
    /// The category that it lies in; absent: at the top.
    #[schema(value_type = Option<String>, example = "C01")]
    pub parent: Option<Named<CategoryId>>,
    /// The address of a picture; souk draws one otherwise.
    pub image: Option<String>,
}

pub async fn create_category(
    shop: &Shop,
    new: &NewCategory,
    key: Option<IdempotencyKey>,
    actor: Actor,
) -> Result<Created<CategoryId>, Error> {
    let of = |Created { id, position }| Created { id: CategoryId(id), position };
    if let Some(before) = created_before(shop, key.as_ref()).await? {
        return Ok(of(before));
    }
    let external = new.external_id.as_deref().map(external_id).transpose();
    let external = external.map_err(|reason| Error::invalid("external_id", reason))?;
    let id = external.as_ref().map_or_else(CategoryId::new, CategoryId::from_external);
    let blank = Category {
        id,
        external_id: external.as_ref().map(ToString::to_string),
        name: String::new(),
        description: String::new(),
        parent: None,
        image: None,
    };
    let change = CategoryChange {
        name: Some(new.name.clone()),
        description: new.description.clone(),
        parent: new.parent.map(Some),
        image: new.image.clone().map(Some),
        ..CategoryChange::default()
    };
    let category = change.applied(blank)?;
    for _ in 0..ATTEMPTS {
        let mut snapshot = shop.store.snapshot().await?;
        if snapshot.one::<Category>(id).await?.is_some() {
            let named = category.external_id.clone().unwrap_or_else(|| id.to_string());
            return Err(Error::AlreadyThere { what: format!("a category `{named}`") });
        }
        let tree = CategoryTree::read(&mut *snapshot).await?;
        check_place(&tree, &category)?;
        let cause = Cause { actor: actor.clone(), occurred_at: shop.clock.now(), reason: None };
        let event = CatalogEvent::from(CategoryAdded { category: category.clone() });
        let mut commit = Commit::new(CommitId::new(), vec![event.into_new(&cause)?]);
        commit.guards.push(Guard::RowVersion { key: Category::row_key(id), version: 0 });
        guard_path(&mut commit, &mut *snapshot, &tree, category.parent).await?;
        drop(snapshot);
        commit.rows.push(Row::from(category.clone()));
        commit.idempotency = key.as_ref().map(|key| remembered(shop, key, id.0)).transpose()?;
        match commit_surely(&*shop.store, commit).await? {
            Outcome::Committed(committed) => return Ok(of(created(&committed, id.0)?)),
            Outcome::KeyReused => return Err(Error::KeyReused),
            Outcome::Refused(_) | Outcome::Conflict { .. } => {}
        }
    }
    Err(Error::ChangedMeanwhile { what: format!("category `{id}`") })
}
