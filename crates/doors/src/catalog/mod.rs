//! The doors to the catalogue.

pub(crate) mod cli;
pub(crate) mod print;
pub(crate) mod rest;

use serde::Serialize;
use souk_kernel::{Money, ProductId, VariantId};
use souk_ports::rows::Variant;
use souk_shop::catalog;
use utoipa::ToSchema;

use crate::App;
use crate::gate::Problem;

/// A variant as the store has it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct VariantNow {
    #[schema(value_type = uuid::Uuid)]
    pub(crate) id: VariantId,
    #[schema(value_type = uuid::Uuid)]
    pub(crate) product_id: ProductId,
    pub(crate) sku: String,
    pub(crate) size: Option<String>,
    pub(crate) color: Option<String>,
    /// Added to the product's price.
    #[schema(value_type = f64)]
    pub(crate) price_adjustment: Money,
    pub(crate) stock: i64,
    pub(crate) in_stock: bool,
}

pub(crate) async fn variant_now(app: &App, id: VariantId) -> Result<VariantNow, Problem> {
    let mut snapshot = app.shop.store.snapshot().await?;
    let Some(variant) = snapshot.one::<Variant>(id).await? else {
        return Err(catalog::Error::UnknownVariant { asked: id.to_string() }.into());
    };
    let stock = snapshot.stock(&[id]).await?.pop().flatten().map_or(0, |stock| stock.quantity);
    let Variant { product_id, sku, size, color, price_adjustment, .. } = variant.row;
    Ok(VariantNow { id, product_id, sku, size, color, price_adjustment, stock, in_stock: stock > 0 })
}
