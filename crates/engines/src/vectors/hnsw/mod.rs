//! Vectors in memory, derived from two SQLite files: `hnsw://vectors` is the folder `vectors` below the data folder.
//!
//! ```text
//! vectors/embeddings.db              owned: embeddings by hash
//!         <projection>/g000001/data.db   derived: the entries, their changes in order, the checkpoint
//!                              graph.snapshot   how the vectors are linked; only saves time
//! ```
//! Every process that is asked for neighbours holds the vectors and what a filter asks in memory, and catches up with
//! `data.db` by the number of the last change, and with `embeddings.db` while an entry waits for its embedding. What is
//! not in the graph yet is compared one by one, so that a write is found at once, however long linking it takes.
//!
//! A search goes through memory only, a fraction of a millisecond: it runs on the thread of whoever asks. Reading
//! changes waits for the disk, so it runs elsewhere.

mod collection;
mod embeddings;
mod entries;
mod filter;
mod nearest;
mod slots;
mod snapshot;

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use souk_kernel::ProductId;
use souk_ports::derived::{Checkpoint, Derived, Generation, Lock, ProjectionName};
use souk_ports::embedder::DIMENSIONS;
use souk_ports::moving::Owned;
use souk_ports::vectors::{ContentHash, NearestQuery, Neighbour, VectorEntry, VectorWrite, Vectors};
use souk_ports::{Error, Result};

use self::collection::Collection;
use self::embeddings::Embeddings;
use super::check;
use crate::local::ahead::Ahead;
use crate::local::generations::Generations;
use crate::local::sqlite::blocking;
use crate::{Engine, Fresh};

const WHAT: &str = "vectors";
const _: () = assert!(DIMENSIONS == souk_hnsw::DIMENSIONS);

pub(super) const ENGINE: Engine<dyn Vectors> = Engine {
    scheme: "hnsw",
    title: "HNSW in memory, kept in SQLite",
    open: |location| {
        Box::pin(async move { Ok(Arc::new(Hnsw::open(location.path).await?) as Arc<dyn Vectors>) })
    },
    fresh: |_| Fresh::Url("hnsw://vectors".to_owned()),
};

struct Hnsw {
    path: PathBuf,
    embeddings: Arc<Embeddings>,
    generations: Arc<Generations<Collection>>,
}

impl Hnsw {
    async fn open(path: PathBuf) -> Result<Self> {
        let folder = path.clone();
        let embeddings = blocking(WHAT, move || {
            std::fs::create_dir_all(&folder).map_err(|error| Error::internal(WHAT, error))?;
            Embeddings::open(&folder.join("embeddings.db"))
        });
        Ok(Self { embeddings: Arc::new(embeddings.await?), generations: Generations::new(WHAT, &path), path })
    }
}

#[async_trait]
impl Vectors for Hnsw {
    async fn keep(&self, embeddings: Vec<(ContentHash, Vec<f32>)>) -> Result<()> {
        embeddings.iter().try_for_each(|(_, vector)| checked(vector).map(drop))?;
        let kept = self.embeddings.clone();
        blocking(WHAT, move || kept.keep(&embeddings)).await
    }

    async fn kept(&self, hashes: &[ContentHash]) -> Result<Vec<Option<Vec<f32>>>> {
        self.embeddings.kept(hashes).await
    }

    async fn write(
        &self,
        index: ProjectionName,
        generation: Generation,
        writes: Vec<VectorWrite>,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let collection = self.generations.get(index, generation)?;
        if writes.is_empty() && collection.file.ahead().keep(checkpoint) {
            return Ok(());
        }
        let target = collection.clone();
        blocking(WHAT, move || {
            target.file.write(checkpoint, |transaction| entries::write(transaction, &writes))
        })
        .await?;
        if collection.is_loaded() {
            return collection.catch_up(&self.embeddings).await;
        }
        self.embeddings.announce();
        Ok(())
    }

    async fn waiting(&self, index: ProjectionName, limit: u32) -> Result<Vec<(ProductId, ContentHash)>> {
        let collection = self.generations.read(index)?;
        collection.refresh(&self.embeddings).await?;
        Ok(collection.waiting(limit as usize))
    }

    async fn nearest(&self, index: ProjectionName, query: &NearestQuery) -> Result<Vec<Neighbour>> {
        check::limit(query.limit)?;
        let collection = self.generations.read(index)?;
        collection.refresh(&self.embeddings).await?;
        collection.nearest(query)
    }

    async fn scan(
        &self,
        index: ProjectionName,
        after: Option<ProductId>,
        limit: u32,
    ) -> Result<Vec<(ProductId, VectorEntry)>> {
        let collection = self.generations.read(index)?;
        let readers = collection.file.readers();
        readers.read(u64::from(limit), move |connection| entries::scan(connection, after, limit)).await
    }

    fn owned(&self) -> Arc<dyn Owned> {
        self.embeddings.owned.clone()
    }
}

#[async_trait]
impl Derived for Hnsw {
    async fn live(&self, projection: ProjectionName) -> Result<Option<Generation>> {
        self.generations.live_number(projection)
    }

    async fn begin(&self, projection: ProjectionName) -> Result<Generation> {
        self.generations.begin(projection).await
    }

    async fn promote(
        &self,
        projection: ProjectionName,
        expected: Option<Generation>,
        next: Generation,
    ) -> Result<()> {
        self.generations.promote(projection, expected, next).await
    }

    async fn lock(
        &self,
        projection: ProjectionName,
        generation: Generation,
    ) -> Result<Option<Box<dyn Lock>>> {
        self.generations.lock(projection, generation).await
    }

    async fn checkpoint(&self, projection: ProjectionName, generation: Generation) -> Result<Checkpoint> {
        let collection = self.generations.get(projection, generation)?;
        if !collection.is_loaded() {
            return collection.file.checkpoint().await;
        }
        let kept = collection.file.ahead().kept();
        collection.catch_up(&self.embeddings).await?;
        Ok(Ahead::or_stored(kept, collection.checkpoint()))
    }

    async fn settle(&self, projection: ProjectionName, generation: Generation) -> Result<()> {
        let collection = self.generations.get(projection, generation)?;
        if collection.file.ahead().kept().is_none() {
            return Ok(());
        }
        blocking(WHAT, move || collection.file.settle()).await
    }

    async fn describe(&self) -> Result<String> {
        Ok(format!("HNSW in memory, from SQLite {} in {}", rusqlite::version(), self.path.display()))
    }
}

/// A vector that is fit to be compared.
fn checked(numbers: &[f32]) -> Result<souk_hnsw::Vector> {
    check::vector(numbers)?;
    Ok(souk_hnsw::Vector::new(numbers).expect("it was counted"))
}

#[cfg(test)]
mod tests;
