//! The product page: one document per active product, with everything that a shopper sees but the quantities, which
//! are joined from the live counters when answering.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use souk_kernel::{CategoryId, Money, ProductId, SellerId, Timestamp, VariantId};
use souk_ports::rows::{ChosenOption, Image, ProductDetails, Specification, Variant, VariantDetails};
use souk_ports::store::Stars;

use crate::Rules;
use crate::media::addresses;

use super::price::{Price, boundaries, price_at, span_around};
use super::stock_policy::{self, Availability, StockPolicyName};
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
    /// Whether any variant can be bought, be it on backorder.
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
    /// Outside of sales.
    pub price: Option<Money>,
    /// Whether it could be bought when the page was written.
    #[serde(default)]
    pub in_stock: bool,
    /// What shoppers see of them.
    #[serde(default, skip_serializing_if = "is_plain")]
    pub details: VariantDetails,
}

fn is_plain(details: &VariantDetails) -> bool {
    *details == VariantDetails::default()
}

impl PageVariant {
    pub(super) fn of(variant: Variant, price: Option<Money>, stock: i64) -> Self {
        let Variant { id, sku, size, color, mut details, .. } = variant;
        details.metadata.clear();
        let in_stock = Availability::of(details.stock_policy, stock).can_be_bought();
        Self { id, sku, size, color, price, in_stock, details }
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

    /// `stock` is the quantity as the store has it; what is owed to others is not shown. `at`: as shoppers see it at this
    /// moment; `None`: as it stands in the store, whatever sale is on.
    pub(super) fn view(self, stock: i64, rules: &Rules, at: Option<Timestamp>) -> VariantView {
        let today = at.and_then(|now| self.price_at(now));
        let details = self.details;
        let availability = Availability::of(details.stock_policy, stock);
        let (policy, allowance) = stock_policy::shown(details.stock_policy);
        VariantView {
            id: self.id,
            sku: self.sku,
            size: self.size,
            color: self.color,
            price: today.map_or(self.price, |today| Some(today.amount)),
            stock: stock.max(0),
            in_stock: availability.can_be_bought(),
            availability,
            details: VariantDetailsView {
                options: details.options.into_iter().map(Into::into).collect(),
                list_price: today.map_or(details.list_price, |today| today.list),
                sale: details.sale.map(Into::into),
                gtin: details.gtin,
                mpn: details.mpn,
                weight_g: details.weight_g,
                dimensions_mm: details.dimensions_mm,
                is_digital: details.is_digital,
                stock_policy: Some(policy).filter(|policy| *policy != StockPolicyName::Counted),
                backorder_allowance: allowance,
                parts: details.parts.into_iter().map(Into::into).collect(),
                images: details.images.into_iter().map(|image| image_view(image, rules)).collect(),
            },
        }
    }

    pub(super) fn is_bundle(&self) -> bool {
        !self.details.parts.is_empty()
    }

    fn price_at(&self, now: Timestamp) -> Option<Price> {
        price_at(self.price, Money::ZERO, &self.details, now)
    }
}

impl ProductPage {
    /// From the product's own category upwards, then those where it lies as well; each once.
    pub fn categories(&self) -> impl Iterator<Item = &PageCategory> {
        std::iter::once(&self.category).chain(&self.above).chain(&self.further)
    }

    /// Around this moment, as long as no sale begins or ends.
    pub(super) fn holds_around(&self, now: Timestamp) -> Range<Timestamp> {
        let sales = self.variants.iter().map(|variant| variant.details.sale.as_ref());
        span_around(sales.flat_map(boundaries), now)
    }

    /// When one of its variants may begin to cost something else, after this moment.
    pub(super) fn next_price_after(&self, moment: Timestamp) -> Option<Timestamp> {
        let next = self.holds_around(moment).end;
        (next < Timestamp::from_ms(i64::MAX)).then_some(next)
    }

    /// What lists show at this moment.
    pub(crate) fn listed_price_at(&self, now: Timestamp) -> Option<Money> {
        self.sale_at(now).map_or(self.price, |sale| Some(sale.amount))
    }

    /// Of each variant that has one at this moment.
    pub(crate) fn prices_at(&self, now: Timestamp) -> impl Iterator<Item = Money> {
        self.variants.iter().filter_map(move |variant| variant.price_at(now)).map(|price| price.amount)
    }

    /// What the default variant costs while a sale of it is on.
    fn sale_at(&self, now: Timestamp) -> Option<Price> {
        let default =
            self.variants.iter().find(|variant| Some(variant.id) == self.details.default_variant)?;
        default.price_at(now).filter(|price| price.is_sale)
    }

    fn availability(&self, stock: &[i64]) -> Availability {
        let policies = self.variants.iter().map(|variant| variant.details.stock_policy);
        Availability::best(policies.zip(stock).map(|(policy, quantity)| Availability::of(policy, *quantity)))
    }

    /// The list item, as shoppers see it at this moment. `stock` holds a quantity per variant, in their order.
    pub fn view(self, stock: &[i64], rules: &Rules, now: Timestamp) -> ProductView {
        let (availability, sale) = (self.availability(stock), self.sale_at(now));
        self.list_item(stock, availability, rules, sale)
    }

    fn list_item(
        self,
        stock: &[i64],
        availability: Availability,
        rules: &Rules,
        sale: Option<Price>,
    ) -> ProductView {
        ProductView {
            id: self.id,
            external_id: self.external_id,
            name: self.name,
            description: self.description,
            price: sale.map_or(self.price, |sale| Some(sale.amount)),
            list_price: sale.and_then(|sale| sale.list),
            price_on_request: self.price.is_none(),
            currency: rules.currency,
            category: self.category.name,
            brand: self.brand,
            tags: self.tags,
            rating: self.rating,
            num_reviews: self.num_reviews,
            stock: stock.iter().map(|quantity| quantity.max(&0)).sum(),
            in_stock: availability.can_be_bought(),
            availability,
            images: self.images.into_iter().map(|image| image_view(image, rules)).collect(),
        }
    }

    /// The product's own page. `stock` holds a quantity per variant, in their order. `at`: as shoppers see it at this
    /// moment; `None`: as it stands in the store, whatever sale is on.
    pub fn detail(mut self, stock: &[i64], rules: &Rules, at: Option<Timestamp>) -> ProductDetail {
        let (availability, sale) = (self.availability(stock), at.and_then(|now| self.sale_at(now)));
        let quantities = stock.iter().copied().chain(std::iter::repeat(0));
        let variants = std::mem::take(&mut self.variants)
            .into_iter()
            .zip(quantities)
            .map(|(variant, stock)| variant.view(stock, rules, at))
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
            product: self.list_item(stock, availability, rules, sale),
        }
    }
}

fn image_view(image: Image, rules: &Rules) -> ImageView {
    let (url, sizes) = addresses(&image, &rules.media_base_url);
    ImageView { url, alt: image.alt, sizes }
}
