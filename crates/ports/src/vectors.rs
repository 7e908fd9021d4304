//! The `vectors` role: products near each other in meaning.
//!
//! It *owns* embeddings, by the hash of what was embedded: they are dear to make, and are made once. It *derives* an
//! index of the products' nearest neighbours, whose entries name their embedding by its hash.
//!
//! # Promises
//! * An embedding that was kept survives the loss of power. It is never changed: the same hash kept again is ignored.
//! * An entry whose embedding is not kept yet is no error: it is found from the moment the embedding is kept, without
//!   another write, by every process within 20 ms of its next question.
//! * [`Vectors::write`] becomes visible as a whole, with its checkpoint, and never replaces a higher version; a
//!   deletion keeps its version.
//! * [`Vectors::nearest`] finds at least 98 % of the true nearest, with any filter and without; nothing that the filter
//!   keeps out, and nothing deleted. Equal scores are ordered by id. With `exact` it finds all of them.
//! * Dropping the derived index never touches an embedding.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use souk_kernel::{CategoryId, Money, Position, ProductId};

use crate::Result;
use crate::derived::{Checkpoint, Derived, Generation, ProjectionName};
use crate::moving::Owned;

/// SHA-256 of a model's name and of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContentHash(pub [u8; 32]);

impl ContentHash {
    /// `model` as [`Embedder::model`](crate::embedder::Embedder::model) says it.
    pub fn of(model: &str, text: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update((model.len() as u64).to_le_bytes());
        hash.update(model);
        hash.update(text);
        Self(hash.finalize().into())
    }
}

/// Puts or deletes one product.
#[derive(Debug, Clone, PartialEq)]
pub struct VectorWrite {
    /// Which product.
    pub id: ProductId,
    /// The log position that the content was read at.
    pub version: Position,
    /// `None` deletes.
    pub content: Option<VectorEntry>,
}

/// What is found by its embedding, and what a filter asks about it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct VectorEntry {
    /// The embedding that it is found by; it need not be kept yet.
    pub embedding: ContentHash,
    /// Every category on which the product lies and those above them.
    pub categories: Vec<CategoryId>,
    /// As the catalogue writes it.
    pub brand: Option<String>,
    /// `None`: on request.
    pub price: Option<Money>,
    /// Whether any variant can be bought.
    pub in_stock: bool,
}

/// Which neighbours may be found at all; the default lets every one through.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct ProductFilter {
    /// In any of these categories or below them; empty: in all.
    pub categories: Vec<CategoryId>,
    /// Of any of these brands, in the words of the catalogue but whatever the case; empty: of any brand, or of none.
    pub brands: Vec<String>,
    /// Included. A product without a price passes no bound.
    pub min_price: Option<Money>,
    /// Included.
    pub max_price: Option<Money>,
    /// `Some(false)`: only what is sold out. `None`: both.
    pub in_stock: Option<bool>,
}

/// What is near something, among what a filter lets through.
#[derive(Debug, Clone, PartialEq)]
pub struct NearestQuery {
    /// What the neighbours are near to.
    pub to: Near,
    /// Neighbours pass it; the product that they are near to need not.
    pub filter: ProductFilter,
    /// How many neighbours, 1 to 1,000.
    pub limit: u32,
    /// Compare with every entry, however long it takes.
    pub exact: bool,
}

/// A place among the embeddings.
#[derive(Debug, Clone, PartialEq)]
pub enum Near {
    /// An embedding: of length 1, with [`crate::embedder::DIMENSIONS`] numbers. `InvalidInput` otherwise.
    Vector(Vec<f32>),
    /// What is near this product, without itself. `NotFound` when it has no entry or no embedding.
    Product(ProductId),
}

/// A product that is near.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbour {
    /// Which product.
    pub id: ProductId,
    /// The cosine, -1 to 1: 1 is the same, 0 has nothing in common.
    pub score: f32,
}

/// Embeddings, and the index of what is near. An embedding is made once and kept; then entries with its hash are found:
///
/// ```
/// use souk_kernel::ProductId;
/// use souk_ports::embedder::Embedder;
/// use souk_ports::vectors::{Near, NearestQuery, Neighbour, ProductFilter, Vectors};
///
/// /// Makes the embedding of a text unless there is one; entries with this hash may be waiting for it.
/// async fn embed_once(vectors: &dyn Vectors, embedder: &dyn Embedder, text: &str) -> souk_ports::Result<()> {
///     let hash = embedder.content_hash(text);
///     if vectors.kept(&[hash]).await?[0].is_none() {
///         let made = embedder.embed(vec![text.to_owned()]).await?;
///         vectors.keep(made.into_iter().map(|vector| (hash, vector)).collect()).await?;
///     }
///     Ok(())
/// }
///
/// /// The five nearest to a product that can be bought.
/// async fn alike(vectors: &dyn Vectors, product: ProductId) -> souk_ports::Result<Vec<Neighbour>> {
///     let filter = ProductFilter { in_stock: Some(true), ..ProductFilter::default() };
///     let query = NearestQuery { to: Near::Product(product), filter, limit: 5, exact: false };
///     vectors.nearest("product-vectors", &query).await
/// }
/// ```
#[async_trait]
pub trait Vectors: Derived + 'static {
    /// Keeps embeddings, all of them or none: `InvalidInput` where one has not length 1 and
    /// [`crate::embedder::DIMENSIONS`] numbers.
    async fn keep(&self, embeddings: Vec<(ContentHash, Vec<f32>)>) -> Result<()>;

    /// Each embedding at the place of its hash, exactly as it was kept; `None` where it is not kept.
    async fn kept(&self, hashes: &[ContentHash]) -> Result<Vec<Option<Vec<f32>>>>;

    /// Writes to one generation, live or not. `NotFound` when there is no such generation.
    async fn write(
        &self,
        index: ProjectionName,
        generation: Generation,
        writes: Vec<VectorWrite>,
        checkpoint: Checkpoint,
    ) -> Result<()>;

    /// Up to `limit` products whose entry has an embedding that is not kept, by id: what is still to be embedded.
    async fn waiting(&self, index: ProjectionName, limit: u32) -> Result<Vec<(ProductId, ContentHash)>>;

    /// The neighbours, best first. `NotFound` when there is no live generation.
    async fn nearest(&self, index: ProjectionName, query: &NearestQuery) -> Result<Vec<Neighbour>>;

    /// Up to `limit` entries after `after` (`None`: from the first), in the order of the ids.
    async fn scan(
        &self,
        index: ProjectionName,
        after: Option<ProductId>,
        limit: u32,
    ) -> Result<Vec<(ProductId, VectorEntry)>>;

    /// The embeddings, for moving them elsewhere.
    fn owned(&self) -> Arc<dyn Owned>;
}
