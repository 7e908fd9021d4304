//! `PATCH` and `DELETE /products/{id}`, `souk products set` and `delete`: changes some fields of a product, and its stock.
//!
//! A product that is deleted is archived: neither listed, nor found, nor sold, and there for the orders that have it.

use std::collections::BTreeSet;

use serde::Deserialize;
use souk_kernel::{CategoryId, CommitId, Currency, Money, ProductId, SellerId, VariantId};
use souk_ports::event::Actor;
use souk_ports::rows::{Category, Entity, Product, ProductStatus, Row, Seller, Variant};
use souk_ports::store::{
    Commit, Committed, Find, Guard, MoveKind, Outcome, Refusal, Snapshot, Stock, StockMove, Versioned, Window,
};
use utoipa::ToSchema;

use super::bundles;
use super::change_variant::put_variant;
use super::default_variant::default_variant;
use super::events::{CatalogEvent, Cause, ProductChanged, StockAdjusted, StockReason};
use super::input::{Metadata, Named, given, merge, present, set};
use super::meant_for::MeantFor;
use super::price::{check_sale, ordinary_price};
use super::stock_policy::{PolicyChange, Restocking, StockPolicyName};
use super::views::ProductStatusSchema;
use super::{Error, texts};
use crate::commit::commit_surely;
use crate::{Shop, currency};

/// How often a change is decided anew because someone else changed the product meanwhile.
pub(super) const ATTEMPTS: usize = 8;
/// Things that the variants of one product differ in.
const MAX_OPTIONS: usize = 10;
/// Shelves on which one product lies beside its own.
const MAX_SHELVES: usize = 50;
/// Slugs that products have, or had.
const SLUGS: &str = "product-slug";

/// Fields that are absent stay as they are.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ProductChange {
    /// `null`: price on request.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<f64>)]
    pub price: Option<Option<Money>>,
    /// Whether it is listed, found and sold: `status` is `active`, and it is not hidden.
    #[serde(deserialize_with = "given")]
    #[schema(nullable = false)]
    pub is_active: Option<bool>,
    /// Whether whoever supplies the catalogue sells it: `draft`, `active` or `archived`.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<ProductStatusSchema>, nullable = false)]
    pub status: Option<ProductStatus>,
    /// The shopkeeper has taken it off the shelves.
    #[serde(deserialize_with = "given")]
    #[schema(nullable = false)]
    pub is_hidden: Option<bool>,
    #[serde(deserialize_with = "given")]
    #[schema(nullable = false)]
    pub name: Option<String>,
    #[serde(deserialize_with = "given")]
    #[schema(nullable = false)]
    pub description: Option<String>,
    /// The shelf on which it lies.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>, nullable = false)]
    pub category_id: Option<Named<CategoryId>>,
    /// Further shelves on which it lies, all of them together.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<Vec<String>>, nullable = false)]
    pub also_in: Option<Vec<Named<CategoryId>>>,
    /// `null`: the catalogue does not say who makes it.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub seller_id: Option<Option<Named<SellerId>>>,
    /// `null`: no brand.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub brand: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    #[schema(nullable = false)]
    pub tags: Option<Vec<String>>,
    #[serde(deserialize_with = "given")]
    #[schema(nullable = false)]
    pub materials: Option<Vec<String>>,
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub care: Option<Option<String>>,
    /// The names of what its variants differ in, in the order in which they are chosen.
    #[serde(deserialize_with = "given")]
    #[schema(nullable = false)]
    pub options: Option<Vec<String>>,
    /// What is sold when no variant is named. `null`: the first one.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub default_variant: Option<Option<Named<VariantId>>>,
    /// The last part of its address in a web shop; no other product ever had it.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub slug: Option<Option<String>>,
    /// The title that search engines are given. `null`: its name.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub seo_title: Option<Option<String>>,
    /// The text that search engines are given. `null`: its description.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub seo_description: Option<Option<String>>,
    /// What others keep with it: each entry is set by itself, and `null` removes it.
    #[serde(deserialize_with = "given")]
    #[schema(nullable = false)]
    pub metadata: Option<Metadata>,
    /// Pieces to add to the stock of the variant that is sold when none is named; below zero they are taken away.
    #[serde(deserialize_with = "given")]
    #[schema(nullable = false)]
    pub stock_change: Option<i64>,
    /// Whether that variant is sold when there is none: `counted`, `backorder` or `not_counted`.
    #[serde(deserialize_with = "given")]
    #[schema(nullable = false)]
    pub stock_policy: Option<StockPolicyName>,
    /// Pieces of it that are sold beyond what is there, where that is `backorder`. `null`: without a limit.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<u32>)]
    pub backorder_allowance: Option<Option<u32>>,
    #[serde(skip)]
    pub meant_for: MeantFor,
}

/// What is sold when no variant is named.
struct DefaultVariant {
    variant: Versioned<Variant>,
    stock: Option<Stock>,
}

/// What becomes of it.
struct Restocked<'d> {
    default: &'d DefaultVariant,
    how: Restocking,
    /// Its row, where it gets another policy.
    row: Option<Variant>,
}

/// `None` when the product is like that already.
pub async fn change_product(
    shop: &Shop,
    id: ProductId,
    change: &ProductChange,
    actor: Actor,
) -> Result<Option<Committed>, Error> {
    change.check(shop.rules.currency)?;
    if change.price.flatten().is_some() {
        currency::agree(shop).await?;
    }
    for _ in 0..ATTEMPTS {
        let (before, variants, default) = {
            let mut snapshot = shop.store.snapshot().await?;
            let Some(before) = snapshot.one::<Product>(id).await? else {
                return Err(Error::UnknownProduct { asked: id.to_string() });
            };
            change.meant_for.check("product", id, before.version)?;
            check_references(&mut *snapshot, change).await?;
            let (variants, _) = snapshot.list::<Variant>(&Find::VariantsOf(vec![id]), Window::ALL).await?;
            let default = default_of(&mut *snapshot, &before.row, &variants).await?;
            (before, variants.into_iter().map(|variant| variant.row).collect::<Vec<_>>(), default)
        };
        let cause = Cause { actor: actor.clone(), occurred_at: shop.clock.now(), reason: None };
        let currency = shop.rules.currency;
        let Some(commit) = decide(&before, &variants, default.as_ref(), change, &cause, currency)? else {
            return Ok(None);
        };
        match commit_surely(&*shop.store, commit).await? {
            Outcome::Committed(committed) => return Ok(Some(committed)),
            Outcome::Refused(Refusal::Unique { value, .. }) => return Err(slug_taken(&value)),
            Outcome::Refused(refusal) => refused(refusal, &variants)?,
            Outcome::KeyReused | Outcome::Conflict { .. } => {}
        }
    }
    Err(Error::ChangedMeanwhile { what: format!("product `{id}`") })
}

async fn default_of(
    snapshot: &mut dyn Snapshot,
    product: &Product,
    variants: &[Versioned<Variant>],
) -> Result<Option<DefaultVariant>, Error> {
    let id = default_variant(product, variants.iter().map(|variant| &variant.row)).map(|variant| variant.id);
    let Some(variant) = variants.iter().find(|variant| Some(variant.row.id) == id) else { return Ok(None) };
    let stock = snapshot.stock(&[variant.row.id]).await?.pop().flatten();
    Ok(Some(DefaultVariant { variant: variant.clone(), stock }))
}

/// The product is sold no more. Its rows stay.
pub async fn archive_product(
    shop: &Shop,
    id: ProductId,
    meant_for: MeantFor,
    actor: Actor,
) -> Result<Option<Committed>, Error> {
    let change =
        ProductChange { status: Some(ProductStatus::Archived), meant_for, ..ProductChange::default() };
    change_product(shop, id, &change, actor).await
}

/// What a refusal means: out of stock, more sold than would be allowed, a price that cannot be, or try again.
pub(super) fn refused(refusal: Refusal, variants: &[Variant]) -> Result<(), Error> {
    let sku = |id: VariantId| {
        let known = variants.iter().find(|variant| variant.id == id);
        known.map_or_else(|| id.to_string(), |variant| variant.sku.clone())
    };
    match refusal {
        Refusal::Stock { variant, available, wanted } => {
            Err(Error::OutOfStock { sku: sku(variant), available, change: -wanted.abs() })
        }
        Refusal::Owed { variant, owed } => {
            let sku = sku(variant);
            let why =
                format!("{owed} of `{sku}` are sold and not there: allow as many, or bring them in with it");
            Err(Error::StillNeeded { why })
        }
        Refusal::BelowZero { variant, .. } => Err(Error::BelowZero { variant: sku(variant) }),
        _ => Ok(()),
    }
}

impl ProductChange {
    /// Everything that can be said without the store.
    pub(super) fn check(&self, currency: Currency) -> Result<(), Error> {
        let invalid = |field: &'static str| move |reason: String| Error::Invalid { field, reason };
        if self.is_active.is_some() && (self.status.is_some() || self.is_hidden.is_some()) {
            return Err(Error::invalid(
                "is_active",
                "follows from `status` and `is_hidden`: name it or them",
            ));
        }
        if let Some(Some(price)) = self.price {
            texts::price(price, currency).map_err(invalid("price"))?;
        }
        if let Some(name) = &self.name {
            texts::line(name, texts::MAX_NAME).map_err(invalid("name"))?;
        }
        if let Some(description) = &self.description {
            texts::prose(description, texts::MAX_TEXT).map_err(invalid("description"))?;
        }
        if let Some(Some(brand)) = &self.brand {
            texts::line(brand, texts::MAX_WORD).map_err(invalid("brand"))?;
        }
        if let Some(tags) = &self.tags {
            texts::words(tags).map_err(invalid("tags"))?;
        }
        if let Some(materials) = &self.materials {
            texts::words(materials).map_err(invalid("materials"))?;
        }
        if let Some(Some(care)) = &self.care {
            texts::prose(care, texts::MAX_TEXT).map_err(invalid("care"))?;
        }
        if let Some(options) = &self.options {
            options_are_names(options).map_err(invalid("options"))?;
        }
        if let Some(Some(slug)) = &self.slug {
            texts::slug(slug).map_err(invalid("slug"))?;
        }
        if let Some(Some(title)) = &self.seo_title {
            texts::line(title, texts::MAX_NAME).map_err(invalid("seo_title"))?;
        }
        if let Some(Some(text)) = &self.seo_description {
            texts::prose(text, texts::MAX_TEXT).map_err(invalid("seo_description"))?;
        }
        if self.also_in.as_ref().is_some_and(|shelves| shelves.len() > MAX_SHELVES) {
            return Err(Error::invalid("also_in", format!("has more than {MAX_SHELVES} entries")));
        }
        if self.stock_change.is_some_and(|change| change.unsigned_abs() > MAX_STOCK_CHANGE) {
            return Err(Error::invalid("stock_change", format!("moves more than {MAX_STOCK_CHANGE} pieces")));
        }
        Ok(())
    }

    /// The product after the change.
    pub(super) fn applied(&self, mut product: Product) -> Result<Product, Error> {
        let details = &mut product.details;
        if let Some(is_active) = self.is_active {
            // Whoever puts a draft on the shelves says that it is one no more.
            if is_active {
                details.status = ProductStatus::Active;
            }
            details.is_hidden = !is_active;
        }
        set(&mut details.status, &self.status);
        set(&mut details.is_hidden, &self.is_hidden);
        set(&mut details.options, &self.options);
        if let Some(default) = self.default_variant {
            details.default_variant = default.map(|Named(id)| id);
        }
        set(&mut details.slug, &self.slug);
        set(&mut details.seo_title, &self.seo_title);
        set(&mut details.seo_description, &self.seo_description);
        if let Some(metadata) = &self.metadata {
            merge(&mut details.metadata, metadata).map_err(|reason| Error::invalid("metadata", reason))?;
        }
        if self.is_active.is_some() || self.status.is_some() || self.is_hidden.is_some() {
            product.is_active = details.status == ProductStatus::Active && !details.is_hidden;
        }
        set(&mut product.price, &self.price);
        set(&mut product.name, &self.name);
        set(&mut product.description, &self.description);
        if let Some(Named(category)) = self.category_id {
            product.category_id = category;
        }
        if let Some(shelves) = &self.also_in {
            product.details.also_in = shelves.iter().map(|Named(id)| *id).collect();
        }
        if self.category_id.is_some() || self.also_in.is_some() {
            each_once(&mut product.details.also_in, product.category_id);
        }
        if let Some(seller) = self.seller_id {
            product.seller_id = seller.map(|Named(id)| id);
        }
        set(&mut product.brand, &self.brand);
        set(&mut product.tags, &self.tags);
        set(&mut product.materials, &self.materials);
        set(&mut product.care, &self.care);
        Ok(product)
    }
}

impl ProductChange {
    fn policy(&self) -> PolicyChange {
        PolicyChange { name: self.stock_policy, allowance: self.backorder_allowance }
    }

    /// What becomes of the default variant; `None`: nothing.
    fn restocked<'d>(&self, default: Option<&'d DefaultVariant>) -> Result<Option<Restocked<'d>>, Error> {
        let moves = self.stock_change.is_some_and(|pieces| pieces != 0);
        if !moves && self.policy().is_nothing() {
            return Ok(None);
        }
        let Some(default) = default else {
            let field = if moves { "stock_change" } else { "stock_policy" };
            return Err(Error::invalid(field, "needs a variant, and the product has none"));
        };
        let before = &default.variant.row;
        let mut after = before.clone();
        after.details.stock_policy = self.policy().applied(before.details.stock_policy)?;
        bundles::check(&after, "stock_change", self.stock_change.unwrap_or(0))?;
        let how = Restocking::between(before, &after, default.stock);
        Ok(Some(Restocked { default, how, row: (after != *before).then_some(after) }))
    }
}

fn options_are_names(options: &[String]) -> Result<(), String> {
    if options.len() > MAX_OPTIONS {
        return Err(format!("has {} entries, more than {MAX_OPTIONS}", options.len()));
    }
    texts::words(options)?;
    let mut seen = Vec::with_capacity(options.len());
    for option in options {
        if seen.contains(&option.to_lowercase()) {
            return Err(format!("has `{option}` twice"));
        }
        seen.push(option.to_lowercase());
    }
    Ok(())
}

/// Each further shelf once, and not the product's own.
fn each_once(shelves: &mut Vec<CategoryId>, own: CategoryId) {
    let mut seen = vec![own];
    shelves.retain(|shelf| {
        let is_new = !seen.contains(shelf);
        seen.push(*shelf);
        is_new
    });
}

/// What a change names must be there.
pub(super) async fn check_references(
    snapshot: &mut dyn Snapshot,
    change: &ProductChange,
) -> Result<(), Error> {
    let shelves = change.also_in.iter().flatten();
    let shelves: Vec<CategoryId> = change.category_id.iter().chain(shelves).map(|Named(id)| *id).collect();
    if !shelves.is_empty() {
        let found = snapshot.many::<Category>(&shelves).await?;
        if let Some(missing) = found.iter().position(Option::is_none) {
            let is_own = change.category_id.is_some() && missing == 0;
            let field = if is_own { "category_id" } else { "also_in" };
            return Err(Error::invalid(field, "names a category that is not there"));
        }
    }
    if let Some(Some(Named(seller))) = change.seller_id
        && snapshot.one::<Seller>(seller).await?.is_none()
    {
        return Err(Error::invalid("seller_id", "names a seller who is not there"));
    }
    Ok(())
}

/// A slug belongs to the first product that takes it, also after that has another one: addresses that are out there
/// never lead to something else.
pub(super) fn claim_slug(commit: &mut Commit, product: &Product) {
    if let Some(slug) = &product.details.slug {
        let (space, value) = (SLUGS.to_owned(), slug.clone());
        commit.guards.push(Guard::Unique { space, value, owner: product.id.0 });
    }
}

pub(super) fn slug_taken(slug: &str) -> Error {
    Error::AlreadyThere { what: format!("a product with the slug `{slug}`, or was one before,") }
}

/// More pieces than any shop has; it keeps sums far from overflow.
pub(super) const MAX_STOCK_CHANGE: u64 = 1_000_000_000;

fn decide(
    before: &Versioned<Product>,
    variants: &[Variant],
    default: Option<&DefaultVariant>,
    change: &ProductChange,
    cause: &Cause,
    currency: Currency,
) -> Result<Option<Commit>, Error> {
    let after = change.applied(before.row.clone())?;
    if after.price.is_some() && after.price != before.row.price {
        for variant in variants {
            let sold_for = ordinary_price(after.price, variant.price_adjustment)
                .ok_or_else(|| Error::invalid("price", "is too large"))?;
            texts::price(sold_for, currency).map_err(|reason| {
                Error::invalid(
                    "price",
                    format!("makes variant `{}` cost {sold_for}, which {reason}", variant.sku),
                )
            })?;
            check_sale(sold_for, &variant.details, cause.occurred_at).map_err(|reason| {
                let reason =
                    format!("does not go with the sale of variant `{}`, which {reason}", variant.sku);
                Error::invalid("price", reason)
            })?;
        }
    }
    if change.default_variant.is_some()
        && let Some(default) = after.details.default_variant
        && !variants.iter().any(|variant| variant.id == default && !variant.details.is_retired)
    {
        return Err(Error::invalid("default_variant", "is none of the product's variants that are for sale"));
    }
    if change.options.is_some() {
        check_options(&after.details.options, variants)?;
    }
    let restocked = change.restocked(default)?;
    let mut commit = Commit::new(CommitId::new(), Vec::new());
    if after != before.row {
        if after.details.slug != before.row.details.slug {
            claim_slug(&mut commit, &after);
        }
        put_product(&mut commit, before, after, cause)?;
    } else if restocked.as_ref().is_some_and(|restocked| restocked.row.is_some()) {
        touch(&mut commit, before);
    } else if !change.meant_for.is_any() {
        let key = Product::row_key(before.row.id);
        commit.guards.push(Guard::RowVersion { key, version: before.version });
    }
    if let Some(Restocked { default, how, row }) = restocked {
        if let Some(row) = row {
            put_variant(&mut commit, &default.variant, row, cause)?;
        }
        restock(&mut commit, &default.variant.row, how, change.stock_change.unwrap_or(0), cause)?;
    }
    Ok((!commit.events.is_empty()).then_some(commit))
}

/// Puts a product that differs into a commit.
pub(super) fn put_product(
    commit: &mut Commit,
    before: &Versioned<Product>,
    after: Product,
    cause: &Cause,
) -> Result<(), Error> {
    let changed = changed_fields(&before.row, &after);
    let event = CatalogEvent::from(ProductChanged { product: after.clone(), changed });
    commit.events.push(event.into_new(cause)?);
    let row = Row::from(after);
    commit.guards.push(Guard::RowVersion { key: row.key(), version: before.version });
    commit.rows.push(row);
    Ok(())
}

/// Writes a product's row as it is. What a variant costs stands in two rows, its product's and its own, and which variants there
/// are in many; so whoever changes one of them writes the product's, and of two at once the second finds another version of
/// it and decides anew.
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
    (event.into(), StockMove::new(variant_id, MoveKind::Adjust(pieces)))
}

/// Puts into a commit that pieces come or go, and what another policy makes of those that there are.
pub(super) fn restock(
    commit: &mut Commit,
    variant: &Variant,
    how: Restocking,
    pieces: i64,
    cause: &Cause,
) -> Result<(), Error> {
    let pieces = pieces + how.begun_at(0);
    if pieces != 0 {
        let (event, _) = adjustment(variant.product_id, variant.id, pieces);
        commit.events.push(event.into_new(cause)?);
    }
    if how.is_due(pieces) {
        commit.stock.push(how.moving(variant.id, pieces));
    }
    Ok(())
}

/// The variants that are for sale differ in nothing that the product does not name.
fn check_options(names: &[String], variants: &[Variant]) -> Result<(), Error> {
    for variant in variants.iter().filter(|variant| !variant.details.is_retired) {
        if let Some(option) = variant.details.options.iter().find(|option| !names.contains(&option.name)) {
            let reason = format!("lacks `{}`, which variant `{}` has", option.name, variant.sku);
            return Err(Error::invalid("options", reason));
        }
    }
    Ok(())
}

/// The names of the fields that differ.
pub(crate) fn changed_fields<T: serde::Serialize>(before: &T, after: &T) -> Vec<String> {
    let (Ok(serde_json::Value::Object(before)), Ok(serde_json::Value::Object(after))) =
        (serde_json::to_value(before), serde_json::to_value(after))
    else {
        return Vec::new();
    };
    // What is as it is by itself is left out, so a field may stand in one of them alone.
    let fields: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    fields.into_iter().filter(|field| before.get(*field) != after.get(*field)).cloned().collect()
}
