//! Bringing a cart up to what the store knows of it: orders that were made from it, and that it still holds.
//!
//! This happens when a second click overtakes the first one's write to the cart, when a process died between an order
//! and that write, and when the cache lost its last moments with the power.

use souk_kernel::{CartId, OrderId, UserId};

use super::Error;
use super::events::{Event, OrderPlaced};
use crate::Shop;
use crate::carts::{self, Cart, Taking};

/// So many orders were made from one cart without one of them reaching it; more is not to be believed.
const MAX_ORDERS: usize = 64;

/// Takes every order out of the cart that was made from it after the last one taken, the oldest first. `last` is the
/// last one that the store knows.
pub(super) async fn catch_up(
    shop: &Shop,
    user: UserId,
    cart: &Cart,
    last: Option<OrderId>,
) -> Result<(), Error> {
    let mut missed = Vec::new();
    let mut at = last;
    let mut snapshot = shop.store.snapshot().await?;
    while at != cart.taken {
        let Some(order) = at else {
            // The cart remembers an order that the store does not: the store was restored from before it.
            return Ok(carts::forget_order(&*shop.cache, user, cart.id, cart.taken, last).await?);
        };
        if missed.len() == MAX_ORDERS {
            return Err(Error::Contended { what: "the cart".to_owned() });
        }
        let events = snapshot.stream(order.into()).await?;
        let placed = events.first().map(Event::placed).transpose()?.flatten();
        let taking =
            placed.and_then(|placed| taking(&placed, order)).ok_or_else(|| spent_by_nobody(cart.id))?;
        at = taking.seen;
        missed.push(taking);
    }
    drop(snapshot);
    for taking in missed.iter().rev() {
        carts::take_order(&*shop.cache, user, taking).await?;
    }
    Ok(())
}

/// What the order takes out of the cart that it was made from, if it was made from one.
pub(super) fn taking(placed: &OrderPlaced, order: OrderId) -> Option<Taking> {
    let spent = placed.cart?;
    Some(Taking { cart: spent.cart_id, seen: spent.seen, order, quantities: placed.quantities() })
}

fn spent_by_nobody(cart: CartId) -> souk_ports::Error {
    souk_ports::Error::internal(
        "reading who spent a cart",
        format!("the last order of cart `{cart}` has none"),
    )
}
