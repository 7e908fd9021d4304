//! What follows the feeds into the graphs: purchases and baskets, memberships, and views.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use serde::Serialize;
use souk_kernel::{OrderId, Timestamp};
use souk_ports::Result;
use souk_ports::derived::{Checkpoint, Derived, Generation, ProjectionName};
use souk_ports::event::{RecordedEvent, StreamKind};
use souk_ports::graph::{EdgeWrite, FactKey, Graph, Relation};
use souk_ports::projection::{ActivityProjection, LazySnapshot, Projection};
use souk_ports::rows::Order;
use souk_ports::series::{ActivityKind, RecordedActivity};
use uuid::Uuid;

use crate::catalog::changed_memberships;
use crate::orders::events::Event;

pub const PURCHASE_GRAPH: ProjectionName = "purchase-graph";
pub const VIEW_GRAPH: ProjectionName = "view-graph";

const DUMP_BATCH: u32 = 10_000;

/// Who bought what, what went into one order, and which categories products belong to.
///
/// A purchase counts from the moment an order is placed, whether or not it is paid yet; a cancelled one is taken back.
pub struct PurchaseGraph {
    graph: Arc<dyn Graph>,
}

impl PurchaseGraph {
    pub fn new(graph: Arc<dyn Graph>) -> Self {
        Self { graph }
    }
}

#[async_trait]
impl Projection for PurchaseGraph {
    fn name(&self) -> ProjectionName {
        PURCHASE_GRAPH
    }

    fn target(&self) -> Arc<dyn Derived> {
        self.graph.clone()
    }

    async fn apply(
        &self,
        generation: Generation,
        events: &[Arc<RecordedEvent>],
        snapshot: &mut LazySnapshot<'_>,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let mut writes = purchases(events, snapshot).await?;
        let memberships = changed_memberships(events, snapshot).await?;
        if !memberships.is_empty() {
            let version = snapshot.open().await?.head().await?.head.position;
            writes.extend(memberships.into_iter().map(|membership| EdgeWrite::Edges {
                relation: Relation::BelongsTo,
                from: membership.product.0,
                to: membership.categories.into_iter().map(|category| (category.0, 1.0)).collect(),
                version,
            }));
        }
        self.graph.write(PURCHASE_GRAPH, generation, writes, checkpoint).await
    }

    async fn dump(&self) -> Result<Vec<String>> {
        dump(&*self.graph, PURCHASE_GRAPH).await
    }
}

async fn purchases(events: &[Arc<RecordedEvent>], snapshot: &mut LazySnapshot<'_>) -> Result<Vec<EdgeWrite>> {
    let of_orders = |kind: &'static str| {
        events.iter().filter(move |event| event.stream.kind == StreamKind::ORDER && event.kind == kind)
    };
    // Who placed an order that was cancelled, and when, does not stand in that event.
    let cancelled: Vec<OrderId> = of_orders(Event::CANCELLED).map(|event| OrderId(event.stream.id)).collect();
    let mut orders = HashMap::with_capacity(cancelled.len());
    if !cancelled.is_empty() {
        let rows = snapshot.open().await?.many::<Order>(&cancelled).await?;
        orders.extend(rows.into_iter().flatten().map(|found| (found.row.id, found.row)));
    }
    let mut writes = Vec::new();
    for event in events.iter().filter(|event| event.stream.kind == StreamKind::ORDER) {
        let order = OrderId(event.stream.id);
        match event.kind.as_str() {
            Event::PLACED => {
                let Event::Placed(placed) = Event::from_recorded(event)? else { continue };
                let items = placed.items.iter().map(|item| (item.product_id.0, i64::from(item.quantity)));
                bought(&mut writes, event, placed.user_id.0, event.occurred_at, items);
            }
            Event::CANCELLED => {
                let Event::Cancelled(cancelled) = Event::from_recorded(event)? else { continue };
                let Some(row) = orders.get(&order) else { continue };
                let items = cancelled.items.iter().map(|item| (item.product_id.0, -i64::from(item.quantity)));
                // At the time of the order: a purchase that was taken back is not the latest of its kind.
                bought(&mut writes, event, row.user_id.0, row.placed_at, items);
            }
            _ => {}
        }
    }
    Ok(writes)
}

/// Two facts a line: between the buyer and the product, and between the order and the product.
fn bought(
    writes: &mut Vec<EdgeWrite>,
    event: &RecordedEvent,
    buyer: Uuid,
    at: Timestamp,
    items: impl Iterator<Item = (Uuid, i64)>,
) {
    for (line, (to, weight)) in (0..).zip(items) {
        let key = FactKey { position: event.position, line };
        for (relation, from) in [(Relation::Purchased, buyer), (Relation::Contains, event.stream.id)] {
            writes.push(EdgeWrite::Fact { key, relation, from, to, weight, at });
        }
    }
}

/// Who looked at what. A click is a look; what was merely shown, or put into a cart, is none.
pub struct ViewGraph {
    graph: Arc<dyn Graph>,
}

impl ViewGraph {
    pub fn new(graph: Arc<dyn Graph>) -> Self {
        Self { graph }
    }
}

#[async_trait]
impl ActivityProjection for ViewGraph {
    fn name(&self) -> ProjectionName {
        VIEW_GRAPH
    }

    fn target(&self) -> Arc<dyn Derived> {
        self.graph.clone()
    }

    async fn apply(
        &self,
        generation: Generation,
        activities: &[RecordedActivity],
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let looks = activities
            .iter()
            .filter(|recorded| matches!(recorded.activity.kind, ActivityKind::VIEW | ActivityKind::CLICK));
        let write = |recorded: &RecordedActivity| EdgeWrite::Fact {
            key: FactKey { position: recorded.position, line: 0 },
            relation: Relation::Viewed,
            from: recorded.activity.visitor.0,
            to: recorded.activity.product.0,
            weight: 1,
            at: recorded.activity.at,
        };
        self.graph.write(VIEW_GRAPH, generation, looks.map(write).collect(), checkpoint).await
    }

    async fn dump(&self) -> Result<Vec<String>> {
        dump(&*self.graph, VIEW_GRAPH).await
    }
}

#[derive(Serialize)]
struct DumpedEdge {
    relation: Relation,
    from: Uuid,
    to: Uuid,
    weight: f64,
    at: Timestamp,
}

/// All edges of a graph as sorted lines of JSON.
pub(super) async fn dump(graph: &dyn Graph, name: ProjectionName) -> Result<Vec<String>> {
    let (mut lines, mut after) = (Vec::new(), None);
    loop {
        let edges = graph.scan(name, after, DUMP_BATCH).await?;
        let Some((relation, from, edge)) = edges.last() else { break };
        after = Some((*relation, *from, edge.to));
        for (relation, from, edge) in edges {
            let line = DumpedEdge { relation, from, to: edge.to, weight: edge.weight, at: edge.at };
            let json = serde_json::to_string(&line)
                .map_err(|source| souk_ports::Error::internal("writing an edge", source))?;
            lines.push(json);
        }
    }
    lines.sort_unstable();
    Ok(lines)
}
