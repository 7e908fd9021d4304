//! Shipping.
use souk_ports::event::Actor;

use super::{Error, OrderRef, Stepped};
use crate::Shop;

pub async fn ship(
    _shop: &Shop,
    _order: OrderRef,
    _tracking_number: String,
    _actor: Actor,
) -> Result<Stepped, Error> {
    todo!()
}
