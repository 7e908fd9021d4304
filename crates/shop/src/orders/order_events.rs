//! The history of one order.
use super::{Error, OrderEvents, OrderRef};
use crate::Shop;

pub async fn order_events(_shop: &Shop, _order: OrderRef) -> Result<OrderEvents, Error> {
    todo!()
}
