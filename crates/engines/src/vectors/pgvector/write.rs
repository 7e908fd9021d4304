//! Writing entries, and keeping embeddings.
//!
//! An entry is written with its embedding, or waits; an embedding is kept together with filling the entries that wait for
//! it. So that neither misses the other, the two are never under way at the same time: entries are written under a
//! shared lock, embeddings under one of their own.

use std::collections::HashMap;

use futures_util::try_join;
use souk_ports::vectors::VectorWrite;
use uuid::Uuid;

use super::*;
use crate::remote::generations::Step;

/// More new vectors than this are not linked into an index one by one: it is built again afterwards.
const LINKED_AT_ONCE: usize = 1_000;

/// SQL that takes the lock of a schema until the end of the transaction.
pub(super) fn lock(derived: &str, kind: &str) -> String {
    format!("SELECT pg_advisory_xact_lock{kind}(hashtextextended('souk embeddings {derived}', 0))")
}

/// A batch of entries, a column each.
pub(super) struct Batch {
    ids: Vec<Uuid>,
    versions: Vec<i64>,
    embeddings: Vec<Option<Vec<u8>>>,
    /// As texts: an array of arrays has one length only.
    categories: Vec<String>,
    brands: Vec<Option<String>>,
    brand_keys: Vec<Option<String>>,
    prices: Vec<Option<i64>>,
    in_stock: Vec<bool>,
}

impl Batch {
    pub(super) fn of(writes: Vec<VectorWrite>) -> Self {
        let writes = latest(writes);
        let column = || writes.iter().map(|write| write.content.as_ref());
        let brands = || column().map(|content| content.and_then(|content| content.brand.as_deref()));
        let categories = |content: &VectorEntry| {
            let ids: Vec<String> = content.categories.iter().map(|category| category.0.to_string()).collect();
            format!("{{{}}}", ids.join(","))
        };
        Self {
            ids: writes.iter().map(|write| write.id.0).collect(),
            versions: writes.iter().map(|write| write.version as i64).collect(),
            embeddings: column().map(|content| content.map(|content| content.embedding.0.to_vec())).collect(),
            categories: column().map(|content| content.map_or("{}".to_owned(), categories)).collect(),
            brands: brands().map(|brand| brand.map(str::to_owned)).collect(),
            brand_keys: brands().map(|brand| brand.map(str::to_lowercase)).collect(),
            prices: column().map(|content| content?.price.map(Money::ten_thousandths)).collect(),
            in_stock: column().map(|content| content.is_some_and(|content| content.in_stock)).collect(),
        }
    }
}

/// What remains of the writes to each entry, by id: the last one of the highest version.
fn latest(writes: Vec<VectorWrite>) -> Vec<VectorWrite> {
    let mut latest: HashMap<ProductId, VectorWrite> = HashMap::with_capacity(writes.len());
    for write in writes {
        if latest.get(&write.id).is_none_or(|former| former.version <= write.version) {
            latest.insert(write.id, write);
        }
    }
    let mut latest: Vec<_> = latest.into_values().collect();
    latest.sort_unstable_by_key(|write| write.id);
    latest
}

/// Writes a batch and takes the step, or does nothing where the record is not as the step has seen it.
pub(super) async fn batch(
    records: &Records,
    projection: ProjectionName,
    generation: Generation,
    batch: &Batch,
    step: &Step,
) -> Result<bool> {
    let database = &records.database;
    let tables = records.tables(projection, generation);
    let (entries, vectors) = (tables::entries(&tables), tables::vectors(&tables));
    let embeddings = format!("{}.embeddings", database.server.schema);
    let put = format!(
        "INSERT INTO {entries} AS t
            (id, version, embedding, waiting, categories, brand, brand_key, price, in_stock)
         SELECT w.id, w.version, w.embedding, w.embedding IS NOT NULL AND k.hash IS NULL, w.categories::uuid[],
                w.brand, w.brand_key, w.price, w.in_stock
         FROM unnest($1::uuid[], $2::bigint[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bool[])
              AS w (id, version, embedding, categories, brand, brand_key, price, in_stock)
         LEFT JOIN {embeddings} k ON k.hash = w.embedding
         ON CONFLICT (id) DO UPDATE SET
            version = excluded.version, embedding = excluded.embedding, waiting = excluded.waiting,
            categories = excluded.categories, brand = excluded.brand, brand_key = excluded.brand_key,
            price = excluded.price, in_stock = excluded.in_stock
         WHERE t.version <= excluded.version"
    );
    // From here on the entries say what there should be, whichever of the writes have taken effect.
    let remove = format!(
        "DELETE FROM {vectors} v USING {entries} e
         WHERE e.id = ANY($1) AND v.id = e.id AND e.embedding IS DISTINCT FROM v.embedding"
    );
    let missing = format!(
        "FROM {entries} e JOIN {embeddings} k ON k.hash = e.embedding
         WHERE e.id = ANY($1) AND NOT EXISTS (SELECT FROM {vectors} v WHERE v.id = e.id)"
    );
    let count = format!("SELECT count(*) {missing}");
    let fill =
        format!("INSERT INTO {vectors} (id, embedding, vector) SELECT e.id, k.hash, k.vector {missing}");
    let shared = lock(&database.derived, "_shared");

    let mut writer = database.writer().await?;
    let written = async {
        let transaction = writer.client().transaction().await?;
        let lock = async { transaction.batch_execute(&shared).await };
        if !try_join!(lock, records.step(&transaction, projection, generation, step))?.1 {
            transaction.rollback().await?;
            return Ok(false);
        }
        let statement = transaction.prepare_cached(&put).await?;
        let Batch { ids, versions, embeddings, categories, brands, brand_keys, prices, in_stock } = batch;
        transaction
            .execute(
                &statement,
                &[ids, versions, embeddings, categories, brands, brand_keys, prices, in_stock],
            )
            .await?;
        let statement = transaction.prepare_cached(&remove).await?;
        transaction.execute(&statement, &[ids]).await?;
        if ids.len() > LINKED_AT_ONCE {
            let new: i64 = transaction.query_one(&count, &[ids]).await?.get(0);
            if new > LINKED_AT_ONCE as i64 {
                indexing::remove(&transaction, &vectors).await?;
            }
        }
        let statement = transaction.prepare_cached(&fill).await?;
        transaction.execute(&statement, &[ids]).await?;
        transaction.commit().await?;
        Ok(true)
    };
    let written = written.await.map_err(|error| database.error(error))?;
    writer.give_back();
    Ok(written)
}

/// Keeps embeddings, and fills the entries of all generations that wait for them; unless the mark forbids it.
pub(super) async fn keep(
    database: &Database,
    hashes: &[&[u8]],
    vectors: &[Numbers],
    may: &(dyn Fn(&Mark) -> Result<()> + Sync),
) -> Result<()> {
    let extension = database.laid().await?;
    let embeddings = format!("{}.embeddings", database.server.schema);
    let own = lock(&database.derived, "");
    let insert = format!(
        "INSERT INTO {embeddings} (hash, vector)
         SELECT * FROM unnest($1::bytea[], $2::{extension}.vector[]) ON CONFLICT DO NOTHING"
    );
    let mark = format!("SELECT mark FROM {}.{} FOR SHARE", database.server.schema, owned::MARK);
    let mut writer = database.writer().await?;
    let kept = async {
        let transaction = writer.client().transaction().await?;
        transaction.batch_execute(&own).await?;
        // Whoever sets the mark waits for those who keep.
        let row = transaction.query_one(&mark, &[]).await?;
        if let Err(closed) = Mark::of_text(row.get(0)).and_then(|mark| may(&mark)) {
            transaction.rollback().await?;
            return Ok(Err(closed));
        }
        let statement = transaction.prepare_cached(&insert).await?;
        transaction.execute(&statement, &[&hashes, &vectors]).await?;
        let generations = "SELECT substr(tablename, 9) FROM pg_tables
                           WHERE schemaname = $1 AND starts_with(tablename, 'entries_')";
        for row in transaction.query(generations, &[&database.derived]).await? {
            let generation: String = row.get(0);
            let fill = format!(
                "WITH filled AS (
                    UPDATE {0}.entries_{generation} e SET waiting = false FROM {embeddings} k
                    WHERE e.waiting AND e.embedding = ANY($1) AND k.hash = e.embedding
                    RETURNING e.id, k.hash, k.vector
                 )
                 INSERT INTO {0}.vectors_{generation} (id, embedding, vector) SELECT * FROM filled",
                database.derived
            );
            transaction.execute(&fill, &[&hashes]).await?;
        }
        transaction.commit().await?;
        Ok(Ok(()))
    };
    let kept = kept.await.map_err(|error: tokio_postgres::Error| database.error(error))?;
    writer.give_back();
    kept
}
