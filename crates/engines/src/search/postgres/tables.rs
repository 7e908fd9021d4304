//! The tables of a generation.

use crate::remote::postgres_registry::{Places, Tables};

pub(super) const PLACES: Places = Places { create, clear };

/// Their names, to stand in SQL as they are.
pub(super) struct Names {
    pub(super) products: String,
    pub(super) contents: String,
    pub(super) stems: String,
    pub(super) spellings: String,
}

impl Names {
    pub(super) fn of(tables: &Tables) -> Self {
        Self {
            products: tables.name("products"),
            contents: tables.name("contents"),
            stems: tables.name("stems"),
            spellings: tables.name("spellings"),
        }
    }
}

/// What changes often (price, stock, version) is in no index, so PostgreSQL keeps its new state in the page of the former.
fn create(tables: &Tables) -> String {
    let Names { products, contents, stems, spellings } = Names::of(tables);
    format!(
        "CREATE TABLE IF NOT EXISTS {products} (
            id uuid PRIMARY KEY,
            version bigint NOT NULL,
            words tsvector NOT NULL,
            brand text,
            -- In lower case; none where the brand is empty.
            brand_key text,
            -- Each once.
            categories uuid[] NOT NULL,
            seller uuid,
            -- In lower case: an array of texts, and for each variant one.
            tags jsonb NOT NULL,
            choices jsonb NOT NULL,
            -- The lowest first.
            prices bigint[] NOT NULL,
            rating float8,
            -- As names are put in order.
            name text COLLATE \"C\" NOT NULL,
            in_stock boolean NOT NULL,
            -- None: the product was deleted.
            created bigint
         ) WITH (fillfactor = 85);
         -- Without a list of what is still to be put in, which every search would walk through.
         CREATE INDEX IF NOT EXISTS {} ON {products} USING gin (words) WITH (fastupdate = off);
         CREATE TABLE IF NOT EXISTS {contents} (
            id uuid PRIMARY KEY, spelling text[] NOT NULL, content text NOT NULL
         );
         CREATE TABLE IF NOT EXISTS {stems} (word text COLLATE \"C\" PRIMARY KEY, products bigint NOT NULL)
            WITH (fillfactor = 70);
         CREATE TABLE IF NOT EXISTS {spellings} (word text COLLATE \"C\" PRIMARY KEY, products bigint NOT NULL)
            WITH (fillfactor = 70);",
        tables.bare("words")
    )
}

fn clear(tables: &Tables) -> String {
    let Names { products, contents, stems, spellings } = Names::of(tables);
    format!("DROP TABLE IF EXISTS {products}, {contents}, {stems}, {spellings};")
}
