//! What follows the log into series: what was sold, and how stock moved.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use serde::Deserialize;
use souk_kernel::{CategoryId, OrderId, ProductId, SellerId, VariantId};
use souk_ports::derived::{Checkpoint, Derived, Generation, ProjectionName};
use souk_ports::event::{EventFilter, RecordedEvent, StreamKind};
use souk_ports::projection::{LazySnapshot, Projection};
use souk_ports::rows::OrderItem;
use souk_ports::series::{Fact, FactKey, Series};
use souk_ports::store::{Find, Window};
use souk_ports::{Error, Result};

use crate::catalog::events::CatalogEvent;
use crate::orders::events::Event;

pub const SALES: ProjectionName = "sales";
pub const STOCK_LEVELS: ProjectionName = "stock-levels";

const STOCK_ADJUSTED: &str = "stock-adjusted";

/// A fact per line of an order, in pieces and ten-thousandths of money, with category and seller as they were when it was ordered. A
/// cancelled order takes its facts back at the time of the cancellation.
pub struct Sales {
    series: Arc<dyn Series>,
}

impl Sales {
    pub fn new(series: Arc<dyn Series>) -> Self {
        Self { series }
    }
}

/// What an order's product is counted under; see `orders::checkout`.
#[derive(Deserialize)]
pub(crate) struct SoldAs {
    pub(crate) category_id: CategoryId,
    pub(crate) seller_id: Option<SellerId>,
}

impl SoldAs {
    pub(crate) fn of(item: &OrderItem) -> Result<Self> {
        serde_json::from_str(&item.snapshot).map_err(|source| {
            Error::internal(format!("reading line {} of order `{}`", item.line, item.order_id), source)
        })
    }
}

#[async_trait]
impl Projection for Sales {
    fn name(&self) -> ProjectionName {
        SALES
    }

    fn target(&self) -> Arc<dyn Derived> {
        self.series.clone()
    }

    fn events(&self) -> EventFilter {
        EventFilter::Kinds(&[Event::PLACED, Event::CANCELLED])
    }

    /// 2: amounts in ten-thousandths.
    fn form(&self) -> u16 {
        2
    }

    async fn apply(
        &self,
        generation: Generation,
        events: &[Arc<RecordedEvent>],
        snapshot: &mut LazySnapshot<'_>,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let turns: Vec<(&RecordedEvent, i64)> =
            events.iter().filter_map(|event| Some((&**event, sign(event)?))).collect();
        let ids: BTreeSet<OrderId> = turns.iter().map(|(event, _)| OrderId(event.stream.id)).collect();
        let mut lines: HashMap<OrderId, Vec<OrderItem>> = HashMap::with_capacity(ids.len());
        if !ids.is_empty() {
            // Lines never change once they are written.
            let find = Find::ItemsOf(ids.into_iter().collect());
            for item in snapshot.open().await?.list::<OrderItem>(&find, Window::ALL).await?.0 {
                lines.entry(item.row.order_id).or_default().push(item.row);
            }
        }
        let mut facts = Vec::with_capacity(turns.len() * 2);
        for (event, sign) in turns {
            for item in lines.get(&OrderId(event.stream.id)).into_iter().flatten() {
                facts.push(sale(event, item, sign)?);
            }
        }
        self.series.write(SALES, generation, facts, checkpoint).await
    }

    async fn dump(&self) -> Result<Vec<String>> {
        self.series.dump(SALES).await
    }
}

/// Whether an event sells an order's lines or takes them back.
fn sign(event: &RecordedEvent) -> Option<i64> {
    match (event.stream.kind, event.kind.as_str()) {
        (StreamKind::ORDER, Event::PLACED) => Some(1),
        (StreamKind::ORDER, Event::CANCELLED) => Some(-1),
        _ => None,
    }
}

fn sale(event: &RecordedEvent, item: &OrderItem, sign: i64) -> Result<Fact> {
    let SoldAs { category_id, seller_id } = SoldAs::of(item)?;
    let quantity = i64::from(item.quantity);
    Ok(Fact {
        key: FactKey { position: event.position, line: item.line },
        at: event.occurred_at,
        product: Some(item.product_id.0),
        variant: Some(item.variant_id.0),
        category: Some(category_id.0),
        seller: seller_id.map(|seller| seller.0),
        label: None,
        quantity: sign * quantity,
        amount: sign * item.price.ten_thousandths().saturating_mul(quantity),
    })
}

/// A fact per move of a variant's stock: the sum of all is what is in stock.
pub struct StockLevels {
    series: Arc<dyn Series>,
}

impl StockLevels {
    pub fn new(series: Arc<dyn Series>) -> Self {
        Self { series }
    }
}

#[async_trait]
impl Projection for StockLevels {
    fn name(&self) -> ProjectionName {
        STOCK_LEVELS
    }

    fn target(&self) -> Arc<dyn Derived> {
        self.series.clone()
    }

    fn events(&self) -> EventFilter {
        EventFilter::Kinds(&[Event::PLACED, Event::CANCELLED, STOCK_ADJUSTED])
    }

    async fn apply(
        &self,
        generation: Generation,
        events: &[Arc<RecordedEvent>],
        _snapshot: &mut LazySnapshot<'_>,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let mut facts = Vec::new();
        for event in events {
            let moved = (0..).zip(moves(event)?);
            facts.extend(moved.map(|(line, (product, variant, quantity))| Fact {
                key: FactKey { position: event.position, line },
                at: event.occurred_at,
                product: Some(product.0),
                variant: Some(variant.0),
                category: None,
                seller: None,
                label: None,
                quantity,
                amount: 0,
            }));
        }
        self.series.write(STOCK_LEVELS, generation, facts, checkpoint).await
    }

    async fn dump(&self) -> Result<Vec<String>> {
        self.series.dump(STOCK_LEVELS).await
    }
}

/// The pieces that an event brings or takes, in the order in which it tells of them.
fn moves(event: &RecordedEvent) -> Result<Vec<(ProductId, VariantId, i64)>> {
    if sign(event).is_some() {
        let moved = match Event::from_recorded(event)? {
            Event::Placed(placed) => {
                let taken = placed.taken()?.into_iter();
                taken.map(|item| (item.product_id, item.variant_id, -i64::from(item.quantity))).collect()
            }
            Event::Cancelled(cancelled) => {
                let back = cancelled.items.into_iter();
                back.map(|item| (item.product_id, item.variant_id, i64::from(item.quantity))).collect()
            }
            _ => Vec::new(),
        };
        return Ok(moved);
    }
    if event.stream.kind != StreamKind::PRODUCT || event.kind != STOCK_ADJUSTED {
        return Ok(Vec::new());
    }
    match CatalogEvent::parse(&event.kind, event.schema, &event.data) {
        Some(Ok(CatalogEvent::StockAdjusted(moved))) => {
            Ok(vec![(moved.product_id, moved.variant_id, moved.change)])
        }
        Some(Err(source)) => Err(Error::internal(format!("reading the event at {}", event.position), source)),
        _ => {
            let unknown = format!("no event `{}` with schema {} is known here", event.kind, event.schema);
            Err(Error::internal("reading how stock moved", unknown))
        }
    }
}
