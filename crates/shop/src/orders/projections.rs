//! What follows the log of orders: a document per order, and the carts that orders have spent.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use serde::Serialize;
use souk_kernel::{Money, OrderId, Timestamp, UserId};
use souk_ports::cache::Cache;
use souk_ports::derived::{Checkpoint, Derived, Generation, ProjectionName};
use souk_ports::documents::{DocumentContent, DocumentWrite, Documents, IndexEntry};
use souk_ports::event::{EventFilter, RecordedEvent, StreamKind};
use souk_ports::projection::{LazySnapshot, Projection};
use souk_ports::rows::{Order, OrderItem, OrderStatus};
use souk_ports::store::{Find, Versioned, Window};
use souk_ports::{Error, Result};

use super::OrderLine;
use super::events::Event;
use super::step::numbered;
use crate::carts;

pub const ORDER_VIEWS: ProjectionName = "order-views";
pub const CART_SPENDING: ProjectionName = "cart-spending";

/// The index of `order-views` over all orders; its value is empty. Every index has the newest first.
pub const ALL: &str = "all";
/// The index of `order-views` by user; its value is the user's id.
pub const BY_USER: &str = "user";
/// The index of `order-views` by status; its value is the word, such as `paid`.
pub const BY_STATUS: &str = "status";

/// One document per order, for lists over all of them. It changes with every event of the order.
///
/// Addresses are left out: who is looked up in a list needs none, and what is not copied need not be erased.
pub struct OrderViews {
    documents: Arc<dyn Documents>,
}

#[derive(Serialize)]
struct OrderView<'a> {
    order_id: OrderId,
    number: u64,
    user_id: UserId,
    status: OrderStatus,
    total: Money,
    placed_at: Timestamp,
    payment_id: &'a Option<String>,
    tracking_number: &'a Option<String>,
    items: Vec<OrderLine>,
}

impl OrderViews {
    pub fn new(documents: Arc<dyn Documents>) -> Self {
        Self { documents }
    }
}

#[async_trait]
impl Projection for OrderViews {
    fn name(&self) -> ProjectionName {
        ORDER_VIEWS
    }

    fn target(&self) -> Arc<dyn Derived> {
        self.documents.clone()
    }

    fn events(&self) -> EventFilter {
        EventFilter::Streams(&[StreamKind::ORDER])
    }

    async fn apply(
        &self,
        generation: Generation,
        events: &[Arc<RecordedEvent>],
        snapshot: &mut LazySnapshot<'_>,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let touched = events.iter().filter(|event| event.stream.kind == StreamKind::ORDER);
        let ids: BTreeSet<OrderId> = touched.map(|event| OrderId(event.stream.id)).collect();
        let ids: Vec<OrderId> = ids.into_iter().collect();
        let mut writes = Vec::with_capacity(ids.len());
        if !ids.is_empty() {
            let snapshot = snapshot.open().await?;
            let version = snapshot.head().await?.head.position;
            let rows = snapshot.many::<Order>(&ids).await?;
            let (items, _) = snapshot.list::<OrderItem>(&Find::ItemsOf(ids.clone()), Window::ALL).await?;
            let mut lines: HashMap<OrderId, Vec<OrderLine>> = HashMap::with_capacity(ids.len());
            for Versioned { row, .. } in items {
                lines.entry(row.order_id).or_default().push(OrderLine::of(row)?);
            }
            for (id, row) in ids.iter().zip(rows) {
                let items = lines.remove(id).unwrap_or_default();
                let content = row.map(|found| document(&found.row, items)).transpose()?;
                writes.push(DocumentWrite { id: id.0, version, content });
            }
        }
        self.documents.write(ORDER_VIEWS, generation, writes, checkpoint).await
    }

    async fn dump(&self) -> Result<Vec<String>> {
        self.documents.dump(ORDER_VIEWS).await
    }
}

fn document(row: &Order, items: Vec<OrderLine>) -> Result<DocumentContent> {
    let number = numbered(row)?;
    let view = OrderView {
        order_id: row.id,
        number,
        user_id: row.user_id,
        status: row.status,
        total: row.total,
        placed_at: row.placed_at,
        payment_id: &row.payment_id,
        tracking_number: &row.tracking_number,
        items,
    };
    let json = serde_json::to_string(&view)
        .map_err(|source| Error::internal("writing a document of order-views", source))?;
    // Numbers follow the order of commits, which the clock need not do.
    let sort = i64::try_from(number).map_or(i64::MIN, |number| -number);
    let entry = |index, value: String| IndexEntry { index, value, sort };
    let index = vec![
        entry(ALL, String::new()),
        entry(BY_USER, row.user_id.to_string()),
        entry(BY_STATUS, row.status.as_str().to_owned()),
    ];
    Ok(DocumentContent { json, index })
}

/// Takes what was ordered out of the cart it was ordered from.
///
/// Whoever places an order does the same at once; this is for a crash between the order's commit and the cart's write.
/// Carts are owned and not derived, so a generation holds nothing but its checkpoint, and a rebuild finds everything
/// done already.
pub struct CartSpending {
    cache: Arc<dyn Cache>,
}

impl CartSpending {
    pub fn new(cache: Arc<dyn Cache>) -> Self {
        Self { cache }
    }
}

#[async_trait]
impl Projection for CartSpending {
    fn name(&self) -> ProjectionName {
        CART_SPENDING
    }

    fn target(&self) -> Arc<dyn Derived> {
        self.cache.clone()
    }

    fn events(&self) -> EventFilter {
        EventFilter::Kinds(&[Event::PLACED])
    }

    async fn apply(
        &self,
        generation: Generation,
        events: &[Arc<RecordedEvent>],
        _snapshot: &mut LazySnapshot<'_>,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        for event in events {
            let Some(placed) = Event::placed(event)? else { continue };
            let Some(spent) = placed.cart else { continue };
            let taking = carts::Taking {
                cart: spent.cart_id,
                seen: spent.seen,
                order: OrderId(event.stream.id),
                quantities: placed.quantities(),
            };
            carts::take_order(&*self.cache, placed.user_id, &taking).await?;
        }
        self.cache.write_counts(CART_SPENDING, generation, Vec::new(), checkpoint).await
    }

    async fn dump(&self) -> Result<Vec<String>> {
        Ok(Vec::new())
    }
}
