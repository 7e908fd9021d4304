//! Search in a Tantivy index: `tantivy://search` is the folder `search` below the data folder, one index a generation.
//!
//! A search is a walk over postings in mapped memory, a fraction of a millisecond: it runs on the thread of whoever
//! asks, because handing it to another thread costs more, and since it does not wait for anything a second thread would
//! only take the core away from the first. Writes wait for the disk, so they run elsewhere.

mod correct;
mod facets;
mod filter;
mod index;
mod order;
mod query;
mod scan;
mod schema;
mod snapshot;
mod top;
mod weighted;
mod write;

use std::sync::{Arc, PoisonError};

use async_trait::async_trait;
use souk_kernel::ProductId;
use souk_ports::derived::{Checkpoint, Derived, Generation, Lock, ProjectionName};
use souk_ports::search::{Search, SearchHits, SearchQuery, SearchWrite};
use souk_ports::store::Window;
use souk_ports::{Error, Result};

use crate::local::generations::{self, Generations};
use crate::local::sqlite::blocking;
use crate::{Engine, Fresh, Location};

pub(super) const ENGINE: Engine<dyn Search> = Engine {
    scheme: "tantivy",
    title: "Tantivy",
    open: |location| Box::pin(async move { Ok(Arc::new(Tantivy::new(location)) as Arc<dyn Search>) }),
    fresh: |_| Fresh::Url("tantivy://search".to_owned()),
};

struct Tantivy {
    location: Location,
    generations: Arc<Generations<index::Opened>>,
}

impl Tantivy {
    fn new(location: Location) -> Self {
        let generations = Generations::new("search", &location.path);
        Self { location, generations }
    }
}

#[async_trait]
impl Search for Tantivy {
    async fn write(
        &self,
        index: ProjectionName,
        generation: Generation,
        writes: Vec<SearchWrite>,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let opened = self.generations.get(index, generation)?;
        blocking("search", move || {
            let mut writer = opened.writer.lock().unwrap_or_else(PoisonError::into_inner);
            writer.write(&opened, writes, checkpoint)
        })
        .await
    }

    async fn search(&self, index: ProjectionName, query: &SearchQuery, window: Window) -> Result<SearchHits> {
        let opened = self.generations.read(index)?;
        query::search(&*opened.snapshot()?, &opened.fields, query, window)
    }

    async fn scan(
        &self,
        index: ProjectionName,
        after: Option<ProductId>,
        limit: u32,
    ) -> Result<Vec<(ProductId, String)>> {
        let opened = self.generations.read(index)?;
        blocking("search", move || scan::scan(&*opened.snapshot()?, &opened.fields, after, limit as usize))
            .await
    }
}

#[async_trait]
impl Derived for Tantivy {
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
        let Some(lock) = self.generations.lock(projection, generation).await? else { return Ok(None) };
        let opened = self.generations.get(projection, generation)?;
        opened.writer.lock().unwrap_or_else(PoisonError::into_inner).locked = true;
        Ok(Some(Box::new(WriteLock { _lock: lock, opened })))
    }

    async fn checkpoint(&self, projection: ProjectionName, generation: Generation) -> Result<Checkpoint> {
        Ok(self.generations.get(projection, generation)?.checkpoint()?)
    }

    async fn settle(&self, projection: ProjectionName, generation: Generation) -> Result<()> {
        let opened = self.generations.get(projection, generation)?;
        if opened.ahead.lock().unwrap_or_else(PoisonError::into_inner).is_none() {
            return Ok(());
        }
        blocking("search", move || {
            let mut writer = opened.writer.lock().unwrap_or_else(PoisonError::into_inner);
            writer.settle(&opened)
        })
        .await
    }

    async fn describe(&self) -> Result<String> {
        Ok(format!("{} in {}", version(), self.location.path.display()))
    }
}

/// The generation's lock, and with it this process's writer: whoever gets the lock next can open one.
struct WriteLock {
    _lock: Box<dyn Lock>,
    opened: Arc<generations::Opened<index::Opened>>,
}

impl Lock for WriteLock {}

impl Drop for WriteLock {
    /// Before the lock itself is let go of.
    fn drop(&mut self) {
        self.opened.writer.lock().unwrap_or_else(PoisonError::into_inner).close(&self.opened);
    }
}

/// `Tantivy 0.27.0`; Tantivy itself adds the format of its index.
fn version() -> String {
    let full = tantivy::version_string();
    let number = full.split(" v").nth(1).and_then(|rest| rest.split(',').next());
    format!("Tantivy {}", number.unwrap_or(full))
}

fn failed(error: tantivy::TantivyError) -> Error {
    Error::internal("search", error)
}

fn io_failed(error: std::io::Error) -> Error {
    Error::internal("search", error)
}

#[cfg(test)]
mod tests;
