//! Emptying a cart, which ends it: the next line that is added begins another one.

use super::show::check_known;
use super::{CartView, Error, Owner, storage};
use crate::Shop;

/// An empty cart may be emptied too.
pub async fn clear(shop: &Shop, owner: Owner) -> Result<CartView, Error> {
    let stored = storage::load(&*shop.cache, owner.user).await?;
    if stored.is_none() {
        check_known(shop, owner.user).await?;
    }
    let cart = storage::change(&*shop.cache, owner.user, None, stored, |_| Ok::<_, Error>(None)).await?;
    CartView::of(shop, cart).await
}
