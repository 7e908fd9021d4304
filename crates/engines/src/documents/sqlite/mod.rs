//! Documents in SQLite: one file per generation, with its index entries, totals and checkpoint.
//!
//! What is left out: any understanding of the JSON. The caller declares the index entries, and a document's text comes
//! back as it was given.

mod tables;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use souk_ports::Result;
use souk_ports::derived::{Checkpoint, Generation, ProjectionName};
use souk_ports::documents::{Document, DocumentWrite, Documents, DocumentsFound};
use souk_ports::store::Window;
use uuid::Uuid;

use super::check::checked;
use crate::local::derived_file::DerivedFile;
use crate::local::derived_in_sqlite;
use crate::local::generations::{Contents, Generations};
use crate::local::sqlite::blocking;
use crate::table::Location;

const WHAT: &str = "documents";

pub(super) async fn open(location: Location) -> Result<Arc<dyn Documents>> {
    let generations = Generations::new(WHAT, &location.path);
    Ok(Arc::new(SqliteDocuments { path: location.path, generations }))
}

struct SqliteDocuments {
    path: PathBuf,
    generations: Arc<Generations<Collection>>,
}

struct Collection(DerivedFile);

impl Contents for Collection {
    fn create(folder: &Path) -> Result<()> {
        DerivedFile::create(WHAT, folder, tables::SCHEMA)
    }

    fn open(folder: &Path) -> Result<Self> {
        Ok(Self(DerivedFile::open(WHAT, folder)))
    }
}

derived_in_sqlite!(SqliteDocuments, format_args!("SQLite {}", rusqlite::version()));

#[async_trait]
impl Documents for SqliteDocuments {
    async fn write(
        &self,
        collection: ProjectionName,
        generation: Generation,
        writes: Vec<DocumentWrite>,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let writes = writes.into_iter().map(checked).collect::<Result<Vec<_>>>()?;
        let target = self.generations.get(collection, generation)?;
        if writes.is_empty() && target.0.ahead().keep(checkpoint) {
            return Ok(());
        }
        blocking(WHAT, move || target.0.write(checkpoint, |transaction| tables::write(transaction, &writes)))
            .await
    }

    async fn get(&self, collection: ProjectionName, ids: &[Uuid]) -> Result<Vec<Option<Document>>> {
        let live = self.generations.read(collection)?;
        let ids = ids.to_vec();
        let rows = ids.len() as u64;
        live.0.readers().read(rows, move |connection| tables::get(connection, &ids)).await
    }

    async fn find(
        &self,
        collection: ProjectionName,
        index: &str,
        value: &str,
        window: Window,
    ) -> Result<DocumentsFound> {
        let live = self.generations.read(collection)?;
        let (index, value) = (index.to_owned(), value.to_owned());
        let rows = window.offset.saturating_add(u64::from(window.limit));
        live.0.readers().read(rows, move |connection| tables::find(connection, &index, &value, window)).await
    }

    async fn scan(
        &self,
        collection: ProjectionName,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<Document>> {
        let live = self.generations.read(collection)?;
        live.0
            .readers()
            .read(u64::from(limit), move |connection| tables::scan(connection, after, limit))
            .await
    }
}
