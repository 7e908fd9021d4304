//! What readers of orders see: the shapes of the HTTP interface, which the command line prints as well.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use souk_kernel::{LogPosition, Money, OrderId, ProductId, Timestamp, VariantId};
use souk_ports::rows::{Address, OrderStatus};
use utoipa::ToSchema;

/// How far an order has got. A cancelled one goes no further.
#[derive(ToSchema)]
#[schema(as = OrderStatus, rename_all = "lowercase")]
#[allow(dead_code, reason = "it is there for its schema")]
enum OrderStatusSchema {
    /// Placed, and not paid.
    Pending,
    /// Paid, and not on its way.
    Paid,
    /// On its way.
    Shipped,
    /// The parcel has arrived.
    Delivered,
    /// Called off; its pieces are back in stock.
    Cancelled,
}

/// The answer to placing an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Placed {
    #[schema(value_type = uuid::Uuid)]
    pub order_id: OrderId,
    /// 1, 2, 3 … without gaps.
    pub number: u64,
    #[schema(value_type = OrderStatusSchema, example = "pending")]
    pub status: OrderStatus,
    #[schema(value_type = f64, example = 59.8)]
    pub total: Money,
    /// Where the order stands in the log: the answer's `Souk-Position`.
    #[serde(skip)]
    pub position: LogPosition,
    /// The same request had been answered before; nothing was ordered now.
    #[serde(skip)]
    pub replayed: bool,
}

/// The answer to a step: the order as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Stepped {
    #[schema(value_type = uuid::Uuid)]
    pub order_id: OrderId,
    pub number: u64,
    #[schema(value_type = OrderStatusSchema, example = "paid")]
    pub status: OrderStatus,
    #[schema(value_type = f64, example = 59.8)]
    pub total: Money,
    /// The answer's `Souk-Position`.
    #[serde(skip)]
    pub position: LogPosition,
    /// The same step with the same data had been taken before; nothing was written now.
    #[serde(skip)]
    pub replayed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrderSummary {
    #[schema(value_type = uuid::Uuid)]
    pub order_id: OrderId,
    pub number: u64,
    #[schema(value_type = OrderStatusSchema, example = "pending")]
    pub status: OrderStatus,
    #[schema(value_type = f64, example = 59.8)]
    pub total: Money,
    #[schema(value_type = String, format = DateTime)]
    pub placed_at: Timestamp,
}

/// One page of orders, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrdersPage {
    pub orders: Vec<OrderSummary>,
    /// How many there are on all pages.
    pub total: u64,
    pub page: u32,
    pub pages: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrderDetail {
    #[schema(value_type = uuid::Uuid)]
    pub order_id: OrderId,
    pub number: u64,
    #[schema(value_type = OrderStatusSchema, example = "pending")]
    pub status: OrderStatus,
    #[schema(value_type = f64, example = 59.8)]
    pub total: Money,
    #[schema(value_type = String, format = DateTime)]
    pub placed_at: Timestamp,
    pub items: Vec<OrderLine>,
    /// Absent when it has been erased.
    #[schema(value_type = Option<ShippingAddress>)]
    pub shipping_address: Option<Address>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrderLine {
    #[schema(value_type = uuid::Uuid)]
    pub product_id: ProductId,
    #[schema(value_type = uuid::Uuid)]
    pub variant_id: VariantId,
    pub name: String,
    pub quantity: u32,
    /// Of one piece, at the time of the order.
    #[schema(value_type = f64, example = 29.9)]
    pub price: Money,
    #[schema(value_type = f64, example = 59.8)]
    pub subtotal: Money,
}

/// The history of an order, oldest first, without what tells about persons.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OrderEvents {
    pub events: Vec<OrderEvent>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OrderEvent {
    #[serde(rename = "type")]
    pub kind: String,
    /// The version of the shape of `data`.
    pub version: u16,
    #[schema(value_type = Object)]
    pub data: Box<RawValue>,
    #[schema(value_type = String, format = DateTime)]
    pub occurred_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: Timestamp,
}

/// An [`Address`] as clients write it: unlike a stored one, it may not say what souk would overlook.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShippingAddress {
    #[schema(example = "Ada Byron")]
    pub name: String,
    #[schema(example = "12 Kiln Lane")]
    pub line1: String,
    pub line2: Option<String>,
    #[schema(example = "Porto")]
    pub city: String,
    pub region: Option<String>,
    #[schema(example = "4050-253")]
    pub postal_code: String,
    /// ISO 3166-1 alpha-2.
    #[schema(example = "PT")]
    pub country: String,
}

impl From<ShippingAddress> for Address {
    fn from(sent: ShippingAddress) -> Self {
        let ShippingAddress { name, line1, line2, city, region, postal_code, country } = sent;
        Self { name, line1, line2, city, region, postal_code, country }
    }
}

#[cfg(test)]
mod tests {
    use utoipa::PartialSchema;

    use super::*;

    #[test]
    fn the_document_names_every_status() {
        let schema = serde_json::to_value(OrderStatusSchema::schema()).unwrap();
        assert_eq!(schema["enum"], serde_json::json!(OrderStatus::ALL));
    }
}
