//! The cart itself: pure, without storage.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use souk_kernel::{CartId, Money, OrderId, ProductId, Timestamp, VariantId};

use super::Error;

pub const MAX_LINES: usize = 100;
/// Of one line.
pub const MAX_QUANTITY: u32 = 10_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cart {
    /// Fresh whenever a cart is created.
    pub id: CartId,
    /// The last order that was taken out of it.
    pub taken: Option<OrderId>,
    /// Oldest first.
    pub lines: Vec<Line>,
}

/// One line; its id is the variant's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub product_id: ProductId,
    pub variant_id: VariantId,
    pub name: String,
    pub quantity: u32,
    /// Of one piece, when the line was last changed.
    pub price: Money,
    pub added_at: Timestamp,
}

/// How people name a line: by its variant, or by its product where the cart holds one variant of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemRef {
    variant: VariantId,
    product: ProductId,
    text: String,
}

impl FromStr for ItemRef {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match (text.parse(), text.parse()) {
            (Ok(variant), Ok(product)) => Ok(Self { variant, product, text: text.to_owned() }),
            // What cannot be an id names no line; the text is cut, since it comes from outside.
            _ => {
                Err(Error::UnknownItem { item: text.chars().take(64).flat_map(char::escape_debug).collect() })
            }
        }
    }
}
