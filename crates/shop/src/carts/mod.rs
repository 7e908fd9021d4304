//! Carts: what a shopper means to order.
//!
//! A cart is a hash in the `cache` role, one entry per line, and runs out some time after its last change. It promises
//! nothing: stock is checked when a line is added and again when it is ordered, and prices are compared when it is
//! ordered. What is left out: putting stock aside, and carts of visitors without a name.

mod add_item;
mod cart;
mod change_item;
mod clear;
mod error;
pub mod offer;
mod owner;
mod remove_item;
mod show;
mod storage;
mod take_order;
mod view;

pub use add_item::{AddItem, add_item};
pub use cart::{Cart, ItemRef, Line, MAX_LINES, MAX_QUANTITY, Taking};
pub use change_item::change_item;
pub use clear::clear;
pub use error::Error;
pub use owner::Owner;
pub use remove_item::remove_item;
pub use show::{ShowCart, show};
pub(crate) use storage::{Stored, load};
pub(crate) use take_order::{forget_order, take_order, take_order_from};
pub use view::{CartItem, CartView};
