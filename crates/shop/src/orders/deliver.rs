//! Delivery: the parcel has arrived.

use souk_ports::event::Actor;

use super::order::Command;
use super::{Error, OrderRef, Stepped, step};
use crate::Shop;

/// Takes a shipped order to `delivered`, which is its end.
pub async fn deliver(shop: &Shop, order: OrderRef, actor: Actor) -> Result<Stepped, Error> {
    step::take(shop, order, Command::Deliver, actor).await
}
