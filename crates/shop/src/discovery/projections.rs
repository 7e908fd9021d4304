//! The read model of meaning: an entry per active product, which names the embedding of its text.
//!
//! An entry needs no embedding to be written: [`super::embedding`] makes those that are missing. So stock and prices
//! never wait for the model, and a shop without its weights has everything else.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::json;
use souk_kernel::Timestamp;
use souk_ports::Result;
use souk_ports::derived::{Checkpoint, Derived, Generation, ProjectionName};
use souk_ports::embedder::Embedder;
use souk_ports::event::RecordedEvent;
use souk_ports::projection::{LazySnapshot, Projection};
use souk_ports::vectors::{VectorEntry, VectorWrite, Vectors};

use crate::catalog::{Assembled, ProductPage, ProductRewriter, Rewritten};

pub const PRODUCT_VECTORS: ProjectionName = "product-vectors";

const DUMP_BATCH: u32 = 1_000;

pub struct ProductVectors {
    vectors: Arc<dyn Vectors>,
    embedder: Arc<dyn Embedder>,
    rewriter: ProductRewriter,
}

impl ProductVectors {
    pub fn new(vectors: Arc<dyn Vectors>, embedder: Arc<dyn Embedder>) -> Self {
        Self { vectors, embedder, rewriter: ProductRewriter::default() }
    }
}

/// What is embedded of a product, the most telling first: a model reads only the beginning of a long text.
pub(super) fn text_of(page: &ProductPage) -> String {
    let mut text = format!("{}. {}.", page.name, page.category.name);
    if !page.tags.is_empty() {
        text.push_str(&format!(" {}.", page.tags.join(", ")));
    }
    if !page.materials.is_empty() {
        text.push_str(&format!(" {}.", page.materials.join(", ")));
    }
    text.push(' ');
    text.push_str(&page.description);
    text
}

#[async_trait]
impl Projection for ProductVectors {
    fn name(&self) -> ProjectionName {
        PRODUCT_VECTORS
    }

    fn target(&self) -> Arc<dyn Derived> {
        self.vectors.clone()
    }

    /// 2: amounts in ten-thousandths. 3: with all categories on which a product lies. 4: with what is
    /// charged, also during a sale.
    fn form(&self) -> u16 {
        4
    }

    async fn apply(
        &self,
        generation: Generation,
        events: &[Arc<RecordedEvent>],
        snapshot: &mut LazySnapshot<'_>,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let write = async |rewritten: &Rewritten| {
            let write = |product: &Assembled| VectorWrite {
                id: product.page.id,
                version: rewritten.version,
                content: product.is_active.then(|| self.entry(&product.page, rewritten.moment.of)),
            };
            let writes = rewritten.products.iter().map(write).collect();
            self.vectors.write(PRODUCT_VECTORS, generation, writes, checkpoint).await
        };
        self.rewriter.rewrite(generation, events, snapshot, write).await
    }

    async fn dump(&self) -> Result<Vec<String>> {
        let (mut lines, mut after) = (Vec::new(), None);
        loop {
            let found = self.vectors.scan(PRODUCT_VECTORS, after, DUMP_BATCH).await?;
            let Some((last, _)) = found.last() else { break };
            after = Some(*last);
            lines.extend(found.into_iter().map(|(id, entry)| {
                json!({
                    "id": id,
                    "embedding": entry.embedding.0.iter().map(|byte| format!("{byte:02x}")).collect::<String>(),
                    "categories": entry.categories,
                    "brand": entry.brand,
                    "price": entry.price,
                    "in_stock": entry.in_stock,
                })
                .to_string()
            }));
        }
        lines.sort_unstable();
        Ok(lines)
    }
}

impl ProductVectors {
    fn entry(&self, page: &ProductPage, moment: Timestamp) -> VectorEntry {
        VectorEntry {
            embedding: self.embedder.content_hash(&text_of(page)),
            categories: page.categories().map(|category| category.id).collect(),
            brand: page.brand.clone(),
            price: page.listed_price_at(moment),
            in_stock: page.in_stock,
        }
    }
}
