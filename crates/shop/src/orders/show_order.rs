//! One order with its lines.
use super::{Error, OrderDetail, OrderRef};
use crate::Shop;

pub async fn show_order(_shop: &Shop, _order: OrderRef) -> Result<OrderDetail, Error> {
    todo!()
}
