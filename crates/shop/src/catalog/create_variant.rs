//! `POST /products/{id}/variants`: one more variant of a product that is there.

use serde::Deserialize;
use souk_kernel::{CommitId, Currency, Money, ProductId, VariantId};
use souk_ports::Error as PortError;
use souk_ports::event::Actor;
use souk_ports::rows::{Entity, Product, Row, Variant, VariantDetails};
use souk_ports::store::{Commit, Find, Guard, Outcome, Refusal, Window};
use utoipa::ToSchema;

use super::Error;
use super::bundles::{self, NewPart};
use super::change_product::{ATTEMPTS, MAX_STOCK_CHANGE, adjustment, refused, touch};
use super::change_variant::{SaleChange, VariantChange, check_choice, check_price};
use super::events::{CatalogEvent, Cause, VariantAdded};
use super::input::{Metadata, external_id};
use super::once::{Created, created, created_before, remembered};
use super::stock_policy::{Restocking, StockPolicyName};
use super::views::{ImageAddress, OptionView};
use crate::Shop;
use crate::commit::commit_surely;
use crate::orders::IdempotencyKey;

/// Of one product, with those that are retired.
pub(super) const MAX_VARIANTS: usize = 1_000;

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewVariant {
    /// What stock keeping calls it: 1 to 64 letters, digits and `. _ : -`. It never changes.
    #[schema(example = "P001-OAK")]
    pub sku: String,
    /// Pieces to begin with; none otherwise.
    pub stock: Option<i64>,
    /// Whether it is sold when there is none; `counted` unless something else is said.
    pub stock_policy: Option<StockPolicyName>,
    /// Pieces that are sold beyond what is there, where that is `backorder`; without a limit otherwise.
    pub backorder_allowance: Option<u32>,
    /// Added to the product's price.
    #[schema(value_type = Option<f64>)]
    pub price_adjustment: Option<Money>,
    pub size: Option<String>,
    pub color: Option<String>,
    /// What it is in each of the product's `options`, beside size and colour.
    pub options: Option<Vec<OptionView>>,
    /// What it cost before, or costs elsewhere.
    #[schema(value_type = Option<f64>)]
    pub list_price: Option<Money>,
    /// A lower price for a time.
    pub sale: Option<SaleChange>,
    /// 8, 12, 13 or 14 digits, the last of which proves the others.
    pub gtin: Option<String>,
    /// What its maker calls it.
    pub mpn: Option<String>,
    /// With its packaging, in grams.
    pub weight_g: Option<u32>,
    /// Length, width and height of its parcel in millimetres.
    #[schema(value_type = Option<Vec<u32>>)]
    pub dimensions_mm: Option<[u32; 3]>,
    /// Nothing is sent: a file, a course, a voucher.
    pub is_digital: Option<bool>,
    /// What it is made of, where it is a bundle: it has no stock of its own then.
    pub parts: Option<Vec<NewPart>>,
    /// What it looks like, where that is not how its product does.
    pub images: Option<Vec<ImageAddress>>,
    /// What others keep with it.
    pub metadata: Option<Metadata>,
}

impl NewVariant {
    pub(super) fn row(&self, product_id: ProductId, rank: u32, currency: Currency) -> Result<Variant, Error> {
        let sku = external_id(&self.sku).map_err(|reason| Error::invalid("sku", reason))?;
        let blank = Variant {
            id: VariantId::from_external(&sku),
            product_id,
            sku: sku.to_string(),
            size: None,
            color: None,
            price_adjustment: Money::ZERO,
            rank,
            loaded_stock: None,
            details: VariantDetails::default(),
        };
        let said = self.clone();
        let change = VariantChange {
            stock_policy: said.stock_policy,
            backorder_allowance: said.backorder_allowance.map(Some),
            price_adjustment: said.price_adjustment,
            size: said.size.map(Some),
            color: said.color.map(Some),
            options: said.options,
            list_price: said.list_price.map(Some),
            sale: said.sale.map(Some),
            gtin: said.gtin.map(Some),
            mpn: said.mpn.map(Some),
            weight_g: said.weight_g.map(Some),
            dimensions_mm: said.dimensions_mm.map(Some),
            is_digital: said.is_digital,
            parts: said.parts,
            images: said.images,
            metadata: said.metadata,
            ..VariantChange::default()
        };
        let variant = change.applied(blank, currency)?;
        bundles::check(&variant, "stock", self.stock.unwrap_or(0))?;
        Ok(variant)
    }

    /// Pieces to begin with.
    pub(super) fn first_stock(&self) -> Result<i64, Error> {
        match self.stock.unwrap_or(0) {
            stock if stock.is_negative() => Err(Error::invalid("stock", "is below zero")),
            stock if stock.unsigned_abs() > MAX_STOCK_CHANGE => {
                Err(Error::invalid("stock", format!("is more than {MAX_STOCK_CHANGE}")))
            }
            stock => Ok(stock),
        }
    }
}

pub async fn create_variant(
    shop: &Shop,
    product_id: ProductId,
    new: &NewVariant,
    key: Option<IdempotencyKey>,
    actor: Actor,
) -> Result<Created<VariantId>, Error> {
    let of = |Created { id, position }| Created { id: VariantId(id), position };
    if let Some(before) = created_before(shop, key.as_ref()).await? {
        return Ok(of(before));
    }
    let stock = new.first_stock()?;
    crate::currency::agree(shop).await?;
    let currency = shop.rules.currency;
    for _ in 0..ATTEMPTS {
        let mut snapshot = shop.store.snapshot().await?;
        let Some(product) = snapshot.one::<Product>(product_id).await? else {
            return Err(Error::UnknownProduct { asked: product_id.to_string() });
        };
        let find = Find::VariantsOf(vec![product_id]);
        let (others, _) = snapshot.list::<Variant>(&find, Window::ALL).await?;
        let others: Vec<Variant> = others.into_iter().map(|variant| variant.row).collect();
        let rank = others.last().map_or(0, |last| last.rank.saturating_add(1));
        let variant = new.row(product_id, rank, currency)?;
        if snapshot.one::<Variant>(variant.id).await?.is_some() {
            return Err(Error::AlreadyThere { what: format!("a variant `{}`", variant.sku) });
        }
        drop(snapshot);
        if others.len() >= MAX_VARIANTS {
            return Err(Error::invalid("sku", format!("is one too many: {MAX_VARIANTS} are the most")));
        }
        let cause = Cause { actor: actor.clone(), occurred_at: shop.clock.now(), reason: None };
        check_price(&variant, product.row.price, currency, cause.occurred_at)?;
        check_choice(&variant, &product.row.details.options, &others)?;
        let id = variant.id.0;
        let mut commit = Commit::new(CommitId::new(), Vec::new());
        put_new_variant(&mut commit, variant, stock, &cause)?;
        touch(&mut commit, &product);
        commit.idempotency = key.as_ref().map(|key| remembered(shop, key, id)).transpose()?;
        match commit_surely(&*shop.store, commit).await? {
            Outcome::Committed(committed) => return Ok(of(created(&committed, id)?)),
            Outcome::KeyReused => return Err(Error::KeyReused),
            Outcome::Refused(Refusal::Parts { fault, .. }) => {
                return Err(bundles::refused(shop, fault, new.parts.iter().flatten()).await);
            }
            Outcome::Refused(refusal) => refused(refusal, &others)?,
            Outcome::Conflict { .. } => {}
        }
    }
    Err(Error::ChangedMeanwhile { what: format!("product `{product_id}`") })
}

/// Puts a variant that is not there yet into a commit. A move by 0 still creates its stock, so that every variant has one.
pub(super) fn put_new_variant(
    commit: &mut Commit,
    variant: Variant,
    stock: i64,
    cause: &Cause,
) -> Result<(), PortError> {
    let (adjusted, _) = adjustment(variant.product_id, variant.id, stock);
    let added = CatalogEvent::from(VariantAdded { variant: variant.clone() });
    commit.events.push(added.into_new(cause)?);
    commit.events.push(adjusted.into_new(cause)?);
    commit.stock.push(Restocking::of_new(&variant).moving(variant.id, stock));
    commit.guards.push(Guard::RowVersion { key: Variant::row_key(variant.id), version: 0 });
    commit.rows.push(Row::from(variant));
    Ok(())
}
