//! The `search` role: products found by words, with filters and facets.
//!
//! # Promises
//! * Words match whatever their case, accents and English endings. A word that stands nowhere in the index is taken for
//!   the nearest one that does (one or two letters off), if it has three letters or more and no digit: a number one digit
//!   off is another product's. Query text has no syntax: every character is a letter or a gap.
//! * Products with all the words come first; only when fewer than [`FEW`] have them do products with some of them
//!   follow. A match in the name counts most.
//! * Facets count *all* products found (not only the page), each product once per brand and once per category it lies
//!   in or below. A facet leaves out the filter on its own field, so that the shopper sees what else there is.
//! * Equal scores are ordered by id: the same question on the same index has the same answer.
//! * [`Search::write`] becomes visible as a whole, with its checkpoint, and never replaces a higher version.

use async_trait::async_trait;
use souk_kernel::{CategoryId, Money, Position, ProductId, Timestamp};

use crate::Result;
use crate::derived::{Checkpoint, Derived, Generation, ProjectionName};
use crate::store::Window;

/// Below this many products with all the words, products with some of them are shown too.
pub const FEW: u64 = 10;

#[derive(Debug, Clone, PartialEq)]
pub struct SearchWrite {
    pub id: ProductId,
    /// The log position that the content was read at.
    pub version: Position,
    /// `None` deletes.
    pub content: Option<SearchDocument>,
}

/// What can be found, and by what.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SearchDocument {
    pub name: String,
    pub description: String,
    pub brand: Option<String>,
    /// The product's category and those above it, the lowest first.
    pub categories: Vec<CategoryId>,
    /// The names of `categories`, for their words.
    pub category_names: Vec<String>,
    pub tags: Vec<String>,
    pub materials: Vec<String>,
    /// Sizes, colours and SKUs.
    pub variants: Vec<String>,
    pub price: Option<Money>,
    pub in_stock: bool,
    pub rating: Option<f64>,
    pub num_reviews: u32,
    pub created_at: Timestamp,
}

/// Which products may be found at all; the default lets every one through.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct ProductFilter {
    /// In any of these categories or below them.
    pub categories: Vec<CategoryId>,
    /// Of any of these brands, in the words of the catalogue but whatever the case.
    pub brands: Vec<String>,
    /// A product without a price passes no bound.
    pub min_price: Option<Money>,
    pub max_price: Option<Money>,
    pub in_stock: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SearchQuery {
    /// Without words everything is found, newest first.
    pub text: String,
    pub filter: ProductFilter,
    /// How many values each facet may have, the most frequent first; 0 leaves facets out.
    pub facet_limit: usize,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SearchHits {
    pub hits: Vec<Hit>,
    /// How many were found on all pages.
    pub total: u64,
    /// Most frequent first, then by name.
    pub brands: Vec<(String, u64)>,
    /// Most frequent first, then by id.
    pub categories: Vec<(CategoryId, u64)>,
    /// Words that stood nowhere, and what they were taken for.
    pub corrected: Vec<(String, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    pub id: ProductId,
    /// Higher is better; comparable only within one answer.
    pub score: f32,
}

#[async_trait]
pub trait Search: Derived + 'static {
    /// Writes to one generation, live or not. `NotFound` when there is no such generation.
    async fn write(
        &self,
        index: ProjectionName,
        generation: Generation,
        writes: Vec<SearchWrite>,
        checkpoint: Checkpoint,
    ) -> Result<()>;

    /// `NotFound` when there is no live generation.
    async fn search(&self, index: ProjectionName, query: &SearchQuery, window: Window) -> Result<SearchHits>;

    /// Up to `limit` ids and stored contents after `after`, in the order of the ids, as JSON without the version.
    async fn scan(
        &self,
        index: ProjectionName,
        after: Option<ProductId>,
        limit: u32,
    ) -> Result<Vec<(ProductId, String)>>;
}
