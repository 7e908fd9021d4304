//! Shipping: the parcel leaves the house.

use souk_ports::event::Actor;

use super::order::Command;
use super::{Error, OrderRef, Stepped, form, step};
use crate::Shop;

/// Takes a paid order to `shipped`. The same parcel reported again changes nothing.
pub async fn ship(
    shop: &Shop,
    order: OrderRef,
    tracking_number: String,
    actor: Actor,
) -> Result<Stepped, Error> {
    form::name("tracking_number", &tracking_number)?;
    step::take(shop, order, Command::Ship { tracking_number }, actor).await
}
