//! `GET /products`: active products, newest first, of one category (and those below it) or of all.

use souk_kernel::{CategoryId, Page, Position};
use souk_ports::store::{Find, Window};

use super::category_tree::CategoryTree;
use super::page::ProductPage;
use super::projections::{
    BY_CATEGORY, BY_CATEGORY_NAME, EVERYTHING, PRODUCT_PAGES, STOCK_COUNTERS, category_name_key,
};
use super::views::{ProductView, ProductsPage};
use super::{Error, join, rows};
use crate::{Query, Shop, Source};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductQuery {
    /// An id, souk's or external, or a name in any case.
    pub category: Option<String>,
    pub page: Page,
}

impl Query for ProductQuery {
    type Answer = ProductsPage;
    type Error = Error;

    fn reads(&self) -> &'static [Source] {
        &[Source::Documents(PRODUCT_PAGES), Source::Cache(STOCK_COUNTERS)]
    }

    async fn answer(&self, shop: &Shop, at_least: Position) -> Result<ProductsPage, Error> {
        list_products(shop, self, at_least).await
    }
}

/// Where the store answers, it answers as of `at_least` or later.
pub async fn list_products(
    shop: &Shop,
    query: &ProductQuery,
    at_least: Position,
) -> Result<ProductsPage, Error> {
    let answer = match from_documents(shop, query, at_least).await {
        Err(Error::Port(error)) if join::is_left_to_the_store(&error) => {
            from_store(shop, query, at_least).await
        }
        other => other,
    };
    let (products, total) = answer?;
    Ok(ProductsPage { products, total, page: query.page.number, pages: query.page.pages(total) })
}

async fn from_documents(
    shop: &Shop,
    query: &ProductQuery,
    at_least: Position,
) -> Result<(Vec<ProductView>, u64), Error> {
    let window = Window::from(query.page);
    let Some(asked) = &query.category else {
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
            return Err(Error::UnknownCategory { asked: asked.clone() });
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
    query: &ProductQuery,
    at_least: Position,
) -> Result<(Vec<ProductView>, u64), Error> {
    let mut snapshot = shop.store.snapshot_from(at_least).await?;
    let categories = match &query.category {
        None => None,
        Some(asked) => {
            let tree = CategoryTree::read(&mut *snapshot).await?;
            let named = tree.named(asked);
            if named.is_empty() {
                return Err(Error::UnknownCategory { asked: asked.clone() });
            }
            let mut all: Vec<CategoryId> =
                named.into_iter().flat_map(|id| tree.with_those_below(id)).collect();
            all.sort_unstable();
            all.dedup();
            Some(all)
        }
    };
    let (found, total) = snapshot
        .list::<souk_ports::rows::Product>(&Find::ActiveProducts { categories }, query.page.into())
        .await?;
    let ids: Vec<_> = found.iter().map(|product| product.row.id).collect();
    let assembled = rows::assemble(&mut *snapshot, &ids).await?;
    Ok((join::stored_views(shop, assembled), total))
}
