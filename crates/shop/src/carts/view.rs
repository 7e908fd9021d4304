//! What a shopper sees of a cart: the shape of the HTTP interface, which the command line prints as well.

use serde::Serialize;
use souk_kernel::{Currency, Money, ProductId, Timestamp, VariantId};
use utoipa::ToSchema;

use super::Error;
use super::cart::{Cart, Line};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CartView {
    /// Oldest first.
    pub items: Vec<CartItem>,
    #[schema(value_type = f64, example = 59.8)]
    pub total: Money,
    #[schema(value_type = String, example = "EUR")]
    pub currency: Currency,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CartItem {
    /// Names the line: the variant's id.
    #[schema(value_type = uuid::Uuid)]
    pub id: VariantId,
    #[schema(value_type = uuid::Uuid)]
    pub product_id: ProductId,
    #[schema(value_type = uuid::Uuid)]
    pub variant_id: VariantId,
    pub name: String,
    pub quantity: u32,
    /// Of one piece, when the line was last changed.
    #[schema(value_type = f64, example = 29.9)]
    pub price: Money,
    #[schema(value_type = f64, example = 59.8)]
    pub subtotal: Money,
    #[schema(value_type = String, format = DateTime)]
    pub added_at: Timestamp,
}

impl CartView {
    pub(super) fn of(cart: Option<Cart>, currency: Currency) -> Result<Self, Error> {
        let Some(cart) = cart else {
            return Ok(Self { items: Vec::new(), total: Money::ZERO, currency });
        };
        let total = cart.total()?;
        let items = cart.lines.into_iter().map(CartItem::of).collect::<Result<_, _>>()?;
        Ok(Self { items, total, currency })
    }
}

impl CartItem {
    fn of(line: Line) -> Result<Self, Error> {
        let subtotal = line.price.checked_mul(line.quantity).ok_or(Error::TooExpensive)?;
        let Line { product_id, variant_id, name, quantity, price, added_at } = line;
        Ok(Self { id: variant_id, product_id, variant_id, name, quantity, price, subtotal, added_at })
    }
}
