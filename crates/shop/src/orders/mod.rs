//! Orders: placing them, taking them through their steps, and reading them.
//!
//! The events of an order are the truth ([`events`]), and [`order`] decides which event may follow which. The rows
//! `orders` and `order_items` are written by the same commit. What is left out: payment itself (a payment is reported
//! to us), shipping labels, and who may do what; until accounts exist anyone may take an order through its steps.

mod cancel;
mod catch_up;
mod checkout;
mod deliver;
mod error;
pub mod events;
mod form;
mod list_orders;
mod occasion;
pub mod order;
mod order_events;
mod order_ref;
mod pay;
pub(crate) mod place_order;
pub mod projections;
mod ship;
mod show_order;
pub(crate) mod step;
mod views;

pub use cancel::cancel;
pub use deliver::deliver;
pub use error::Error;
pub use list_orders::{ListOrders, list_orders};
pub(crate) use occasion::Occasion;
pub use order_events::{EventsOfOrder, order_events};
pub use order_ref::OrderRef;
pub use pay::{Payment, pay};
pub use place_order::{
    IdempotencyKey, ItemRequest, MAX_LINES, PlaceFrom, PlaceOrder, place_order, request_hash,
};
pub use projections::{CartSpending, OrderViews};
pub use ship::ship;
pub use show_order::{ShowOrder, show_order};
pub use views::{
    OrderDetail, OrderEvent, OrderEvents, OrderLine, OrderSummary, OrdersPage, Placed, ShippingAddress,
    Stepped,
};
