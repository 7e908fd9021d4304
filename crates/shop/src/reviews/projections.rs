//! What follows the log of reviews: a document per review, with its comments and the mark of who has bought the thing.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use souk_kernel::{OrderId, ProductId, ReviewId, UserId};
use souk_ports::derived::{Checkpoint, Derived, Generation, ProjectionName};
use souk_ports::documents::{DocumentContent, DocumentWrite, Documents, IndexEntry};
use souk_ports::event::{EventFilter, RecordedEvent, StreamKind};
use souk_ports::projection::{LazySnapshot, Projection};
use souk_ports::rows::{Order, Review};
use souk_ports::{Error, Result};

use super::Sort;
use super::document::{ReviewDocument, documents};
use crate::orders::events::Event;

pub const REVIEWS: ProjectionName = "reviews";

/// The index by author, newest first; its value is the user's id.
pub(super) const BY_USER: &str = "user";

/// The index by product; its value is the product's id.
pub(super) fn by_product(sort: Sort) -> &'static str {
    match sort {
        Sort::Newest => "product",
        Sort::Highest => "product-highest",
        Sort::Lowest => "product-lowest",
    }
}

/// More than any moment in milliseconds until the year 5138, so that stars weigh more than dates.
const STAR: i64 = 100_000_000_000_000;

/// A review changes with its own events, and when its author buys the product or cancels that. Which reviews an order
/// concerns follows from its buyer and products alone, so hardly any order costs more than a look for a key.
pub struct Reviews {
    documents: Arc<dyn Documents>,
}

impl Reviews {
    pub fn new(documents: Arc<dyn Documents>) -> Self {
        Self { documents }
    }
}

#[async_trait]
impl Projection for Reviews {
    fn name(&self) -> ProjectionName {
        REVIEWS
    }

    fn target(&self) -> Arc<dyn Derived> {
        self.documents.clone()
    }

    fn events(&self) -> EventFilter {
        EventFilter::Streams(&[StreamKind::REVIEW, StreamKind::ORDER])
    }

    async fn apply(
        &self,
        generation: Generation,
        events: &[Arc<RecordedEvent>],
        snapshot: &mut LazySnapshot<'_>,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let ids: Vec<ReviewId> = touched(events, snapshot).await?.into_iter().collect();
        let mut writes = Vec::new();
        if !ids.is_empty() {
            let snapshot = snapshot.open().await?;
            let rows = snapshot.many::<Review>(&ids).await?;
            // Most orders are of people who have not written about what they bought.
            let reviews: Vec<Review> = rows.into_iter().flatten().map(|row| row.row).collect();
            let version = snapshot.head().await?.head.position;
            for document in documents(snapshot, reviews).await? {
                writes.push(DocumentWrite { id: document.id.0, version, content: Some(content(&document)?) });
            }
        }
        self.documents.write(REVIEWS, generation, writes, checkpoint).await
    }

    async fn dump(&self) -> Result<Vec<String>> {
        self.documents.dump(REVIEWS).await
    }
}

/// The ids of reviews that may have changed, whether or not there are such reviews.
async fn touched(
    events: &[Arc<RecordedEvent>],
    snapshot: &mut LazySnapshot<'_>,
) -> Result<BTreeSet<ReviewId>> {
    let mut ids = BTreeSet::new();
    let (mut orders, mut returned): (Vec<OrderId>, Vec<Vec<ProductId>>) = (Vec::new(), Vec::new());
    for event in events {
        match event.stream.kind {
            StreamKind::REVIEW => {
                ids.insert(ReviewId(event.stream.id));
            }
            StreamKind::ORDER if event.kind == Event::PLACED || event.kind == Event::CANCELLED => {
                match Event::from_recorded(event)? {
                    Event::Placed(placed) => {
                        let products = placed.items.iter().map(|item| item.product_id);
                        add(&mut ids, placed.user_id, products);
                    }
                    Event::Cancelled(cancelled) => {
                        orders.push(OrderId(event.stream.id));
                        returned.push(cancelled.items.iter().map(|item| item.product_id).collect());
                    }
                    Event::Paid(_) | Event::Shipped(_) | Event::Delivered(_) => {}
                }
            }
            _ => {}
        }
    }
    if !orders.is_empty() {
        let rows = snapshot.open().await?.many::<Order>(&orders).await?;
        for (order, products) in rows.into_iter().zip(returned) {
            if let Some(order) = order {
                add(&mut ids, order.row.user_id, products.into_iter());
            }
        }
    }
    Ok(ids)
}

fn add(ids: &mut BTreeSet<ReviewId>, user: UserId, products: impl Iterator<Item = ProductId>) {
    ids.extend(products.map(|product| ReviewId::of(product, user)));
}

fn content(document: &ReviewDocument) -> Result<DocumentContent> {
    let json = serde_json::to_string(document)
        .map_err(|source| Error::internal("writing a document of reviews", source))?;
    let newest = -document.created_at.ms();
    let stars = i64::from(document.rating) * STAR;
    let product = document.product_id.to_string();
    let of_product = |sort, by| IndexEntry { index: by_product(sort), value: product.clone(), sort: by };
    let index = vec![
        of_product(Sort::Newest, newest),
        of_product(Sort::Highest, newest - stars),
        of_product(Sort::Lowest, newest + stars),
        IndexEntry { index: BY_USER, value: document.user_id.to_string(), sort: newest },
    ];
    Ok(DocumentContent { json, index })
}
