//! The fields of the index, and how a product becomes a document of it.
//!
//! All words of a product stand in one field, each as often as its place weighs: once for the description, more often
//! for the name. So a word of a question is one list of postings, and the BM25 score over these weighted counts is
//! BM25F (Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields", CIKM 2004). What
//! filters, facets and ties need lies in columns. Which words exist at all, as people write them, is a field of its
//! own, for corrections.

use std::collections::{BTreeMap, BTreeSet};

use souk_kernel::{CategoryId, ProductId};
use souk_ports::search::{SearchDocument, SearchWrite};
use souk_ports::{Error, Result};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::{TantivyDocument, Term};
use uuid::Uuid;

use super::weighted;
use crate::search::content::Content;
use crate::search::keys;
use crate::search::words::Words;

/// A word in the name outweighs several mentions in the description.
const NAME_WEIGHT: usize = 24;
/// Brand, categories, tags, materials and variants.
const KEYWORD_WEIGHT: usize = 3;
const DESCRIPTION_WEIGHT: usize = 1;

pub(super) const ID_HIGH: &str = "id_high";
pub(super) const ID_LOW: &str = "id_low";
pub(super) const VERSION: &str = "version";
pub(super) const BRAND: &str = "brand";
pub(super) const CATEGORIES: &str = "categories";
pub(super) const SELLER: &str = "seller";
pub(super) const TAGS: &str = "tags";
pub(super) const CHOICES: &str = "choices";
pub(super) const PRICES: &str = "prices";
pub(super) const RATING: &str = "rating";
pub(super) const NAME: &str = "name";
pub(super) const IN_STOCK: &str = "in_stock";
pub(super) const CREATED: &str = "created";

#[derive(Debug, Clone)]
pub(super) struct Fields {
    pub(super) schema: Schema,
    pub(super) id: Field,
    id_high: Field,
    id_low: Field,
    version: Field,
    /// Stems, weighted.
    pub(super) words: Field,
    /// Words as they are written, but for case and accents.
    pub(super) spelling: Field,
    brand: Field,
    /// The whole path in one text, so that it is one value per product: `lowest/…/highest`.
    categories: Field,
    seller: Field,
    /// All of them in one text, as `categories` are: a JSON array.
    tags: Field,
    /// The same, of arrays.
    choices: Field,
    /// In ten-thousandths, as many values as there are prices.
    prices: Field,
    rating: Field,
    /// As names are put in order.
    name: Field,
    in_stock: Field,
    /// A tombstone has none.
    created: Field,
    pub(super) content: Field,
}

impl Fields {
    pub(super) fn new() -> Self {
        let mut schema = Schema::builder();
        // The analysis happens in `document`. The name is that of Tantivy's own tokenizer, in whose place ours is put.
        let indexed = |option, fieldnorms| {
            let indexing = TextFieldIndexing::default().set_index_option(option).set_fieldnorms(fieldnorms);
            TextOptions::default().set_indexing_options(indexing)
        };
        let column = || TextOptions::default().set_fast("raw");
        Self {
            id: schema.add_bytes_field("id", INDEXED),
            id_high: schema.add_u64_field(ID_HIGH, FAST),
            id_low: schema.add_u64_field(ID_LOW, FAST),
            version: schema.add_u64_field(VERSION, FAST),
            words: schema.add_text_field("words", indexed(IndexRecordOption::WithFreqs, true)),
            spelling: schema.add_text_field("spelling", indexed(IndexRecordOption::Basic, false)),
            brand: schema.add_text_field(BRAND, column()),
            categories: schema.add_text_field(CATEGORIES, column()),
            seller: schema.add_text_field(SELLER, column()),
            tags: schema.add_text_field(TAGS, column()),
            choices: schema.add_text_field(CHOICES, column()),
            prices: schema.add_i64_field(PRICES, FAST),
            rating: schema.add_f64_field(RATING, FAST),
            name: schema.add_text_field(NAME, column()),
            in_stock: schema.add_bool_field(IN_STOCK, FAST),
            created: schema.add_i64_field(CREATED, FAST),
            content: schema.add_text_field("content", STORED),
            schema: schema.build(),
        }
    }

    pub(super) fn id_term(&self, id: ProductId) -> Term {
        Term::from_field_bytes(self.id, id.as_bytes())
    }

    /// The document of a product, or the tombstone that remembers its version.
    pub(super) fn document(&self, write: &SearchWrite, words: &mut Words) -> Result<TantivyDocument> {
        let mut document = TantivyDocument::default();
        let (high, low) = write.id.0.as_u64_pair();
        document.add_bytes(self.id, write.id.as_bytes());
        document.add_u64(self.id_high, high);
        document.add_u64(self.id_low, low);
        document.add_u64(self.version, write.version);
        let Some(content) = &write.content else { return Ok(document) };

        let (stems, spelling) = texts(content, words);
        document.add_text(self.words, stems);
        document.add_text(self.spelling, spelling);
        if let Some(brand) = &content.brand {
            document.add_text(self.brand, brand);
        }
        document.add_text(self.categories, category_path(&content.categories));
        if let Some(seller) = content.seller {
            document.add_text(self.seller, seller.to_string());
        }
        let (tags, choices) = (keys::tags(content), keys::choices(content));
        for (field, text, is_empty) in [
            (self.tags, to_json(&tags)?, tags.is_empty()),
            (self.choices, to_json(&choices)?, choices.is_empty()),
        ] {
            if !is_empty {
                document.add_text(field, text);
            }
        }
        for price in keys::prices(content) {
            document.add_i64(self.prices, price);
        }
        if let Some(rating) = content.rating {
            document.add_f64(self.rating, rating);
        }
        document.add_text(self.name, keys::name(&content.name, words));
        document.add_bool(self.in_stock, content.in_stock);
        document.add_i64(self.created, content.created_at.ms());
        document.add_text(self.content, to_json(&Content::of(content))?);
        Ok(document)
    }
}

fn to_json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::internal("search", error))
}

/// A product's words, weighted, and how they are spelled, each once; both as [`weighted`] texts.
fn texts(content: &SearchDocument, words: &mut Words) -> (String, String) {
    let keywords = [&content.category_names, &content.tags, &content.materials, &content.variants];
    let places = [(NAME_WEIGHT, &content.name), (DESCRIPTION_WEIGHT, &content.description)].into_iter();
    let places =
        places.chain(keywords.into_iter().flatten().chain(&content.brand).map(|text| (KEYWORD_WEIGHT, text)));

    let (mut stems, mut spelling) = (BTreeMap::<String, usize>::new(), BTreeSet::new());
    for (weight, text) in places {
        for word in words.of(text) {
            *stems.entry(word.stem).or_default() += weight;
            spelling.insert(word.plain);
        }
    }
    let stems = stems.iter().map(|(stem, count)| (stem.as_str(), *count));
    (weighted::text_of(stems), weighted::text_of(spelling.iter().map(|word| (word.as_str(), 1))))
}

const SEPARATOR: char = '/';

/// Each category once, however often the caller names it.
fn category_path(categories: &[CategoryId]) -> String {
    let mut path = String::with_capacity(categories.len() * 37);
    for (i, category) in categories.iter().enumerate() {
        if !categories[..i].contains(category) {
            if !path.is_empty() {
                path.push(SEPARATOR);
            }
            path.push_str(&category.to_string());
        }
    }
    path
}

pub(super) fn read_category_path(path: &str) -> Result<Vec<CategoryId>, uuid::Error> {
    let ids = path.split(SEPARATOR).filter(|id| !id.is_empty());
    ids.map(|id| Uuid::try_parse(id).map(CategoryId)).collect()
}

pub(super) fn id_of(id: u128) -> ProductId {
    ProductId(Uuid::from_u128(id))
}
