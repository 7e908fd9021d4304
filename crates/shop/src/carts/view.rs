//! What a shopper sees of a cart: the shape of the HTTP interface, which the command line prints as well.

use serde::Serialize;
use souk_kernel::{Currency, Money, ProductId, Timestamp, VariantId};
use utoipa::ToSchema;

use super::Error;
use super::cart::{Cart, Line, total};
use super::offer::{self, Wanted};
use crate::Shop;
use crate::catalog::price::Price;

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
    /// Of one piece, today; for what is not sold any more, when the line was last changed.
    #[schema(value_type = f64, example = 29.9)]
    pub price: Money,
    /// The price when the line was last changed, where that was another one: it is ordered after changing the line once
    /// more, which takes today's price over.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    pub accepted_price: Option<Money>,
    /// To be shown struck out beside the price.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    pub list_price: Option<Money>,
    #[schema(value_type = f64, example = 59.8)]
    pub subtotal: Money,
    #[schema(value_type = String, format = DateTime)]
    pub added_at: Timestamp,
}

impl CartView {
    /// The cart at today's prices. While the store cannot be asked, they are those at which its lines were last changed.
    pub(super) async fn of(shop: &Shop, cart: Option<Cart>) -> Result<Self, Error> {
        let currency = shop.rules.currency;
        let mut lines = cart.map(|cart| cart.lines).unwrap_or_default();
        let today = todays(shop, &lines).await?;
        let mut items = Vec::with_capacity(lines.len());
        for (line, today) in lines.iter_mut().zip(today) {
            items.push(CartItem::of(line, today)?);
        }
        Ok(Self { items, total: total(&lines)?, currency })
    }
}

/// What each line costs now; `None` where it is not sold, and where nobody can say.
async fn todays(shop: &Shop, lines: &[Line]) -> Result<Vec<Option<Price>>, Error> {
    if lines.is_empty() {
        return Ok(Vec::new());
    }
    let wish = |line: &Line| Wanted { product: line.product_id, variant: Some(line.variant_id) };
    let wanted: Vec<Wanted> = lines.iter().map(wish).collect();
    let offers = async {
        let mut snapshot = shop.store.snapshot().await?;
        offer::read(&mut *snapshot, &wanted, Vec::new()).await
    };
    let now = shop.clock.now();
    match offers.await {
        Ok((offers, _)) => Ok(offers.into_iter().map(|offer| offer.ok()?.price(now).ok()).collect()),
        Err(souk_ports::Error::Unavailable { .. } | souk_ports::Error::Busy { .. }) => {
            Ok(vec![None; lines.len()])
        }
        Err(error) => Err(error.into()),
    }
}

impl CartItem {
    /// The line takes today's price on the way, so that the total is made of it.
    fn of(line: &mut Line, today: Option<Price>) -> Result<Self, Error> {
        let accepted = line.price;
        line.price = today.map_or(accepted, |today| today.amount);
        let subtotal = line.price.checked_mul(line.quantity).ok_or(Error::TooExpensive)?;
        let Line { product_id, variant_id, ref name, quantity, price, added_at } = *line;
        Ok(Self {
            id: variant_id,
            product_id,
            variant_id,
            name: name.clone(),
            quantity,
            price,
            accepted_price: (price != accepted).then_some(accepted),
            list_price: today.and_then(|today| today.list),
            subtotal,
            added_at,
        })
    }
}
