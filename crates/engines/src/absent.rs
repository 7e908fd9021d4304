//! Stands in for engines that are being built; every call is `Unavailable`.

use async_trait::async_trait;
use souk_ports::embedder::{Embedder, Progress};
use souk_ports::{Error, Result};

pub(crate) struct Absent(pub(crate) &'static str);

impl Absent {
    fn no<T>(&self) -> Result<T> {
        Err(Error::Unavailable { what: self.0.to_owned(), source: None })
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
