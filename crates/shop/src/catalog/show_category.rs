//! `GET /categories/{id}`: one category, with the number of active products in it and below.

use souk_kernel::{CategoryId, Position};
use souk_ports::rows::Category;

use super::Error;
use super::list_categories::list_categories;
use super::projections::SEARCH_INDEX;
use super::views::CategoryNow;
use crate::{Query, Shop, Source};

/// One category.
#[derive(Debug, Clone, Copy)]
pub struct ShowCategory {
    pub id: CategoryId,
}

impl Query for ShowCategory {
    type Answer = CategoryNow;
    type Error = Error;

    fn reads(&self) -> &'static [Source] {
        &[Source::Store, Source::Search(SEARCH_INDEX)]
    }

    async fn answer(&self, shop: &Shop, at_least: Position) -> Result<CategoryNow, Error> {
        show_category(shop, self.id, at_least).await
    }
}

/// The answer holds what the store had at `at_least`.
pub async fn show_category(shop: &Shop, id: CategoryId, at_least: Position) -> Result<CategoryNow, Error> {
    let unknown = || Error::UnknownCategory { asked: id.to_string() };
    // The version first: what is read after it is as new, or newer.
    let found = shop.store.snapshot_from(at_least).await?.one::<Category>(id).await?.ok_or_else(unknown)?;
    let all = list_categories(shop, at_least).await?.categories;
    let category = all.into_iter().find(|category| category.id == id).ok_or_else(unknown)?;
    Ok(CategoryNow { category, version: found.version })
}
