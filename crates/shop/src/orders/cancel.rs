//! Cancelling: what was ordered returns to the stock.

use souk_ports::event::Actor;

use super::order::Command;
use super::{Error, OrderRef, Stepped, form, step};
use crate::Shop;

/// Takes a pending or paid order to `cancelled`, and its items back into stock in the same commit. Shipped orders
/// cannot be cancelled: see [`super::order`].
pub async fn cancel(
    shop: &Shop,
    order: OrderRef,
    reason: Option<String>,
    actor: Actor,
) -> Result<Stepped, Error> {
    reason.as_deref().map(form::reason).transpose()?;
    step::take(shop, order, Command::Cancel { reason }, actor).await
}
