//! `GET /products/search`: a ranking from the indexes, joined with pages and live quantities.

use std::collections::HashMap;
use std::sync::Arc;

use souk_kernel::Position;
use souk_ports::Error as PortError;
use souk_ports::search::{SearchFilter, SearchOrder};
use souk_ports::store::Window;

use super::error::is_unreachable;
use super::projections::PRODUCT_VECTORS;
use super::ranking::{self, Ranked, Ranking};
use super::{Error, FoundProduct, SearchAnswer, SearchMode, SearchRequest, SearchSort};
use crate::analytics::SALES;
use crate::catalog::{PRODUCT_PAGES, ProductView, SEARCH_INDEX, STOCK_COUNTERS, views_of};
use crate::{Query, Shop, Source};

const NAMES_REMEMBERED: &str = "the store cannot be asked now: categories are called as it said last, and those it has not told are left out";

const INDEX: Source = Source::Search(SEARCH_INDEX);
const MEANINGS: Source = Source::Vectors(PRODUCT_VECTORS);
const PAGES: Source = Source::Documents(PRODUCT_PAGES);
const COUNTERS: Source = Source::Cache(STOCK_COUNTERS);

impl Query for SearchRequest {
    type Answer = SearchAnswer;
    type Error = Error;

    fn reads(&self) -> &'static [Source] {
        // What is found is joined with pages and live quantities.
        match self.answered_by() {
            SearchMode::Text if self.sort == SearchSort::Popularity => {
                &[INDEX, Source::Series(SALES), PAGES, COUNTERS]
            }
            SearchMode::Text => &[INDEX, PAGES, COUNTERS],
            SearchMode::Semantic => &[MEANINGS, PAGES, COUNTERS],
            SearchMode::Combined => &[INDEX, MEANINGS, PAGES, COUNTERS],
        }
    }

    async fn answer(&self, shop: &Shop, at_least: Position) -> Result<SearchAnswer, Error> {
        search_products(shop, self, at_least).await
    }
}

/// Fails with [`PortError::Unavailable`] while there is no index, and by meaning also without the model: a list of
/// products still answers, and a combined search answers by words and says so.
///
/// Categories are looked up as of `at_least` or later. Without the store they are called as it said last, and the answer
/// says so.
pub async fn search_products(
    shop: &Shop,
    request: &SearchRequest,
    at_least: Position,
) -> Result<SearchAnswer, Error> {
    let (filter, order) = request.checked(shop, at_least).await?;
    let window = Window::from(request.page);
    let text = request.text.trim();
    let mode = request.answered_by();
    let (mode, ranking, note) = match mode {
        SearchMode::Text => (mode, ranking::by_words(shop, text, &filter, &order, window).await?, None),
        SearchMode::Semantic => (mode, ranking::by_meaning(shop, text, &filter).await?, None),
        SearchMode::Combined => match ranking::by_both(shop, text, &filter).await {
            Err(Error::Port(error)) if is_unreachable(&error) => {
                by_one(shop, text, &filter, window, &error).await?
            }
            other => (mode, other?, None),
        },
    };
    let page: &[Ranked] = match mode {
        SearchMode::Text => &ranking.ranked,
        SearchMode::Semantic | SearchMode::Combined => page(&ranking.ranked, window),
    };
    let results = joined(shop, page).await?;
    let total = ranking.total;
    let note = note.or_else(|| (!ranking.is_certain).then(|| NAMES_REMEMBERED.to_owned()));
    Ok(SearchAnswer {
        results,
        total,
        page: request.page.number,
        pages: request.page.pages(total),
        facets: ranking.facets.clone(),
        corrected: ranking.corrected.clone(),
        mode,
        note,
    })
}

/// What is left of a combined search when one of its halves is away, with a note that says so.
async fn by_one(
    shop: &Shop,
    text: &str,
    filter: &SearchFilter,
    window: Window,
    away: &PortError,
) -> Result<(SearchMode, Arc<Ranking>, Option<String>), Error> {
    match ranking::by_words(shop, text, filter, &SearchOrder::Relevance, window).await {
        Ok(ranking) => Ok((SearchMode::Text, ranking, Some(format!("searched by words only: {away}")))),
        Err(Error::Port(error)) if is_unreachable(&error) => {
            let ranking = ranking::by_meaning(shop, text, filter).await?;
            Ok((SearchMode::Semantic, ranking, Some(format!("searched by meaning only: {error}"))))
        }
        Err(error) => Err(error),
    }
}

fn page(ranked: &[Ranked], window: Window) -> &[Ranked] {
    let from = usize::try_from(window.offset).unwrap_or(usize::MAX).min(ranked.len());
    let to = from.saturating_add(window.limit as usize).min(ranked.len());
    &ranked[from..to]
}

async fn joined(shop: &Shop, page: &[Ranked]) -> Result<Vec<FoundProduct>, Error> {
    let ids: Vec<_> = page.iter().map(|ranked| ranked.id).collect();
    let mut found_by: HashMap<_, _> = page.iter().map(|ranked| (ranked.id, &ranked.found_by)).collect();
    let products = views_of(shop, &ids).await?;
    let found = |product: ProductView| {
        let found_by = found_by.remove(&product.id).cloned().unwrap_or_default();
        FoundProduct { product, found_by }
    };
    Ok(products.into_iter().map(found).collect())
}
