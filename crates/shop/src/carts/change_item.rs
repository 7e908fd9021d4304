//! Changing a line.
use super::{CartView, Error, ItemRef, Owner};
use crate::Shop;

pub async fn change_item(
    _shop: &Shop,
    _owner: Owner,
    _item: &ItemRef,
    _quantity: u32,
) -> Result<CartView, Error> {
    todo!()
}
