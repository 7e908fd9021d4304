//! Taking a word that stands nowhere for the nearest one that does.
//!
//! The dictionary of OpenSearch keeps words of replaced documents until their segment is merged away. So it only
//! proposes words, and products with them are counted by searching.

use std::cmp::Reverse;
use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Value, json};
use souk_ports::Result;
use strsim::osa_distance;

use super::query::{Reader, has};
use super::schema::SPELLING;
use crate::search::words::{MAX_CORRECTIONS, reach};

/// Words that are asked of the dictionary. With more of them one that is less near, or rarer, would be last.
const PROPOSED: usize = 100;
/// Of those the ones that products are counted for.
const TRIED: usize = 16;

#[derive(Deserialize)]
struct Answer {
    aggregations: Aggregations,
    #[serde(default)]
    suggest: HashMap<String, Vec<Suggested>>,
}

#[derive(Deserialize)]
struct Aggregations {
    each: Each,
}

#[derive(Deserialize)]
struct Each {
    buckets: Vec<Bucket>,
}

#[derive(Deserialize)]
struct Bucket {
    doc_count: u64,
}

#[derive(Deserialize)]
struct Suggested {
    options: Vec<Proposal>,
}

#[derive(Deserialize)]
struct Proposal {
    text: String,
    freq: u64,
}

/// The words that no product has, and what they are taken for: the nearest first, then the word of most products, then
/// in the order of the alphabet.
pub(super) async fn corrections(reader: &Reader, words: &[String]) -> Result<Vec<(String, String)>> {
    let mut question = counting(words.iter().map(|word| has(word)).collect());
    question["suggest"] = words
        .iter()
        .filter(|word| reach(word) > 0)
        .map(|word| (word.clone(), proposals_for(word)))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let mut answer: Answer = reader.ask(&question).await?;
    let counts = answer.aggregations.each.buckets.iter().map(|bucket| bucket.doc_count);
    let unknown = words.iter().zip(counts).filter(|(_, count)| *count == 0).map(|(word, _)| word);

    let mut tried = Vec::new();
    for word in unknown.take(MAX_CORRECTIONS) {
        let proposed = answer.suggest.remove(word).unwrap_or_default();
        let proposed = proposed.into_iter().flat_map(|suggested| suggested.options);
        let mut near: Vec<_> =
            proposed.map(|of| (osa_distance(word, &of.text), Reverse(of.freq), of.text)).collect();
        near.retain(|(distance, ..)| *distance <= usize::from(reach(word)));
        near.sort_unstable();
        near.truncate(TRIED);
        tried.extend(near.into_iter().map(|(distance, _, to)| (word, distance, to)));
    }
    if tried.is_empty() {
        return Ok(Vec::new());
    }
    let question = counting(tried.iter().map(|(.., to)| json!({"term": {SPELLING: to}})).collect());
    let answer: Answer = reader.ask(&question).await?;
    let counts = answer.aggregations.each.buckets.into_iter().map(|bucket| bucket.doc_count);
    let alive: Vec<_> = tried.into_iter().zip(counts).filter(|(_, count)| *count > 0).collect();
    let nearest = |word: &String| {
        let near = alive.iter().filter(|((from, ..), _)| *from == word);
        let best = near.min_by_key(|((_, distance, to), count)| (*distance, Reverse(*count), to));
        best.map(|((_, _, to), _)| (word.clone(), to.clone()))
    };
    Ok(words.iter().filter_map(nearest).collect())
}

/// How many products each of the queries finds.
fn counting(queries: Vec<Value>) -> Value {
    json!({
        "size": 0,
        "track_total_hits": false,
        "query": {"bool": {"should": queries, "minimum_should_match": 1}},
        "aggs": {"each": {"filters": {"filters": queries}}},
    })
}

fn proposals_for(word: &str) -> Value {
    json!({
        "text": word,
        "term": {
            "field": SPELLING,
            "analyzer": "keyword",
            // The dictionary may know it from products that are gone.
            "suggest_mode": "always",
            "max_term_freq": i32::MAX,
            "max_edits": reach(word),
            "min_word_length": 1,
            "prefix_length": 0,
            "accuracy": 0.0,
            "size": PROPOSED,
        },
    })
}
