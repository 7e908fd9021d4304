//! Emptying a cart, which ends it: the next line that is added begins another one.

use super::{CartView, Error, Owner, storage};
use crate::Shop;

/// An empty cart may be emptied too.
pub async fn clear(shop: &Shop, owner: Owner) -> Result<CartView, Error> {
    let cart = storage::change(&*shop.cache, owner.user, None, None, |_| Ok::<_, Error>(None)).await?;
    CartView::of(cart, shop.rules.currency)
}
