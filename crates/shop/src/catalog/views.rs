//! What the catalogue's queries answer: the shapes that clients see, field by field.

use std::collections::BTreeMap;

use serde::Serialize;
use souk_kernel::{CategoryId, Currency, Money, ProductId, SellerId, VariantId};
use utoipa::ToSchema;

use crate::profiles::{SellerProfileView, SpecificationView};
use crate::reviews::ReviewSummary;

/// A product as it stands in a list.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ProductView {
    #[schema(value_type = uuid::Uuid)]
    pub id: ProductId,
    pub external_id: Option<String>,
    pub name: String,
    pub description: String,
    /// Before what a variant adds to it; `null`: price on request.
    #[schema(value_type = Option<f64>)]
    pub price: Option<Money>,
    /// Only there when it is true: the product can be looked at but not bought.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub price_on_request: bool,
    #[schema(value_type = String)]
    pub currency: Currency,
    /// The category's name.
    pub category: String,
    pub brand: Option<String>,
    pub tags: Vec<String>,
    /// 0 to 5, of all reviews: those that came with the product and those written here.
    pub rating: Option<f64>,
    pub num_reviews: u32,
    /// Pieces of all variants together.
    pub stock: i64,
    pub in_stock: bool,
    pub images: Vec<ImageView>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ImageView {
    /// As large as there is.
    pub url: String,
    /// What to say where the picture cannot be seen.
    pub alt: String,
    /// The same picture, smaller: addresses by the pixels of the longer edge, `200` and `600`. Empty for a picture that
    /// lies elsewhere.
    pub sizes: BTreeMap<String, String>,
}

/// A product with everything that its own page shows.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ProductDetail {
    #[serde(flatten)]
    pub product: ProductView,
    #[schema(value_type = uuid::Uuid)]
    pub category_id: CategoryId,
    pub materials: Vec<String>,
    pub care: Option<String>,
    /// What is measured and told depends on what it is.
    pub specifications: Vec<SpecificationView>,
    /// The reviews themselves are found at `/products/{id}/reviews`.
    pub reviews: ReviewSummary,
    pub seller: Option<PageSellerView>,
    /// The first one is sold when none is named.
    pub variants: Vec<VariantView>,
}

/// A product as the store has it, which shoppers may not see: the answer to a change.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ProductNow {
    #[serde(flatten)]
    pub detail: ProductDetail,
    /// Whether it is listed, found and sold.
    pub is_active: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PageSellerView {
    #[schema(value_type = uuid::Uuid)]
    pub id: SellerId,
    pub external_id: Option<String>,
    pub name: String,
    pub rating: Option<f64>,
    pub city: Option<String>,
    pub country: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct VariantView {
    #[schema(value_type = uuid::Uuid)]
    pub id: VariantId,
    pub sku: String,
    pub size: Option<String>,
    pub color: Option<String>,
    #[schema(value_type = Option<f64>)]
    pub price: Option<Money>,
    pub stock: i64,
    pub in_stock: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ProductsPage {
    pub products: Vec<ProductView>,
    /// On all pages.
    pub total: u64,
    pub page: u32,
    pub pages: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CategoriesAnswer {
    /// By name.
    pub categories: Vec<CategoryView>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CategoryView {
    #[schema(value_type = uuid::Uuid)]
    pub id: CategoryId,
    pub external_id: Option<String>,
    pub name: String,
    pub description: String,
    /// The category that it lies in.
    #[schema(value_type = Option<uuid::Uuid>)]
    pub parent: Option<CategoryId>,
    /// What souk draws, where the category names none.
    pub image: Option<String>,
    /// Active products in it and below it.
    pub products: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SellerView {
    #[schema(value_type = uuid::Uuid)]
    pub id: SellerId,
    pub external_id: Option<String>,
    pub name: String,
    /// 0 to 5.
    pub rating: Option<f64>,
    pub city: Option<String>,
    pub country: Option<String>,
    pub founded: Option<i32>,
    pub description: String,
    /// Active products.
    pub products: u64,
    /// Story, techniques and portfolio, where the workshop has told of them.
    pub profile: Option<SellerProfileView>,
}
