//! Cancelling.
use souk_ports::event::Actor;

use super::{Error, OrderRef, Stepped};
use crate::Shop;

pub async fn cancel(
    _shop: &Shop,
    _order: OrderRef,
    _reason: Option<String>,
    _actor: Actor,
) -> Result<Stepped, Error> {
    todo!()
}
