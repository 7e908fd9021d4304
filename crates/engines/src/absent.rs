//! Stands in for engines that are being built; every call is `Unavailable`.

use async_trait::async_trait;
use souk_kernel::ProductId;
use souk_ports::derived::{Checkpoint, Derived, Generation, Lock, ProjectionName};
use souk_ports::embedder::{Embedder, Progress};
use souk_ports::vectors::{ContentHash, NearestQuery, Neighbour, VectorEntry, VectorWrite, Vectors};
use souk_ports::{Error, Result};

pub(crate) struct Absent(pub(crate) &'static str);

impl Absent {
    fn no<T>(&self) -> Result<T> {
        Err(Error::Unavailable { what: self.0.to_owned(), source: None })
    }
}

#[async_trait]
impl Derived for Absent {
    async fn live(&self, _: ProjectionName) -> Result<Option<Generation>> {
        Ok(None)
    }
    async fn begin(&self, _: ProjectionName) -> Result<Generation> {
        self.no()
    }
    async fn promote(&self, _: ProjectionName, _: Option<Generation>, _: Generation) -> Result<()> {
        self.no()
    }
    async fn lock(&self, _: ProjectionName, _: Generation) -> Result<Option<Box<dyn Lock>>> {
        self.no()
    }
    async fn checkpoint(&self, _: ProjectionName, _: Generation) -> Result<Checkpoint> {
        self.no()
    }
    async fn describe(&self) -> Result<String> {
        Ok("not built yet".to_owned())
    }
}

#[async_trait]
impl Vectors for Absent {
    async fn keep(&self, _: Vec<(ContentHash, Vec<f32>)>) -> Result<()> {
        self.no()
    }
    async fn kept(&self, _: &[ContentHash]) -> Result<Vec<Option<Vec<f32>>>> {
        self.no()
    }
    async fn write(
        &self,
        _: ProjectionName,
        _: Generation,
        _: Vec<VectorWrite>,
        _: Checkpoint,
    ) -> Result<()> {
        self.no()
    }
    async fn waiting(&self, _: ProjectionName, _: u32) -> Result<Vec<(ProductId, ContentHash)>> {
        self.no()
    }
    async fn nearest(&self, _: ProjectionName, _: &NearestQuery) -> Result<Vec<Neighbour>> {
        self.no()
    }
    async fn scan(
        &self,
        _: ProjectionName,
        _: Option<ProductId>,
        _: u32,
    ) -> Result<Vec<(ProductId, VectorEntry)>> {
        self.no()
    }
}

#[async_trait]
impl Embedder for Absent {
    fn model(&self) -> &str {
        "none"
    }
    async fn embed(&self, _: Vec<String>) -> Result<Vec<Vec<f32>>> {
        self.no()
    }
    async fn is_here(&self) -> Result<bool> {
        Ok(false)
    }
    async fn fetch(&self, _: Progress<'_>) -> Result<()> {
        self.no()
    }
    async fn describe(&self) -> Result<String> {
        Ok("not built yet".to_owned())
    }
}
