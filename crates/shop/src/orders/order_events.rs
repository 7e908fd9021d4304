//! The history of one order, without the personal parts of its events: the address stands in the order itself.

use serde_json::value::RawValue;
use souk_kernel::Position;
use souk_ports::event::RecordedEvent;

use super::{Error, OrderEvent, OrderEvents, OrderRef};
use crate::access::Caller;
use crate::{Query, Shop, Source};

/// The history of an order, oldest first.
#[derive(Debug, Clone, Copy)]
pub struct EventsOfOrder {
    pub order: OrderRef,
    /// Another's order is none.
    pub caller: Caller,
}

impl Query for EventsOfOrder {
    type Answer = OrderEvents;
    type Error = Error;

    fn reads(&self) -> &'static [Source] {
        &[Source::Store]
    }

    async fn answer(&self, shop: &Shop, _: Position) -> Result<OrderEvents, Error> {
        order_events(shop, self.order, self.caller).await
    }
}

pub async fn order_events(shop: &Shop, order: OrderRef, caller: Caller) -> Result<OrderEvents, Error> {
    let mut snapshot = shop.store.snapshot().await?;
    let id = order.row_for(&mut *snapshot, caller).await?.row.id;
    let events = snapshot.stream(id.into()).await?;
    Ok(OrderEvents { events: events.into_iter().map(shown).collect::<Result<_, _>>()? })
}

fn shown(event: RecordedEvent) -> Result<OrderEvent, souk_ports::Error> {
    let data = RawValue::from_string(event.data)
        .map_err(|source| souk_ports::Error::internal("reading the events of an order", source))?;
    let RecordedEvent { kind, schema: version, occurred_at, recorded_at, .. } = event;
    Ok(OrderEvent { kind, version, data, occurred_at, recorded_at })
}
