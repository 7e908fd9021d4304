//! `PATCH /products/{id}`, `souk products set`: changes some fields of a product, and its first variant's stock.

use serde::{Deserialize, Deserializer};
use souk_kernel::{CommitId, Currency, Money, ProductId, VariantId};
use souk_ports::event::Actor;
use souk_ports::rows::{Product, ProductStatus, Row, Variant};
use souk_ports::store::{
    Commit, Committed, Find, Guard, MoveKind, Outcome, Refusal, StockMove, Versioned, Window,
};
use utoipa::ToSchema;

use super::events::{CatalogEvent, Cause, ProductChanged, StockAdjusted, StockReason};
use super::rows::variant_price;
use super::{Error, texts};
use crate::commit::commit_surely;
use crate::{Shop, currency};

/// How often a change is decided anew because someone else changed the product meanwhile.
pub(super) const ATTEMPTS: usize = 8;

/// Fields that are absent stay as they are.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ProductChange {
    /// `null`: price on request.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<f64>)]
    pub price: Option<Option<Money>>,
    pub is_active: Option<bool>,
    pub name: Option<String>,
    pub description: Option<String>,
    /// `null`: no brand.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub brand: Option<Option<String>>,
    pub tags: Option<Vec<String>>,
    pub materials: Option<Vec<String>>,
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub care: Option<Option<String>>,
    /// Pieces to add to the first variant's stock; below zero they are taken away.
    pub stock_change: Option<i64>,
}

/// Tells `null` from a field that is absent.
pub(super) fn present<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// `None` when the product is like that already.
pub async fn change_product(
    shop: &Shop,
    id: ProductId,
    change: &ProductChange,
    actor: Actor,
) -> Result<Option<Committed>, Error> {
    check(change, shop.rules.currency)?;
    if change.price.flatten().is_some() {
        currency::agree(shop).await?;
    }
    for _ in 0..ATTEMPTS {
        let (before, variants) = {
            let mut snapshot = shop.store.snapshot().await?;
            let Some(before) = snapshot.one::<Product>(id).await? else {
                return Err(Error::UnknownProduct { asked: id.to_string() });
            };
            let (variants, _) = snapshot.list::<Variant>(&Find::VariantsOf(vec![id]), Window::ALL).await?;
            (before, variants.into_iter().map(|variant| variant.row).collect::<Vec<_>>())
        };
        let cause = Cause { actor: actor.clone(), occurred_at: shop.clock.now(), reason: None };
        let Some(commit) = decide(&before, &variants, change, &cause, shop.rules.currency)? else {
            return Ok(None);
        };
        match commit_surely(&*shop.store, commit).await? {
            Outcome::Committed(committed) => return Ok(Some(committed)),
            Outcome::Refused(refusal) => refused(refusal, &variants)?,
            Outcome::KeyReused | Outcome::Conflict { .. } => {}
        }
    }
    Err(Error::ChangedMeanwhile { what: format!("product `{id}`") })
}

/// What a refusal means: out of stock, a price that cannot be, or try again.
pub(super) fn refused(refusal: Refusal, variants: &[Variant]) -> Result<(), Error> {
    let sku = |id: VariantId| {
        let known = variants.iter().find(|variant| variant.id == id);
        known.map_or_else(|| id.to_string(), |variant| variant.sku.clone())
    };
    match refusal {
        Refusal::Stock { variant, available, wanted } => {
            Err(Error::OutOfStock { sku: sku(variant), available, change: -wanted.abs() })
        }
        Refusal::BelowZero { variant, .. } => Err(Error::BelowZero { variant: sku(variant) }),
        _ => Ok(()),
    }
}

fn check(change: &ProductChange, currency: Currency) -> Result<(), Error> {
    let invalid = |field: &'static str| move |reason: String| Error::Invalid { field, reason };
    if let Some(Some(price)) = change.price {
        texts::price(price, currency).map_err(invalid("price"))?;
    }
    if let Some(name) = &change.name {
        texts::line(name, texts::MAX_NAME).map_err(invalid("name"))?;
    }
    if let Some(description) = &change.description {
        texts::prose(description, texts::MAX_TEXT).map_err(invalid("description"))?;
    }
    if let Some(Some(brand)) = &change.brand {
        texts::line(brand, texts::MAX_WORD).map_err(invalid("brand"))?;
    }
    if let Some(tags) = &change.tags {
        texts::words(tags).map_err(invalid("tags"))?;
    }
    if let Some(materials) = &change.materials {
        texts::words(materials).map_err(invalid("materials"))?;
    }
    if let Some(Some(care)) = &change.care {
        texts::prose(care, texts::MAX_TEXT).map_err(invalid("care"))?;
    }
    if change.stock_change.is_some_and(|change| change.unsigned_abs() > MAX_STOCK_CHANGE) {
        return Err(Error::invalid("stock_change", format!("moves more than {MAX_STOCK_CHANGE} pieces")));
    }
    Ok(())
}

/// More pieces than any shop has; it keeps sums far from overflow.
pub(super) const MAX_STOCK_CHANGE: u64 = 1_000_000_000;

fn decide(
    before: &Versioned<Product>,
    variants: &[Variant],
    change: &ProductChange,
    cause: &Cause,
    currency: Currency,
) -> Result<Option<Commit>, Error> {
    let after = applied(before.row.clone(), change);
    let changed = changed_fields(&before.row, &after);
    if after.price.is_some() && after.price != before.row.price {
        for variant in variants {
            let sold_for = variant_price(after.price, variant.price_adjustment)
                .ok_or_else(|| Error::invalid("price", "is too large"))?;
            texts::price(sold_for, currency).map_err(|reason| {
                Error::invalid(
                    "price",
                    format!("makes variant `{}` cost {sold_for}, which {reason}", variant.sku),
                )
            })?;
        }
    }
    let mut commit = Commit::new(CommitId::new(), Vec::new());
    if !changed.is_empty() {
        let event = CatalogEvent::from(ProductChanged { product: after.clone(), changed });
        commit.events.push(event.into_new(cause)?);
        let row = Row::from(after);
        commit.guards.push(Guard::RowVersion { key: row.key(), version: before.version });
        commit.rows.push(row);
    }
    if let Some(pieces) = change.stock_change.filter(|pieces| *pieces != 0) {
        let Some(variant) = variants.first() else {
            return Err(Error::invalid("stock_change", "needs a variant, and the product has none"));
        };
        let (event, moved) = adjustment(variant.product_id, variant.id, pieces);
        commit.events.push(event.into_new(cause)?);
        commit.stock.push(moved);
    }
    Ok((!commit.events.is_empty()).then_some(commit))
}

/// Writes a product's row as it is. What a variant costs stands in two rows, its product's and its own; so whoever changes
/// either of them writes the product's, and of two at once the second finds another version of it and decides anew.
pub(crate) fn touch(commit: &mut Commit, product: &Versioned<Product>) {
    let row = Row::from(product.row.clone());
    commit.guards.push(Guard::RowVersion { key: row.key(), version: product.version });
    commit.rows.push(row);
}

/// The event and the move by which somebody changes how many there are.
pub(crate) fn adjustment(
    product_id: ProductId,
    variant_id: VariantId,
    pieces: i64,
) -> (CatalogEvent, StockMove) {
    let event = StockAdjusted {
        product_id,
        variant_id,
        change: pieces,
        reason: StockReason::Adjusted,
        loaded_stock: None,
    };
    (event.into(), StockMove { variant: variant_id, kind: MoveKind::Adjust(pieces), if_version: None })
}

fn applied(mut product: Product, change: &ProductChange) -> Product {
    fn set<T: Clone>(field: &mut T, to: &Option<T>) {
        if let Some(to) = to {
            field.clone_from(to);
        }
    }
    set(&mut product.price, &change.price);
    if let Some(is_active) = change.is_active {
        // Whoever puts a draft on the shelves says that it is one no more.
        if is_active {
            product.details.status = ProductStatus::Active;
        }
        product.details.is_hidden = !is_active;
        product.is_active = is_active;
    }
    set(&mut product.name, &change.name);
    set(&mut product.description, &change.description);
    set(&mut product.brand, &change.brand);
    set(&mut product.tags, &change.tags);
    set(&mut product.materials, &change.materials);
    set(&mut product.care, &change.care);
    product
}

/// The names of the fields that differ.
pub(crate) fn changed_fields<T: serde::Serialize>(before: &T, after: &T) -> Vec<String> {
    let (Ok(serde_json::Value::Object(before)), Ok(serde_json::Value::Object(after))) =
        (serde_json::to_value(before), serde_json::to_value(after))
    else {
        return Vec::new();
    };
    let differs = |(field, value): &(&String, &serde_json::Value)| before.get(*field) != Some(*value);
    after.iter().filter(differs).map(|(field, _)| field.clone()).collect()
}
