//! `GET /variants/{id}`: one variant as the store has it, also where it is not sold.

use souk_kernel::{Position, VariantId};
use souk_ports::rows::{Product, StockPolicy, Variant};
use souk_ports::store::Snapshot;

use super::Error;
use super::page::PageVariant;
use super::price::ordinary_price;
use super::views::VariantNow;
use crate::{Query, Shop, Source};

/// One variant.
#[derive(Debug, Clone, Copy)]
pub struct ShowVariant {
    pub id: VariantId,
}

impl Query for ShowVariant {
    type Answer = VariantNow;
    type Error = Error;

    fn reads(&self) -> &'static [Source] {
        &[Source::Store]
    }

    async fn answer(&self, shop: &Shop, at_least: Position) -> Result<VariantNow, Error> {
        read(shop, self.id, &mut *shop.store.snapshot_from(at_least).await?).await
    }
}

/// The variant as it is at this moment: the answer to a change.
pub async fn variant_now(shop: &Shop, id: VariantId) -> Result<VariantNow, Error> {
    read(shop, id, &mut *shop.store.snapshot().await?).await
}

async fn read(shop: &Shop, id: VariantId, snapshot: &mut dyn Snapshot) -> Result<VariantNow, Error> {
    let Some(found) = snapshot.one::<Variant>(id).await? else {
        return Err(Error::UnknownVariant { asked: id.to_string() });
    };
    let (version, mut variant) = (found.version, found.row);
    let product = snapshot.one::<Product>(variant.product_id).await?;
    let stock = snapshot.stock(&[id]).await?.pop().flatten().map_or(0, |stock| stock.quantity);
    let base = product.and_then(|product| product.row.price);
    let price = ordinary_price(base, variant.price_adjustment);
    // What was sold while nobody counts is owed to nobody.
    let is_counted = variant.details.stock_policy != StockPolicy::NotCounted;
    Ok(VariantNow {
        product_id: variant.product_id,
        price_adjustment: variant.price_adjustment,
        owed: if is_counted { (-stock).max(0) } else { 0 },
        is_retired: variant.details.is_retired,
        metadata: std::mem::take(&mut variant.details.metadata),
        version,
        variant: PageVariant::of(variant, price, stock).view(stock, &shop.rules, None),
    })
}
