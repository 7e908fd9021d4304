//! The batch `similar-products`: of each product those that mean nearly the same, from the index of vectors.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sha2::{Digest, Sha256};
use souk_kernel::ProductId;
use souk_ports::derived::{Checkpoint, Derived, Generation, ProjectionName};
use souk_ports::graph::{EdgeWrite, Graph, Relation};
use souk_ports::projection::Batch;
use souk_ports::vectors::{Near, NearestQuery, ProductFilter, Vectors};
use souk_ports::{Error, Result};
use uuid::Uuid;

use super::projections::dump;
use crate::discovery::PRODUCT_VECTORS;

pub const SIMILAR_PRODUCTS: ProjectionName = "similar-products";

/// Of each product this many edges.
const ALIKE: u32 = 20;
/// Up to this many products each is compared with all others; that takes seconds, and misses nothing.
const SMALL: usize = 5_000;
const SCANNED: u32 = 10_000;
const WRITTEN: usize = 500;

pub struct SimilarProducts {
    graph: Arc<dyn Graph>,
    vectors: Arc<dyn Vectors>,
}

impl SimilarProducts {
    pub fn new(graph: Arc<dyn Graph>, vectors: Arc<dyn Vectors>) -> Self {
        Self { graph, vectors }
    }

    /// The products whose meaning is known, and a digest of which meaning that is. Nothing while there is no index.
    async fn known(&self) -> Result<Option<(Vec<ProductId>, Uuid)>> {
        let waiting = match self.vectors.waiting(PRODUCT_VECTORS, u32::MAX).await {
            Ok(waiting) => waiting,
            Err(Error::NotFound { .. } | Error::Unavailable { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let waiting: HashSet<ProductId> = waiting.into_iter().map(|(id, _)| id).collect();
        let (mut products, mut digest, mut after) = (Vec::new(), Sha256::new(), None);
        loop {
            let entries = self.vectors.scan(PRODUCT_VECTORS, after, SCANNED).await?;
            let Some((last, _)) = entries.last() else { break };
            after = Some(*last);
            for (id, entry) in entries.into_iter().filter(|(id, _)| !waiting.contains(id)) {
                digest.update(id.0.as_bytes());
                digest.update(entry.embedding.0);
                products.push(id);
            }
        }
        let digest: [u8; 32] = digest.finalize().into();
        let mut short = [0; 16];
        short.copy_from_slice(&digest[..16]);
        Ok((!products.is_empty()).then(|| (products, Uuid::from_bytes(short))))
    }
}

#[async_trait]
impl Batch for SimilarProducts {
    fn name(&self) -> ProjectionName {
        SIMILAR_PRODUCTS
    }

    fn target(&self) -> Arc<dyn Derived> {
        self.graph.clone()
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(300)
    }

    /// Prices and stock move the index and change no meaning: while the digest stays, so does the whole.
    async fn basis(&self) -> Result<Option<Checkpoint>> {
        let Some((_, digest)) = self.known().await? else { return Ok(None) };
        if let Some(live) = self.graph.live(SIMILAR_PRODUCTS).await? {
            let made_of = self.graph.checkpoint(SIMILAR_PRODUCTS, live).await?;
            if made_of.log == digest {
                return Ok(Some(made_of));
            }
        }
        let Some(index) = self.vectors.live(PRODUCT_VECTORS).await? else { return Ok(None) };
        let at = self.vectors.checkpoint(PRODUCT_VECTORS, index).await?.at;
        Ok(Some(Checkpoint { log: digest, at, last: Uuid::nil() }))
    }

    async fn fill(
        &self,
        generation: Generation,
        basis: Checkpoint,
        progress: &(dyn Fn(u64, u64) + Send + Sync),
    ) -> Result<()> {
        let products = self.known().await?.map(|(products, _)| products).unwrap_or_default();
        let total = products.len() as u64;
        let exact = products.len() <= SMALL;
        let mut done = 0;
        for chunk in products.chunks(WRITTEN) {
            let mut writes = Vec::with_capacity(chunk.len());
            for product in chunk {
                writes.push(EdgeWrite::Edges {
                    relation: Relation::SimilarTo,
                    from: product.0,
                    to: self.alike(*product, exact).await?,
                    version: basis.at.position,
                });
                done += 1;
                if done % 50 == 0 {
                    progress(done, total);
                }
            }
            // Until everything is there, nothing says what it was made of.
            self.graph.write(SIMILAR_PRODUCTS, generation, writes, Checkpoint::default()).await?;
        }
        self.graph.write(SIMILAR_PRODUCTS, generation, Vec::new(), basis).await?;
        progress(total, total);
        Ok(())
    }

    async fn dump(&self) -> Result<Vec<String>> {
        dump(&*self.graph, SIMILAR_PRODUCTS).await
    }
}

impl SimilarProducts {
    async fn alike(&self, product: ProductId, exact: bool) -> Result<Vec<(Uuid, f64)>> {
        let query = NearestQuery {
            to: Near::Product(product),
            filter: ProductFilter::default(),
            limit: ALIKE,
            exact,
        };
        match self.vectors.nearest(PRODUCT_VECTORS, &query).await {
            // What points elsewhere, or nowhere, is not like it at all.
            Ok(near) => Ok(near
                .into_iter()
                .filter(|one| one.score > 0.0)
                .map(|one| (one.id.0, f64::from(one.score)))
                .collect()),
            // It was deleted meanwhile; the next run will know.
            Err(Error::NotFound { .. }) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }
}
