//! Removing a line.
use super::{CartView, Error, ItemRef, Owner};
use crate::Shop;

pub async fn remove_item(_shop: &Shop, _owner: Owner, _item: &ItemRef) -> Result<CartView, Error> {
    todo!()
}
