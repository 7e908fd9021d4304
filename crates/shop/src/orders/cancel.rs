//! Cancelling: what was ordered returns to the stock.

use super::order::Command;
use super::{Error, OrderRef, Stepped, form, step};
use crate::Shop;
use crate::access::Caller;

/// Takes a pending or paid order to `cancelled`, and its items back into stock in the same commit. Shipped orders
/// cannot be cancelled: see [`super::order`]. Another's order is none.
pub async fn cancel(
    shop: &Shop,
    order: OrderRef,
    reason: Option<String>,
    caller: Caller,
) -> Result<Stepped, Error> {
    reason.as_deref().map(form::reason).transpose()?;
    // An order stays whose it is.
    order.row_for(&mut *shop.store.snapshot().await?, caller).await?;
    step::take(shop, order, Command::Cancel { reason }, caller.actor()).await
}
