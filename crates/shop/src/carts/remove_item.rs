//! Removing a line. It needs no look-up, so what is not for sale any more can be removed too.

use super::cart::Cart;
use super::{CartView, Error, ItemRef, Owner, storage};
use crate::Shop;

pub async fn remove_item(shop: &Shop, owner: Owner, item: &ItemRef) -> Result<CartView, Error> {
    let remove = |cart: Option<Cart>| {
        let mut cart = cart.ok_or_else(|| item.unknown())?;
        let variant = item.find(&cart)?;
        cart.remove(variant);
        Ok::<_, Error>(Some(cart))
    };
    let ttl_ms = Some(owner.ttl_ms(&shop.rules));
    let cart = storage::change(&*shop.cache, owner.user, ttl_ms, None, remove).await?;
    CartView::of(shop, cart).await
}
