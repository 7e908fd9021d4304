//! Pricing: what is asked for, compared with what is on offer today. Pure; the look-ups are done before.

use serde::Serialize;
use souk_kernel::{CategoryId, Money, ProductId, SellerId, Timestamp, VariantId};
use souk_ports::rows::OrderItem;

use super::events::{Pieces, PlacedItem};
use super::{Error, ItemRequest, MAX_LINES};
use crate::carts::MAX_QUANTITY;
use crate::carts::offer::{self, Offer};

/// One line of an order to be.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Picked {
    pub(super) offer: Offer,
    pub(super) item: PlacedItem,
}

/// What can be said without looking anything up.
pub(super) fn check_form(requests: &[ItemRequest]) -> Result<(), Error> {
    if requests.is_empty() {
        return Err(Error::invalid("an order has at least one item"));
    }
    if requests.len() > MAX_LINES {
        return Err(Error::invalid(format!("an order has at most {MAX_LINES} items")));
    }
    match requests.iter().find(|request| !(1..=MAX_QUANTITY).contains(&request.quantity)) {
        Some(ItemRequest { quantity, .. }) => {
            Err(Error::invalid(format!("a quantity lies between 1 and {MAX_QUANTITY}, not {quantity}")))
        }
        None => Ok(()),
    }
}

/// The lines of the order, in the order asked for. The same variant asked for twice becomes one line.
///
/// `offers` stand at the places of their requests.
pub(super) fn pick(
    requests: &[ItemRequest],
    offers: Vec<Result<Offer, offer::Error>>,
    from_cart: bool,
    now: Timestamp,
) -> Result<Vec<Picked>, Error> {
    let mut lines: Vec<Picked> = Vec::with_capacity(requests.len());
    for (request, offer) in requests.iter().zip(offers) {
        let offer = offer?;
        let today = offer.price(now)?;
        if request.price != today.amount {
            return Err(Error::PriceChanged {
                product: request.product_id,
                name: offer.product.row.name,
                given: request.price,
                today: today.amount,
                from_cart,
            });
        }
        match lines.iter_mut().find(|line| line.item.variant_id == offer.variant.row.id) {
            Some(line) => line.item.quantity = line.item.quantity.saturating_add(request.quantity),
            None => {
                let item = PlacedItem {
                    product_id: request.product_id,
                    variant_id: offer.variant.row.id,
                    name: offer.product.row.name.clone(),
                    quantity: request.quantity,
                    price: today.amount,
                    list_price: today.list,
                    parts: Vec::new(),
                };
                lines.push(Picked { offer, item });
            }
        }
    }
    for line in &mut lines {
        line.item.parts = line.parts()?;
    }
    // The store decides on stock. Asking here what could be ordered a moment ago spares it the many who come too late.
    match lines.iter().find(|line| i64::from(line.item.quantity) > line.offer.available) {
        Some(line) => Err(out_of_stock(&line.item, line.offer.available)),
        None => Ok(lines),
    }
}

pub(super) fn out_of_stock(item: &PlacedItem, available: i64) -> Error {
    Error::OutOfStock {
        product: item.product_id,
        variant: item.variant_id,
        name: item.name.clone(),
        available,
        wanted: item.quantity.into(),
    }
}

/// The product as it was sold: what it was said to be, not how it was liked or shown.
#[derive(Serialize)]
struct ProductSnapshot<'a> {
    external_id: &'a Option<String>,
    name: &'a str,
    description: &'a str,
    brand: &'a Option<String>,
    category_id: CategoryId,
    seller_id: Option<SellerId>,
    materials: &'a [String],
    care: &'a Option<String>,
    /// The first one.
    image: Option<&'a str>,
    variant: VariantSnapshot<'a>,
    price: Money,
    #[serde(skip_serializing_if = "Option::is_none")]
    list_price: Option<Money>,
}

#[derive(Serialize)]
struct VariantSnapshot<'a> {
    sku: &'a str,
    size: &'a Option<String>,
    color: &'a Option<String>,
    price_adjustment: Money,
}

/// Of a variant of which the store has so many, and the lines together take more: the line that somebody can change. That
/// is its own, or that of a bundle which has it as a part.
pub(super) fn short(items: &[PlacedItem], variant: VariantId, available: i64) -> Option<Error> {
    let taken = |item: &PlacedItem| -> i64 {
        let own = (item.variant_id == variant && item.parts.is_empty()).then_some(item.quantity);
        let of_parts = item.parts.iter().find(|part| part.variant_id == variant).map(|part| part.quantity);
        own.or(of_parts).map_or(0, i64::from)
    };
    let line = items.iter().find(|item| taken(item) > 0)?;
    let others: i64 = items.iter().map(taken).sum::<i64>() - taken(line);
    let for_one = taken(line) / i64::from(line.quantity.max(1));
    Some(out_of_stock(line, (available - others).max(0) / for_one.max(1)))
}

impl Picked {
    /// What the line takes out of stock, where it is of a bundle.
    fn parts(&self) -> Result<Vec<Pieces>, Error> {
        let taken = |part: &Pieces| {
            let quantity = part.quantity.checked_mul(self.item.quantity)?;
            Some(Pieces { quantity, ..*part })
        };
        let parts: Option<Vec<Pieces>> = self.offer.parts.iter().map(taken).collect();
        parts.ok_or_else(|| {
            let name = &self.item.name;
            Error::invalid(format!("{} of `{name}` are more pieces than can be counted", self.item.quantity))
        })
    }

    pub(super) fn keys(&self) -> (ProductId, VariantId) {
        (self.item.product_id, self.item.variant_id)
    }

    /// The row of this line.
    pub(super) fn row(
        &self,
        order_id: souk_kernel::OrderId,
        line: u32,
    ) -> Result<OrderItem, souk_ports::Error> {
        let (product, variant) = (&self.offer.product.row, &self.offer.variant.row);
        let snapshot = serde_json::to_string(&ProductSnapshot {
            external_id: &product.external_id,
            name: &product.name,
            description: &product.description,
            brand: &product.brand,
            category_id: product.category_id,
            seller_id: product.seller_id,
            materials: &product.materials,
            care: &product.care,
            image: product.images.first().map(|image| image.url.as_str()),
            variant: VariantSnapshot {
                sku: &variant.sku,
                size: &variant.size,
                color: &variant.color,
                price_adjustment: variant.price_adjustment,
            },
            price: self.item.price,
            list_price: self.item.list_price,
        })
        .map_err(|source| souk_ports::Error::internal("writing an order's product", source))?;
        let PlacedItem { product_id, variant_id, ref name, quantity, price, .. } = self.item;
        Ok(OrderItem {
            order_id,
            line,
            product_id,
            variant_id,
            name: name.clone(),
            quantity,
            price,
            snapshot,
        })
    }
}

#[cfg(test)]
#[path = "checkout_tests.rs"]
mod tests;
