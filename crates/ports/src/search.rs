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
//! * What is equal in the order that was asked for is ordered by id: the same question on the same index has the same
//!   answer. An order decides only what comes first, never what is found.
//! * Values of a filter are alternatives, and a product passes all filters.
//! * [`Search::write`] becomes visible as a whole, with its checkpoint, and never replaces a higher version.

use async_trait::async_trait;
use serde::Serialize;
use souk_kernel::{CategoryId, Money, Position, ProductId, SellerId, Timestamp};

use crate::Result;
use crate::derived::{Checkpoint, Derived, Generation, ProjectionName};
use crate::rows::ChosenOption;
use crate::store::Window;

/// Below this many products with all the words, products with some of them are shown too.
pub const FEW: u64 = 10;
/// The most products that [`SearchOrder::Listed`] may name.
pub const MAX_LISTED: usize = 500;

/// Puts or deletes one product.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchWrite {
    /// Which product.
    pub id: ProductId,
    /// The log position that the content was read at.
    pub version: Position,
    /// `None` deletes.
    pub content: Option<SearchDocument>,
}

/// What can be found, and by what.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SearchDocument {
    /// Its words weigh most.
    pub name: String,
    /// May be empty.
    pub description: String,
    /// As facets show it; `None` and an empty text are no brand.
    pub brand: Option<String>,
    /// Every category on which it lies and those above them, the lowest first.
    pub categories: Vec<CategoryId>,
    /// The names of `categories`, for their words.
    pub category_names: Vec<String>,
    /// Further words to find it by.
    pub tags: Vec<String>,
    /// What it is made of.
    pub materials: Vec<String>,
    /// Sizes, colours and SKUs.
    pub variants: Vec<String>,
    /// As lists show it; `None`: on request.
    pub price: Option<Money>,
    /// What each variant that is for sale costs; filters and orders go by these.
    pub prices: Vec<Money>,
    /// Who sells it.
    pub seller: Option<SellerId>,
    /// What each variant that is for sale is, in all that the variants differ in.
    pub choices: Vec<Choice>,
    /// Whether any variant can be bought.
    pub in_stock: bool,
    /// The average of stars, 0 to 5; `None` without reviews.
    pub rating: Option<f64>,
    /// How many reviews that is the average of.
    pub num_reviews: u32,
    /// Without words the newest products come first.
    pub created_at: Timestamp,
}

/// One variant that is for sale.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Choice {
    /// What it is, in all that the product's variants differ in.
    pub options: Vec<ChosenOption>,
    /// Whether it can be bought.
    pub in_stock: bool,
}

/// Which products may be found at all; the default lets every one through.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct SearchFilter {
    /// In any of these categories or below them; empty: in all.
    pub categories: Vec<CategoryId>,
    /// Of any of these brands, in the words of the catalogue but whatever the case; empty: of any brand, or of none.
    pub brands: Vec<String>,
    /// By any of these sellers; empty: by any, or by nobody.
    pub sellers: Vec<SellerId>,
    /// With any of these tags, whatever the case; empty: with any, or without.
    pub tags: Vec<String>,
    /// One variant that is for sale passes all of these; empty: whatever its variants are.
    pub options: Vec<OptionFilter>,
    /// Included: a variant that is for sale costs as much or more, and not more than `max_price`. A product without a
    /// price passes no bound.
    pub min_price: Option<Money>,
    /// Included.
    pub max_price: Option<Money>,
    /// In hundredths of a star, included. A product without reviews passes no bound.
    pub min_rating_hundredths: Option<u16>,
    /// `Some(false)`: only what is sold out. `None`: both. Beside options it is asked of the variant that passes them, and
    /// of the product otherwise.
    pub in_stock: Option<bool>,
}

impl SearchFilter {
    /// What is asked of the product's stock, whichever variant there is.
    pub fn product_in_stock(&self) -> Option<bool> {
        self.in_stock.filter(|_| self.options.is_empty())
    }

    /// What is asked of the stock of the variant that passes the options.
    pub fn variant_in_stock(&self) -> Option<bool> {
        self.in_stock.filter(|_| !self.options.is_empty())
    }
}

/// What a variant is to be in one thing that variants differ in. Case does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OptionFilter {
    /// As the product's options are called: `color`.
    pub name: String,
    /// Any of these.
    pub values: Vec<String>,
}

/// Which of the products that are found come first. Equal ones are ordered by id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum SearchOrder {
    /// Those that match best. Without words the same as `Newest`.
    #[default]
    Relevance,
    /// By the moment of creation.
    Newest,
    /// By the variant that costs least; what has no price comes last.
    Cheapest,
    /// By the variant that costs least, the other way round; what has no price comes last, too.
    Dearest,
    /// The highest average of stars; what has no reviews comes last.
    Rating,
    /// By the words of the name, whatever their case and accents: letters before what comes after them in Unicode.
    Name,
    /// These in this order, at most [`MAX_LISTED`], then the others as in `Newest`. `InvalidInput` where there are more.
    Listed(Vec<ProductId>),
}

/// A question of a shopper.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SearchQuery {
    /// Words. Without any, everything is found.
    pub text: String,
    /// What is found besides having the words.
    pub filter: SearchFilter,
    /// What comes first.
    pub order: SearchOrder,
    /// How many values each facet may have, the most frequent first; 0 leaves facets out.
    pub facet_limit: usize,
}

/// The answer to a [`SearchQuery`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SearchHits {
    /// The page that was asked for, in the order that was asked for.
    pub hits: Vec<Hit>,
    /// How many were found on all pages.
    pub total: u64,
    /// How many products of each brand there are, the most frequent first, then by name.
    pub brands: Vec<(String, u64)>,
    /// How many products lie in or below each category, the most frequent first, then by id.
    pub categories: Vec<(CategoryId, u64)>,
    /// Words of the question that stood nowhere, and what they were taken for.
    pub corrected: Vec<(String, String)>,
}

/// A product that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Which product; what it is called and costs is read elsewhere.
    pub id: ProductId,
    /// Higher is better; comparable only within one answer. 0 in another order than [`SearchOrder::Relevance`].
    pub score: f32,
}

/// The index of words. One page of what can be bought for up to 50.00, with the brands that there are:
///
/// ```
/// use souk_kernel::{Money, Page, ProductId};
/// use souk_ports::search::{Search, SearchFilter, SearchOrder, SearchQuery};
///
/// async fn affordable(
///     search: &dyn Search,
///     words: &str,
///     page: Page,
/// ) -> souk_ports::Result<(Vec<ProductId>, Vec<(String, u64)>)> {
///     let filter = SearchFilter {
///         max_price: Money::from_hundredths(5_000).ok(),
///         in_stock: Some(true),
///         ..SearchFilter::default()
///     };
///     let query = SearchQuery { text: words.to_owned(), filter, order: SearchOrder::Relevance, facet_limit: 10 };
///     let found = search.search("products", &query, page.into()).await?;
///     Ok((found.hits.iter().map(|hit| hit.id).collect(), found.brands))
/// }
/// ```
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

    /// One page of what is found, with the facets of all pages. `NotFound` when there is no live generation.
    /// `InvalidInput` where the order names more than [`MAX_LISTED`] products.
    async fn search(&self, index: ProjectionName, query: &SearchQuery, window: Window) -> Result<SearchHits>;

    /// Up to `limit` ids and stored contents after `after` (`None`: from the first), in the order of the ids, as JSON
    /// without the version.
    async fn scan(
        &self,
        index: ProjectionName,
        after: Option<ProductId>,
        limit: u32,
    ) -> Result<Vec<(ProductId, String)>>;
}
