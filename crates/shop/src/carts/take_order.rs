//! Taking what was ordered out of the cart it was ordered from. Repeating it does no harm.

use souk_kernel::{CartId, OrderId, UserId};
use souk_ports::Result;
use souk_ports::cache::Cache;

use super::cart::Taking;
use super::storage::{Stored, change};

/// Takes the order out of the user's cart, unless that has been done or the cart is another one by now. `Conflict`
/// when others kept changing the cart.
pub(crate) async fn take_order(cache: &dyn Cache, user: UserId, taking: &Taking) -> Result<()> {
    take_order_from(cache, user, None, taking).await
}

/// The same, for a caller that holds the cart as it was read a moment ago.
pub(crate) async fn take_order_from(
    cache: &dyn Cache,
    user: UserId,
    cart: Option<Stored>,
    taking: &Taking,
) -> Result<()> {
    let take = |cart: Option<super::Cart>| {
        Ok(cart.map(|mut cart| {
            cart.take(taking);
            cart
        }))
    };
    change(cache, user, None, cart, take).await.map(drop)
}

/// Makes a cart say that `to` was the last order taken out of it, where it says `from`: for a cart that remembers an
/// order which its store, restored from a backup, has lost.
pub(crate) async fn forget_order(
    cache: &dyn Cache,
    user: UserId,
    cart: CartId,
    from: Option<OrderId>,
    to: Option<OrderId>,
) -> Result<()> {
    let forget = |present: Option<super::Cart>| {
        Ok(present.map(|mut present| {
            if present.id == cart && present.taken == from {
                present.taken = to;
            }
            present
        }))
    };
    change(cache, user, None, None, forget).await.map(drop)
}
