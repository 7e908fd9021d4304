//! `GET /wishlists`: the lists of one person.

use souk_kernel::UserId;
use souk_ports::rows::User;
use souk_ports::store::Window;

use super::Error;
use super::views::{WishlistView, WishlistsAnswer};
use super::wishlist::{BY_NAME, BY_OWNER, Wishlist, WishlistId, named};
use crate::Shop;

/// The newest first.
pub async fn list_wishlists(shop: &Shop, user: UserId) -> Result<WishlistsAnswer, Error> {
    let mut snapshot = shop.store.snapshot().await?;
    if snapshot.one::<User>(user).await?.is_none() {
        return Err(Error::UnknownUser { user });
    }
    let (lists, _) = snapshot.records_by::<Wishlist>(&BY_OWNER, user.to_string(), Window::ALL).await?;
    Ok(WishlistsAnswer { wishlists: lists.iter().map(|list| WishlistView::of(&list.row)).collect() })
}

/// A list of this person by its id or its name.
pub async fn find_wishlist(shop: &Shop, user: UserId, asked: &str) -> Result<WishlistId, Error> {
    if let Ok(id) = uuid::Uuid::try_parse(asked) {
        return Ok(WishlistId(id));
    }
    let mut snapshot = shop.store.snapshot().await?;
    let by_name = snapshot.records_by::<Wishlist>(&BY_NAME, named(user, asked.trim()), Window::ALL);
    let (lists, _) = by_name.await?;
    let found = lists.first().map(|list| list.row.id);
    found.ok_or_else(|| Error::UnknownWishlist { asked: asked.to_owned() })
}
