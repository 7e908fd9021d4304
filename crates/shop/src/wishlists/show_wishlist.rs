//! `GET /wishlists/{id}`: one list with its products as they are today.

use std::collections::HashMap;

use souk_kernel::{ProductId, UserId};

use super::Error;
use super::change::own;
use super::views::{WishedItem, WishlistDetail, WishlistView};
use super::wishlist::WishlistId;
use crate::Shop;
use crate::catalog::{ProductView, views_of};

pub async fn show_wishlist(shop: &Shop, user: UserId, id: WishlistId) -> Result<WishlistDetail, Error> {
    let list = own(&mut *shop.store.snapshot().await?, user, id).await?.row;
    let products: Vec<ProductId> = list.items.iter().map(|item| item.product_id).collect();
    let mut views = views_by_id(shop, &products).await?;
    let wishlist = WishlistView::of(&list);
    let items = list.items.into_iter().rev().map(|item| WishedItem {
        product_id: item.product_id,
        added_at: item.added_at,
        product: views.remove(&item.product_id),
    });
    Ok(WishlistDetail { wishlist, items: items.collect() })
}

/// Of those products that are sold.
pub(super) async fn views_by_id(
    shop: &Shop,
    products: &[ProductId],
) -> Result<HashMap<ProductId, ProductView>, Error> {
    let views = views_of(shop, products).await.map_err(|error| match error {
        crate::catalog::Error::Port(error) => error,
        other => souk_ports::Error::internal("reading products", other),
    })?;
    Ok(views.into_iter().map(|view| (view.id, view)).collect())
}
