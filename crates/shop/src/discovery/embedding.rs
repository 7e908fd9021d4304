//! Making the embeddings that entries wait for, a batch at a time: while souk serves, after a command that wrote, and
//! all of them at once in `souk load vectors`.
//!
//! Whoever dies between two batches has lost one batch of work and nothing else. Two processes may make the same
//! embeddings; the second time they are ignored.

use souk_kernel::ProductId;
use souk_ports::Result;
use souk_ports::embedder::Progress;
use souk_ports::vectors::ContentHash;

use super::projections::{PRODUCT_VECTORS, text_of};
use crate::Shop;
use crate::catalog::assemble;

/// How many texts are embedded and kept at once.
const BATCH: u32 = 128;
/// How many waiting entries are counted at the most.
const COUNTED: u32 = 1_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Embedded {
    pub made: usize,
    /// Their product has changed since, and its entry will name another text.
    pub outdated: usize,
}

/// Embeds up to a batch of what waits; nothing while the model's weights are not here.
pub async fn embed_waiting(shop: &Shop) -> Result<Embedded> {
    let waiting = waiting(shop, BATCH).await?;
    if waiting.is_empty() || !shop.embedder.is_here().await? {
        return Ok(Embedded::default());
    }
    let ids: Vec<ProductId> = waiting.iter().map(|(id, _)| *id).collect();
    let products = assemble(&mut *shop.store.snapshot().await?, &ids).await?;
    let (mut hashes, mut texts, mut outdated) = (Vec::new(), Vec::new(), waiting.len());
    for product in &products {
        let text = text_of(&product.page);
        let hash = shop.embedder.content_hash(&text);
        if waiting.iter().any(|(id, wanted)| *id == product.page.id && *wanted == hash) {
            outdated -= 1;
            // Two products may say the same.
            if !hashes.contains(&hash) {
                hashes.push(hash);
                texts.push(text);
            }
        }
    }
    let made = texts.len();
    let vectors = shop.embedder.embed(texts).await?;
    shop.vectors.keep(hashes.into_iter().zip(vectors).collect()).await?;
    Ok(Embedded { made, outdated })
}

/// How many entries wait for their embedding.
pub async fn still_waiting(shop: &Shop) -> Result<usize> {
    Ok(waiting(shop, COUNTED).await?.len())
}

/// Brings the model's weights here where they are missing; whether they were.
pub async fn fetch_model(shop: &Shop, progress: Progress<'_>) -> Result<bool> {
    if shop.embedder.is_here().await? {
        return Ok(false);
    }
    shop.embedder.fetch(progress).await?;
    Ok(true)
}

async fn waiting(shop: &Shop, limit: u32) -> Result<Vec<(ProductId, ContentHash)>> {
    match shop.vectors.waiting(PRODUCT_VECTORS, limit).await {
        Err(souk_ports::Error::NotFound { .. }) => Ok(Vec::new()),
        other => other,
    }
}
