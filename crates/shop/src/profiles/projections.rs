//! Documents that are rows: one of each, as it stands in the store.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;
use souk_kernel::{ProductId, SellerId, UserId};
use souk_ports::derived::{Checkpoint, Derived, Generation, ProjectionName};
use souk_ports::documents::{DocumentContent, DocumentWrite, Documents};
use souk_ports::event::{EventFilter, RecordedEvent};
use souk_ports::projection::{LazySnapshot, Projection};
use souk_ports::rows::{CustomerProfile, Entity, SellerProfile, Specifications};
use souk_ports::{Error, Result};
use uuid::Uuid;

use super::events::{CUSTOMER_PROFILE_SET, SELLER_PROFILE_SET, SPECIFICATIONS_SET};
use crate::Shop;
use crate::catalog::is_left_to_the_store;

pub const SPECIFICATIONS: ProjectionName = "specifications";
pub const SELLER_PROFILES: ProjectionName = "seller-profiles";
pub const CUSTOMER_PROFILES: ProjectionName = "customer-profiles";

/// One document per row of a type, by the id of the thing that it is about.
pub struct RowDocuments<E: Entity> {
    documents: Arc<dyn Documents>,
    name: ProjectionName,
    /// The events by which a row comes, changes and goes.
    kinds: &'static [&'static str],
    key: fn(Uuid) -> E::Key,
}

impl RowDocuments<Specifications> {
    pub fn specifications(documents: Arc<dyn Documents>) -> Self {
        Self { documents, name: SPECIFICATIONS, kinds: &[SPECIFICATIONS_SET], key: ProductId }
    }
}

impl RowDocuments<SellerProfile> {
    pub fn seller_profiles(documents: Arc<dyn Documents>) -> Self {
        // A seller that goes takes its profile along.
        let kinds = &[SELLER_PROFILE_SET, "seller-deleted"];
        Self { documents, name: SELLER_PROFILES, kinds, key: SellerId }
    }
}

impl RowDocuments<CustomerProfile> {
    pub fn customer_profiles(documents: Arc<dyn Documents>) -> Self {
        Self { documents, name: CUSTOMER_PROFILES, kinds: &[CUSTOMER_PROFILE_SET], key: UserId }
    }
}

#[async_trait]
impl<E: Entity + Serialize> Projection for RowDocuments<E> {
    fn name(&self) -> ProjectionName {
        self.name
    }

    fn target(&self) -> Arc<dyn Derived> {
        self.documents.clone()
    }

    fn events(&self) -> EventFilter {
        EventFilter::Kinds(self.kinds)
    }

    async fn apply(
        &self,
        generation: Generation,
        events: &[Arc<RecordedEvent>],
        snapshot: &mut LazySnapshot<'_>,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let set = events.iter().filter(|event| self.kinds.contains(&event.kind.as_str()));
        let ids: BTreeSet<Uuid> = set.map(|event| event.stream.id).collect();
        let keys: Vec<E::Key> = ids.iter().map(|id| (self.key)(*id)).collect();
        let mut writes = Vec::with_capacity(ids.len());
        if !keys.is_empty() {
            let snapshot = snapshot.open().await?;
            let version = snapshot.head().await?.head.position;
            for (id, row) in ids.iter().zip(snapshot.many::<E>(&keys).await?) {
                // A row that has been erased takes its document with it.
                let content = row.map(|row| content(self.name, &row.row)).transpose()?;
                writes.push(DocumentWrite { id: *id, version, content });
            }
        }
        self.documents.write(self.name, generation, writes, checkpoint).await
    }

    async fn dump(&self) -> Result<Vec<String>> {
        self.documents.dump(self.name).await
    }
}

fn content(name: ProjectionName, row: &impl Serialize) -> Result<DocumentContent> {
    let json = serde_json::to_string(row)
        .map_err(|source| Error::internal(format!("writing a document of {name}"), source))?;
    Ok(DocumentContent { json, index: Vec::new() })
}

/// What is told of the thing with this id: from its document, and from the store's row where there is none (yet).
pub(super) async fn read<E: Entity + DeserializeOwned>(
    shop: &Shop,
    name: ProjectionName,
    id: Uuid,
    key: E::Key,
) -> Result<Option<E>> {
    match shop.documents.get(name, &[id]).await {
        Ok(found) => {
            if let Some(document) = found.into_iter().flatten().next() {
                let row = serde_json::from_str(&document.json)
                    .map_err(|source| Error::internal(format!("reading a document of {name}"), source))?;
                return Ok(Some(row));
            }
        }
        Err(error) if is_left_to_the_store(&error) => {}
        Err(error) => return Err(error),
    }
    Ok(shop.store.snapshot().await?.one::<E>(key).await?.map(|row| row.row))
}
