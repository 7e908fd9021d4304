//! `GET /categories`: all of them, each with the number of active products in it and below.

use std::collections::{HashMap, HashSet};

use souk_kernel::{CategoryId, Position};
use souk_ports::rows::{Category, Product};
use souk_ports::search::SearchQuery;
use souk_ports::store::{Find, Snapshot, Window};

use super::category_tree::CategoryTree;
use super::projections::SEARCH_INDEX;
use super::views::{CategoriesAnswer, CategoryView};
use super::{Error, join};
use crate::media::category_address;
use crate::{Query, Rules, Shop, Source};

/// All categories.
#[derive(Debug, Clone, Copy)]
pub struct ListCategories;

impl Query for ListCategories {
    type Answer = CategoriesAnswer;
    type Error = Error;

    fn reads(&self) -> &'static [Source] {
        // The names are the store's, the counts the index's.
        &[Source::Store, Source::Search(SEARCH_INDEX)]
    }

    async fn answer(&self, shop: &Shop, at_least: Position) -> Result<CategoriesAnswer, Error> {
        list_categories(shop, at_least).await
    }
}

/// The names are those of `at_least` this position, or later ones.
pub async fn list_categories(shop: &Shop, at_least: Position) -> Result<CategoriesAnswer, Error> {
    let mut snapshot = shop.store.snapshot_from(at_least).await?;
    let tree = CategoryTree::read(&mut *snapshot).await?;
    // One facet counts all categories at once; asking for each would be one question per category.
    let counts = match facet(shop, tree.all.len()).await {
        Ok(counts) => counts,
        Err(Error::Port(error)) if join::is_left_to_the_store(&error) => {
            counted(&tree, &mut *snapshot).await?
        }
        Err(error) => return Err(error),
    };
    let view =
        |category: &Category| view(category, counts.get(&category.id).copied().unwrap_or(0), &shop.rules);
    Ok(CategoriesAnswer { categories: tree.all.iter().map(view).collect() })
}

pub(super) fn view(category: &Category, products: u64, rules: &Rules) -> CategoryView {
    CategoryView {
        id: category.id,
        external_id: category.external_id.clone(),
        name: category.name.clone(),
        description: category.description.clone(),
        parent: category.parent,
        image: Some(category_address(category, &rules.media_base_url)),
        products,
    }
}

async fn facet(shop: &Shop, categories: usize) -> Result<HashMap<CategoryId, u64>, Error> {
    let everything = SearchQuery { facet_limit: categories, ..SearchQuery::default() };
    let window = Window { offset: 0, limit: 1 };
    let hits = shop.search.search(SEARCH_INDEX, &everything, window).await?;
    Ok(hits.categories.into_iter().collect())
}

/// From the rows of all active products, each counted once in its categories and all above them.
async fn counted(
    tree: &CategoryTree,
    snapshot: &mut dyn Snapshot,
) -> Result<HashMap<CategoryId, u64>, Error> {
    let active = Find::ActiveProducts { categories: None };
    let (products, _) = snapshot.list::<Product>(&active, Window::ALL).await?;
    let above: HashMap<CategoryId, Vec<CategoryId>> =
        tree.all.iter().map(|category| (category.id, tree.with_those_above(category.id))).collect();
    let mut counts: HashMap<CategoryId, u64> = HashMap::new();
    for product in products {
        let shelves = std::iter::once(&product.row.category_id).chain(&product.row.details.also_in);
        let within: HashSet<CategoryId> =
            shelves.filter_map(|shelf| above.get(shelf)).flatten().copied().collect();
        for category in within {
            *counts.entry(category).or_default() += 1;
        }
    }
    Ok(counts)
}
