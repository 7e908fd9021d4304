//! Answering a question: which products have its words, how many there are of what, and which come first.
//!
//! One request, if enough products have all the words; another one for those that have some; and where a word stands
//! nowhere, two more to find what it may be taken for ([`super::correct`]).

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use reqwest::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use souk_kernel::{CategoryId, ProductId};
use souk_ports::search::{FEW, Hit, SearchFilter, SearchHits, SearchOrder, SearchQuery};
use souk_ports::store::Window;
use souk_ports::{Error, Result};
use uuid::Uuid;

use super::correct;
use super::schema::{PRODUCT, STEM, WEIGHTS};
use super::server::{Server, body};
use crate::search::keys;
use crate::search::words::{MAX_WORDS, Words};

/// Hits of one request at most: `index.max_result_window` as it comes. Beyond it a search goes on after the last hit.
const PAGE: u64 = 10_000;
/// Values of a facet at most: OpenSearch counts no more than 65,535 in one request.
const FACET: usize = 10_000;
/// More than the fields of one word can add to a score: each adds less than its weight times the logarithm of how rare
/// the word is, and that is below 23 in an index of 2³¹ documents.
const WORD_BONUS: u32 = 23 * (WEIGHTS[0].1 + WEIGHTS[1].1 + WEIGHTS[2].1);

/// One index, and who reads it.
pub(super) struct Reader {
    pub(super) server: Arc<Server>,
    pub(super) index: String,
    /// Leads all reads of one process to the same copy of the index: copies are refreshed one after another, and what
    /// a process has been told to be there must not be gone in its next answer.
    pub(super) name: String,
}

impl Reader {
    pub(super) async fn ask<T: DeserializeOwned>(&self, question: &Value) -> Result<T> {
        let path =
            format!("/{}/_search?allow_partial_search_results=false&preference={}", self.index, self.name);
        let reply = self.server.read(Method::POST, &path, body(question)).await?;
        reply.expect_index(&self.index, "searching")?.json()
    }

    pub(super) async fn search(&self, query: &SearchQuery, window: Window) -> Result<SearchHits> {
        keys::check_order(&query.order)?;
        let mut words = words(&query.text);
        if words.is_empty() {
            return self.page(json!({"match_all": {}}), Order::of(&query.order, false), query, window).await;
        }
        let order = Order::of(&query.order, true);
        let mut found = self.page(all(&words), order, query, window).await?;
        let mut corrected = Vec::new();
        // If any product has all of them, none of them stands nowhere.
        if found.total == 0 {
            corrected = correct::corrections(self, &words).await?;
            if !corrected.is_empty() {
                words = with_corrections(words, &corrected);
                found = self.page(all(&words), order, query, window).await?;
            }
        }
        if found.total < FEW && words.len() > 1 {
            found = self.page(any(&words), order, query, window).await?;
        }
        Ok(SearchHits { corrected, ..found })
    }

    async fn page(
        &self,
        of: Value,
        order: Order<'_>,
        query: &SearchQuery,
        window: Window,
    ) -> Result<SearchHits> {
        let end = window.offset.saturating_add(window.limit.into());
        let mut question = question(of, order, query);
        let (mut found, mut at) = (SearchHits::default(), 0);
        // The first request tells how many there are: a window beyond them costs no more than that.
        let mut size = if end > PAGE { 0 } else { end };
        loop {
            question["size"] = json!(size);
            let answer: Answer = self.ask(&question).await?;
            if let Some(facets) = answer.aggregations {
                found.brands = facets.brands.top.read(Ok)?;
                found.categories = facets.categories.top.read(|id| parsed(&id).map(CategoryId))?;
            }
            found.total = answer.hits.total.map_or(found.total, |total| total.value);
            if let Some(last) = answer.hits.hits.last() {
                question["search_after"] = json!(last.sort);
            } else if size > 0 {
                return Ok(found);
            }
            for hit in answer.hits.hits {
                if at >= window.offset {
                    found.hits.push(hit.read(order)?);
                }
                at += 1;
            }
            if at >= end.min(found.total) || window.offset >= found.total {
                return Ok(found);
            }
            size = PAGE.min(end - at);
            question["track_total_hits"] = json!(false);
            question["aggs"] = json!({});
        }
    }

    /// Ids and contents after `after`, in the order of the ids.
    pub(super) async fn scan(
        &self,
        mut after: Option<ProductId>,
        limit: u32,
    ) -> Result<Vec<(ProductId, String)>> {
        let mut contents = Vec::new();
        while contents.len() < limit as usize {
            let size = (limit as usize - contents.len()).min(1_000);
            let mut question = json!({
                "size": size,
                "track_total_hits": false,
                "query": {"bool": {"filter": [is_product()]}},
                "sort": [{"souk.id": "asc"}],
            });
            if let Some(after) = after {
                question["search_after"] = json!([after]);
            }
            let answer: Scanned = self.ask(&question).await?;
            let read = answer.hits.hits.len();
            for mut hit in answer.hits.hits {
                hit.source.remove("souk");
                let content = serde_json::to_string(&hit.source);
                let content = content.map_err(|error| Error::internal("reading from search", error))?;
                contents.push((ProductId(parsed(&hit.sort.0)?), content));
            }
            after = contents.last().map(|(id, _)| *id);
            if read < size {
                break;
            }
        }
        Ok(contents)
    }
}

/// The different words of a question.
fn words(text: &str) -> Vec<String> {
    // What folding leaves of `İ` in lower case.
    let plain = |word: String| word.replace('\u{307}', "");
    Words::analyzers().of_question(text, MAX_WORDS).into_iter().map(|word| plain(word.plain)).collect()
}

/// Two words may be taken for the same one.
fn with_corrections(words: Vec<String>, corrected: &[(String, String)]) -> Vec<String> {
    let mut seen = HashSet::new();
    let corrected = words.into_iter().map(|word| {
        let taken_for = corrected.iter().find(|(from, _)| *from == word);
        taken_for.map_or(word, |(_, to)| to.clone())
    });
    corrected.filter(|word| seen.insert(word.clone())).collect()
}

/// Products with a word; what its places add to the score is summed.
pub(super) fn has(word: &str) -> Value {
    let fields = WEIGHTS.map(|(field, weight)| format!("{field}^{weight}"));
    json!({"multi_match": {"query": word, "fields": fields, "type": "most_fields", "analyzer": STEM}})
}

fn all(words: &[String]) -> Value {
    json!({"bool": {"must": words.iter().map(|word| has(word)).collect::<Vec<_>>()}})
}

/// Products with all the words come before those with some.
fn any(words: &[String]) -> Value {
    let bonus = WORD_BONUS * words.len() as u32;
    let with_all = json!({"constant_score": {"filter": all(words), "boost": bonus}});
    let each = words.iter().map(|word| has(word)).chain([with_all]).collect::<Vec<_>>();
    json!({"bool": {"should": each, "minimum_should_match": 1}})
}

#[derive(Clone, Copy)]
enum Order<'a> {
    Best,
    By(&'static str, &'static str),
    /// By a score that says where a product stands in the list, then newest first.
    Listed(&'a [ProductId]),
}

impl<'a> Order<'a> {
    fn of(asked: &'a SearchOrder, has_words: bool) -> Self {
        match asked {
            SearchOrder::Relevance if has_words => Self::Best,
            SearchOrder::Relevance | SearchOrder::Newest => Self::By("souk.created", "desc"),
            SearchOrder::Cheapest => Self::By("souk.price", "asc"),
            SearchOrder::Dearest => Self::By("souk.price", "desc"),
            SearchOrder::Rating => Self::By("rating", "desc"),
            SearchOrder::Name => Self::By("souk.name", "asc"),
            SearchOrder::Listed(ids) => Self::Listed(ids),
        }
    }

    /// As OpenSearch takes it; what has no value comes last whatever the direction.
    fn sort(self) -> Value {
        let id = json!({"souk.id": "asc"});
        match self {
            Self::Best => json!([{"_score": "desc"}, id]),
            Self::By(field, order) => json!([{field: {"order": order, "missing": "_last"}}, id]),
            Self::Listed(_) => json!([{"_score": "desc"}, {"souk.created": "desc"}, id]),
        }
    }

    /// The products of `of` that pass the filters, with the score that this order needs.
    fn scored(self, of: Value, mut filters: Vec<Value>) -> Value {
        let Self::Listed(ids) = self else { return json!({"bool": {"must": [of], "filter": filters}}) };
        filters.push(of);
        let mut seen = HashSet::new();
        let once: Vec<_> = ids.iter().filter(|id| seen.insert(**id)).collect();
        let listed = once.iter().zip((1..=once.len()).rev()).map(
            |(id, place)| json!({"constant_score": {"filter": {"term": {"souk.id": id}}, "boost": place}}),
        );
        let listed = listed.collect::<Vec<_>>();
        json!({"bool": {"filter": filters, "should": listed, "minimum_should_match": 0}})
    }
}

fn is_product() -> Value {
    json!({"term": {"souk.kind": PRODUCT}})
}

/// A facet leaves out the filter on its own field: so the query has only the filters without a facet, and those with
/// one are applied to what is returned and by each facet by itself.
fn question(of: Value, order: Order<'_>, query: &SearchQuery) -> Value {
    let filter = &query.filter;
    let (brand, category) = (brand_filter(filter), category_filter(filter));
    let mut question = json!({
        "track_total_hits": true,
        "_source": false,
        "query": order.scored(of, rest_filter(filter)),
        "sort": order.sort(),
    });
    if !filter.brands.is_empty() || !filter.categories.is_empty() {
        question["post_filter"] = json!({"bool": {"filter": [brand, category]}});
    }
    if query.facet_limit > 0 {
        let top = |field: &str, filter: &Value| {
            let size = query.facet_limit.min(FACET);
            let order = json!([{"_count": "desc"}, {"_key": "asc"}]);
            let top = json!({"terms": {"field": field, "size": size, "order": order, "exclude": [""]}});
            json!({"filter": filter, "aggs": {"top": top}})
        };
        question["aggs"] =
            json!({"brands": top("brand", &category), "categories": top("categories", &brand)});
    }
    question
}

fn brand_filter(filter: &SearchFilter) -> Value {
    if filter.brands.is_empty() {
        return json!({"match_all": {}});
    }
    json!({"terms": {"souk.brand": filter.brands.iter().map(|brand| keys::key(brand)).collect::<Vec<_>>()}})
}

fn category_filter(filter: &SearchFilter) -> Value {
    if filter.categories.is_empty() {
        return json!({"match_all": {}});
    }
    json!({"terms": {"categories": filter.categories}})
}

fn rest_filter(filter: &SearchFilter) -> Vec<Value> {
    let mut rest = vec![is_product()];
    if filter.min_price.is_some() || filter.max_price.is_some() {
        let amount = |price: Option<souk_kernel::Money>| price.map(souk_kernel::Money::ten_thousandths);
        let range = json!({"gte": amount(filter.min_price), "lte": amount(filter.max_price)});
        rest.push(json!({"range": {"souk.prices": range}}));
    }
    if !filter.sellers.is_empty() {
        rest.push(json!({"terms": {"seller": filter.sellers}}));
    }
    if !filter.tags.is_empty() {
        rest.push(
            json!({"terms": {"souk.tags": filter.tags.iter().map(|tag| keys::key(tag)).collect::<Vec<_>>()}}),
        );
    }
    let options = keys::wanted_choices(filter).into_iter();
    let options: Vec<_> = options.map(|any| json!({"terms": {"souk.choices.options": any}})).collect();
    if !options.is_empty() {
        rest.push(json!({"nested": {"path": "souk.choices", "query": {"bool": {"filter": options}}}}));
    }
    if let Some(min) = keys::min_rating(filter) {
        rest.push(json!({"range": {"rating": {"gte": min}}}));
    }
    if let Some(in_stock) = filter.product_in_stock() {
        rest.push(json!({"term": {"in_stock": in_stock}}));
    }
    rest
}

#[derive(Deserialize)]
struct Answer {
    hits: Hits,
    aggregations: Option<Facets>,
}

#[derive(Deserialize)]
struct Hits {
    total: Option<Total>,
    hits: Vec<Found>,
}

#[derive(Deserialize)]
struct Total {
    value: u64,
}

#[derive(Deserialize)]
struct Found {
    /// By what it was put in order, the id at last.
    sort: Vec<Value>,
}

#[derive(Deserialize)]
struct Facets {
    brands: Facet,
    categories: Facet,
}

#[derive(Deserialize)]
struct Facet {
    top: Buckets,
}

#[derive(Deserialize)]
struct Buckets {
    buckets: Vec<Bucket>,
}

#[derive(Deserialize)]
struct Bucket {
    key: String,
    doc_count: u64,
}

#[derive(Deserialize)]
struct Scanned {
    hits: ScannedHits,
}

#[derive(Deserialize)]
struct ScannedHits {
    hits: Vec<ScannedHit>,
}

#[derive(Deserialize)]
struct ScannedHit {
    sort: (String,),
    /// Value by value as it was written, in the order of the names.
    #[serde(rename = "_source")]
    source: BTreeMap<String, Box<RawValue>>,
}

impl Found {
    fn read(&self, order: Order<'_>) -> Result<Hit> {
        let score = match order {
            Order::Best => self.sort.first().and_then(Value::as_f64).unwrap_or(0.0) as f32,
            Order::By(..) | Order::Listed(_) => 0.0,
        };
        let id = self.sort.last().and_then(Value::as_str).unwrap_or_default();
        Ok(Hit { id: ProductId(parsed(id)?), score })
    }
}

impl Buckets {
    fn read<T>(self, key: impl Fn(String) -> Result<T>) -> Result<Vec<(T, u64)>> {
        self.buckets.into_iter().map(|bucket| Ok((key(bucket.key)?, bucket.doc_count))).collect()
    }
}

fn parsed(id: &str) -> Result<Uuid> {
    Uuid::try_parse(id).map_err(|error| Error::internal("reading an id from search", error))
}
