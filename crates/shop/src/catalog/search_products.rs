//! `GET /products/search`: ids from the search index, joined with pages and live quantities.

use std::collections::HashMap;

use souk_kernel::{CategoryId, Money, Page};
use souk_ports::rows::Category;
use souk_ports::search::{ProductFilter, SearchHits, SearchQuery};

use super::category_tree::CategoryTree;
use super::projections::SEARCH_INDEX;
use super::views::{Correction, FacetCounts, Facets, SearchAnswer, SearchMode};
use super::{Error, join};
use crate::Shop;

/// How many values a facet shows.
const FACET_VALUES: usize = 100;
/// Longer questions are refused: nobody types them, and each word costs a look-up.
pub const MAX_TEXT: usize = 1_000;

#[derive(Debug, Clone, PartialEq)]
pub struct SearchRequest {
    /// Without words everything is found, newest first.
    pub text: String,
    /// An id, souk's or external, or a name in any case.
    pub category: Option<String>,
    /// In any case.
    pub brand: Option<String>,
    pub min_price: Option<Money>,
    pub max_price: Option<Money>,
    pub in_stock: Option<bool>,
    pub page: Page,
}

/// Fails with [`souk_ports::Error::Unavailable`] while there is no index: a list of products still answers.
pub async fn search_products(shop: &Shop, request: &SearchRequest) -> Result<SearchAnswer, Error> {
    let query = query_of(shop, request).await?;
    let hits = shop.search.search(SEARCH_INDEX, &query, request.page.into()).await.map_err(no_index)?;
    let ids: Vec<_> = hits.hits.iter().map(|hit| hit.id).collect();
    let results = join::views_of(shop, &ids).await?;
    let facets = Facets { categories: category_facet(shop, &hits).await?, brands: FacetCounts(hits.brands) };
    let corrected = hits.corrected.into_iter().map(|(word, taken_for)| Correction { word, taken_for });
    Ok(SearchAnswer {
        results,
        total: hits.total,
        page: request.page.number,
        pages: request.page.pages(hits.total),
        facets,
        corrected: corrected.collect(),
        mode: SearchMode::Text,
    })
}

/// An index that is missing or broken is a part of the shop that is not there, neither a thing that the client named
/// wrongly nor one that nobody foresaw.
fn no_index(error: souk_ports::Error) -> Error {
    let away = |source| souk_ports::Error::Unavailable { what: "the search index".to_owned(), source };
    Error::Port(match error {
        souk_ports::Error::NotFound { .. } => away(None),
        broken @ souk_ports::Error::Internal { .. } => away(Some(Box::new(broken))),
        other => other,
    })
}

async fn query_of(shop: &Shop, request: &SearchRequest) -> Result<SearchQuery, Error> {
    if request.text.chars().count() > MAX_TEXT {
        return Err(Error::invalid("q", format!("is longer than {MAX_TEXT} characters")));
    }
    for (field, price) in [("min_price", request.min_price), ("max_price", request.max_price)] {
        if price.is_some_and(Money::is_negative) {
            return Err(Error::invalid(field, "is negative"));
        }
    }
    if let (Some(min), Some(max)) = (request.min_price, request.max_price)
        && min > max
    {
        return Err(Error::invalid("min_price", "is above `max_price`"));
    }
    let mut categories = Vec::new();
    if let Some(asked) = &request.category {
        categories = categories_named(shop, asked).await?;
    }
    let filter = ProductFilter {
        categories,
        brands: request.brand.iter().filter(|brand| !brand.trim().is_empty()).cloned().collect(),
        min_price: request.min_price,
        max_price: request.max_price,
        in_stock: request.in_stock,
    };
    Ok(SearchQuery { text: request.text.clone(), filter, facet_limit: FACET_VALUES })
}

async fn categories_named(shop: &Shop, asked: &str) -> Result<Vec<CategoryId>, Error> {
    let mut snapshot = shop.store.snapshot().await?;
    if let Ok(id) = asked.parse::<CategoryId>()
        && snapshot.one::<Category>(id).await?.is_some()
    {
        return Ok(vec![id]);
    }
    let named = CategoryTree::read(&mut *snapshot).await?.named(asked);
    if named.is_empty() {
        return Err(Error::UnknownCategory { asked: asked.to_owned() });
    }
    Ok(named)
}

/// Counts by name. Where two categories share a name, each is told apart by its parent's.
async fn category_facet(shop: &Shop, hits: &SearchHits) -> Result<FacetCounts, Error> {
    let ids: Vec<CategoryId> = hits.categories.iter().map(|(id, _)| *id).collect();
    if ids.is_empty() {
        return Ok(FacetCounts::default());
    }
    let mut snapshot = shop.store.snapshot().await?;
    let rows: Vec<Option<Category>> =
        snapshot.many::<Category>(&ids).await?.into_iter().map(|row| row.map(|row| row.row)).collect();
    let mut times: HashMap<String, u32> = HashMap::new();
    for row in rows.iter().flatten() {
        *times.entry(row.name.clone()).or_default() += 1;
    }
    let twice = |name: &str| times.get(name).copied().unwrap_or(0) > 1;
    let parents: Vec<CategoryId> =
        rows.iter().flatten().filter(|row| twice(&row.name)).filter_map(|row| row.parent).collect();
    let mut parent_names = HashMap::new();
    if !parents.is_empty() {
        let found = snapshot.many::<Category>(&parents).await?;
        parent_names.extend(found.into_iter().flatten().map(|row| (row.row.id, row.row.name)));
    }
    let named = rows.into_iter().zip(&hits.categories).filter_map(|(row, (_, count))| {
        let row = row?;
        let parent = row.parent.and_then(|parent| parent_names.get(&parent));
        let name = match parent {
            Some(parent) if twice(&row.name) => format!("{} ({parent})", row.name),
            _ => row.name,
        };
        Some((name, *count))
    });
    Ok(FacetCounts(named.collect()))
}
