//! The tables of a generation.
//!
//! What a filter asks changes often and lies apart from the vectors: linking a vector into an HNSW index takes
//! milliseconds, and PostgreSQL does it again for every new state of a row that it cannot keep in its page. The row of
//! `vectors` is there exactly while the entry's embedding is kept, so a search without a filter reads nothing else.

use souk_ports::vectors::VectorEntry;
use tokio_postgres::Row;

use super::*;
use crate::remote::postgres_registry::{Places, Tables};

pub(super) const PLACES: Places = Places { create, clear };

pub(super) fn entries(tables: &Tables) -> String {
    tables.name("entries")
}

pub(super) fn vectors(tables: &Tables) -> String {
    tables.name("vectors")
}

/// The index on the vectors comes later ([`indexing`]).
fn create(tables: &Tables) -> String {
    let (entries, vectors) = (entries(tables), vectors(tables));
    format!(
        "CREATE TABLE IF NOT EXISTS {entries} (
            id uuid PRIMARY KEY,
            version bigint NOT NULL,
            -- None: the product was deleted.
            embedding bytea,
            -- For its embedding.
            waiting boolean NOT NULL,
            categories uuid[] NOT NULL,
            brand text,
            -- In lower case.
            brand_key text,
            price bigint,
            in_stock boolean NOT NULL
         ) WITH (fillfactor = 85);
         CREATE INDEX IF NOT EXISTS {0}_categories ON {entries} USING gin (categories) WITH (fastupdate = off);
         CREATE INDEX IF NOT EXISTS {0}_brand ON {entries} (brand_key);
         CREATE INDEX IF NOT EXISTS {0}_price ON {entries} (price);
         CREATE INDEX IF NOT EXISTS {0}_waiting ON {entries} (id) WHERE waiting;
         CREATE INDEX IF NOT EXISTS {0}_wanted ON {entries} (embedding) WHERE waiting;
         CREATE TABLE IF NOT EXISTS {vectors} (
            id uuid PRIMARY KEY,
            embedding bytea NOT NULL,
            vector vector({DIMENSIONS}) NOT NULL
         );
         ALTER TABLE {vectors} ALTER vector SET STORAGE PLAIN;",
        tables.bare("entries")
    )
}

/// Not while embeddings are being kept, which goes through the tables of all generations.
fn clear(tables: &Tables) -> String {
    format!(
        "{};
         DROP TABLE IF EXISTS {}, {};",
        write::lock(&tables.schema, "_shared"),
        entries(tables),
        vectors(tables)
    )
}

/// What [`entry`] reads, from the second column.
pub(super) const ENTRY: &str = "embedding, categories, brand, price, in_stock";

pub(super) fn entry(row: &Row) -> Result<VectorEntry> {
    let price = row.get::<_, Option<i64>>(4).map(Money::from_ten_thousandths).transpose();
    Ok(VectorEntry {
        embedding: hash(row.get(1))?,
        categories: row.get::<_, Vec<Uuid>>(2).into_iter().map(CategoryId).collect(),
        brand: row.get(3),
        price: price.map_err(|error| Error::internal(WHAT, error))?,
        in_stock: row.get(5),
    })
}

pub(super) fn hash(bytes: &[u8]) -> Result<ContentHash> {
    bytes.try_into().map(ContentHash).map_err(|error| Error::internal("reading a hash of vectors", error))
}
