//! The product page: one document per active product, with everything that a shopper sees but the quantities, which
//! are joined from the live counters when answering.

use serde::{Deserialize, Serialize};
use souk_kernel::{CategoryId, Money, ProductId, SellerId, Timestamp, VariantId};
use souk_ports::rows::{ChosenOption, Image, ProductDetails, Specification, Variant, VariantDetails};
use souk_ports::store::Stars;

use crate::Rules;
use crate::media::addresses;

use super::views::{ImageView, PageSellerView, ProductDetail, ProductView, VariantDetailsView, VariantView};
use crate::profiles::SpecificationView;
use crate::reviews::ReviewSummary;

/// What a variant's own columns are called where options are asked for.
const SIZE: &str = "size";
const COLOR: &str = "color";

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
    /// The other categories on which it lies and those above them, without those named already.
    #[serde(default)]
    pub further: Vec<PageCategory>,
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
    /// Those that are for sale, by rank.
    pub variants: Vec<PageVariant>,
    /// Whether any variant is in stock.
    pub in_stock: bool,
    pub created_at: Timestamp,
    /// What shoppers see of it; the default variant is named.
    #[serde(default)]
    pub details: ProductDetails,
    /// Of the product's row.
    #[serde(default)]
    pub version: u64,
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
    /// What shoppers see of them.
    #[serde(default, skip_serializing_if = "is_plain")]
    pub details: VariantDetails,
}

fn is_plain(details: &VariantDetails) -> bool {
    *details == VariantDetails::default()
}

impl PageVariant {
    pub(super) fn of(variant: Variant, price: Option<Money>) -> Self {
        let Variant { id, sku, size, color, mut details, .. } = variant;
        details.metadata.clear();
        Self { id, sku, size, color, price, details }
    }

    /// What it is in all that the product's variants differ in.
    pub(crate) fn choices(&self) -> Vec<ChosenOption> {
        let chosen = |name: &str, value: &Option<String>| {
            let value = value.clone()?;
            Some(ChosenOption { name: name.to_owned(), value })
        };
        let own = [chosen(SIZE, &self.size), chosen(COLOR, &self.color)].into_iter().flatten();
        own.chain(self.details.options.iter().cloned()).collect()
    }

    pub(super) fn view(self, stock: i64, rules: &Rules) -> VariantView {
        let details = self.details;
        VariantView {
            id: self.id,
            sku: self.sku,
            size: self.size,
            color: self.color,
            price: self.price,
            stock,
            in_stock: stock > 0,
            details: VariantDetailsView {
                options: details.options.into_iter().map(Into::into).collect(),
                list_price: details.list_price,
                sale: details.sale.map(Into::into),
                gtin: details.gtin,
                mpn: details.mpn,
                weight_g: details.weight_g,
                dimensions_mm: details.dimensions_mm,
                is_digital: details.is_digital,
                images: details.images.into_iter().map(|image| image_view(image, rules)).collect(),
            },
        }
    }
}

impl ProductPage {
    /// From the product's own category upwards, then those where it lies as well; each once.
    pub fn categories(&self) -> impl Iterator<Item = &PageCategory> {
        std::iter::once(&self.category).chain(&self.above).chain(&self.further)
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
            .map(|(variant, stock)| variant.view(stock, rules))
            .collect();
        let seller = self.seller.take().map(|seller| PageSellerView {
            id: seller.id,
            external_id: seller.external_id,
            name: seller.name,
            rating: seller.rating,
            city: seller.city,
            country: seller.country,
        });
        let details = std::mem::take(&mut self.details);
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
            default_variant: details.default_variant,
            options: details.options,
            also_in: details.also_in,
            slug: details.slug,
            seo_title: details.seo_title,
            seo_description: details.seo_description,
            version: self.version,
            product: self.view(stock, rules),
        }
    }
}

fn image_view(image: Image, rules: &Rules) -> ImageView {
    let (url, sizes) = addresses(&image, &rules.media_base_url);
    ImageView { url, alt: image.alt, sizes }
}
