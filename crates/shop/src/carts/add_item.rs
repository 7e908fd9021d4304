//! Adding to a cart.
use souk_kernel::{ProductId, VariantId};

use super::{CartView, Error, Owner};
use crate::Shop;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddItem {
    pub product_id: ProductId,
    /// `None`: the first one of the product.
    pub variant_id: Option<VariantId>,
    pub quantity: u32,
}

pub async fn add_item(_shop: &Shop, _owner: Owner, _item: AddItem) -> Result<CartView, Error> {
    todo!()
}
