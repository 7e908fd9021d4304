//! Paying.
use souk_kernel::Money;
use souk_ports::event::Actor;

use super::{Error, OrderRef, Stepped};
use crate::Shop;

/// A payment as its provider reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// What the provider calls the payment.
    pub payment_id: String,
    pub amount: Money,
    /// `card`, `transfer` …
    pub method: String,
}

pub async fn pay(_shop: &Shop, _order: OrderRef, _payment: Payment, _actor: Actor) -> Result<Stepped, Error> {
    todo!()
}
