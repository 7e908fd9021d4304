//! What follows the log of wishlists: a document per product that is wished for, with the number of lists that have it.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use souk_kernel::ProductId;
use souk_ports::derived::{Checkpoint, Derived, Generation, ProjectionName};
use souk_ports::documents::{DocumentContent, DocumentWrite, Documents, IndexEntry};
use souk_ports::event::{EventFilter, RecordedEvent};
use souk_ports::projection::{LazySnapshot, Projection};
use souk_ports::records::Record;
use souk_ports::store::{Find, Snapshot, Window};
use souk_ports::{Error, Result};

use super::events::WishlistEvent;
use super::wishlist::{BY_PRODUCT, STREAM, Wishlist};

pub const WISHED_PRODUCTS: ProjectionName = "wished-products";

/// The index over all, the most wished for first; its value is empty.
pub(super) const MOST: &str = "most";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Wishes {
    pub(super) product_id: ProductId,
    pub(super) wishlists: u64,
}

/// The count is read, not kept: an event that comes twice changes nothing.
pub struct WishedProducts {
    documents: Arc<dyn Documents>,
}

impl WishedProducts {
    pub fn new(documents: Arc<dyn Documents>) -> Self {
        Self { documents }
    }
}

#[async_trait]
impl Projection for WishedProducts {
    fn name(&self) -> ProjectionName {
        WISHED_PRODUCTS
    }

    fn target(&self) -> Arc<dyn Derived> {
        self.documents.clone()
    }

    fn events(&self) -> EventFilter {
        EventFilter::Streams(&[STREAM])
    }

    async fn apply(
        &self,
        generation: Generation,
        events: &[Arc<RecordedEvent>],
        snapshot: &mut LazySnapshot<'_>,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let mut products = BTreeSet::new();
        for event in events {
            if let Some(event) = WishlistEvent::from_recorded(event)? {
                products.extend(event.products());
            }
        }
        let mut writes = Vec::with_capacity(products.len());
        if !products.is_empty() {
            let snapshot = snapshot.open().await?;
            let version = snapshot.head().await?.head.position;
            for product in products {
                let content = content(product, wishlists_with(snapshot, product).await?)?;
                writes.push(DocumentWrite { id: product.0, version, content });
            }
        }
        self.documents.write(WISHED_PRODUCTS, generation, writes, checkpoint).await
    }

    async fn dump(&self) -> Result<Vec<String>> {
        self.documents.dump(WISHED_PRODUCTS).await
    }
}

async fn wishlists_with(snapshot: &mut dyn Snapshot, product: ProductId) -> Result<u64> {
    let (kind, index) = (Wishlist::KIND, BY_PRODUCT.name);
    let find = Find::Records { kind, index, value: product.to_string() };
    Ok(snapshot.find(&find, Window { offset: 0, limit: 0 }).await?.total)
}

/// What nobody wishes for has no document.
fn content(product_id: ProductId, wishlists: u64) -> Result<Option<DocumentContent>> {
    if wishlists == 0 {
        return Ok(None);
    }
    let json = serde_json::to_string(&Wishes { product_id, wishlists })
        .map_err(|source| Error::internal("writing a document of wished products", source))?;
    let sort = -i64::try_from(wishlists).unwrap_or(i64::MAX);
    let index = vec![IndexEntry { index: MOST, value: String::new(), sort }];
    Ok(Some(DocumentContent { json, index }))
}
