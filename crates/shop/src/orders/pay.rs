//! Paying: what the payment provider reports becomes a step of the order.

use souk_kernel::Money;
use souk_ports::event::Actor;

use super::events::OrderPaid;
use super::order::Command;
use super::{Error, OrderRef, Stepped, form, step};
use crate::Shop;

/// A payment as its provider reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// What the provider calls the payment.
    pub payment_id: String,
    /// The whole total: orders are not paid in parts.
    pub amount: Money,
    /// `card`, `transfer` …
    pub method: String,
}

/// Takes a pending order to `paid`. The same payment reported again changes nothing.
pub async fn pay(shop: &Shop, order: OrderRef, payment: Payment, actor: Actor) -> Result<Stepped, Error> {
    let Payment { payment_id, amount, method } = payment;
    form::name("payment_id", &payment_id)?;
    form::name("method", &method)?;
    step::take(shop, order, Command::Pay(OrderPaid { payment_id, amount, method }), actor).await
}
