//! The doors to the catalogue.

pub(crate) mod cli;
mod print;
pub(crate) mod rest;

use serde::Serialize;
use serde_json::{Value, json};
use souk_kernel::{Coded, ErrorCode, LogPosition, Money, ProductId, VariantId};
use souk_ports::rows::Variant;
use souk_shop::catalog;
use utoipa::ToSchema;

use crate::App;
use crate::gate::Problem;

/// The product as it is at `position`: the answer to a change.
pub(crate) async fn product_at(app: &App, id: ProductId, position: LogPosition) -> Result<Value, Problem> {
    match catalog::show_product_json(&app.shop, id, position.position).await {
        Ok(json) => serde_json::from_slice(&json)
            .map_err(|error| souk_ports::Error::internal("the answer about the product", error).into()),
        // What is no longer active has no page, which is no reason to call the change a failure.
        Err(error) if error.code() == ErrorCode::NotFound => Ok(json!({ "id": id, "is_active": false })),
        Err(error) => Err(error.into()),
    }
}

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
