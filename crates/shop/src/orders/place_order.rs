//! Placing an order.
use souk_kernel::{Money, ProductId, UserId, VariantId};
use souk_ports::rows::Address;

use super::{Error, Placed};
use crate::Shop;

pub const MAX_LINES: usize = 100;

#[derive(Debug, Clone)]
pub struct PlaceOrder {
    pub user: UserId,
    pub from: PlaceFrom,
    /// `None`: the user's default address.
    pub shipping_address: Option<Address>,
    /// What the payment provider calls the way to pay.
    pub payment_method_id: Option<String>,
    pub idempotency: Option<IdempotencyKey>,
}

/// What is ordered.
#[derive(Debug, Clone)]
pub enum PlaceFrom {
    /// Everything in the user's cart.
    Cart,
    Items(Vec<ItemRequest>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemRequest {
    pub product_id: ProductId,
    /// `None`: the first one of the product.
    pub variant_id: Option<VariantId>,
    pub quantity: u32,
    /// Of one piece, as the shopper saw it; another price today is a conflict.
    pub price: Money,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// 1 to 255 visible ASCII characters, chosen by the client.
    pub key: String,
    pub request_hash: [u8; 32],
}

/// The hash of a request as sent: SHA-256 over its parts with their lengths.
pub fn request_hash(_parts: &[&[u8]]) -> [u8; 32] {
    todo!()
}

pub async fn place_order(_shop: &Shop, _request: PlaceOrder) -> Result<Placed, Error> {
    todo!()
}
