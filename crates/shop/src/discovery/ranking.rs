//! Which products answer a question, in which order: by words, by meaning, or by both.

use std::collections::HashMap;
use std::sync::Arc;

use souk_kernel::{CategoryId, ProductId};
use souk_ports::Error as PortError;
use souk_ports::rows::Category;
use souk_ports::search::{ProductFilter, SearchHits, SearchQuery};
use souk_ports::store::Window;
use souk_ports::vectors::{Near, NearestQuery};

use super::answers::{self, Question};
use super::fusion::fuse;
use super::projections::PRODUCT_VECTORS;
use super::{Correction, Error, FacetCounts, Facets, FoundBy, SearchMode};
use crate::Shop;
use crate::catalog::{ProductPage, SEARCH_INDEX, pages_of};

/// How many values a facet shows.
const FACET_VALUES: usize = 100;
/// How far down a ranking by meaning goes, and how much of each ranking is fused. What stands lower nobody looks at.
const DEPTH: u32 = 200;
/// The least cosine at which a product is said to be near a question. Measured on questions and products that have
/// nothing in common: their cosines are mostly below it.
const NEAR: f32 = 0.2;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ranked {
    pub(super) id: ProductId,
    pub(super) found_by: Vec<FoundBy>,
}

/// An answer without what changes by the second.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ranking {
    /// The whole ranking, or only the page that was asked for.
    pub(super) ranked: Vec<Ranked>,
    pub(super) total: u64,
    pub(super) facets: Facets,
    pub(super) corrected: Vec<Correction>,
}

/// By words: the index cuts the page.
pub(super) async fn by_words(
    shop: &Shop,
    text: &str,
    filter: &ProductFilter,
    window: Window,
) -> Result<Arc<Ranking>, Error> {
    let at = answers::place(&*shop.search, SEARCH_INDEX).await.map_err(no_index)?.into_iter().collect();
    let question = question(SearchMode::Text, text, filter, answers::window(window), at);
    if let Some(known) = shop.answers.get(&question) {
        return Ok(known);
    }
    let hits = words(shop, text, filter, window, FACET_VALUES).await?;
    let facets = Facets {
        categories: category_facet(shop, &hits.categories).await?,
        brands: FacetCounts(hits.brands),
    };
    let ranked = hits.hits.iter().map(|hit| Ranked { id: hit.id, found_by: vec![FoundBy::Words] });
    let ranking = Ranking {
        ranked: ranked.collect(),
        total: hits.total,
        facets,
        corrected: corrections(hits.corrected),
    };
    Ok(keep(shop, question, ranking))
}

/// By meaning: the whole ranking, as far as it goes.
pub(super) async fn by_meaning(
    shop: &Shop,
    text: &str,
    filter: &ProductFilter,
) -> Result<Arc<Ranking>, Error> {
    let at = answers::place(&*shop.vectors, PRODUCT_VECTORS).await.map_err(no_vectors)?.into_iter().collect();
    let question = question(SearchMode::Semantic, text, filter, None, at);
    if let Some(known) = shop.answers.get(&question) {
        return Ok(known);
    }
    let ids = meaning(shop, text, filter).await?;
    let facets = facets_of(shop, &ids).await?;
    let ranked: Vec<Ranked> =
        ids.into_iter().map(|id| Ranked { id, found_by: vec![FoundBy::Meaning] }).collect();
    let ranking = Ranking { total: ranked.len() as u64, ranked, facets, corrected: Vec::new() };
    Ok(keep(shop, question, ranking))
}

/// By both: the beginnings of the two rankings, fused.
pub(super) async fn by_both(shop: &Shop, text: &str, filter: &ProductFilter) -> Result<Arc<Ranking>, Error> {
    let mut at = Vec::new();
    at.extend(answers::place(&*shop.search, SEARCH_INDEX).await.map_err(no_index)?);
    at.extend(answers::place(&*shop.vectors, PRODUCT_VECTORS).await.map_err(no_vectors)?);
    let question = question(SearchMode::Combined, text, filter, None, at);
    if let Some(known) = shop.answers.get(&question) {
        return Ok(known);
    }
    let by_meaning = meaning(shop, text, filter).await?;
    let hits = words(shop, text, filter, Window { offset: 0, limit: DEPTH }, 0).await?;
    let by_words: Vec<ProductId> = hits.hits.iter().map(|hit| hit.id).collect();
    let ranked = fuse(&by_words, &by_meaning);
    let ids: Vec<ProductId> = ranked.iter().map(|ranked| ranked.id).collect();
    let facets = facets_of(shop, &ids).await?;
    let ranking =
        Ranking { total: ranked.len() as u64, ranked, facets, corrected: corrections(hits.corrected) };
    Ok(keep(shop, question, ranking))
}

async fn words(
    shop: &Shop,
    text: &str,
    filter: &ProductFilter,
    window: Window,
    facet_limit: usize,
) -> Result<SearchHits, Error> {
    let query = SearchQuery { text: text.to_owned(), filter: filter.clone(), facet_limit };
    shop.search.search(SEARCH_INDEX, &query, window).await.map_err(no_index)
}

async fn meaning(shop: &Shop, text: &str, filter: &ProductFilter) -> Result<Vec<ProductId>, Error> {
    let vector = shop.answers.vector(shop, text).await?;
    let query = NearestQuery {
        to: Near::Vector(vector.to_vec()),
        filter: filter.clone(),
        limit: DEPTH,
        exact: false,
    };
    let nearest = shop.vectors.nearest(PRODUCT_VECTORS, &query).await.map_err(no_vectors)?;
    Ok(nearest
        .into_iter()
        .filter(|neighbour| neighbour.score >= NEAR)
        .map(|neighbour| neighbour.id)
        .collect())
}

fn question(
    mode: SearchMode,
    text: &str,
    filter: &ProductFilter,
    window: Option<(u64, u32)>,
    at: Vec<(souk_ports::derived::Generation, u64, u64)>,
) -> Question {
    Question { mode, text: text.to_owned(), filter: filter.clone(), window, at }
}

fn keep(shop: &Shop, question: Question, ranking: Ranking) -> Arc<Ranking> {
    let ranking = Arc::new(ranking);
    shop.answers.put(question, ranking.clone());
    ranking
}

fn corrections(corrected: Vec<(String, String)>) -> Vec<Correction> {
    corrected.into_iter().map(|(word, taken_for)| Correction { word, taken_for }).collect()
}

/// An index that is missing or broken is a part of the shop that is not there, neither a thing that the client named
/// wrongly nor one that nobody foresaw.
fn no_index(error: PortError) -> Error {
    away("the search index", error)
}

fn no_vectors(error: PortError) -> Error {
    away("the index of meaning", error)
}

fn away(what: &str, error: PortError) -> Error {
    let away = |source| PortError::Unavailable { what: what.to_owned(), source };
    Error::Port(match error {
        PortError::NotFound { .. } => away(None),
        broken @ PortError::Internal { .. } => away(Some(Box::new(broken))),
        other => other,
    })
}

/// Counted over the whole of a ranking that is short.
async fn facets_of(shop: &Shop, ids: &[ProductId]) -> Result<Facets, Error> {
    let (mut brands, mut categories) = (HashMap::new(), HashMap::new());
    for page in &pages_of(shop, ids).await? {
        if let Some(brand) = page.brand.as_ref().filter(|brand| !brand.is_empty()) {
            *brands.entry(brand.clone()).or_default() += 1;
        }
        for category in ProductPage::categories(page) {
            *categories.entry(category.id).or_default() += 1;
        }
    }
    let categories = category_facet(shop, &most_frequent(categories)).await?;
    Ok(Facets { brands: FacetCounts(most_frequent(brands)), categories })
}

fn most_frequent<T: Ord>(counts: HashMap<T, u64>) -> Vec<(T, u64)> {
    let mut counts: Vec<(T, u64)> = counts.into_iter().collect();
    counts.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts.truncate(FACET_VALUES);
    counts
}

/// Counts by name. Where two categories share a name, each is told apart by its parent's.
async fn category_facet(shop: &Shop, counts: &[(CategoryId, u64)]) -> Result<FacetCounts, Error> {
    let ids: Vec<CategoryId> = counts.iter().map(|(id, _)| *id).collect();
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
    let named = rows.into_iter().zip(counts).filter_map(|(row, (_, count))| {
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
