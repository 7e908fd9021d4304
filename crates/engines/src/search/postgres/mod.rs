//! Search in PostgreSQL, for those who run nothing else: `postgres://USER:PASSWORD@HOST:PORT/DATABASE`, with the options of
//! [`crate::remote::postgres`]. No extension is needed.
//!
//! ```text
//! souk_search.products_<projection>_<n>    the words of each product as a `tsvector`, and what filters and facets ask
//!             contents_<projection>_<n>    what `scan` gives, and how its words are spelled
//!             stems_<projection>_<n>       how many products have each word
//!             spellings_<projection>_<n>   the same as people write it, for corrections
//!             souk_records                 generations, leases, checkpoints
//! ```
//! Texts become words as in [`crate::search::words`], so PostgreSQL's own dictionaries have no part in it. A batch, its
//! checkpoint and the check of the lease are one transaction. The page, the total and the facets are one statement.
//!
//! What is left out: phrases, and ranking without looking at each product that is found.

mod correct;
mod query;
mod tables;
mod write;

use std::sync::Arc;

use async_trait::async_trait;
use souk_kernel::ProductId;
use souk_ports::derived::{Checkpoint, Generation, ProjectionName};
use souk_ports::search::{Search, SearchHits, SearchQuery, SearchWrite};
use souk_ports::store::Window;
use souk_ports::{Error, Result};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use self::query::Reader;
use self::tables::Names;
use self::write::Batch;
use crate::remote::generations::{Generations, derived_on_a_server};
use crate::remote::postgres;
use crate::remote::postgres_registry::{Database, Records, Role};
use crate::{Engine, Location};

const WHAT: &str = "search";
const ROLE: Role = Role { name: WHAT, steps: &[], extension: None };

pub(super) const ENGINE: Engine<dyn Search> = Engine {
    scheme: "postgres",
    title: "PostgreSQL, words as tsvector",
    open: |location| {
        Box::pin(async move { Ok(Arc::new(PostgresSearch::new(&location)?) as Arc<dyn Search>) })
    },
    fresh: |_| postgres::fresh("postgres"),
};

struct PostgresSearch {
    database: Arc<Database>,
    generations: Arc<Generations<Records>>,
}

impl PostgresSearch {
    /// Connects when it is first used.
    fn new(location: &Location) -> Result<Self> {
        let database = Database::with(location, ROLE, query::SETTINGS)?;
        let generations = Generations::new(WHAT, Records::new(database.clone(), tables::PLACES));
        Ok(Self { database, generations })
    }

    fn names(&self, index: ProjectionName, generation: Generation) -> Names {
        Names::of(&self.generations.registry().tables(index, generation))
    }

    /// The rows of a question.
    async fn rows(&self, sql: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>> {
        self.database.laid().await?;
        let ask = || async { query::rows(&self.database.reader().await?, sql, parameters).await };
        self.database.guard.repeat(ask).await
    }

    async fn described(&self) -> Result<String> {
        let rows = self.rows("SHOW server_version", &[]).await?;
        let version = rows.first().map_or("", |row| row.get(0));
        let number = version.split(' ').next().unwrap_or_default();
        Ok(format!("PostgreSQL {number} at {}", self.database.server.place))
    }
}

#[async_trait]
impl Search for PostgresSearch {
    async fn write(
        &self,
        index: ProjectionName,
        generation: Generation,
        writes: Vec<SearchWrite>,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let (records, batch) = (self.generations.registry(), &Batch::of(&writes)?);
        let write = |step| async move {
            let write = || write::batch(records, index, generation, batch, &step);
            self.database.writing.repeat(write).await
        };
        self.generations.together(index, generation, checkpoint, write).await
    }

    async fn search(&self, index: ProjectionName, query: &SearchQuery, window: Window) -> Result<SearchHits> {
        self.database.laid().await?;
        let ask = |live: Vec<Generation>| async move {
            let names = &self.names(index, live[0]);
            let search = || async move {
                let connection = &self.database.reader().await?;
                Reader { connection, names }.search(query, window).await
            };
            self.database.guard.repeat(search).await
        };
        self.generations.ask(&[index], ask).await
    }

    async fn scan(
        &self,
        index: ProjectionName,
        after: Option<ProductId>,
        limit: u32,
    ) -> Result<Vec<(ProductId, String)>> {
        let after = after.map(|after| after.0);
        let ask = |live: Vec<Generation>| async move {
            let sql = format!(
                "SELECT id, content FROM {} WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT $2",
                self.names(index, live[0]).contents
            );
            let rows = self.rows(&sql, &[&after, &i64::from(limit)]).await?;
            Ok(rows.iter().map(|row| (ProductId(row.get(0)), row.get(1))).collect())
        };
        self.generations.ask(&[index], ask).await
    }
}

derived_on_a_server!(PostgresSearch);
