//! Emptying a cart.
use super::{CartView, Error, Owner};
use crate::Shop;

pub async fn clear(_shop: &Shop, _owner: Owner) -> Result<CartView, Error> {
    todo!()
}
