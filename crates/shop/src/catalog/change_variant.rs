//! `PATCH` and `DELETE /variants/{id}`: changes a variant and its stock, or retires it.
//!
//! A variant that is retired is not sold any more, and its row stays: orders have it.

use serde::{Deserialize, Serialize};
use souk_kernel::{CommitId, Currency, Money, Timestamp, VariantId};
use souk_ports::event::Actor;
use souk_ports::rows::{ChosenOption, Entity, Image, Product, Row, Sale, Variant};
use souk_ports::store::{Commit, Committed, Find, Guard, Outcome, Refusal, Stock, Versioned, Window};
use utoipa::ToSchema;

use super::bundles::{self, NewPart};
use super::change_product::{
    ATTEMPTS, MAX_STOCK_CHANGE, changed_fields, put_product, refused, restock, touch,
};
use super::events::{CatalogEvent, Cause, VariantChanged};
use super::input::{Metadata, given, merge, present, set};
use super::meant_for::MeantFor;
use super::price::{check_sale, ordinary_price};
use super::stock_policy::{PolicyChange, Restocking, StockPolicyName};
use super::views::{ImageAddress, OptionView};
use super::{Error, texts};
use crate::Shop;
use crate::commit::commit_surely;

/// Pictures of one variant.
const MAX_IMAGES: usize = 10;

/// Fields that are absent stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct VariantChange {
    /// Pieces to add to the stock; below zero they are taken away.
    #[serde(deserialize_with = "given")]
    #[schema(nullable = false)]
    pub stock_change: Option<i64>,
    /// Whether it is sold when there is none: `counted`, `backorder` or `not_counted`. What was not counted begins at none,
    /// so `stock_change` says how many there are.
    #[serde(deserialize_with = "given")]
    #[schema(nullable = false)]
    pub stock_policy: Option<StockPolicyName>,
    /// Pieces that are sold beyond what is there, where that is `backorder`. `null`: without a limit.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<u32>)]
    pub backorder_allowance: Option<Option<u32>>,
    /// Added to the product's price.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<f64>, nullable = false)]
    pub price_adjustment: Option<Money>,
    /// `null`: there is one size.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub size: Option<Option<String>>,
    /// `null`: there is one colour.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub color: Option<Option<String>>,
    /// What it is in each of the product's `options`, beside size and colour; all of them together.
    #[serde(deserialize_with = "given")]
    #[schema(nullable = false)]
    pub options: Option<Vec<OptionView>>,
    /// Whether it is sold no more; the last variant for sale stays.
    #[serde(deserialize_with = "given")]
    #[schema(nullable = false)]
    pub is_retired: Option<bool>,
    /// What it cost before, or costs elsewhere.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<f64>)]
    pub list_price: Option<Option<Money>>,
    /// A lower price for a time.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<SaleChange>)]
    pub sale: Option<Option<SaleChange>>,
    /// 8, 12, 13 or 14 digits, the last of which proves the others.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub gtin: Option<Option<String>>,
    /// What its maker calls it.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub mpn: Option<Option<String>>,
    /// With its packaging, in grams.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<u32>)]
    pub weight_g: Option<Option<u32>>,
    /// Length, width and height of its parcel in millimetres.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<Vec<u32>>)]
    pub dimensions_mm: Option<Option<[u32; 3]>>,
    /// Nothing is sent: a file, a course, a voucher.
    #[serde(deserialize_with = "given")]
    #[schema(nullable = false)]
    pub is_digital: Option<bool>,
    /// What a bundle is made of; all of them together. An empty list: it is no bundle any more. There are as many bundles as
    /// their parts allow, so it takes no stock and no stock policy.
    #[serde(deserialize_with = "given")]
    #[schema(nullable = false)]
    pub parts: Option<Vec<NewPart>>,
    /// What it looks like, where that is not how its product does.
    #[serde(deserialize_with = "given")]
    #[schema(nullable = false)]
    pub images: Option<Vec<ImageAddress>>,
    /// What others keep with it: each entry is set by itself, and `null` removes it.
    #[serde(deserialize_with = "given")]
    #[schema(nullable = false)]
    pub metadata: Option<Metadata>,
    #[serde(skip)]
    pub meant_for: MeantFor,
}

/// A sale, or what is to change of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SaleChange {
    /// Of one piece, in place of the variant's price.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<f64>, nullable = false)]
    pub price: Option<Money>,
    /// `null`: since always.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>, example = "2026-11-27T00:00:00Z")]
    pub from: Option<Option<Timestamp>>,
    /// Not included. `null`: until it is taken away.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub until: Option<Option<Timestamp>>,
}

impl VariantChange {
    /// The variant after the change.
    pub(super) fn applied(&self, mut variant: Variant, currency: Currency) -> Result<Variant, Error> {
        let line = |field, text: &Option<Option<String>>| match text {
            Some(Some(text)) => {
                texts::line(text, texts::MAX_WORD).map_err(|reason| Error::Invalid { field, reason })
            }
            _ => Ok(()),
        };
        line("size", &self.size)?;
        line("color", &self.color)?;
        line("mpn", &self.mpn)?;
        // Also where nothing is priced yet, and nobody would notice before somebody prices it.
        if let Some(added) = self.price_adjustment {
            texts::decimals(added, currency)
                .map_err(|reason| Error::Invalid { field: "price_adjustment", reason })?;
        }
        set(&mut variant.price_adjustment, &self.price_adjustment);
        set(&mut variant.size, &self.size);
        set(&mut variant.color, &self.color);
        let details = &mut variant.details;
        if let Some(options) = &self.options {
            details.options = chosen(options).map_err(|reason| Error::invalid("options", reason))?;
        }
        set(&mut details.is_retired, &self.is_retired);
        if let Some(Some(price)) = self.list_price {
            texts::price(price, currency).map_err(|reason| Error::invalid("list_price", reason))?;
        }
        set(&mut details.list_price, &self.list_price);
        match &self.sale {
            Some(Some(change)) => details.sale = Some(change.applied(details.sale.take(), currency)?),
            Some(None) => details.sale = None,
            None => {}
        }
        if let Some(gtin) = &self.gtin {
            let digits = gtin.as_deref().map(souk_feeds::gtin).transpose();
            details.gtin = digits.map_err(|reason| Error::invalid("gtin", reason))?;
        }
        set(&mut details.mpn, &self.mpn);
        set(&mut details.weight_g, &self.weight_g);
        set(&mut details.dimensions_mm, &self.dimensions_mm);
        set(&mut details.is_digital, &self.is_digital);
        let policy = PolicyChange { name: self.stock_policy, allowance: self.backorder_allowance };
        details.stock_policy = policy.applied(details.stock_policy)?;
        if let Some(parts) = &self.parts {
            details.parts = bundles::parts(variant.id, parts)?;
        }
        if let Some(images) = &self.images {
            details.images = addresses(images, MAX_IMAGES)?;
        }
        if let Some(metadata) = &self.metadata {
            merge(&mut details.metadata, metadata).map_err(|reason| Error::invalid("metadata", reason))?;
        }
        Ok(variant)
    }
}

impl SaleChange {
    fn applied(&self, before: Option<Sale>, currency: Currency) -> Result<Sale, Error> {
        let invalid = |reason: &str| Error::invalid("sale", reason);
        let price = self.price.or(before.as_ref().map(|sale| sale.price));
        let price = price.ok_or_else(|| invalid("has no price"))?;
        texts::price(price, currency).map_err(|reason| invalid(&format!("has a price that {reason}")))?;
        let (from, until) = before.map_or((None, None), |sale| (sale.from, sale.until));
        let sale = Sale { price, from: self.from.unwrap_or(from), until: self.until.unwrap_or(until) };
        if sale.from.zip(sale.until).is_some_and(|(from, until)| from >= until) {
            return Err(invalid("ends before it begins"));
        }
        Ok(sale)
    }
}

/// Size and colour are fields of their own.
fn chosen(options: &[OptionView]) -> Result<Vec<ChosenOption>, String> {
    let mut chosen: Vec<ChosenOption> = Vec::with_capacity(options.len());
    for OptionView { name, value } in options {
        texts::line(value, texts::MAX_WORD)
            .map_err(|reason| format!("has a value for `{name}` that {reason}"))?;
        let field = match name.to_lowercase().as_str() {
            "size" => Some("size"),
            "color" | "colour" => Some("color"),
            _ => None,
        };
        if let Some(field) = field {
            return Err(format!("has `{name}`, which is a field of its own: `{field}`"));
        }
        if chosen.iter().any(|there| there.name == *name) {
            return Err(format!("has `{name}` twice"));
        }
        chosen.push(ChosenOption { name: name.clone(), value: value.clone() });
    }
    Ok(chosen)
}

pub(super) fn addresses(images: &[ImageAddress], most: usize) -> Result<Vec<Image>, Error> {
    if images.len() > most {
        return Err(Error::invalid("images", format!("has {} entries, more than {most}", images.len())));
    }
    let image = |ImageAddress { url, alt }: &ImageAddress| {
        texts::url(url)
            .map_err(|reason| Error::invalid("images", format!("has an address that {reason}")))?;
        texts::prose(alt, texts::MAX_NAME)
            .map_err(|reason| Error::invalid("images", format!("has an `alt` that {reason}")))?;
        Ok(Image { url: url.clone(), alt: alt.clone() })
    };
    images.iter().map(image).collect()
}

/// `None` when the variant is like that already.
pub async fn change_variant(
    shop: &Shop,
    id: VariantId,
    change: &VariantChange,
    actor: Actor,
) -> Result<Option<Committed>, Error> {
    if change.stock_change.is_some_and(|change| change.unsigned_abs() > MAX_STOCK_CHANGE) {
        return Err(Error::invalid("stock_change", format!("moves more than {MAX_STOCK_CHANGE} pieces")));
    }
    crate::currency::agree(shop).await?;
    for _ in 0..ATTEMPTS {
        let (before, product, siblings, stock) = {
            let mut snapshot = shop.store.snapshot().await?;
            let Some(before) = snapshot.one::<Variant>(id).await? else {
                return Err(Error::UnknownVariant { asked: id.to_string() });
            };
            let product = snapshot.one::<Product>(before.row.product_id).await?;
            let find = Find::VariantsOf(vec![before.row.product_id]);
            let (siblings, _) = snapshot.list::<Variant>(&find, Window::ALL).await?;
            let stock = snapshot.stock(&[id]).await?.pop().flatten();
            (before, product, siblings.into_iter().map(|variant| variant.row).collect::<Vec<_>>(), stock)
        };
        change.meant_for.check("variant", id, before.version)?;
        let Some(product) = product else {
            return Err(Error::UnknownProduct { asked: before.row.product_id.to_string() });
        };
        let cause = Cause { actor: actor.clone(), occurred_at: shop.clock.now(), reason: None };
        let currency = shop.rules.currency;
        let Some(commit) = decide(&before, stock, &product, &siblings, change, &cause, currency)? else {
            return Ok(None);
        };
        match commit_surely(&*shop.store, commit).await? {
            Outcome::Committed(committed) => return Ok(Some(committed)),
            Outcome::Refused(Refusal::Parts { fault, .. }) => {
                return Err(bundles::refused(shop, fault, change.parts.iter().flatten()).await);
            }
            Outcome::Refused(refusal) => refused(refusal, std::slice::from_ref(&before.row))?,
            Outcome::KeyReused | Outcome::Conflict { .. } => {}
        }
    }
    Err(Error::ChangedMeanwhile { what: format!("variant `{id}`") })
}

/// The variant is sold no more. The product's default moves on to the next one.
pub async fn retire_variant(
    shop: &Shop,
    id: VariantId,
    meant_for: MeantFor,
    actor: Actor,
) -> Result<Option<Committed>, Error> {
    let change = VariantChange { is_retired: Some(true), meant_for, ..VariantChange::default() };
    change_variant(shop, id, &change, actor).await
}

fn decide(
    before: &Versioned<Variant>,
    stock: Option<Stock>,
    product: &Versioned<Product>,
    siblings: &[Variant],
    change: &VariantChange,
    cause: &Cause,
    currency: Currency,
) -> Result<Option<Commit>, Error> {
    let after = change.applied(before.row.clone(), currency)?;
    bundles::check(&after, "stock_change", change.stock_change.unwrap_or(0))?;
    let restocking = Restocking::between(&before.row, &after, stock);
    let mut commit = Commit::new(CommitId::new(), Vec::new());
    if after != before.row {
        let returns = before.row.details.is_retired && !after.details.is_retired;
        if returns || money(&after) != money(&before.row) {
            check_price(&after, product.row.price, currency, cause.occurred_at)?;
        }
        if returns || choice(&after) != choice(&before.row) {
            check_choice(&after, &product.row.details.options, siblings)?;
        }
        let leaves = after.details.is_retired && !before.row.details.is_retired;
        if leaves && !siblings.iter().any(|other| other.id != after.id && !other.details.is_retired) {
            let why =
                format!("`{}` is the last variant for sale: archive the product instead", before.row.sku);
            return Err(Error::StillNeeded { why });
        }
        put_variant(&mut commit, before, after, cause)?;
        if leaves && product.row.details.default_variant == Some(before.row.id) {
            let mut moved_on = product.row.clone();
            moved_on.details.default_variant = None;
            put_product(&mut commit, product, moved_on, cause)?;
        } else {
            touch(&mut commit, product);
        }
    } else if !change.meant_for.is_any() {
        commit
            .guards
            .push(Guard::RowVersion { key: Variant::row_key(before.row.id), version: before.version });
    }
    restock(&mut commit, &before.row, restocking, change.stock_change.unwrap_or(0), cause)?;
    Ok((!commit.events.is_empty()).then_some(commit))
}

/// Puts a variant that differs into a commit.
pub(super) fn put_variant(
    commit: &mut Commit,
    before: &Versioned<Variant>,
    after: Variant,
    cause: &Cause,
) -> Result<(), Error> {
    let changed = changed_fields(&before.row, &after);
    let event = CatalogEvent::from(VariantChanged { variant: after.clone(), changed });
    commit.events.push(event.into_new(cause)?);
    let row = Row::from(after);
    commit.guards.push(Guard::RowVersion { key: row.key(), version: before.version });
    commit.rows.push(row);
    Ok(())
}

/// Whether the variant costs what something can cost, and a sale no more than it does otherwise.
pub(super) fn check_price(
    variant: &Variant,
    base: Option<Money>,
    currency: Currency,
    now: Timestamp,
) -> Result<(), Error> {
    let Some(base) = base else { return Ok(()) };
    let price = ordinary_price(Some(base), variant.price_adjustment)
        .ok_or_else(|| Error::invalid("price_adjustment", "is too large"))?;
    texts::price(price, currency).map_err(|reason| {
        Error::invalid("price_adjustment", format!("leads to a price of {price}, which {reason}"))
    })?;
    check_sale(price, &variant.details, now).map_err(|reason| Error::invalid("sale", reason))
}

/// What its price is made of, beside its product's.
fn money(variant: &Variant) -> (Money, &Option<Sale>) {
    (variant.price_adjustment, &variant.details.sale)
}

fn choice(variant: &Variant) -> (&Option<String>, &Option<String>, &[ChosenOption]) {
    (&variant.size, &variant.color, &variant.details.options)
}

/// Whether the variant is something in what the product's variants differ in, and something else than the others.
pub(super) fn check_choice(variant: &Variant, names: &[String], others: &[Variant]) -> Result<(), Error> {
    if let Some(option) = variant.details.options.iter().find(|option| !names.contains(&option.name)) {
        let reason =
            format!("has `{}`, which is none of the product's options: {}", option.name, names.join(", "));
        return Err(Error::invalid("options", reason));
    }
    let is_same = |other: &&Variant| {
        other.id != variant.id && !other.details.is_retired && choice(other) == choice(variant)
    };
    match others.iter().find(is_same) {
        Some(other) => {
            let what = format!("a variant of this size, colour and options, `{}`,", other.sku);
            Err(Error::AlreadyThere { what })
        }
        None => Ok(()),
    }
}
