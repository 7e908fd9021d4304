//! Showing a cart: the lines as they were put in. Nothing is looked up, so prices are those of the last change;
//! ordering compares them with today's.

use super::{CartView, Error, Owner, storage};
use crate::Shop;

/// A user without a cart, also one that nobody knows, has an empty one.
pub async fn show(shop: &Shop, owner: Owner) -> Result<CartView, Error> {
    let stored = storage::load(&*shop.cache, owner.user).await?;
    CartView::of(stored.map(|stored| stored.cart), shop.rules.currency)
}
