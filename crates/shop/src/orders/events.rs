//! The events of an order: their shapes for ever, and the way into the log and back.
//!
//! A shape that has been written once must be readable always: `fixtures/events/` keeps one file per event and
//! schema. A field may be added with a default; any other change is a new schema version beside the old one.

use serde::{Deserialize, Serialize};
use souk_kernel::{CartId, Money, OrderId, ProductId, Timestamp, UserId, VariantId};
use souk_ports::event::{Actor, NewEvent, Personal, RecordedEvent, StreamKind};
use souk_ports::rows::Address;
use souk_ports::{Error, Result};

/// The schema that new events are written in.
const SCHEMA: u16 = 1;

// One at a time is made and written; a box would save nothing.
#[allow(clippy::large_enum_variant)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Placed(OrderPlaced),
    Paid(OrderPaid),
    Shipped(OrderShipped),
    Delivered(OrderDelivered),
    Cancelled(OrderCancelled),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPlaced {
    pub user_id: UserId,
    /// The cart that the order was made from, if it was made from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cart: Option<SpentCart>,
    /// Each variant once.
    pub items: Vec<PlacedItem>,
    pub total: Money,
    pub currency: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_method_id: Option<String>,
    /// Kept in the personal part, apart from the rest; `None` when it has been erased.
    #[serde(skip)]
    pub shipping_address: Option<Address>,
}

/// Which cart an order spent, and the last order that had been taken out of it before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpentCart {
    pub cart_id: CartId,
    pub seen: Option<OrderId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacedItem {
    pub product_id: ProductId,
    pub variant_id: VariantId,
    pub name: String,
    pub quantity: u32,
    /// Of one piece, as it is paid.
    pub price: Money,
    /// What was struck through beside it: during a sale what it costs otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list_price: Option<Money>,
    /// Of a bundle what was taken out of stock for the whole line; empty: the variant itself was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Pieces>,
}

/// Pieces of one variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pieces {
    pub product_id: ProductId,
    pub variant_id: VariantId,
    pub quantity: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPaid {
    pub payment_id: String,
    pub amount: Money,
    pub method: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderShipped {
    pub tracking_number: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderDelivered {}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderCancelled {
    /// What went back into stock, each variant once.
    pub items: Vec<Pieces>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct PlacedPersonal<A> {
    shipping_address: A,
}

impl Event {
    pub const PLACED: &'static str = "order-placed";
    pub const PAID: &'static str = "order-paid";
    pub const SHIPPED: &'static str = "order-shipped";
    pub const DELIVERED: &'static str = "order-delivered";
    pub const CANCELLED: &'static str = "order-cancelled";

    pub fn kind(&self) -> &'static str {
        match self {
            Self::Placed(_) => Self::PLACED,
            Self::Paid(_) => Self::PAID,
            Self::Shipped(_) => Self::SHIPPED,
            Self::Delivered(_) => Self::DELIVERED,
            Self::Cancelled(_) => Self::CANCELLED,
        }
    }

    /// The event on its way into the log of `order`.
    pub fn to_new(&self, order: OrderId, occurred_at: Timestamp, actor: Actor) -> Result<NewEvent> {
        let data = match self {
            Self::Placed(event) => serde_json::to_string(event),
            Self::Paid(event) => serde_json::to_string(event),
            Self::Shipped(event) => serde_json::to_string(event),
            Self::Delivered(event) => serde_json::to_string(event),
            Self::Cancelled(event) => serde_json::to_string(event),
        };
        let broken = |source| Error::internal(format!("writing event `{}`", self.kind()), source);
        let (mut personal, mut reason) = (None, None);
        match self {
            Self::Placed(OrderPlaced { user_id, shipping_address: Some(shipping_address), .. }) => {
                let data = serde_json::to_string(&PlacedPersonal { shipping_address }).map_err(broken)?;
                personal = Some(Personal { person: *user_id, data });
            }
            Self::Cancelled(event) => reason.clone_from(&event.reason),
            _ => {}
        }
        let kind = self.kind().to_owned();
        let data = data.map_err(broken)?;
        Ok(NewEvent {
            stream: order.into(),
            kind,
            schema: SCHEMA,
            data,
            personal,
            occurred_at,
            actor,
            reason,
        })
    }

    /// Reads an event of an order back; `Internal` for one that this program does not know.
    pub fn from_recorded(event: &RecordedEvent) -> Result<Self> {
        Self::read(&event.kind, event.schema, &event.data, event.personal.as_deref())
    }

    fn read(kind: &str, schema: u16, data: &str, personal: Option<&str>) -> Result<Self> {
        let read = match (kind, schema) {
            (Self::PLACED, 1) => serde_json::from_str(data).and_then(|mut event: OrderPlaced| {
                let personal: Option<PlacedPersonal<Address>> =
                    personal.map(serde_json::from_str).transpose()?;
                event.shipping_address = personal.map(|personal| personal.shipping_address);
                Ok(Self::Placed(event))
            }),
            (Self::PAID, 1) => serde_json::from_str(data).map(Self::Paid),
            (Self::SHIPPED, 1) => serde_json::from_str(data).map(Self::Shipped),
            (Self::DELIVERED, 1) => serde_json::from_str(data).map(Self::Delivered),
            (Self::CANCELLED, 1) => serde_json::from_str(data).map(Self::Cancelled),
            _ => {
                let unknown = format!("no order event `{kind}` with schema {schema} is known here");
                return Err(Error::internal("reading the events of an order", unknown));
            }
        };
        read.map_err(|source| Error::internal(format!("reading event `{kind}`"), source))
    }

    /// The event, if it places an order.
    pub fn placed(event: &RecordedEvent) -> Result<Option<OrderPlaced>> {
        if event.stream.kind != StreamKind::ORDER || event.kind != Self::PLACED {
            return Ok(None);
        }
        match Self::from_recorded(event)? {
            Self::Placed(placed) => Ok(Some(placed)),
            _ => Ok(None),
        }
    }
}

impl OrderPlaced {
    /// What the order took out of stock, each variant once.
    pub fn taken(&self) -> Result<Vec<Pieces>> {
        taken(&self.items)
            .ok_or_else(|| Error::internal("reading an order", "it takes more pieces than can be counted"))
    }

    /// How many of each variant were ordered.
    pub fn quantities(&self) -> Vec<(VariantId, u32)> {
        self.items.iter().map(|item| (item.variant_id, item.quantity)).collect()
    }
}

/// What these lines take out of stock, each variant once; `None` where it is more than can be counted.
pub fn taken(items: &[PlacedItem]) -> Option<Vec<Pieces>> {
    let mut taken: Vec<Pieces> = Vec::with_capacity(items.len());
    for item in items {
        let PlacedItem { product_id, variant_id, quantity, ref parts, .. } = *item;
        let own = parts.is_empty().then_some(Pieces { product_id, variant_id, quantity });
        for pieces in own.into_iter().chain(parts.iter().copied()) {
            match taken.iter_mut().find(|one| one.variant_id == pieces.variant_id) {
                Some(one) => one.quantity = one.quantity.checked_add(pieces.quantity)?,
                None => taken.push(pieces),
            }
        }
    }
    Some(taken)
}

#[cfg(test)]
#[path = "events_tests.rs"]
pub(super) mod tests;
