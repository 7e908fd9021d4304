//! Showing a cart.
use super::{CartView, Error, Owner};
use crate::Shop;

pub async fn show(_shop: &Shop, _owner: Owner) -> Result<CartView, Error> {
    todo!()
}
