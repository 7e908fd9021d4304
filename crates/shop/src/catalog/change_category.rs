//! `PATCH /categories/{id}`: changes a category, or moves it with all that lies in it.

use serde::Deserialize;
use souk_kernel::{CategoryId, CommitId};
use souk_ports::event::Actor;
use souk_ports::rows::{Category, Entity, Row};
use souk_ports::store::{Commit, Committed, Guard, Outcome, Snapshot};
use utoipa::ToSchema;

use super::category_tree::CategoryTree;
use super::change_product::{ATTEMPTS, changed_fields};
use super::events::{CatalogEvent, CategoryChanged, Cause};
use super::input::{Named, given, present, set};
use super::meant_for::MeantFor;
use super::rows::MAX_DEPTH;
use super::{Error, texts};
use crate::Shop;
use crate::commit::commit_surely;

/// Fields that are absent stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CategoryChange {
    /// No other category beside it has this name.
    #[serde(deserialize_with = "given")]
    #[schema(nullable = false)]
    pub name: Option<String>,
    #[serde(deserialize_with = "given")]
    #[schema(nullable = false)]
    pub description: Option<String>,
    /// The category that it lies in, with all that lies in it. `null`: at the top.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub parent: Option<Option<Named<CategoryId>>>,
    /// The address of a picture. `null`: souk draws one.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub image: Option<Option<String>>,
    #[serde(skip)]
    pub meant_for: MeantFor,
}

impl CategoryChange {
    /// The category after the change.
    pub(super) fn applied(&self, mut category: Category) -> Result<Category, Error> {
        if let Some(name) = &self.name {
            texts::line(name, texts::MAX_NAME).map_err(|reason| Error::invalid("name", reason))?;
        }
        if let Some(description) = &self.description {
            texts::prose(description, texts::MAX_TEXT)
                .map_err(|reason| Error::invalid("description", reason))?;
        }
        if let Some(Some(image)) = &self.image {
            texts::url(image).map_err(|reason| Error::invalid("image", reason))?;
        }
        set(&mut category.name, &self.name);
        set(&mut category.description, &self.description);
        if let Some(parent) = self.parent {
            category.parent = parent.map(|Named(id)| id);
        }
        set(&mut category.image, &self.image);
        Ok(category)
    }
}

/// `None` when the category is like that already.
pub async fn change_category(
    shop: &Shop,
    id: CategoryId,
    change: &CategoryChange,
    actor: Actor,
) -> Result<Option<Committed>, Error> {
    for _ in 0..ATTEMPTS {
        let mut snapshot = shop.store.snapshot().await?;
        let Some(before) = snapshot.one::<Category>(id).await? else {
            return Err(Error::UnknownCategory { asked: id.to_string() });
        };
        change.meant_for.check("category", id, before.version)?;
        let after = change.applied(before.row.clone())?;
        if after == before.row {
            return Ok(None);
        }
        let cause = Cause { actor: actor.clone(), occurred_at: shop.clock.now(), reason: None };
        let changed = changed_fields(&before.row, &after);
        let event = CatalogEvent::from(CategoryChanged { category: after.clone(), changed });
        let mut commit = Commit::new(CommitId::new(), vec![event.into_new(&cause)?]);
        commit.guards.push(Guard::RowVersion { key: Category::row_key(id), version: before.version });
        if (after.parent, &after.name) != (before.row.parent, &before.row.name) {
            let tree = CategoryTree::read(&mut *snapshot).await?;
            check_place(&tree, &after)?;
            guard_path(&mut commit, &mut *snapshot, &tree, after.parent).await?;
        }
        drop(snapshot);
        commit.rows.push(Row::from(after));
        if let Outcome::Committed(committed) = commit_surely(&*shop.store, commit).await? {
            return Ok(Some(committed));
        }
    }
    Err(Error::ChangedMeanwhile { what: format!("category `{id}`") })
}

/// Whether a category can lie where it is to lie: not in itself, not too deep, and beside none of its name.
pub(super) fn check_place(tree: &CategoryTree, category: &Category) -> Result<(), Error> {
    let Category { id, parent, name, .. } = category;
    if let Some(parent) = parent {
        if !tree.all.iter().any(|there| there.id == *parent) {
            return Err(Error::invalid("parent", "names a category that is not there"));
        }
        let above = tree.with_those_above(*parent);
        if above.contains(id) {
            let reason = "is the category itself, or lies in it: a category cannot lie in itself";
            return Err(Error::invalid("parent", reason));
        }
        let depth = above.len() + tree.levels(*id);
        if depth > MAX_DEPTH {
            let reason = format!("makes categories lie {depth} deep; {MAX_DEPTH} is the deepest");
            return Err(Error::invalid("parent", reason));
        }
    }
    let lower = name.to_lowercase();
    let is_same =
        |there: &&Category| there.id != *id && there.parent == *parent && there.name.to_lowercase() == lower;
    match tree.all.iter().find(is_same) {
        Some(there) => {
            Err(Error::AlreadyThere { what: format!("a category `{}` in this place", there.name) })
        }
        None => Ok(()),
    }
}

/// All that the category comes to lie in stays where it is meanwhile: of two moves at once that would make a circle
/// together, the second is decided anew.
pub(super) async fn guard_path(
    commit: &mut Commit,
    snapshot: &mut dyn Snapshot,
    tree: &CategoryTree,
    parent: Option<CategoryId>,
) -> Result<(), Error> {
    let Some(parent) = parent else { return Ok(()) };
    let path = tree.with_those_above(parent);
    for found in snapshot.many::<Category>(&path).await?.into_iter().flatten() {
        commit
            .guards
            .push(Guard::RowVersion { key: Category::row_key(found.row.id), version: found.version });
    }
    Ok(())
}
