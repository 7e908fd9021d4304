//! Adding to a cart: looks up today's price and the stock, and adds to the line that may be there.

use souk_kernel::{ProductId, VariantId};

use super::cart::{Cart, Line};
use super::offer::{self, Wanted};
use super::{CartView, Error, MAX_QUANTITY, Owner, storage};
use crate::Shop;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddItem {
    pub product_id: ProductId,
    /// `None`: the first one of the product.
    pub variant_id: Option<VariantId>,
    pub quantity: u32,
}

/// Adds to what the line holds; the whole line takes today's price. Refused when the line would hold more than can be
/// ordered, which is looked up now and not put aside.
pub async fn add_item(shop: &Shop, owner: Owner, item: AddItem) -> Result<CartView, Error> {
    if !(1..=MAX_QUANTITY).contains(&item.quantity) {
        return Err(Error::Quantity { quantity: item.quantity.into() });
    }
    let wanted = [Wanted { product: item.product_id, variant: item.variant_id }];
    let offer = offer::one_for(shop, owner.user, wanted).await?;
    let added_at = shop.clock.now();
    let price = offer.price(added_at)?.amount;
    let add = |cart: Option<Cart>| {
        let mut cart = cart.unwrap_or_else(Cart::new);
        let variant_id = offer.variant.row.id;
        let quantity = cart.line(variant_id).map_or(0, |line| line.quantity) + item.quantity;
        if quantity <= MAX_QUANTITY && i64::from(quantity) > offer.available {
            return Err(Error::out_of_stock(&offer, quantity));
        }
        let name = offer.product.row.name.clone();
        cart.put(Line { product_id: item.product_id, variant_id, name, quantity, price, added_at })?;
        Ok(Some(cart))
    };
    let ttl_ms = Some(owner.ttl_ms(&shop.rules));
    let cart = storage::change(&*shop.cache, owner.user, ttl_ms, None, add).await?;
    CartView::of(shop, cart).await
}
