//! Which products answer a question, in which order: by words, by meaning, or by both.

use std::collections::HashMap;
use std::sync::Arc;

use souk_kernel::{CategoryId, ProductId};
use souk_ports::Error as PortError;
use souk_ports::rows::Category;
use souk_ports::search::{SearchFilter, SearchHits, SearchOrder, SearchQuery};
use souk_ports::store::Window;
use souk_ports::vectors::{Near, NearestQuery};

use super::answers::{self, Place, Question};
use super::fusion::fuse;
use super::projections::PRODUCT_VECTORS;
use super::{Correction, Error, FacetCounts, Facets, FoundBy, SearchMode, passing};
use crate::Shop;
use crate::catalog::{self, PRODUCT_PAGES, ProductPage, SEARCH_INDEX, is_left_to_the_store, pages_of};

/// How many values a facet shows.
const FACET_VALUES: usize = 100;
/// How far down a ranking by meaning goes, and how much of each ranking is fused. What stands lower nobody looks at.
const DEPTH: u32 = 200;
/// How many neighbours are looked at where some of them will not pass a filter that only their pages know.
const CONSIDERED: u32 = 1_000;
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
    /// The store itself has named the categories. Otherwise the answer says so, and is not kept.
    pub(super) is_certain: bool,
}

/// By words: the index cuts the page.
pub(super) async fn by_words(
    shop: &Shop,
    text: &str,
    filter: &SearchFilter,
    order: &SearchOrder,
    window: Window,
) -> Result<Arc<Ranking>, Error> {
    let at = answers::place(&*shop.search, SEARCH_INDEX).await.map_err(no_index)?.into_iter().collect();
    let question = question(SearchMode::Text, text, filter, order, answers::window(window), at);
    if let Some(known) = shop.answers.get(&question) {
        return Ok(known);
    }
    let hits = words(shop, text, filter, order, window, FACET_VALUES).await?;
    let (categories, is_certain) = category_facet(shop, &hits.categories).await?;
    let facets = Facets { categories, brands: FacetCounts(hits.brands) };
    let ranked = hits.hits.iter().map(|hit| Ranked { id: hit.id, found_by: vec![FoundBy::Words] });
    let ranking = Ranking {
        ranked: ranked.collect(),
        total: hits.total,
        facets,
        corrected: corrections(hits.corrected),
        is_certain,
    };
    Ok(keep(shop, question, ranking, true))
}

/// By meaning: the whole ranking, as far as it goes.
pub(super) async fn by_meaning(
    shop: &Shop,
    text: &str,
    filter: &SearchFilter,
) -> Result<Arc<Ranking>, Error> {
    let mut at = Vec::new();
    at.extend(answers::place(&*shop.vectors, PRODUCT_VECTORS).await.map_err(no_vectors)?);
    at.extend(pages_at(shop).await?);
    let question = question(SearchMode::Semantic, text, filter, &SearchOrder::Relevance, None, at);
    if let Some(known) = shop.answers.get(&question) {
        return Ok(known);
    }
    let is_whole = is_whole(shop).await?;
    let ids = meaning(shop, text, filter).await?;
    let (facets, is_certain) = facets_of(shop, &ids).await?;
    let ranked: Vec<Ranked> =
        ids.into_iter().map(|id| Ranked { id, found_by: vec![FoundBy::Meaning] }).collect();
    let ranking = Ranking { total: ranked.len() as u64, ranked, facets, corrected: Vec::new(), is_certain };
    Ok(keep(shop, question, ranking, is_whole))
}

/// By both: the beginnings of the two rankings, fused.
pub(super) async fn by_both(shop: &Shop, text: &str, filter: &SearchFilter) -> Result<Arc<Ranking>, Error> {
    let mut at = Vec::new();
    at.extend(answers::place(&*shop.search, SEARCH_INDEX).await.map_err(no_index)?);
    at.extend(answers::place(&*shop.vectors, PRODUCT_VECTORS).await.map_err(no_vectors)?);
    at.extend(pages_at(shop).await?);
    let question = question(SearchMode::Combined, text, filter, &SearchOrder::Relevance, None, at);
    if let Some(known) = shop.answers.get(&question) {
        return Ok(known);
    }
    let is_whole = is_whole(shop).await?;
    let by_meaning = meaning(shop, text, filter).await?;
    let hits =
        words(shop, text, filter, &SearchOrder::Relevance, Window { offset: 0, limit: DEPTH }, 0).await?;
    let by_words: Vec<ProductId> = hits.hits.iter().map(|hit| hit.id).collect();
    let ranked = fuse(&by_words, &by_meaning);
    let ids: Vec<ProductId> = ranked.iter().map(|ranked| ranked.id).collect();
    let (facets, is_certain) = facets_of(shop, &ids).await?;
    let corrected = corrections(hits.corrected);
    let ranking = Ranking { total: ranked.len() as u64, ranked, facets, corrected, is_certain };
    Ok(keep(shop, question, ranking, is_whole))
}

async fn words(
    shop: &Shop,
    text: &str,
    filter: &SearchFilter,
    order: &SearchOrder,
    window: Window,
    facet_limit: usize,
) -> Result<SearchHits, Error> {
    let (filter, order) = (filter.clone(), order.clone());
    let query = SearchQuery { text: text.to_owned(), filter, order, facet_limit };
    shop.search.search(SEARCH_INDEX, &query, window).await.map_err(no_index)
}

async fn meaning(shop: &Shop, text: &str, filter: &SearchFilter) -> Result<Vec<ProductId>, Error> {
    let vector = shop.answers.vector(shop, text).await?;
    let asks_pages = passing::asks_pages(filter);
    let query = NearestQuery {
        to: Near::Vector(vector.to_vec()),
        filter: passing::known(filter),
        limit: if asks_pages { CONSIDERED } else { DEPTH },
        exact: false,
    };
    let nearest = shop.vectors.nearest(PRODUCT_VECTORS, &query).await.map_err(no_vectors)?;
    let near = nearest.into_iter().filter(|neighbour| neighbour.score >= NEAR);
    let ids: Vec<ProductId> = near.map(|neighbour| neighbour.id).collect();
    if !asks_pages {
        return Ok(ids);
    }
    let (pages, now) = (pages_of(shop, &ids).await?, shop.clock.now());
    let passing = pages.iter().filter(|page| passing::passes(filter, page, now));
    Ok(passing.map(|page| page.id).take(DEPTH as usize).collect())
}

fn question(
    mode: SearchMode,
    text: &str,
    filter: &SearchFilter,
    order: &SearchOrder,
    window: Option<(u64, u32)>,
    at: Vec<Place>,
) -> Question {
    Question { mode, text: text.to_owned(), filter: filter.clone(), order: order.clone(), window, at }
}

/// Whether no entry waits for its embedding. One that does is found later at the same place of the log, so an answer
/// without it may be given and not kept. To be asked before the index is.
async fn is_whole(shop: &Shop) -> Result<bool, Error> {
    let waiting = shop.vectors.waiting(PRODUCT_VECTORS, 1).await.map_err(no_vectors)?;
    Ok(waiting.is_empty())
}

fn keep(shop: &Shop, question: Question, ranking: Ranking, is_whole: bool) -> Arc<Ranking> {
    let ranking = Arc::new(ranking);
    if is_whole && ranking.is_certain {
        shop.answers.put(question, ranking.clone());
    }
    ranking
}

fn corrections(corrected: Vec<(String, String)>) -> Vec<Correction> {
    corrected.into_iter().map(|(word, taken_for)| Correction { word, taken_for }).collect()
}

fn no_index(error: PortError) -> Error {
    catalog::no_index(error).into()
}

fn no_vectors(error: PortError) -> Error {
    catalog::away("the index of meaning", error).into()
}

/// What the pages had got to, of which the facets are counted; the store stands in where they are away.
async fn pages_at(shop: &Shop) -> Result<Option<Place>, Error> {
    match answers::place(&*shop.documents, PRODUCT_PAGES).await {
        Err(error) if is_left_to_the_store(&error) => Ok(None),
        at => Ok(at?),
    }
}

/// Counted over the whole of a ranking that is short, and whether the store itself has named the categories.
async fn facets_of(shop: &Shop, ids: &[ProductId]) -> Result<(Facets, bool), Error> {
    let (mut brands, mut categories) = (HashMap::new(), HashMap::new());
    for page in &pages_of(shop, ids).await? {
        if let Some(brand) = page.brand.as_ref().filter(|brand| !brand.is_empty()) {
            *brands.entry(brand.clone()).or_default() += 1;
        }
        for category in ProductPage::categories(page) {
            *categories.entry(category.id).or_default() += 1;
        }
    }
    let (categories, is_certain) = category_facet(shop, &most_frequent(categories)).await?;
    Ok((Facets { brands: FacetCounts(most_frequent(brands)), categories }, is_certain))
}

fn most_frequent<T: Ord>(counts: HashMap<T, u64>) -> Vec<(T, u64)> {
    let mut counts: Vec<(T, u64)> = counts.into_iter().collect();
    counts.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts.truncate(FACET_VALUES);
    counts
}

/// Counts by name, and whether the store itself has told the names. Where two categories share a name, each is told
/// apart by its parent's.
async fn category_facet(shop: &Shop, counts: &[(CategoryId, u64)]) -> Result<(FacetCounts, bool), Error> {
    let ids: Vec<CategoryId> = counts.iter().map(|(id, _)| *id).collect();
    let names = &shop.answers.categories;
    let found = names.of(&*shop.store, &ids).await?;
    let mut times: HashMap<&str, u32> = HashMap::new();
    for category in found.categories.iter().flatten() {
        *times.entry(&category.name).or_default() += 1;
    }
    let is_twice = |category: &Category| times.get(category.name.as_str()).is_some_and(|times| *times > 1);
    let twice = found.categories.iter().flatten().filter(|category| is_twice(category));
    let parents: Vec<CategoryId> = twice.filter_map(|category| category.parent).collect();
    let parents = match found.is_certain {
        true => names.of(&*shop.store, &parents).await?,
        false => names.remembered(&parents),
    };
    let is_certain = found.is_certain && (parents.is_certain || parents.categories.is_empty());
    let parents = parents.categories.into_iter().flatten();
    let parents: HashMap<_, _> = parents.map(|parent| (parent.id, parent.name)).collect();
    let named = found.categories.iter().zip(counts).filter_map(|(category, (_, count))| {
        let category = category.as_ref()?;
        let parent = category.parent.and_then(|parent| parents.get(&parent));
        let name = match parent {
            Some(parent) if is_twice(category) => format!("{} ({parent})", category.name),
            _ => category.name.clone(),
        };
        Some((name, *count))
    });
    Ok((FacetCounts(named.collect()), is_certain))
}
