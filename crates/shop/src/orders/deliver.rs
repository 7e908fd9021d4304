//! Delivery.
use souk_ports::event::Actor;

use super::{Error, OrderRef, Stepped};
use crate::Shop;

pub async fn deliver(_shop: &Shop, _order: OrderRef, _actor: Actor) -> Result<Stepped, Error> {
    todo!()
}
