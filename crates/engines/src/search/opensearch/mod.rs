//! Search on OpenSearch 2: `opensearch://host:9200?prefix=souk`, an index for each generation.
//!
//! Words, filters and facets mean the same as in the embedded engine; scores differ, because OpenSearch weighs how rare a
//! word is field by field. What is left out: routing of products to several shards (they would become visible one by
//! one), and index templates and lifecycles, which belong to whoever runs the cluster.

mod correct;
mod query;
mod registry;
mod schema;
mod server;
mod settings;
#[cfg(test)]
mod tests;
mod write;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use reqwest::Method;
use serde::Deserialize;
use souk_kernel::ProductId;
use souk_ports::derived::{Checkpoint, Derived, Generation, Lock, ProjectionName};
use souk_ports::search::{Search, SearchHits, SearchQuery, SearchWrite};
use souk_ports::store::Window;
use souk_ports::{Error, Result};
use uuid::Uuid;

use self::query::Reader;
use self::registry::Records;
use self::server::Server;
use self::settings::Settings;
use crate::remote::generations::Generations;
use crate::{Engine, Location};

pub(super) const ENGINE: Engine<dyn Search> = Engine {
    scheme: "opensearch",
    title: "OpenSearch, one index per generation",
    open: |location| Box::pin(async move { Ok(Arc::new(OpenSearch::new(&location)?) as Arc<dyn Search>) }),
    fresh: |_| {
        crate::remote::fresh::fresh("SOUK_TEST_OPENSEARCH", "127.0.0.1:9200", |address, name| {
            format!("opensearch://{address}?prefix={name}")
        })
    },
};

struct OpenSearch {
    server: Arc<Server>,
    generations: Arc<Generations<Records>>,
    /// See [`Reader::name`].
    reader: String,
    /// Indices that are known to have the fields of this version of souk.
    readable: Mutex<HashSet<String>>,
}

impl OpenSearch {
    /// Connects when it is first used.
    fn new(location: &Location) -> Result<Self> {
        let settings = Settings::read(location)?;
        let server = Arc::new(Server::new(&settings)?);
        let records = Records::new(server.clone(), settings.prefix, settings.replicas);
        let generations = Generations::new("search", records);
        let reader = Uuid::new_v4().simple().to_string();
        Ok(Self { server, generations, reader, readable: Mutex::default() })
    }

    fn index(&self, projection: ProjectionName, generation: Generation) -> String {
        self.generations.registry().names.index(projection, generation)
    }

    /// Reads the live generation; the next one when it was replaced, and removed, before it could answer.
    async fn read_live<T, Answer>(
        &self,
        projection: ProjectionName,
        read: impl Fn(Reader) -> Answer + Send + Sync,
    ) -> Result<T>
    where
        Answer: Future<Output = Result<T>> + Send,
    {
        let reader = |generation| Reader {
            server: self.server.clone(),
            index: self.index(projection, generation),
            name: self.reader.clone(),
        };
        let read = async || {
            let reader = reader(self.generations.readable(projection).await?);
            self.check_fields(&reader.index).await?;
            read(reader).await
        };
        match read().await {
            Err(Error::NotFound { .. }) => read().await,
            answer => answer,
        }
    }

    /// An index with other fields would be read as if no product had what it lacks. Whoever follows the log builds another
    /// one in its place, because its content has another form.
    async fn check_fields(&self, index: &str) -> Result<()> {
        #[derive(Deserialize)]
        struct Index {
            mappings: Mappings,
        }
        #[derive(Deserialize)]
        struct Mappings {
            #[serde(rename = "_meta", default)]
            meta: Meta,
        }
        #[derive(Default, Deserialize)]
        struct Meta {
            #[serde(default)]
            souk_fields: u32,
        }
        if self.readable.lock().unwrap_or_else(PoisonError::into_inner).contains(index) {
            return Ok(());
        }
        let reply = self.server.read(Method::GET, &format!("/{index}/_mapping"), None).await?;
        let found: HashMap<String, Index> =
            reply.expect_index(index, "reading the fields of search")?.json()?;
        if found.values().any(|index| index.mappings.meta.souk_fields != schema::FIELDS) {
            let other = format!("the index `{index}` has the fields of another version of souk");
            return Err(Error::internal("search", other));
        }
        self.readable.lock().unwrap_or_else(PoisonError::into_inner).insert(index.to_owned());
        Ok(())
    }

    /// Souk itself follows the record, so nothing hangs on it.
    async fn lead_alias(&self, projection: ProjectionName) {
        let lead = async {
            // Of two promotions the one that leads it last may not be the last one.
            let mut led = None;
            while let live @ Some(generation) = self.generations.live(projection).await?
                && led != live
            {
                self.generations.registry().show(projection, generation).await?;
                led = live;
            }
            Ok::<_, Error>(())
        };
        if let Err(error) = lead.await {
            tracing::warn!(%error, projection, "the alias of the live index could not be led to it");
        }
    }
}

#[async_trait]
impl Search for OpenSearch {
    async fn write(
        &self,
        index: ProjectionName,
        generation: Generation,
        writes: Vec<SearchWrite>,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let writing = self.generations.writing(index, generation).await?;
        let name = self.index(index, generation);
        write::products(&self.server, &name, &writes).await?;
        let revision = self.generations.written_at(index, generation, writing, checkpoint).await?;
        write::checkpoint(&self.server, &name, revision, checkpoint).await
    }

    async fn search(&self, index: ProjectionName, query: &SearchQuery, window: Window) -> Result<SearchHits> {
        self.read_live(index, |reader| async move { reader.search(query, window).await }).await
    }

    async fn scan(
        &self,
        index: ProjectionName,
        after: Option<ProductId>,
        limit: u32,
    ) -> Result<Vec<(ProductId, String)>> {
        self.read_live(index, |reader| async move { reader.scan(after, limit).await }).await
    }
}

#[async_trait]
impl Derived for OpenSearch {
    async fn live(&self, projection: ProjectionName) -> Result<Option<Generation>> {
        self.generations.live(projection).await
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
        self.generations.promote(projection, expected, next).await?;
        self.lead_alias(projection).await;
        Ok(())
    }

    async fn lock(
        &self,
        projection: ProjectionName,
        generation: Generation,
    ) -> Result<Option<Box<dyn Lock>>> {
        self.generations.lock(projection, generation).await
    }

    /// The record says whether there is such a generation, the index how far its readers can see.
    async fn checkpoint(&self, projection: ProjectionName, generation: Generation) -> Result<Checkpoint> {
        let index = self.index(projection, generation);
        let (_, visible) = futures_util::try_join!(
            self.generations.checkpoint(projection, generation),
            write::visible_checkpoint(&self.server, &index, &self.reader),
        )?;
        Ok(visible)
    }

    async fn describe(&self) -> Result<String> {
        #[derive(Deserialize)]
        struct About {
            version: Version,
        }
        #[derive(Deserialize)]
        struct Version {
            number: String,
        }
        let reply = self.server.repeat(Method::GET, "/", None).await?;
        let about: About = reply.expect("asking OpenSearch for its version")?.json()?;
        let prefix = self.generations.registry().names.live("*");
        Ok(format!("OpenSearch {} at {}, indices {prefix}", about.version.number, self.server.shown))
    }
}
