//! Wishlists: what people mean to buy some day, in lists with names.
//!
//! A list is a stream of events and a record, which the next decision on it reads; both are written in one commit. Its
//! name tells about its owner, so it lies with what is personal. The documents `wished-products` count how many lists have
//! a product. Left out: lists that several people share.

mod change;
mod error;
pub mod events;
mod list_wishlists;
mod projections;
mod show_wishlist;
mod views;
mod wished_products;
mod wishlist;

pub use change::{Change, Changed, change_wishlist, create_wishlist};
pub use error::{Error, LIMIT, NAME_TAKEN};
pub use list_wishlists::{find_wishlist, list_wishlists};
pub use projections::{WISHED_PRODUCTS, WishedProducts};
pub use show_wishlist::show_wishlist;
pub use views::{MostWished, WishedItem, WishedProduct, WishlistDetail, WishlistView, WishlistsAnswer};
pub use wished_products::wished_products;
pub use wishlist::{Item, MAX_ITEMS, MAX_LISTS, MAX_NAME, Wishlist, WishlistId};

use crate::declared::Declarations;

pub const DECLARED: Declarations = Declarations {
    error_codes: &[&LIMIT, &NAME_TAKEN],
    stream_kinds: &[("wishlist", wishlist::STREAM)],
    records: &[<Wishlist as souk_ports::records::Record>::KIND],
    ..Declarations::NOTHING
};
