//! The product page: one document per active product, with everything that a shopper sees but the quantities, which
//! are joined from the live counters when answering.

use serde::{Deserialize, Serialize};
use souk_kernel::{CategoryId, Money, ProductId, SellerId, Timestamp, VariantId};
use souk_ports::rows::{Image, Specification};
use souk_ports::store::Stars;

use crate::Rules;
use crate::media::addresses;

use super::views::{ImageView, PageSellerView, ProductDetail, ProductView, VariantView};
use crate::profiles::SpecificationView;
use crate::reviews::ReviewSummary;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProductPage {
    pub id: ProductId,
    pub external_id: Option<String>,
    pub name: String,
    pub description: String,
    pub price: Option<Money>,
    pub category: PageCategory,
    /// The categories above, the lowest first.
    pub above: Vec<PageCategory>,
    pub brand: Option<String>,
    pub tags: Vec<String>,
    pub materials: Vec<String>,
    pub care: Option<String>,
    /// What came with the product and what was written here, together.
    pub rating: Option<f64>,
    pub num_reviews: u32,
    /// How many reviews written here gave one star, two …
    #[serde(default)]
    pub stars: [u32; 5],
    #[serde(default)]
    pub specifications: Vec<Specification>,
    pub images: Vec<Image>,
    pub seller: Option<PageSeller>,
    /// By rank.
    pub variants: Vec<PageVariant>,
    /// Whether any variant is in stock.
    pub in_stock: bool,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageCategory {
    pub id: CategoryId,
    pub external_id: Option<String>,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageSeller {
    pub id: SellerId,
    pub external_id: Option<String>,
    pub name: String,
    pub rating: Option<f64>,
    pub city: Option<String>,
    pub country: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageVariant {
    pub id: VariantId,
    pub sku: String,
    pub size: Option<String>,
    pub color: Option<String>,
    pub price: Option<Money>,
}

impl ProductPage {
    /// From the product's own category upwards.
    pub fn categories(&self) -> impl Iterator<Item = &PageCategory> {
        std::iter::once(&self.category).chain(&self.above)
    }

    /// The list item. `stock` holds a quantity per variant, in their order.
    pub fn view(self, stock: &[i64], rules: &Rules) -> ProductView {
        let total = stock.iter().sum();
        ProductView {
            id: self.id,
            external_id: self.external_id,
            name: self.name,
            description: self.description,
            price: self.price,
            price_on_request: self.price.is_none(),
            currency: rules.currency,
            category: self.category.name,
            brand: self.brand,
            tags: self.tags,
            rating: self.rating,
            num_reviews: self.num_reviews,
            stock: total,
            in_stock: total > 0,
            images: self.images.into_iter().map(|image| image_view(image, rules)).collect(),
        }
    }

    /// The product's own page. `stock` holds a quantity per variant, in their order.
    pub fn detail(mut self, stock: &[i64], rules: &Rules) -> ProductDetail {
        let quantities = stock.iter().copied().chain(std::iter::repeat(0));
        let variants = std::mem::take(&mut self.variants)
            .into_iter()
            .zip(quantities)
            .map(|(variant, stock)| VariantView {
                id: variant.id,
                sku: variant.sku,
                size: variant.size,
                color: variant.color,
                price: variant.price,
                stock,
                in_stock: stock > 0,
            })
            .collect();
        let seller = self.seller.take().map(|seller| PageSellerView {
            id: seller.id,
            external_id: seller.external_id,
            name: seller.name,
            rating: seller.rating,
            city: seller.city,
            country: seller.country,
        });
        ProductDetail {
            category_id: self.category.id,
            materials: std::mem::take(&mut self.materials),
            care: self.care.take(),
            specifications: std::mem::take(&mut self.specifications)
                .into_iter()
                .map(SpecificationView::from)
                .collect(),
            reviews: ReviewSummary::from(Stars(self.stars)),
            seller,
            variants,
            product: self.view(stock, rules),
        }
    }
}

fn image_view(image: Image, rules: &Rules) -> ImageView {
    let (url, sizes) = addresses(&image, &rules.media_base_url);
    ImageView { url, alt: image.alt, sizes }
}
