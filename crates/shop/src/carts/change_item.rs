//! Changing how many of a line; this is also how a shopper accepts a price that has changed.

use super::cart::{Cart, Line};
use super::offer::{self, Wanted};
use super::{CartView, Error, ItemRef, MAX_QUANTITY, Owner, storage};
use crate::Shop;

/// Sets the quantity, and the price to today's. A quantity of 0 is refused: that is [`super::remove_item`].
pub async fn change_item(
    shop: &Shop,
    owner: Owner,
    item: &ItemRef,
    quantity: u32,
) -> Result<CartView, Error> {
    if !(1..=MAX_QUANTITY).contains(&quantity) {
        return Err(Error::Quantity { quantity: quantity.into() });
    }
    let stored = storage::load(&*shop.cache, owner.user).await?.ok_or_else(|| item.unknown())?;
    let variant_id = item.find(&stored.cart)?;
    let line = stored.cart.line(variant_id).ok_or_else(|| item.unknown())?;
    let (product_id, added_at) = (line.product_id, line.added_at);

    let wanted = [Wanted { product: product_id, variant: Some(variant_id) }];
    let offer = offer::one_for(shop, owner.user, wanted).await?;
    let price = offer.price(shop.clock.now())?.amount;
    if i64::from(quantity) > offer.available {
        return Err(Error::out_of_stock(&offer, quantity));
    }
    let set = |cart: Option<Cart>| {
        let mut cart = cart.filter(|cart| cart.line(variant_id).is_some()).ok_or_else(|| item.unknown())?;
        let name = offer.product.row.name.clone();
        cart.put(Line { product_id, variant_id, name, quantity, price, added_at })?;
        Ok::<_, Error>(Some(cart))
    };
    let ttl_ms = Some(owner.ttl_ms(&shop.rules));
    let cart = storage::change(&*shop.cache, owner.user, ttl_ms, Some(stored), set).await?;
    CartView::of(shop, cart).await
}
