//! Documents in MongoDB: a database is a namespace, a generation is a collection, a document is a BSON document that
//! people can query with their own tools.
//!
//! **Finding.** A document stands in an index at most once per value, so each entry is a field of its own
//! (`entries.<index>:<value>`), and what it holds is the place in the order: sort, then id. One wildcard index covers
//! all of them, so a page is one walk along one range of it, in its order, and no entry can be out of step with its
//! document, because it is part of it. An array of entries under a multikey index would find them too, but
//! MongoDB sorts by the least element of an array, not by the one that matched, so every page would sort all that was
//! found; a collection of entries beside the documents could not change in one step with them without transactions.
//!
//! **Writing.** No transactions: a batch is some commands that can all be repeated, guarded by the versions, and then
//! the checkpoint. A reader may see some documents of a batch a moment before the others; after a crash the checkpoint
//! is behind the documents, never ahead. All writes wait for a majority of the servers, and all reads are the
//! primary's, of what a majority has.
//!
//! **Elections.** While there is no primary, calls are repeated for a while and then `Unavailable`; nothing has to be
//! opened again.
//!
//! What is left out: transactions, sharding, and totals kept beside the entries: a page that is not the last is followed
//! by a count along the index, so under writes the two may be a moment apart.

mod form;
mod records;
mod server;
mod settings;
mod writes;

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::TryStreamExt;
use mongodb::bson::{Document as BsonDocument, doc};
use souk_ports::derived::{Checkpoint, Generation, ProjectionName};
use souk_ports::documents::{Document, DocumentWrite, Documents, DocumentsFound};
use souk_ports::store::Window;
use souk_ports::{Error, Result};
use uuid::Uuid;

use self::records::Records;
use self::server::Server;
use self::settings::Settings;
use super::check::checked;
use crate::remote::fresh;
use crate::remote::generations::{Generations, Registry, derived_on_a_server};
use crate::table::{Fresh, Location};

const WHAT: &str = "documents";
/// Some servers count in 31 bits.
const FARTHEST: u32 = i32::MAX as u32;
/// Documents that the server sends at once.
const BATCH: u32 = 1_000;

/// Connects when it is first needed.
pub(super) async fn open(location: Location) -> Result<Arc<dyn Documents>> {
    crate::remote::tls::choose_provider();
    let server = Arc::new(Server::new(Settings::read(location)?));
    let generations = Generations::new(WHAT, Records(server.clone()));
    Ok(Arc::new(MongoDocuments { server, generations }))
}

pub(super) fn fresh() -> Fresh {
    fresh::fresh("SOUK_TEST_MONGO", "127.0.0.1:17017", |address, name| format!("mongodb://{address}/{name}"))
}

struct MongoDocuments {
    server: Arc<Server>,
    generations: Arc<Generations<Records>>,
}

derived_on_a_server!(MongoDocuments);

#[async_trait]
impl Documents for MongoDocuments {
    async fn write(
        &self,
        collection: ProjectionName,
        generation: Generation,
        writes: Vec<DocumentWrite>,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let writes = writes.into_iter().map(checked).collect::<Result<Vec<_>>>()?;
        let writes = writes::latest(writes);
        let writing = self.generations.writing(collection, generation).await?;
        writes::write(&self.server, &records::name(collection, generation), &writes).await?;
        let written = self.generations.written(collection, generation, writing, checkpoint).await;
        if let Err(Error::NotFound { .. }) = written {
            // It was removed meanwhile, and MongoDB makes a collection for whoever writes to one.
            self.generations.registry().clear(collection, generation).await?;
        }
        written
    }

    async fn get(&self, collection: ProjectionName, ids: &[Uuid]) -> Result<Vec<Option<Document>>> {
        let mut asked: Vec<_> = ids.iter().map(|id| form::id(*id)).collect();
        asked.sort_unstable();
        asked.dedup();
        // By the primary index alone; tombstones that come along are left out when they are read.
        let question = Question { filter: doc! { "_id": { "$in": asked } }, ..Question::default() };
        let documents =
            self.generations.ask(&[collection], |live| self.read(collection, live[0], &question)).await?;
        let found: HashMap<Uuid, Document> =
            documents.into_iter().map(|document| (document.id, document)).collect();
        Ok(ids.iter().map(|id| found.get(id).cloned()).collect())
    }

    async fn find(
        &self,
        collection: ProjectionName,
        index: &str,
        value: &str,
        window: Window,
    ) -> Result<DocumentsFound> {
        let path = form::path(index, value);
        let question = Question {
            // Every text is at least the empty one.
            filter: doc! { &path: { "$gte": "" } },
            sort: doc! { &path: 1 },
            skip: window.offset,
            limit: window.limit,
        };
        self.generations.ask(&[collection], |live| self.page(collection, live[0], &question)).await
    }

    async fn scan(
        &self,
        collection: ProjectionName,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<Document>> {
        let mut filter = doc! { "content": { "$exists": true } };
        if let Some(after) = after {
            filter.insert("_id", doc! { "$gt": form::id(after) });
        }
        let question = Question { filter, sort: doc! { "_id": 1 }, skip: 0, limit };
        self.generations.ask(&[collection], |live| self.read(collection, live[0], &question)).await
    }
}

/// What is looked for in a collection.
struct Question {
    filter: BsonDocument,
    sort: BsonDocument,
    skip: u64,
    limit: u32,
}

impl Default for Question {
    fn default() -> Self {
        Self { filter: doc! {}, sort: doc! {}, skip: 0, limit: u32::MAX }
    }
}

impl MongoDocuments {
    async fn read(
        &self,
        collection: ProjectionName,
        generation: Generation,
        question: &Question,
    ) -> Result<Vec<Document>> {
        let (limit, skip) = (question.limit.min(FARTHEST), question.skip);
        // To MongoDB a limit of 0 is none.
        if limit == 0 || skip > FARTHEST.into() {
            return Ok(Vec::new());
        }
        let name = &records::name(collection, generation);
        let found = self.server.read(|database| async move {
            let Question { filter, sort, .. } = question;
            server::collection(&database, name)
                .find(filter.clone())
                .sort(sort.clone())
                .skip(skip)
                .limit(limit.into())
                .batch_size(limit.min(BATCH))
                .await?
                .try_collect::<Vec<_>>()
                .await
        });
        let is_there = |document: &&BsonDocument| document.contains_key("content");
        found.await?.iter().filter(is_there).map(form::read).collect()
    }

    /// A page, and how many there are on all pages: a page that is not full ends with the last of them.
    async fn page(
        &self,
        collection: ProjectionName,
        generation: Generation,
        question: &Question,
    ) -> Result<DocumentsFound> {
        let documents = self.read(collection, generation, question).await?;
        let count = documents.len() as u64;
        let is_last = count < question.limit.into() && (count > 0 || question.skip == 0);
        let total = if is_last {
            question.skip + count
        } else {
            let name = &records::name(collection, generation);
            let counted = self.server.read(|database| async move {
                server::collection(&database, name).count_documents(question.filter.clone()).await
            });
            counted.await?
        };
        Ok(DocumentsFound { documents, total })
    }

    async fn described(&self) -> Result<String> {
        let asked = self
            .server
            .repeat(|database| async move { database.run_command(doc! { "buildInfo": 1 }).await })
            .await?;
        let version = asked.get_str("version").unwrap_or("of an unknown version");
        Ok(format!("MongoDB {version} at {}", self.server.shown()))
    }
}
