//! One order with its lines, as the store has it now.

use souk_kernel::Position;
use souk_ports::rows::{Order, OrderItem};
use souk_ports::store::{Find, Versioned, Window};

use super::step::numbered;
use super::{Error, OrderDetail, OrderLine, OrderRef};
use crate::access::Caller;
use crate::{Query, Shop, Source};

/// One order with its items.
#[derive(Debug, Clone, Copy)]
pub struct ShowOrder {
    pub order: OrderRef,
    /// Another's order is none.
    pub caller: Caller,
}

impl Query for ShowOrder {
    type Answer = OrderDetail;
    type Error = Error;

    fn reads(&self) -> &'static [Source] {
        &[Source::Store]
    }

    async fn answer(&self, shop: &Shop, _: Position) -> Result<OrderDetail, Error> {
        show_order(shop, self.order, self.caller).await
    }
}

pub async fn show_order(shop: &Shop, order: OrderRef, caller: Caller) -> Result<OrderDetail, Error> {
    let mut snapshot = shop.store.snapshot().await?;
    let row = order.row_for(&mut *snapshot, caller).await?.row;
    let (items, _) = snapshot.list::<OrderItem>(&Find::ItemsOf(vec![row.id]), Window::ALL).await?;
    Ok(detail(row, items.into_iter().map(|Versioned { row, .. }| row))?)
}

fn detail(row: Order, items: impl Iterator<Item = OrderItem>) -> Result<OrderDetail, souk_ports::Error> {
    Ok(OrderDetail {
        order_id: row.id,
        number: numbered(&row)?,
        status: row.status,
        total: row.total,
        placed_at: row.placed_at,
        items: items.map(OrderLine::of).collect::<Result<_, _>>()?,
        shipping_address: row.shipping_address,
    })
}

impl OrderLine {
    pub(super) fn of(item: OrderItem) -> Result<Self, souk_ports::Error> {
        // The order could not have been placed if this overflowed; a damaged row is told, not hidden.
        let subtotal = item.price.checked_mul(item.quantity).ok_or_else(|| {
            let overflow = format!("line {} of order `{}` overflows", item.line, item.order_id);
            souk_ports::Error::internal("reading an order", overflow)
        })?;
        let OrderItem { product_id, variant_id, name, quantity, price, .. } = item;
        Ok(Self { product_id, variant_id, name, quantity, price, subtotal })
    }
}
