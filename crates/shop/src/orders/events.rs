//! The events of an order.
