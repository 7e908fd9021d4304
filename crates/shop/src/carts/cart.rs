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

impl ItemRef {
    pub(super) fn unknown(&self) -> Error {
        Error::UnknownItem { item: self.text.clone() }
    }

    /// The line that is meant.
    pub(super) fn find(&self, cart: &Cart) -> Result<VariantId, Error> {
        if let Some(line) = cart.line(self.variant) {
            return Ok(line.variant_id);
        }
        let mut of_product = cart.lines.iter().filter(|line| line.product_id == self.product);
        match (of_product.next(), of_product.next()) {
            (Some(line), None) => Ok(line.variant_id),
            (Some(_), Some(_)) => Err(Error::AmbiguousItem { item: self.text.clone() }),
            (None, _) => Err(self.unknown()),
        }
    }
}

impl Cart {
    pub(super) fn new() -> Self {
        Self { id: CartId::new(), taken: None, lines: Vec::new() }
    }

    pub fn line(&self, variant: VariantId) -> Option<&Line> {
        self.lines.iter().find(|line| line.variant_id == variant)
    }

    /// Puts a line at the place of the one with the same variant, which keeps its `added_at`, or at the end.
    pub(super) fn put(&mut self, line: Line) -> Result<(), Error> {
        if !(1..=MAX_QUANTITY).contains(&line.quantity) {
            return Err(Error::Quantity { quantity: line.quantity.into() });
        }
        let lines = self.lines.len();
        match self.lines.iter_mut().find(|present| present.variant_id == line.variant_id) {
            Some(present) => *present = Line { added_at: present.added_at, ..line },
            None if lines >= MAX_LINES => return Err(Error::TooManyLines),
            None => {
                // Lines are kept in no order but that of their times, so no two have the same one.
                let after_last = self.lines.last().map(|last| last.added_at.plus_ms(1));
                let added_at = after_last.map_or(line.added_at, |after| after.max(line.added_at));
                self.lines.push(Line { added_at, ..line });
            }
        }
        self.total().map(drop)
    }

    pub(super) fn remove(&mut self, variant: VariantId) {
        self.lines.retain(|line| line.variant_id != variant);
    }

    pub fn total(&self) -> Result<Money, Error> {
        total(&self.lines)
    }

    /// Takes an order's quantities out, and says whether it did.
    ///
    /// It does so once: an order that was taken out before, that came from a former cart, or that is not the next one
    /// after the last taken leaves the cart as it is. What the shopper put in or took out meanwhile counts: a line
    /// keeps what it has beyond the order.
    pub(super) fn take(&mut self, taking: &Taking) -> bool {
        if self.id != taking.cart || self.taken != taking.seen {
            return false;
        }
        for (variant, ordered) in &taking.quantities {
            if let Some(line) = self.lines.iter_mut().find(|line| line.variant_id == *variant) {
                line.quantity = line.quantity.saturating_sub(*ordered);
            }
        }
        self.lines.retain(|line| line.quantity > 0);
        self.taken = Some(taking.order);
        true
    }
}

pub(super) fn total(lines: &[Line]) -> Result<Money, Error> {
    let sum = |sum: Money, line: &Line| sum.checked_add(line.price.checked_mul(line.quantity)?);
    lines.iter().try_fold(Money::ZERO, sum).ok_or(Error::TooExpensive)
}

/// An order to be taken out of the cart that it was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taking {
    pub cart: CartId,
    /// The last order that had been taken out of the cart when this one was placed.
    pub seen: Option<OrderId>,
    pub order: OrderId,
    pub quantities: Vec<(VariantId, u32)>,
}

#[cfg(test)]
#[path = "cart_tests.rs"]
mod tests;
