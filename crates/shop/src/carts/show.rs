//! Showing a cart: the lines as they were put in, at today's prices. Where that is another one than when the line was last
//! changed, both are shown, because ordering asks for the line to be changed again.

use souk_kernel::{Position, UserId};
use souk_ports::rows::User;

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

/// A user without a cart has an empty one.
pub async fn show(shop: &Shop, owner: Owner) -> Result<CartView, Error> {
    let stored = storage::load(&*shop.cache, owner.user).await?;
    if stored.is_none() {
        check_known(shop, owner.user).await?;
    }
    CartView::of(shop, stored.map(|stored| stored.cart)).await
}

/// Fails for a user whom the store does not know. Only somebody whom it knew has a cart, so it is not asked about those;
/// and while it cannot be asked, an empty cart is empty all the same.
pub(super) async fn check_known(shop: &Shop, user: UserId) -> Result<(), Error> {
    let known = async { shop.store.snapshot().await?.one::<User>(user).await };
    match known.await {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err(Error::UnknownUser { user }),
        Err(souk_ports::Error::Unavailable { .. } | souk_ports::Error::Busy { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
