//! The `embedder`: turns texts into vectors, so that near in meaning is near in space.
//!
//! # Promises
//! * Vectors have [`DIMENSIONS`] numbers and length 1; the same text has the same vector, whatever stands beside it in
//!   the batch (within 1e-5).
//! * A text that is longer than the model reads counts with its beginning. The empty text has a vector too.
//! * Without the model's weights [`Embedder::embed`] is `Unavailable`, and says how to get them.

use async_trait::async_trait;

use crate::Result;
use crate::vectors::ContentHash;

/// How many numbers a vector has.
pub const DIMENSIONS: usize = 384;

/// How far a download is: bytes done, of how many.
pub type Progress<'a> = &'a (dyn Fn(u64, u64) + Send + Sync);

/// The model. How alike two texts are, from 1 for the same meaning down to about 0 for nothing in common:
///
/// ```
/// use souk_ports::embedder::Embedder;
///
/// async fn likeness(embedder: &dyn Embedder, one: &str, other: &str) -> souk_ports::Result<f32> {
///     let vectors = embedder.embed(vec![one.to_owned(), other.to_owned()]).await?;
///     // Both have length 1, so their product is the cosine.
///     Ok(vectors[0].iter().zip(&vectors[1]).map(|(one, other)| one * other).sum())
/// }
/// ```
#[async_trait]
pub trait Embedder: Send + Sync + 'static {
    /// The model and its version: vectors of different models say nothing about each other.
    fn model(&self) -> &str;

    /// The vector of each text, at its place. Any number of texts; it uses all cores.
    async fn embed(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>>;

    /// Whether the weights are here, without loading them.
    async fn is_here(&self) -> Result<bool>;

    /// Brings the weights here where they are missing, and checks them. Several processes may do so at once.
    async fn fetch(&self, progress: Progress<'_>) -> Result<()>;

    /// Which model, and where its weights lie, for people.
    async fn describe(&self) -> Result<String>;
}

impl dyn Embedder + '_ {
    /// Names the vector that this model gives to a text.
    pub fn content_hash(&self, text: &str) -> ContentHash {
        ContentHash::of(self.model(), text)
    }
}
