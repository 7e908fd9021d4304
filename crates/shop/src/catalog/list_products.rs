//! `GET /products`: active products. Newest first, of one category (and those below it) or of all, they are listed by
//! their pages; what is asked for beyond that is answered by the search index.

use souk_kernel::{CategoryId, Page, Position, ProductId};
use souk_ports::search::SearchQuery;
use souk_ports::store::{Find, Window};

use super::category_tree::CategoryTree;
use super::page::ProductPage;
use super::projections::{
    BY_CATEGORY, BY_CATEGORY_NAME, EVERYTHING, PRODUCT_PAGES, SEARCH_INDEX, STOCK_COUNTERS, category_name_key,
};
use super::views::{ProductView, ProductsPage};
use super::{Error, ProductFilters, ProductSort, join, rows};
use crate::analytics::SALES;
use crate::{Query, Shop, Source};

const PAGES: Source = Source::Documents(PRODUCT_PAGES);
const COUNTERS: Source = Source::Cache(STOCK_COUNTERS);
const INDEX: Source = Source::Search(SEARCH_INDEX);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductQuery {
    pub filters: ProductFilters,
    pub sort: ProductSort,
    pub page: Page,
}

impl ProductQuery {
    /// Newest first; `category` is an id, souk's or external, or a name in any case.
    pub fn newest(category: Option<String>, page: Page) -> Self {
        Self { filters: ProductFilters::of_category(category), sort: ProductSort::Newest, page }
    }

    /// The category, or none, where the pages answer.
    fn by_pages(&self) -> Option<Option<&str>> {
        self.filters.only_category().filter(|_| self.sort == ProductSort::Newest)
    }
}

impl Query for ProductQuery {
    type Answer = ProductsPage;
    type Error = Error;

    fn reads(&self) -> &'static [Source] {
        match (self.by_pages(), self.sort) {
            (Some(_), _) => &[PAGES, COUNTERS],
            (None, ProductSort::Popularity) => &[INDEX, Source::Series(SALES), PAGES, COUNTERS],
            (None, _) => &[INDEX, PAGES, COUNTERS],
        }
    }

    async fn answer(&self, shop: &Shop, at_least: Position) -> Result<ProductsPage, Error> {
        list_products(shop, self, at_least).await
    }
}

/// Where the store answers, it answers as of `at_least` or later. What the search index answers is `Unavailable` without it.
pub async fn list_products(
    shop: &Shop,
    query: &ProductQuery,
    at_least: Position,
) -> Result<ProductsPage, Error> {
    let answer = match query.by_pages() {
        Some(category) => match from_documents(shop, category, query.page, at_least).await {
            Err(Error::Port(error)) if join::is_left_to_the_store(&error) => {
                from_store(shop, category, query.page, at_least).await
            }
            other => other,
        },
        None => from_index(shop, query, at_least).await,
    };
    let (products, total) = answer?;
    Ok(ProductsPage { products, total, page: query.page.number, pages: query.page.pages(total) })
}

async fn from_index(
    shop: &Shop,
    query: &ProductQuery,
    at_least: Position,
) -> Result<(Vec<ProductView>, u64), Error> {
    let filter = query.filters.checked(shop, at_least).await?;
    let order = query.sort.order(shop, at_least).await?;
    let question = SearchQuery { filter, order, ..SearchQuery::default() };
    let found = shop.search.search(SEARCH_INDEX, &question, query.page.into()).await;
    let found = found.map_err(join::no_index)?;
    let ids: Vec<ProductId> = found.hits.iter().map(|hit| hit.id).collect();
    Ok((join::views_of(shop, &ids).await?, found.total))
}

async fn from_documents(
    shop: &Shop,
    category: Option<&str>,
    page: Page,
    at_least: Position,
) -> Result<(Vec<ProductView>, u64), Error> {
    let window = Window::from(page);
    let Some(asked) = category else {
        return find(shop, EVERYTHING, "", window).await;
    };
    // Most words could be an external id, so an id is tried first and a name after it.
    if let Ok(id) = asked.parse::<CategoryId>() {
        let found = find(shop, BY_CATEGORY, &id.to_string(), window).await?;
        if found.1 > 0 {
            return Ok(found);
        }
    }
    let found = find(shop, BY_CATEGORY_NAME, &category_name_key(asked), window).await?;
    if found.1 == 0 {
        let mut snapshot = shop.store.snapshot_from(at_least).await?;
        if CategoryTree::read(&mut *snapshot).await?.named(asked).is_empty() {
            return Err(Error::UnknownCategory { asked: asked.to_owned() });
        }
    }
    Ok(found)
}

async fn find(
    shop: &Shop,
    index: &str,
    value: &str,
    window: Window,
) -> Result<(Vec<ProductView>, u64), Error> {
    let found = shop.documents.find(PRODUCT_PAGES, index, value, window).await?;
    let pages = found.documents.iter().map(join::read_page).collect::<Result<Vec<ProductPage>, _>>()?;
    Ok((join::views(shop, pages).await?, found.total))
}

async fn from_store(
    shop: &Shop,
    category: Option<&str>,
    page: Page,
    at_least: Position,
) -> Result<(Vec<ProductView>, u64), Error> {
    let mut snapshot = shop.store.snapshot_from(at_least).await?;
    let categories = match category {
        None => None,
        Some(asked) => {
            let tree = CategoryTree::read(&mut *snapshot).await?;
            let named = tree.named(asked);
            if named.is_empty() {
                return Err(Error::UnknownCategory { asked: asked.to_owned() });
            }
            let mut all: Vec<CategoryId> =
                named.into_iter().flat_map(|id| tree.with_those_below(id)).collect();
            all.sort_unstable();
            all.dedup();
            Some(all)
        }
    };
    let (found, total) =
        snapshot.list::<souk_ports::rows::Product>(&Find::ActiveProducts { categories }, page.into()).await?;
    let ids: Vec<_> = found.iter().map(|product| product.row.id).collect();
    let assembled = rows::assemble(&mut *snapshot, &ids).await?;
    Ok((join::stored_views(shop, assembled), total))
}
