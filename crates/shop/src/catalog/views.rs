//! What the catalogue's queries answer: the shapes that clients see, field by field.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use souk_kernel::{CategoryId, Currency, Money, ProductId, SellerId, Timestamp, VariantId};
use souk_ports::rows::{ChosenOption, ProductStatus, Sale};
use utoipa::ToSchema;

use super::bundles::PartView;
use super::stock_policy::{Availability, StockPolicyName};
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
    /// Before what a variant adds to it, and while a sale of the default variant is on, what that costs; `null`: price on
    /// request.
    #[schema(value_type = Option<f64>)]
    pub price: Option<Money>,
    /// What the default variant costs otherwise, to be shown struck out; only there while a sale of it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    pub list_price: Option<Money>,
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
    /// Pieces that are there of all variants together.
    pub stock: i64,
    /// Whether any of its variants can be bought, be it on backorder.
    pub in_stock: bool,
    /// `in_stock`, `backorder` or `out_of_stock`: as good as the best of its variants.
    pub availability: Availability,
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
    /// In the order in which they are shown.
    pub variants: Vec<VariantView>,
    /// The one that is sold when none is named.
    #[schema(value_type = Option<uuid::Uuid>)]
    pub default_variant: Option<VariantId>,
    /// The names of what its variants differ in, in the order in which they are chosen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// Further categories in which it lies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<uuid::Uuid>)]
    pub also_in: Vec<CategoryId>,
    /// The last part of its address in a web shop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// The title for search engines, where that is not its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seo_title: Option<String>,
    /// The text for search engines, where that is not its description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seo_description: Option<String>,
    /// Counts the changes of the product and its variants, without their stock: what `ETag` says.
    pub version: u64,
}

/// What whoever supplies the catalogue says of a product.
#[derive(ToSchema)]
#[schema(as = ProductStatus, rename_all = "lowercase")]
#[allow(dead_code, reason = "it is there for its schema")]
pub(super) enum ProductStatusSchema {
    /// It is sold.
    Active,
    /// It is not sold yet.
    Draft,
    /// It is not sold any more.
    Archived,
}

/// A product as the store has it, which shoppers may not see: the answer to a change. Its prices are the ordinary ones,
/// whatever sale is on, because these are what can be changed.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ProductNow {
    #[serde(flatten)]
    pub detail: ProductDetail,
    /// Whether it is listed, found and sold: `status` is `active`, and it is not hidden.
    pub is_active: bool,
    /// What whoever supplies the catalogue says of it: `draft`, `active` or `archived`.
    #[schema(value_type = ProductStatusSchema)]
    pub status: ProductStatus,
    /// The shopkeeper has taken it off the shelves.
    pub is_hidden: bool,
    /// What others keep with it.
    pub metadata: BTreeMap<String, String>,
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
    /// What it costs now: that of the sale, while one is on.
    #[schema(value_type = Option<f64>)]
    pub price: Option<Money>,
    /// Pieces that are there.
    pub stock: i64,
    /// Whether it can be bought, be it on backorder.
    pub in_stock: bool,
    /// `in_stock`: it is there, or nobody counts it. `backorder`: it can be bought, and is sent when it is there.
    pub availability: Availability,
    #[serde(flatten)]
    pub details: VariantDetailsView,
}

/// What few variants have: what is not said is not there.
#[derive(Debug, Clone, PartialEq, Default, Serialize, ToSchema)]
pub struct VariantDetailsView {
    /// What it is in each of the product's `options`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<OptionView>,
    /// To be shown struck out beside its price: while a sale is on, what it costs otherwise; else what it cost before, or
    /// costs elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    pub list_price: Option<Money>,
    /// A lower price for a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sale: Option<SaleView>,
    /// The number under its bar code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gtin: Option<String>,
    /// What its maker calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mpn: Option<String>,
    /// With its packaging, in grams.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight_g: Option<u32>,
    /// Length, width and height of its parcel in millimetres.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<u32>>)]
    pub dimensions_mm: Option<[u32; 3]>,
    /// Nothing is sent: a file, a course, a voucher. Only there when it is true.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_digital: bool,
    /// Whether it is sold when there is none: `backorder` or `not_counted`; absent where what is there is sold and no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stock_policy: Option<StockPolicyName>,
    /// Pieces that are sold beyond what is there; absent where that has no limit, or is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backorder_allowance: Option<u32>,
    /// What it is made of, where it is a bundle: there are as many as these allow.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PartView>,
    /// What it looks like, where that is not how its product does.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<ImageView>,
}

/// What a variant is in one thing that its product's variants differ in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OptionView {
    /// One of the product's `options`.
    #[schema(example = "Wood")]
    pub name: String,
    #[schema(example = "Oak")]
    pub value: String,
}

impl From<ChosenOption> for OptionView {
    fn from(ChosenOption { name, value }: ChosenOption) -> Self {
        Self { name, value }
    }
}

/// A lower price for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SaleView {
    /// Of one piece, in place of the variant's price.
    #[schema(value_type = f64)]
    pub price: Money,
    /// `null`: since always.
    #[schema(value_type = Option<String>)]
    pub from: Option<Timestamp>,
    /// Not included; `null`: until it is taken away.
    #[schema(value_type = Option<String>)]
    pub until: Option<Timestamp>,
}

impl From<Sale> for SaleView {
    fn from(Sale { price, from, until }: Sale) -> Self {
        Self { price, from, until }
    }
}

/// A picture that lies somewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImageAddress {
    /// An http or https address, or a path.
    pub url: String,
    /// What to say where the picture cannot be seen.
    #[serde(default)]
    pub alt: String,
}

/// A variant as the store has it, also where it is not sold. Its prices are the ordinary ones, whatever sale is on.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct VariantNow {
    #[serde(flatten)]
    pub variant: VariantView,
    #[schema(value_type = uuid::Uuid)]
    pub product_id: ProductId,
    /// Added to the product's price.
    #[schema(value_type = f64)]
    pub price_adjustment: Money,
    /// Pieces that are sold and not there yet.
    pub owed: i64,
    /// It is not sold any more.
    pub is_retired: bool,
    /// What others keep with it.
    pub metadata: BTreeMap<String, String>,
    /// Counts the changes of the variant, without its stock: what `ETag` says.
    pub version: u64,
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

/// One category, with its version.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CategoryNow {
    #[serde(flatten)]
    pub category: CategoryView,
    /// Counts the changes of the category: what `ETag` says.
    pub version: u64,
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
    /// Counts the changes of the seller, without the profile: what `ETag` says.
    pub version: u64,
}

#[cfg(test)]
mod tests {
    use serde_json::{json, to_value};
    use utoipa::PartialSchema;

    use super::*;

    #[test]
    fn the_document_names_every_status() {
        let all = [ProductStatus::Active, ProductStatus::Draft, ProductStatus::Archived];
        assert_eq!(to_value(ProductStatusSchema::schema()).unwrap()["enum"], json!(all));
    }
}
