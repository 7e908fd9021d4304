//! The `documents` role: read models as one JSON document each, found by id or by a declared index.
//!
//! # Promises
//! * A collection is a projection's live generation; see [`crate::derived`].
//! * [`Documents::write`] is atomic with its checkpoint. A document is replaced only by one of an equal or higher
//!   version; a lower one is ignored without an error. A deletion keeps its version as a tombstone, so that an older
//!   document cannot come back.
//! * Index entries change in the same step as their document.
//! * Reading a collection that has no live generation is `NotFound`: the caller has a fallback.

use async_trait::async_trait;
use souk_kernel::Position;
use uuid::Uuid;

use crate::derived::{Checkpoint, Derived, Generation, ProjectionName};
use crate::store::Window;
use crate::{Error, Result};

/// Puts or deletes one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentWrite {
    /// Of the thing that the document is about: a product, an order.
    pub id: Uuid,
    /// The log position that the content was read at.
    pub version: Position,
    /// `None` deletes.
    pub content: Option<DocumentContent>,
}

/// A document, and what it is found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentContent {
    /// A JSON object.
    pub json: String,
    /// At most one per index and value.
    pub index: Vec<IndexEntry>,
}

/// Lets a document be found: all documents with `value` in `index`, in the order of `sort`, then of the ids.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IndexEntry {
    /// Its name within the collection; nothing declares it beforehand.
    pub index: &'static str,
    /// May be empty, for an index over everything.
    pub value: String,
    /// The lowest comes first: `-created_at.ms()` for newest first.
    pub sort: i64,
}

/// A document as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// As in [`DocumentWrite::id`].
    pub id: Uuid,
    /// The log position that its content was read at.
    pub version: Position,
    /// A JSON object; an engine may have put its fields in another order.
    pub json: String,
}

/// One part of what an index holds under a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentsFound {
    /// In the order of `sort`, then of the ids.
    pub documents: Vec<Document>,
    /// How many there are on all pages.
    pub total: u64,
}

/// Read models. A projection writes them with its checkpoint, and features find them by id or by index:
///
/// ```
/// use souk_ports::derived::{Checkpoint, Generation};
/// use souk_ports::documents::{Document, DocumentContent, DocumentWrite, Documents, IndexEntry};
/// use souk_ports::store::Window;
/// # use souk_kernel::{Position, ProductId};
///
/// /// For a projection that has read `name` at log position `version`, and all events up to `checkpoint`.
/// async fn write_page(
///     documents: &dyn Documents,
///     generation: Generation,
///     (id, name, version): (ProductId, &str, Position),
///     checkpoint: Checkpoint,
/// ) -> souk_ports::Result<()> {
///     let by_name = IndexEntry { index: "by-name", value: name.to_lowercase(), sort: 0 };
///     let json = serde_json::json!({ "name": name }).to_string();
///     let content = Some(DocumentContent { json, index: vec![by_name] });
///     documents.write("pages", generation, vec![DocumentWrite { id: id.0, version, content }], checkpoint).await
/// }
///
/// /// The first ten pages of products with this name, and how many there are.
/// async fn named(documents: &dyn Documents, name: &str) -> souk_ports::Result<(Vec<Document>, u64)> {
///     let window = Window { offset: 0, limit: 10 };
///     let found = documents.find("pages", "by-name", &name.to_lowercase(), window).await?;
///     Ok((found.documents, found.total))
/// }
/// ```
#[async_trait]
pub trait Documents: Derived + 'static {
    /// Writes to one generation, live or not. `NotFound` when there is no such generation: a write never creates one.
    async fn write(
        &self,
        collection: ProjectionName,
        generation: Generation,
        writes: Vec<DocumentWrite>,
        checkpoint: Checkpoint,
    ) -> Result<()>;

    /// Each document at the place of its id; `None` where there is none.
    async fn get(&self, collection: ProjectionName, ids: &[Uuid]) -> Result<Vec<Option<Document>>>;

    /// The documents with `value` in `index`; none under a value or in an index that no document names.
    async fn find(
        &self,
        collection: ProjectionName,
        index: &str,
        value: &str,
        window: Window,
    ) -> Result<DocumentsFound>;

    /// Up to `limit` documents with ids after `after` (`None`: from the first), in the order of their ids: for going
    /// through all of them.
    async fn scan(
        &self,
        collection: ProjectionName,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<Document>>;
}

/// How many documents a dump reads at once.
const DUMP_BATCH: u32 = 1_000;

impl dyn Documents + '_ {
    /// The collection as sorted lines of JSON, without versions: equal content, equal dump. Each document is read and
    /// written again, because an engine may keep an object's fields in another order.
    pub async fn dump(&self, collection: ProjectionName) -> Result<Vec<String>> {
        let (mut lines, mut after) = (Vec::new(), None);
        loop {
            let documents = self.scan(collection, after, DUMP_BATCH).await?;
            let Some(last) = documents.last() else { break };
            after = Some(last.id);
            for document in &documents {
                let content: serde_json::Value = serde_json::from_str(&document.json).map_err(|source| {
                    Error::internal(format!("reading a document of `{collection}`"), source)
                })?;
                lines.push(content.to_string());
            }
        }
        lines.sort_unstable();
        Ok(lines)
    }
}
