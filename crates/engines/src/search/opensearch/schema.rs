//! The fields of an index, how its texts become words, and how a product becomes a document of it.
//!
//! Texts become words as in [`crate::search::words`], by analyzers of the index: so other tools can search it too. What
//! only souk needs lies in the object `souk`. Three kinds of documents:
//! * `product`;
//! * `deleted`: OpenSearch forgets the version of what is deleted after a minute (`index.gc_deletes`), so that an older
//!   one could come back; hence nothing is deleted, but replaced by a document without content;
//! * `checkpoint`, one in each index: so it becomes visible together with what it guards.
//!
//! One shard: products become visible together, and facets count exactly. It holds some millions of products; more
//! readers are served by more replicas.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Value, json};
use souk_kernel::ProductId;
use souk_ports::search::SearchWrite;

use crate::search::content::Content;
use crate::search::keys;
use crate::search::words::{MAX_WORD_CHARS, Words};

/// The version of the fields below, which an index keeps with them.
pub(super) const FIELDS: u32 = 2;

pub(super) const PRODUCT: &str = "product";
const DELETED: &str = "deleted";
pub(super) const CHECKPOINT: &str = "checkpoint";

/// A word in the name outweighs several mentions in the description.
pub(super) const WEIGHTS: [(&str, u32); 3] = [("name", 8), ("keywords", 3), ("description", 1)];
/// The analyzer of a word that has been found in a question.
pub(super) const STEM: &str = "souk_stem";
/// Every word as people write it, but for case and accents.
pub(super) const SPELLING: &str = "spelling";

/// Bytes of a keyword at most, or OpenSearch refuses the document: 32,766, and a character has up to 4.
const KEYWORD_CHARS: usize = 8_191;

pub(super) fn index(replicas: u32, alias: &str) -> Value {
    let text = |similarity: &str| json!({"type": "text", "analyzer": "souk_words", "similarity": similarity, "copy_to": [SPELLING]});
    let keyword =
        |copied: &[&str]| json!({"type": "keyword", "ignore_above": KEYWORD_CHARS, "copy_to": copied});
    let spoken = || keyword(&["keywords", SPELLING]);
    let mut name = text("souk_short");
    name["fields"] = json!({"keyword": {"type": "keyword", "ignore_above": 256}});
    json!({
        "aliases": {alias: {}},
        "settings": {
            "index": {
                "number_of_shards": 1,
                "auto_expand_replicas": format!("0-{replicas}"),
                // Copies of segments would become visible whenever they arrive.
                "replication.type": "DOCUMENT",
                // Only when a write is complete: a refresh by the clock would show half of one.
                "refresh_interval": "-1",
                "translog.durability": "request",
                // Most of what there is to say about a product is its name: a long one is no lesser match.
                "similarity": {"souk_short": {"type": "BM25", "b": 0.25}},
            },
            "analysis": {
                "char_filter": {
                    "souk_silent": {
                        "type": "pattern_replace",
                        "pattern": "['\u{2019}\u{02bc}\u{0300}-\u{036f}]",
                        "replacement": "",
                    },
                },
                "tokenizer": {
                    "souk_gaps": {"type": "pattern", "pattern": "[^\\p{IsAlphabetic}\\p{N}]+"},
                },
                "filter": {
                    "souk_short": {"type": "truncate", "length": MAX_WORD_CHARS},
                    "souk_endings": {"type": "stemmer", "language": "porter2"},
                },
                "analyzer": {
                    "souk_words": {
                        "type": "custom",
                        "char_filter": ["souk_silent"],
                        "tokenizer": "souk_gaps",
                        "filter": ["souk_short", "lowercase", "asciifolding", "souk_endings"],
                    },
                    "souk_spelling": {
                        "type": "custom",
                        "char_filter": ["souk_silent"],
                        "tokenizer": "souk_gaps",
                        "filter": ["souk_short", "lowercase", "asciifolding"],
                    },
                    STEM: {"type": "custom", "tokenizer": "keyword", "filter": ["souk_endings"]},
                },
            },
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": {"souk_fields": FIELDS},
            "properties": {
                "name": name,
                "description": text("BM25"),
                "brand": spoken(),
                "categories": keyword(&[]),
                "category_names": spoken(),
                "tags": spoken(),
                "materials": spoken(),
                "variants": spoken(),
                "price": {"type": "double"},
                "prices": {"type": "double"},
                "seller": keyword(&[]),
                // As it was written; what filters ask of it lies under `souk`.
                "choices": {"type": "object", "enabled": false},
                "in_stock": {"type": "boolean"},
                "rating": {"type": "double"},
                "num_reviews": {"type": "long"},
                "created_at": {"type": "date", "ignore_malformed": true},
                "keywords": {"type": "text", "analyzer": "souk_words", "similarity": "souk_short"},
                SPELLING: {"type": "text", "analyzer": "souk_spelling", "index_options": "docs", "norms": false},
                "souk": {"properties": own()},
            },
        },
    })
}

fn own() -> Value {
    let key = json!({"type": "keyword", "ignore_above": KEYWORD_CHARS});
    json!({
        "kind": {"type": "keyword"},
        "id": {"type": "keyword"},
        "brand": key,
        "tags": key,
        "prices": {"type": "long"},
        "price": {"type": "long"},
        "name": {"type": "keyword"},
        // A document of its own for each variant: of one of them several things are asked at once.
        "choices": {"type": "nested", "properties": {"options": key}},
        "created": {"type": "long"},
        "checkpoint": {"type": "keyword", "index": false, "doc_values": false},
    })
}

#[derive(Serialize)]
struct Document<'a> {
    souk: Own,
    #[serde(flatten)]
    content: Option<Content<'a>>,
}

/// What souk filters and sorts by, exactly.
#[derive(Serialize)]
struct Own {
    kind: &'static str,
    id: ProductId,
    /// In lower case; missing where the product has none.
    brand: Option<String>,
    /// In lower case.
    tags: BTreeSet<String>,
    /// In ten-thousandths.
    prices: BTreeSet<i64>,
    /// The lowest of them.
    price: Option<i64>,
    /// As names are put in order.
    name: Option<String>,
    choices: Vec<Choice>,
    /// In milliseconds since 1970.
    created: Option<i64>,
}

/// What one variant is.
#[derive(Serialize)]
struct Choice {
    options: BTreeSet<String>,
}

/// The document of a product, or the one that remembers its version after its deletion, as JSON in one line.
pub(super) fn document(write: &SearchWrite, words: &mut Words) -> serde_json::Result<String> {
    let of = write.content.as_ref();
    let prices = of.map(keys::prices).unwrap_or_default();
    let choices = of.map(keys::choices).unwrap_or_default();
    let souk = Own {
        kind: if of.is_some() { PRODUCT } else { DELETED },
        id: write.id,
        brand: of.and_then(keys::brand),
        tags: of.map(keys::tags).unwrap_or_default(),
        price: prices.first().copied(),
        prices,
        name: of.map(|of| keys::name(&of.name, words)),
        choices: choices.into_iter().map(|options| Choice { options }).collect(),
        created: of.map(|of| of.created_at.ms()),
    };
    serde_json::to_string(&Document { souk, content: of.map(Content::of) })
}
