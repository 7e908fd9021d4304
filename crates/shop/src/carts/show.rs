//! Showing a cart: the lines as they were put in. Nothing is looked up, so prices are those of the last change;
//! ordering compares them with today's.

use souk_kernel::Position;

use super::{CartView, Error, Owner, storage};
use crate::orders::projections::CART_SPENDING;
use crate::{Query, Shop, Source};

/// The cart of somebody.
#[derive(Debug, Clone, Copy)]
pub struct ShowCart {
    pub owner: Owner,
}

impl Query for ShowCart {
    type Answer = CartView;
    type Error = Error;

    fn reads(&self) -> &'static [Source] {
        // What an order took out of a cart that was not at hand, a projection takes out later.
        &[Source::Cache(CART_SPENDING)]
    }

    async fn answer(&self, shop: &Shop, _: Position) -> Result<CartView, Error> {
        show(shop, self.owner).await
    }
}

/// A user without a cart, also one that nobody knows, has an empty one.
pub async fn show(shop: &Shop, owner: Owner) -> Result<CartView, Error> {
    let stored = storage::load(&*shop.cache, owner.user).await?;
    CartView::of(stored.map(|stored| stored.cart), shop.rules.currency)
}
