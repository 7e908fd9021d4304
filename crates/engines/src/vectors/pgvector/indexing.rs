//! The HNSW index of a generation: made when there is enough to find, beside all that goes on, by whoever is asked.
//!
//! Building an index takes a twentieth of the time of linking as many vectors into it one by one. So a generation that
//! is being filled has none, and until there is one every vector is compared.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use deadpool_postgres::Transaction;

use super::*;

/// Below this many vectors PostgreSQL compares with each anyway, and finds all.
pub(super) const INDEXED_FROM: i64 = 10_000;
/// How often one process looks whether an index is missing.
const LOOK: Duration = Duration::from_secs(5);
/// Links of a vector and how many are looked at for making them: pgvector's own defaults.
const HNSW: &str = "m = 16, ef_construction = 64";
/// The indexes of a table, and whether each is whole: one is left unfinished when its builder dies.
pub(super) const FIND: &str = "SELECT i.indexrelid::regclass::text, i.indisvalid
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
    WHERE i.indrelid = to_regclass($1) AND a.amname = 'hnsw'";

/// When which table was last looked at.
#[derive(Default)]
pub(super) struct Looked(Mutex<HashMap<String, Instant>>);

impl Looked {
    /// Builds the index of a table beside, if it is missing and worth it.
    pub(super) fn look(&self, database: &Arc<Database>, vectors: &str) {
        {
            let mut looked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if looked.get(vectors).is_some_and(|at| at.elapsed() < LOOK) {
                return;
            }
            // Tables that are no more.
            looked.retain(|_, at| at.elapsed() < 2 * LOOK);
            looked.insert(vectors.to_owned(), Instant::now());
        }
        let (database, vectors) = (database.clone(), vectors.to_owned());
        tokio::spawn(async move {
            if let Err(error) = make(&database, &vectors).await {
                tracing::warn!(%error, vectors, "the index of the nearest could not be built yet");
            }
        });
    }
}

async fn make(database: &Database, vectors: &str) -> Result<()> {
    let is_missing = async {
        let mut reader = database.reader().await?;
        let connection = reader.client();
        let sql = format!("SELECT count(*) FROM (SELECT FROM {vectors} LIMIT {INDEXED_FROM}) few");
        let looked = async {
            let whole = connection.query(FIND, &[&vectors]).await?.iter().any(|row| row.get(1));
            Ok(!whole && connection.query_one(&sql, &[]).await?.get::<_, i64>(0) == INDEXED_FROM)
        };
        let looked = looked.await;
        reader.give_back();
        looked.map_err(|error| database.error(error))
    };
    if database.guard.once(is_missing).await? { build(database, vectors).await } else { Ok(()) }
}

/// Builds it while others read and write. As long as it takes: there is no other way, and nobody waits for it.
async fn build(database: &Database, vectors: &str) -> Result<()> {
    let extension = database.laid().await?;
    // Ends with this function, and the lock with it.
    let mut writer = database.writer().await?;
    let connection = writer.client();
    let built = async {
        connection
            .batch_execute(
                "SET statement_timeout = 0; SET transaction_timeout = 0; SET lock_timeout = '10min'",
            )
            .await?;
        if !connection.query_one(&alone(""), &[&vectors]).await?.get::<_, bool>(0) {
            return Ok(());
        }
        for row in connection.query(FIND, &[&vectors]).await? {
            if row.get(1) {
                return Ok(());
            }
            let unfinished: &str = row.get(0);
            connection.batch_execute(&format!("DROP INDEX CONCURRENTLY {unfinished}")).await?;
        }
        let begin = Instant::now();
        // One statement by itself: it is no part of a transaction.
        let create = format!(
            "CREATE INDEX CONCURRENTLY ON {vectors} USING hnsw (vector {extension}.vector_ip_ops) WITH ({HNSW})"
        );
        connection.batch_execute(&create).await?;
        tracing::info!(vectors, seconds = begin.elapsed().as_secs(), "built the index of the nearest");
        Ok(())
    };
    built.await.map_err(|error| database.error(error))
}

/// SQL that tries for the right to make or remove the index of a table.
fn alone(kind: &str) -> String {
    format!("SELECT pg_try_advisory{kind}_lock(hashtextextended('souk index ' || $1, 0))")
}

/// Removes the index of a table within a transaction, unless one is just being built: that would wait for this
/// transaction, and this one for it.
pub(super) async fn remove(
    transaction: &Transaction<'_>,
    vectors: &str,
) -> Result<(), tokio_postgres::Error> {
    if !transaction.query_one(&alone("_xact"), &[&vectors]).await?.get::<_, bool>(0) {
        return Ok(());
    }
    for row in transaction.query(FIND, &[&vectors]).await? {
        let index: &str = row.get(0);
        transaction.batch_execute(&format!("DROP INDEX {index}")).await?;
    }
    Ok(())
}
