//! Vectors in PostgreSQL with pgvector: `pgvector://USER:PASSWORD@HOST:PORT/DATABASE`, with the options of
//! [`crate::remote::postgres`].
//!
//! ```text
//! souk.embeddings                          owned: embeddings by hash
//! souk_vectors.entries_<projection>_<n>    derived: the entries, and what a filter asks
//!              vectors_<projection>_<n>    the embedding of each entry that has one, under an HNSW index
//!              souk_records                generations, leases, checkpoints
//! ```
//! A batch, its checkpoint and the check of the lease are one transaction. An embedding is copied to the entries that wait
//! for it where it is kept, so a question reads the tables of one generation, in one statement, as of one moment.
//!
//! What is left out: half precision and quantized vectors, and a choice of the index's parameters.

mod indexing;
mod nearest;
mod numbers;
mod owned;
mod tables;
#[cfg(test)]
mod tests;
mod write;

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use souk_kernel::{CategoryId, Money, ProductId};
use souk_ports::derived::{Checkpoint, Generation, ProjectionName};
use souk_ports::embedder::DIMENSIONS;
use souk_ports::moving::{Mark, Owned};
use souk_ports::vectors::{ContentHash, Near, NearestQuery, Neighbour, VectorEntry, VectorWrite, Vectors};
use souk_ports::{Error, Result};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use self::indexing::Looked;
use self::nearest::Place;
use self::numbers::Numbers;
use self::owned::OwnedEmbeddings;
use self::write::Batch;
use super::check;
use crate::Engine;
use crate::remote::generations::{Generations, derived_on_a_server};
use crate::remote::postgres_registry::{Database, Records, Role};
use crate::table::{Fresh, Location};

const WHAT: &str = "vectors";
const ROLE: Role = Role {
    name: WHAT,
    steps: &[include_str!("embeddings.sql"), include_str!("mark.sql")],
    extension: Some("vector"),
};

pub(super) const ENGINE: Engine<dyn Vectors> = Engine {
    scheme: "pgvector",
    title: "PostgreSQL with pgvector",
    open: |location| Box::pin(async move { Ok(Arc::new(PgVector::new(&location)?) as Arc<dyn Vectors>) }),
    fresh: |_| fresh(),
};

fn fresh() -> Fresh {
    crate::remote::postgres::fresh("pgvector")
}

struct PgVector {
    database: Arc<Database>,
    generations: Arc<Generations<Records>>,
    looked: Looked,
    owned: Arc<OwnedEmbeddings>,
}

impl PgVector {
    /// Connects when it is first used.
    fn new(location: &Location) -> Result<Self> {
        let database = Database::with(location, ROLE, nearest::SETTINGS)?;
        let generations = Generations::new(WHAT, Records::new(database.clone(), tables::PLACES));
        let owned = Arc::new(OwnedEmbeddings::new(database.clone())?);
        Ok(Self { database, generations, looked: Looked::default(), owned })
    }

    /// The rows of a question.
    async fn rows(&self, sql: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>> {
        self.database.laid().await?;
        self.database.rows(sql, parameters).await
    }

    fn entries(&self, index: ProjectionName, generation: Generation) -> String {
        tables::entries(&self.generations.registry().tables(index, generation))
    }

    async fn described(&self) -> Result<String> {
        let sql =
            "SELECT extversion, current_setting('server_version') FROM pg_extension WHERE extname = 'vector'";
        let rows = self.rows(sql, &[]).await?;
        let [row] = rows.as_slice() else {
            return Err(Error::NotFound { what: format!("pgvector at {}", self.database.server.place) });
        };
        let (own, server): (&str, &str) = (row.get(0), row.get(1));
        let server = server.split(' ').next().unwrap_or_default();
        Ok(format!("pgvector {own} in PostgreSQL {server} at {}", self.database.server.place))
    }
}

#[async_trait]
impl Vectors for PgVector {
    async fn keep(&self, embeddings: Vec<(ContentHash, Vec<f32>)>) -> Result<()> {
        embeddings.iter().try_for_each(|(_, vector)| check::vector(vector))?;
        if embeddings.is_empty() {
            return Ok(());
        }
        let (hashes, vectors): (Vec<_>, Vec<_>) =
            embeddings.into_iter().map(|(hash, vector)| (hash, Numbers(vector))).unzip();
        let hashes: Vec<&[u8]> = hashes.iter().map(|hash| hash.0.as_slice()).collect();
        let may = |mark: &Mark| mark.check_open(WHAT);
        self.database.writing.repeat(|| write::keep(&self.database, &hashes, &vectors, &may)).await
    }

    async fn kept(&self, hashes: &[ContentHash]) -> Result<Vec<Option<Vec<f32>>>> {
        let sql = format!(
            "SELECT hash, vector FROM {}.embeddings WHERE hash = ANY($1)",
            self.database.server.schema
        );
        let asked: Vec<&[u8]> = hashes.iter().map(|hash| hash.0.as_slice()).collect();
        let rows = self.rows(&sql, &[&asked]).await?;
        let kept = rows.iter().map(|row| Ok((tables::hash(row.get(0))?, row.get::<_, Numbers>(1).0)));
        let kept = kept.collect::<Result<HashMap<_, _>>>()?;
        Ok(hashes.iter().map(|hash| kept.get(hash).cloned()).collect())
    }

    async fn write(
        &self,
        index: ProjectionName,
        generation: Generation,
        writes: Vec<VectorWrite>,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let (records, batch) = (self.generations.registry(), &Batch::of(writes));
        let write = |step| async move {
            let write = || write::batch(records, index, generation, batch, &step);
            self.database.writing.repeat(write).await
        };
        self.generations.together(index, generation, checkpoint, write).await
    }

    async fn waiting(&self, index: ProjectionName, limit: u32) -> Result<Vec<(ProductId, ContentHash)>> {
        let ask = |live: Vec<Generation>| async move {
            let entries = self.entries(index, live[0]);
            let sql = format!("SELECT id, embedding FROM {entries} WHERE waiting ORDER BY id LIMIT $1");
            let rows = self.rows(&sql, &[&i64::from(limit)]).await?;
            rows.iter().map(|row| Ok((ProductId(row.get(0)), tables::hash(row.get(1))?))).collect()
        };
        self.generations.ask(&[index], ask).await
    }

    async fn nearest(&self, index: ProjectionName, query: &NearestQuery) -> Result<Vec<Neighbour>> {
        check::limit(query.limit)?;
        if let Near::Vector(numbers) = &query.to {
            check::vector(numbers)?;
        }
        let database = &self.database;
        let extension = database.laid().await?;
        let ask = |live: Vec<Generation>| async move {
            let tables = self.generations.registry().tables(index, live[0]);
            let (entries, vectors) = (tables::entries(&tables), tables::vectors(&tables));
            self.looked.look(database, &vectors);
            let place = &Place { entries: &entries, vectors: &vectors, extension };
            let search = || async move {
                let mut connection = database.reader().await?;
                let found = nearest::nearest(connection.client(), place, query).await;
                connection.give_back();
                found
            };
            database.guard.repeat(search).await
        };
        self.generations.ask(&[index], ask).await
    }

    async fn scan(
        &self,
        index: ProjectionName,
        after: Option<ProductId>,
        limit: u32,
    ) -> Result<Vec<(ProductId, VectorEntry)>> {
        let (after, limit) = (after.map(|after| after.0), i64::from(limit));
        let ask = |live: Vec<Generation>| async move {
            // A text for each case, so that a plan that is kept goes along the ids.
            let later = if after.is_some() { "AND id > $2" } else { "" };
            let sql = format!(
                "SELECT id, {} FROM {} WHERE embedding IS NOT NULL {later} ORDER BY id LIMIT $1",
                tables::ENTRY,
                self.entries(index, live[0])
            );
            let both: [&(dyn ToSql + Sync); 2] = [&limit, &after];
            let rows = self.rows(&sql, if after.is_some() { &both } else { &both[..1] }).await?;
            rows.iter().map(|row| Ok((ProductId(row.get(0)), tables::entry(row)?))).collect()
        };
        self.generations.ask(&[index], ask).await
    }

    fn owned(&self) -> Arc<dyn Owned> {
        self.owned.clone()
    }
}

derived_on_a_server!(PgVector);
