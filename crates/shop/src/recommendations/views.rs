//! What recommendations look like: the shapes of the HTTP interface, which the command line prints as well.

use serde::Serialize;
use souk_kernel::{ProductId, UserId};
use utoipa::ToSchema;

use crate::catalog::ProductView;

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Recommendations {
    #[schema(value_type = Option<uuid::Uuid>)]
    pub user_id: Option<UserId>,
    pub basis: Basis,
    /// What could not be asked, and what answers in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The best first; only products in stock.
    pub recommendations: Vec<Recommendation>,
}

/// What recommendations are founded on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// What the person bought, and what others bought who bought the same.
    Purchases,
    /// What the person looked at.
    Views,
    /// Nothing is known of the person: what most people buy.
    BestSellers,
    /// Nothing was sold yet either.
    Newest,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Recommendation {
    #[serde(flatten)]
    pub product: ProductView,
    pub reason: Reason,
    /// The product of the person's own that led here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<ProductRef>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// People with purchases in common bought it.
    AlsoBought,
    /// People who looked at the same looked at it.
    AlsoViewed,
    BestSeller,
    New,
}

/// A product in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProductRef {
    #[schema(value_type = uuid::Uuid)]
    pub id: ProductId,
    pub external_id: Option<String>,
    pub name: String,
    /// Whether the person bought it, or only looked at it.
    pub bought: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SimilarView {
    #[schema(value_type = uuid::Uuid)]
    pub product_id: ProductId,
    pub basis: SimilarBasis,
    /// The most alike first; only products in stock.
    pub products: Vec<SimilarProduct>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SimilarBasis {
    /// What the products mean, compared beforehand.
    SimilarTo,
    /// What the products mean, compared while answering.
    Nearest,
    /// Meanings are not known: what sells most of the same category.
    Category,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SimilarProduct {
    #[serde(flatten)]
    pub product: ProductView,
    /// The cosine of the meanings: 1 is the same, 0 has nothing in common. `null` where they are not known.
    pub score: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct BoughtTogether {
    #[schema(value_type = uuid::Uuid)]
    pub product_id: ProductId,
    /// Orders with the product that were looked at.
    pub baskets: u64,
    /// What could not be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The surest bond first; only products in stock that share more orders with it than by chance.
    pub products: Vec<Companion>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Companion {
    #[serde(flatten)]
    pub product: ProductView,
    /// Orders that hold both.
    pub baskets: u64,
    /// How many times as often as if the two had nothing to do with each other.
    pub lift: f64,
}
