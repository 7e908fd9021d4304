//! What the engines of search keep of a product for [`scan`](souk_ports::search::Search::scan).

use serde::Serialize;
use souk_kernel::{CategoryId, Money, SellerId, Timestamp};
use souk_ports::search::{Choice, SearchDocument};

/// The stored content, in a fixed order of fields: equal products have equal texts.
#[derive(Serialize)]
pub(super) struct Content<'a> {
    name: &'a str,
    description: &'a str,
    brand: Option<&'a str>,
    categories: &'a [CategoryId],
    category_names: &'a [String],
    tags: &'a [String],
    materials: &'a [String],
    variants: &'a [String],
    price: Option<Money>,
    prices: &'a [Money],
    seller: Option<SellerId>,
    choices: &'a [Choice],
    in_stock: bool,
    rating: Option<f64>,
    num_reviews: u32,
    created_at: Timestamp,
}

impl<'a> Content<'a> {
    pub(super) fn of(document: &'a SearchDocument) -> Self {
        Self {
            name: &document.name,
            description: &document.description,
            brand: document.brand.as_deref(),
            categories: &document.categories,
            category_names: &document.category_names,
            tags: &document.tags,
            materials: &document.materials,
            variants: &document.variants,
            price: document.price,
            prices: &document.prices,
            seller: document.seller,
            choices: &document.choices,
            in_stock: document.in_stock,
            rating: document.rating,
            num_reviews: document.num_reviews,
            created_at: document.created_at,
        }
    }
}
