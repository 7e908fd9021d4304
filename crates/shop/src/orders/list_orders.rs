//! Lists of orders.
use souk_kernel::{Page, UserId};

use super::{Error, OrdersPage};
use crate::Shop;

/// Newest first. One user's orders read the store; all orders read the documents `order-views`.
pub async fn list_orders(_shop: &Shop, _user: Option<UserId>, _page: Page) -> Result<OrdersPage, Error> {
    todo!()
}
