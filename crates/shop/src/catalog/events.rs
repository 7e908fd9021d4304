//! What happens to the catalogue, as the log keeps it.
//!
//! Data that was written once must be read for ever: fixtures of every kind lie in `fixtures/events/`. A new field of
//! a row gets a default here; another meaning gets a new schema version.

use serde::{Deserialize, Serialize};
use souk_kernel::{CategoryId, ProductId, SellerId, Timestamp, VariantId};
use souk_ports::Error as PortError;
use souk_ports::event::{Actor, NewEvent, RecordedEvent, StreamId, StreamKind};
use souk_ports::rows::{Category, Product, ProductStatus, Seller, Variant};

/// The version of the shape of every event below.
const SCHEMA: u16 = 1;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProductAdded {
    pub product: Product,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProductChanged {
    /// As it is now.
    pub product: Product,
    /// The names of the fields that differ from before.
    pub changed: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariantAdded {
    pub variant: Variant,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariantChanged {
    pub variant: Variant,
    pub changed: Vec<String>,
}

/// Stock moved other than by an order. What a new variant starts with is such a move too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockAdjusted {
    pub product_id: ProductId,
    pub variant_id: VariantId,
    /// Pieces; below zero they go.
    pub change: i64,
    pub reason: StockReason,
    /// After a load: what it said was in stock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loaded_stock: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StockReason {
    /// A loader brought it to what its file says.
    Loaded,
    /// Someone counted, received or threw away.
    Adjusted,
}

/// A sale of one of its variants began or ended, so it costs something else without anybody having changed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceTurned {
    pub product_id: ProductId,
    /// Not after this moment, and after the one before.
    pub at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SellerAdded {
    pub seller: Seller,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SellerChanged {
    pub seller: Seller,
    pub changed: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryAdded {
    pub category: Category,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryChanged {
    pub category: Category,
    pub changed: Vec<String>,
}

/// There is no such category any more. Nothing lay in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryDeleted {
    /// As it was last.
    pub category: Category,
}

/// There is no such seller any more, and neither what it told of itself. It had no products.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SellerDeleted {
    /// As it was last.
    pub seller: Seller,
}

macro_rules! catalog_events {
    ($($name:ident = $kind:literal, |$event:ident| $stream:expr;)*) => {
        /// Any event of the catalogue.
        #[derive(Debug, Clone, PartialEq)]
        pub enum CatalogEvent { $($name($name),)* }

        impl CatalogEvent {
            pub const KINDS: &'static [&'static str] = &[$($kind),*];

            pub fn kind(&self) -> &'static str {
                match self { $(Self::$name(_) => $kind,)* }
            }

            fn stream(&self) -> StreamId {
                match self { $(Self::$name($event) => $stream,)* }
            }

            fn data(&self) -> serde_json::Result<String> {
                match self { $(Self::$name(event) => serde_json::to_string(event),)* }
            }

            /// `None` when the kind is none of the catalogue's.
            pub fn parse(kind: &str, schema: u16, data: &str) -> Option<serde_json::Result<Self>> {
                match (kind, schema) {
                    $(($kind, SCHEMA) => Some(serde_json::from_str(data).map(Self::$name).map(Self::upcast)),)*
                    _ => None,
                }
            }
        }

        $(impl From<$name> for CatalogEvent {
            fn from(event: $name) -> Self { Self::$name(event) }
        })*
    };
}

catalog_events! {
    ProductAdded = "product-added", |event| event.product.id.into();
    ProductChanged = "product-changed", |event| event.product.id.into();
    VariantAdded = "variant-added", |event| event.variant.product_id.into();
    VariantChanged = "variant-changed", |event| event.variant.product_id.into();
    StockAdjusted = "stock-adjusted", |event| event.product_id.into();
    SellerAdded = "seller-added", |event| event.seller.id.into();
    SellerChanged = "seller-changed", |event| event.seller.id.into();
    CategoryAdded = "category-added", |event| event.category.id.into();
    CategoryChanged = "category-changed", |event| event.category.id.into();
    SellerDeleted = "seller-deleted", |event| event.seller.id.into();
    CategoryDeleted = "category-deleted", |event| event.category.id.into();
    PriceTurned = "price-turned", |event| event.product_id.into();
}

/// Who does it, when and why: the same for all events of one decision.
#[derive(Debug, Clone)]
pub struct Cause {
    pub actor: Actor,
    pub occurred_at: Timestamp,
    pub reason: Option<String>,
}

impl CatalogEvent {
    /// Until status and hiding were told apart, only the shopkeeper took products off the shelves.
    fn upcast(mut self) -> Self {
        if let Self::ProductAdded(ProductAdded { product })
        | Self::ProductChanged(ProductChanged { product, .. }) = &mut self
            && !product.is_active
            && product.details.status == ProductStatus::Active
        {
            product.details.is_hidden = true;
        }
        self
    }

    pub fn into_new(self, cause: &Cause) -> Result<NewEvent, PortError> {
        let data = self
            .data()
            .map_err(|source| PortError::internal(format!("writing a {} event", self.kind()), source))?;
        Ok(NewEvent {
            stream: self.stream(),
            kind: self.kind().to_owned(),
            schema: SCHEMA,
            data,
            personal: None,
            occurred_at: cause.occurred_at,
            actor: cause.actor.clone(),
            reason: cause.reason.clone(),
        })
    }
}

/// What of the catalogue an event changes for those who look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Touched {
    Nothing,
    /// Anything of the product; `variant` where how many there are of it may have changed as well.
    Product {
        id: ProductId,
        variant: Option<VariantId>,
    },
    /// Quantities only. What bundles have of these variants follows from it, and is not named.
    Stock(Vec<(ProductId, VariantId)>),
    ProductsOfSeller(SellerId),
    /// Of the category and those below it.
    ProductsOfCategory(CategoryId),
}

/// Fails where the event is one that this version of souk should understand and does not.
pub(super) fn touched(event: &RecordedEvent) -> Result<Touched, PortError> {
    let unreadable = |source: serde_json::Error| {
        PortError::internal(format!("reading the {} event at {}", event.kind, event.position), source)
    };
    Ok(match event.stream.kind {
        StreamKind::PRODUCT => {
            let id = ProductId(event.stream.id);
            match event.kind.as_str() {
                "stock-adjusted" => {
                    let moved: OneVariant = serde_json::from_str(&event.data).map_err(unreadable)?;
                    Touched::Stock(vec![(id, moved.variant_id)])
                }
                // It may have become a bundle, or be one of other parts.
                "variant-added" | "variant-changed" => {
                    let written: WrittenVariant = serde_json::from_str(&event.data).map_err(unreadable)?;
                    Touched::Product { id, variant: Some(written.variant.id) }
                }
                _ => Touched::Product { id, variant: None },
            }
        }
        StreamKind::ORDER if matches!(event.kind.as_str(), "order-placed" | "order-cancelled") => {
            let order: Items = serde_json::from_str(&event.data).map_err(unreadable)?;
            let moved = order.items.into_iter().flat_map(Item::moved);
            Touched::Stock(moved.map(|item| (item.product_id, item.variant_id)).collect())
        }
        StreamKind::REVIEW if event.kind == "review-posted" => {
            let posted: Posted = serde_json::from_str(&event.data).map_err(unreadable)?;
            Touched::Product { id: posted.review.product_id, variant: None }
        }
        StreamKind::SELLER if event.kind == "seller-changed" => {
            let change: Changed = serde_json::from_str(&event.data).map_err(unreadable)?;
            let shown = ["name", "rating", "city", "country"];
            if change.any_of(&shown) {
                Touched::ProductsOfSeller(SellerId(event.stream.id))
            } else {
                Touched::Nothing
            }
        }
        StreamKind::CATEGORY if event.kind == "category-changed" => {
            let change: Changed = serde_json::from_str(&event.data).map_err(unreadable)?;
            if change.any_of(&["name", "parent"]) {
                Touched::ProductsOfCategory(CategoryId(event.stream.id))
            } else {
                Touched::Nothing
            }
        }
        // A seller or category that is new has no products yet, and one that goes none any more; comments stand on no
        // product's page.
        _ => Touched::Nothing,
    })
}

#[derive(Deserialize)]
struct OneVariant {
    variant_id: VariantId,
}

#[derive(Deserialize)]
struct WrittenVariant {
    variant: Id,
}

#[derive(Deserialize)]
struct Id {
    id: VariantId,
}

#[derive(Deserialize)]
struct Posted {
    review: OfProduct,
}

#[derive(Deserialize)]
struct OfProduct {
    product_id: ProductId,
}

#[derive(Deserialize)]
struct Items {
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    product_id: ProductId,
    variant_id: VariantId,
    #[serde(default)]
    parts: Vec<Item>,
}

impl Item {
    /// What the line took out of stock, or brought back.
    fn moved(mut self) -> Vec<Item> {
        let parts = std::mem::take(&mut self.parts);
        if parts.is_empty() { vec![self] } else { parts }
    }
}

#[derive(Deserialize)]
struct Changed {
    changed: Vec<String>,
}

impl Changed {
    fn any_of(&self, shown: &[&str]) -> bool {
        self.changed.iter().any(|field| shown.contains(&field.as_str()))
    }
}

#[cfg(test)]
#[path = "events_tests.rs"]
mod tests;
