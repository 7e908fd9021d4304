//! `PATCH /variants/{id}`: changes a variant's stock and what it adds to the price.

use serde::Deserialize;
use souk_kernel::{CommitId, Currency, Money, VariantId};
use souk_ports::event::Actor;
use souk_ports::rows::{Product, Row, Variant};
use souk_ports::store::{Commit, Committed, Guard, Outcome, Versioned};
use utoipa::ToSchema;

use super::change_product::{ATTEMPTS, MAX_STOCK_CHANGE, adjustment, changed_fields, refused, touch};
use super::events::{CatalogEvent, Cause, VariantChanged};
use super::rows::variant_price;
use super::{Error, texts};
use crate::Shop;
use crate::commit::commit_surely;

/// Fields that are absent stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct VariantChange {
    /// Pieces to add to the stock; below zero they are taken away.
    pub stock_change: Option<i64>,
    /// Added to the product's price.
    #[schema(value_type = Option<f64>)]
    pub price_adjustment: Option<Money>,
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
    for _ in 0..ATTEMPTS {
        let (before, product) = {
            let mut snapshot = shop.store.snapshot().await?;
            let Some(before) = snapshot.one::<Variant>(id).await? else {
                return Err(Error::UnknownVariant { asked: id.to_string() });
            };
            let product = snapshot.one::<Product>(before.row.product_id).await?;
            (before, product)
        };
        let cause = Cause { actor: actor.clone(), occurred_at: shop.clock.now(), reason: None };
        let Some(commit) = decide(&before, product.as_ref(), change, &cause, shop.rules.currency)? else {
            return Ok(None);
        };
        match commit_surely(&*shop.store, commit).await? {
            Outcome::Committed(committed) => return Ok(Some(committed)),
            Outcome::Refused(refusal) => refused(refusal, std::slice::from_ref(&before.row))?,
            Outcome::KeyReused | Outcome::Conflict { .. } => {}
        }
    }
    Err(Error::ChangedMeanwhile { what: format!("variant `{id}`") })
}

fn decide(
    before: &Versioned<Variant>,
    product: Option<&Versioned<Product>>,
    change: &VariantChange,
    cause: &Cause,
    currency: Currency,
) -> Result<Option<Commit>, Error> {
    let mut commit = Commit::new(CommitId::new(), Vec::new());
    if let Some(adjustment) = change.price_adjustment.filter(|to| *to != before.row.price_adjustment) {
        if let Some(base) = product.and_then(|product| product.row.price) {
            let price = variant_price(Some(base), adjustment)
                .ok_or_else(|| Error::invalid("price_adjustment", "is too large"))?;
            texts::price(price, currency).map_err(|reason| {
                Error::invalid("price_adjustment", format!("leads to a price of {price}, which {reason}"))
            })?;
        }
        let mut after = before.row.clone();
        after.price_adjustment = adjustment;
        let changed = changed_fields(&before.row, &after);
        let event = CatalogEvent::from(VariantChanged { variant: after.clone(), changed });
        commit.events.push(event.into_new(cause)?);
        let row = Row::from(after);
        commit.guards.push(Guard::RowVersion { key: row.key(), version: before.version });
        commit.rows.push(row);
        if let Some(product) = product {
            touch(&mut commit, product);
        }
    }
    if let Some(pieces) = change.stock_change.filter(|pieces| *pieces != 0) {
        let (event, moved) = adjustment(before.row.product_id, before.row.id, pieces);
        commit.events.push(event.into_new(cause)?);
        commit.stock.push(moved);
    }
    Ok((!commit.events.is_empty()).then_some(commit))
}
