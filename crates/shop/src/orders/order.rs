//! The aggregate: which step may follow which. Pure and synchronous; whatever has to be looked up stands in the command.
//!
//! ```text
//! pending ── pay ──> paid ── ship ──> shipped ── deliver ──> delivered
//!    └──── cancel ────┴──> cancelled
//! ```
//! A parcel that has left the house cannot be cancelled: its goods are not on the shelf, so returning them to the stock
//! would sell what nobody has. What comes back later is a return, with checks of its own; souk has none yet. Giving the
//! money of a paid order back is likewise the payment provider's business, which the event tells it to do.
//!
//! A step that is repeated with the same data has been taken already: [`decide`] answers that there is nothing to do,
//! so a client whose answer got lost may try again.

use souk_kernel::{Money, OrderId, Timestamp};
use souk_ports::rows::{self, OrderStatus};

use super::events::{
    Event, OrderCancelled, OrderDelivered, OrderPaid, OrderPlaced, OrderShipped, PlacedItem, taken,
};
use super::{Error, MAX_LINES};
use crate::carts::MAX_QUANTITY;

/// An order as its events tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The row that goes with these events. Its number is no part of them: the store gives it when it commits.
    pub row: rows::Order,
    pub items: Vec<PlacedItem>,
}

/// What somebody wants to happen.
#[allow(clippy::large_enum_variant)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Place(OrderPlaced),
    Pay(OrderPaid),
    Ship { tracking_number: String },
    Deliver,
    Cancel { reason: Option<String> },
}

/// The event that the command leads to, or `None` when it has been obeyed before.
pub fn decide(order: Option<&Order>, command: Command) -> Result<Option<Event>, Error> {
    let (order, command) = match (order, command) {
        (None, Command::Place(placed)) => return place(placed).map(Some),
        (None, _) => return Err(Error::invalid("an order begins with being placed")),
        (Some(order), command) => (order, command),
    };
    use OrderStatus::{Cancelled, Delivered, Paid, Pending, Shipped};
    let row = &order.row;
    match (row.status, command) {
        (_, Command::Place(_)) => order.refuse("placed", Some("an order is placed once".to_owned())),

        (Pending, Command::Pay(paid)) if paid.amount != row.total => {
            Err(Error::WrongAmount { order: order.label(), total: row.total, amount: paid.amount })
        }
        (Pending, Command::Pay(paid)) => Ok(Some(Event::Paid(paid))),
        (Paid | Shipped | Delivered, Command::Pay(paid))
            if row.payment_id.as_ref() == Some(&paid.payment_id) && paid.amount == row.total =>
        {
            Ok(None)
        }
        (_, Command::Pay(_)) => {
            order.refuse("paid", row.payment_id.as_ref().map(|id| format!("its payment is `{id}`")))
        }

        (Paid, Command::Ship { tracking_number }) => {
            Ok(Some(Event::Shipped(OrderShipped { tracking_number })))
        }
        (Shipped | Delivered, Command::Ship { tracking_number })
            if row.tracking_number.as_ref() == Some(&tracking_number) =>
        {
            Ok(None)
        }
        (_, Command::Ship { .. }) => {
            order.refuse("shipped", row.tracking_number.as_ref().map(|id| format!("its parcel is `{id}`")))
        }

        (Shipped, Command::Deliver) => Ok(Some(Event::Delivered(OrderDelivered {}))),
        (Delivered, Command::Deliver) => Ok(None),
        (_, Command::Deliver) => order.refuse("delivered", None),

        (Pending | Paid, Command::Cancel { reason }) => {
            let items = taken(&order.items).ok_or_else(too_many)?;
            Ok(Some(Event::Cancelled(OrderCancelled { items, reason })))
        }
        (Cancelled, Command::Cancel { .. }) => Ok(None),
        (Shipped | Delivered, Command::Cancel { .. }) => {
            order.refuse("cancelled", Some("the parcel has left the house".to_owned()))
        }
    }
}

/// What an order must be like, whoever priced it.
fn place(placed: OrderPlaced) -> Result<Event, Error> {
    if placed.items.is_empty() {
        return Err(Error::invalid("an order has at least one item"));
    }
    if placed.items.len() > MAX_LINES {
        return Err(Error::invalid(format!("an order has at most {MAX_LINES} items")));
    }
    let mut variants: Vec<_> = placed.items.iter().map(|item| item.variant_id).collect();
    variants.sort_unstable();
    variants.dedup();
    if variants.len() < placed.items.len() {
        return Err(Error::invalid("an order names each variant once"));
    }
    for PlacedItem { name, quantity, price, .. } in &placed.items {
        if !(1..=MAX_QUANTITY).contains(quantity) {
            let reason =
                format!("the quantity of `{name}` must be between 1 and {MAX_QUANTITY}, not {quantity}");
            return Err(Error::invalid(reason));
        }
        if price.is_negative() {
            return Err(Error::invalid(format!("the price of `{name}` is negative")));
        }
    }
    taken(&placed.items).ok_or_else(too_many)?;
    if total(&placed.items)? != placed.total {
        return Err(Error::invalid("the total is not the sum of the items"));
    }
    Ok(Event::Placed(placed))
}

fn too_many() -> Error {
    Error::invalid("the order takes more pieces than can be counted")
}

/// What the items cost together.
pub fn total(items: &[PlacedItem]) -> Result<Money, Error> {
    items
        .iter()
        .try_fold(Money::ZERO, |sum, item| sum.checked_add(item.price.checked_mul(item.quantity)?))
        .ok_or_else(|| Error::invalid("the order costs more than an amount can say"))
}

/// The order after the event. An event that cannot follow changes nothing: it was decided once, and history is not
/// refused.
pub fn apply(order: Option<Order>, id: OrderId, event: &Event, occurred_at: Timestamp) -> Option<Order> {
    let Some(mut order) = order else {
        return match event {
            Event::Placed(placed) => Some(Order::placed(id, placed, occurred_at)),
            _ => None,
        };
    };
    let row = &mut order.row;
    match event {
        Event::Placed(_) => {}
        Event::Paid(paid) => {
            row.status = OrderStatus::Paid;
            row.payment_id = Some(paid.payment_id.clone());
        }
        Event::Shipped(shipped) => {
            row.status = OrderStatus::Shipped;
            row.tracking_number = Some(shipped.tracking_number.clone());
        }
        Event::Delivered(_) => row.status = OrderStatus::Delivered,
        Event::Cancelled(_) => row.status = OrderStatus::Cancelled,
    }
    Some(order)
}

impl Order {
    fn placed(id: OrderId, placed: &OrderPlaced, occurred_at: Timestamp) -> Self {
        let row = rows::Order {
            id,
            number: None,
            user_id: placed.user_id,
            status: OrderStatus::Pending,
            total: placed.total,
            payment_method_id: placed.payment_method_id.clone(),
            payment_id: None,
            tracking_number: None,
            shipping_address: placed.shipping_address.clone(),
            placed_at: occurred_at,
        };
        Self { row, items: placed.items.clone() }
    }

    /// What people call the order.
    fn label(&self) -> String {
        self.row.number.map_or_else(|| self.row.id.to_string(), |number| number.to_string())
    }

    fn refuse(&self, step: &'static str, why: Option<String>) -> Result<Option<Event>, Error> {
        Err(Error::Step { order: self.label(), status: self.row.status, step, why })
    }
}

#[cfg(test)]
#[path = "order_tests.rs"]
mod tests;
