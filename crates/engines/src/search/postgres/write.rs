//! Writing a batch: products, what they hold, and how many have which word.
//!
//! The counts change by the difference between what a product had and what it has. So whoever writes reads first, and
//! has the generation to itself from there on: the step holds its record.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use deadpool_postgres::Transaction;
use souk_ports::search::SearchDocument;
use uuid::Uuid;

use super::*;
use crate::remote::generations::Step;
use crate::search::content::Content;
use crate::search::keys;
use crate::search::words::Words;

/// The name, then brand, categories, tags, materials and variants, then the description: `ts_rank`'s own weights for
/// them are 1, 0.4 and 0.1.
const NAME: char = 'A';
const KEYWORD: char = 'B';
const DESCRIPTION: char = 'D';
/// More mentions of a word add next to nothing to a rank.
const MENTIONS: usize = 8;
/// A `tsvector` has less than a MiB; what comes after is not found.
const WORDS_BYTES: usize = 1_000_000;
/// Under this word all products are counted. No product has it.
pub(super) const EVERYTHING: &str = "";

/// The products of a batch, by id: of writes to the same one, the last one of the highest version.
pub(super) struct Batch(Vec<Product>);

struct Product {
    id: Uuid,
    version: i64,
    stems: BTreeSet<String>,
    spelling: BTreeSet<String>,
    /// The `tsvector`, as text.
    words: String,
    brand: Option<String>,
    brand_key: Option<String>,
    /// The array, as text.
    categories: String,
    seller: Option<Uuid>,
    /// JSON.
    tags: String,
    choices: String,
    /// The array, as text.
    prices: String,
    rating: Option<f64>,
    name: String,
    in_stock: bool,
    created: Option<i64>,
    /// None: it is deleted.
    content: Option<String>,
}

impl Batch {
    pub(super) fn of(writes: &[SearchWrite]) -> Result<Self> {
        let mut latest: BTreeMap<Uuid, &SearchWrite> = BTreeMap::new();
        for write in writes {
            if latest.get(&write.id.0).is_none_or(|former| former.version <= write.version) {
                latest.insert(write.id.0, write);
            }
        }
        let mut analyzers = Words::analyzers();
        latest.into_values().map(|write| Product::of(write, &mut analyzers)).collect::<Result<_>>().map(Self)
    }
}

impl Product {
    fn of(write: &SearchWrite, analyzers: &mut Words) -> Result<Self> {
        let (id, version) = (write.id.0, write.version as i64);
        let Some(document) = &write.content else {
            return Ok(Self {
                id,
                version,
                stems: BTreeSet::new(),
                spelling: BTreeSet::new(),
                words: String::new(),
                brand: None,
                brand_key: None,
                categories: "{}".to_owned(),
                seller: None,
                tags: "[]".to_owned(),
                choices: "[]".to_owned(),
                prices: "{}".to_owned(),
                rating: None,
                name: String::new(),
                in_stock: false,
                created: None,
                content: None,
            });
        };
        let (mentions, spelling) = mentions(document, analyzers);
        let mut stems: BTreeSet<String> = mentions.keys().cloned().collect();
        stems.insert(EVERYTHING.to_owned());
        let categories: BTreeSet<String> = document.categories.iter().map(|id| id.0.to_string()).collect();
        Ok(Self {
            id,
            version,
            stems,
            spelling,
            words: tsvector(&mentions),
            brand: document.brand.clone(),
            brand_key: keys::brand(document),
            categories: array(categories),
            seller: document.seller.map(|seller| seller.0),
            tags: to_json(&keys::tags(document))?,
            choices: to_json(&keys::choices(document))?,
            prices: array(keys::prices(document)),
            rating: document.rating,
            name: keys::name(&document.name, analyzers),
            in_stock: document.in_stock,
            created: Some(document.created_at.ms()),
            content: Some(to_json(&Content::of(document))?),
        })
    }
}

/// An array, as text. None of its values needs quotes.
fn array<T: ToString>(values: BTreeSet<T>) -> String {
    format!("{{{}}}", values.iter().map(T::to_string).collect::<Vec<_>>().join(","))
}

fn to_json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::internal(WHAT, error))
}

/// Where each stem is mentioned, the weightiest places first; and the words as they are spelled.
fn mentions(
    document: &SearchDocument,
    analyzers: &mut Words,
) -> (BTreeMap<String, Vec<char>>, BTreeSet<String>) {
    let keywords = [&document.category_names, &document.tags, &document.materials, &document.variants];
    let keywords = keywords.into_iter().flatten().chain(&document.brand).map(|text| (KEYWORD, text));
    let places = [(NAME, &document.name)].into_iter().chain(keywords);
    let (mut mentions, mut spelling, mut bytes) = (BTreeMap::<String, Vec<char>>::new(), BTreeSet::new(), 0);
    for (place, text) in places.chain([(DESCRIPTION, &document.description)]) {
        for word in analyzers.of(text) {
            match mentions.get_mut(&word.stem) {
                Some(places) if places.len() < MENTIONS => places.push(place),
                Some(_) => {}
                None if word.stem.is_empty() => continue,
                None => {
                    bytes += word.stem.len() + 2 * MENTIONS + 4;
                    if bytes > WORDS_BYTES {
                        continue;
                    }
                    mentions.insert(word.stem, vec![place]);
                }
            }
            spelling.insert(word.plain);
        }
    }
    (mentions, spelling)
}

/// Ranks ask for the order of a word's mentions and for nothing else, so each word has its own positions.
fn tsvector(mentions: &BTreeMap<String, Vec<char>>) -> String {
    let mut text = String::new();
    for (stem, places) in mentions {
        let places: Vec<String> =
            places.iter().enumerate().map(|(at, place)| format!("{}{place}", at + 1)).collect();
        text.push_str(&format!("{}:{} ", lexeme(stem), places.join(",")));
    }
    text
}

/// A word, to stand in a `tsvector` or a `tsquery` as it is.
pub(super) fn lexeme(stem: &str) -> String {
    format!("'{}'", stem.replace('\\', "\\\\").replace('\'', "''"))
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
    let names = Names::of(&records.tables(projection, generation));
    let mut writer = database.writer().await?;
    let written = async {
        let transaction = writer.client().transaction().await?;
        if !records.step(&transaction, projection, generation, step).await? {
            transaction.rollback().await?;
            return Ok(false);
        }
        let (newer, changes) = newer(&transaction, &names, &batch.0).await?;
        put(&transaction, &names, &newer).await?;
        count(&transaction, &names.stems, &changes.stems).await?;
        count(&transaction, &names.spellings, &changes.spellings).await?;
        transaction.commit().await?;
        Ok(true)
    };
    let written = written.await.map_err(|error: tokio_postgres::Error| database.error(error))?;
    writer.give_back();
    Ok(written)
}

/// How many products more have a word.
#[derive(Default)]
struct Changes {
    stems: BTreeMap<String, i64>,
    spellings: BTreeMap<String, i64>,
}

impl Changes {
    fn add(
        &mut self,
        stems: impl IntoIterator<Item = String>,
        spelling: impl IntoIterator<Item = String>,
        by: i64,
    ) {
        for (counts, words) in [
            (&mut self.stems, stems.into_iter().collect::<Vec<_>>()),
            (&mut self.spellings, spelling.into_iter().collect()),
        ] {
            words.into_iter().for_each(|word| *counts.entry(word).or_default() += by);
        }
    }
}

/// The products that replace what is there, and what that changes.
async fn newer<'a>(
    transaction: &Transaction<'_>,
    names: &Names,
    products: &'a [Product],
) -> Result<(Vec<&'a Product>, Changes), tokio_postgres::Error> {
    let sql = format!(
        "SELECT p.id, p.version, tsvector_to_array(p.words), c.spelling
         FROM {} p LEFT JOIN {} c ON c.id = p.id WHERE p.id = ANY($1)",
        names.products, names.contents
    );
    let statement = transaction.prepare_cached(&sql).await?;
    let ids: Vec<Uuid> = products.iter().map(|product| product.id).collect();
    let there = transaction.query(&statement, &[&ids]).await?;
    let there: HashMap<Uuid, Row> = there.into_iter().map(|row| (row.get(0), row)).collect();
    let (mut newer, mut changes) = (Vec::new(), Changes::default());
    for product in products {
        if let Some(former) = there.get(&product.id) {
            if former.get::<_, i64>(1) > product.version {
                continue;
            }
            if let Some(spelling) = former.get::<_, Option<Vec<String>>>(3) {
                let stems: Vec<String> = former.get(2);
                changes.add(stems.into_iter().chain([EVERYTHING.to_owned()]), spelling, -1);
            }
        }
        changes.add(product.stems.iter().cloned(), product.spelling.iter().cloned(), 1);
        newer.push(product);
    }
    Ok((newer, changes))
}

async fn put(
    transaction: &Transaction<'_>,
    names: &Names,
    products: &[&Product],
) -> Result<(), tokio_postgres::Error> {
    let put = format!(
        "INSERT INTO {} (id, version, words, brand, brand_key, categories, seller, tags, choices, prices, rating, name,
                         in_stock, created)
         SELECT w.id, w.version, w.words::tsvector, w.brand, w.brand_key, w.categories::uuid[], w.seller, w.tags::jsonb,
                w.choices::jsonb, w.prices::bigint[], w.rating, w.name, w.in_stock, w.created
         FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[],
                     $8::text[], $9::text[], $10::text[], $11::float8[], $12::text[], $13::bool[], $14::bigint[])
              AS w (id, version, words, brand, brand_key, categories, seller, tags, choices, prices, rating, name,
                    in_stock, created)
         ON CONFLICT (id) DO UPDATE SET
            version = excluded.version, words = excluded.words, brand = excluded.brand,
            brand_key = excluded.brand_key, categories = excluded.categories, seller = excluded.seller,
            tags = excluded.tags, choices = excluded.choices, prices = excluded.prices, rating = excluded.rating,
            name = excluded.name, in_stock = excluded.in_stock, created = excluded.created",
        names.products
    );
    let hold = format!(
        "INSERT INTO {} (id, spelling, content)
         SELECT w.id, string_to_array(w.spelling, ' '), w.content
         FROM unnest($1::uuid[], $2::text[], $3::text[]) AS w (id, spelling, content)
         ON CONFLICT (id) DO UPDATE SET spelling = excluded.spelling, content = excluded.content",
        names.contents
    );
    let remove = format!("DELETE FROM {} WHERE id = ANY($1)", names.contents);

    fn column<'a, T>(products: &'a [&Product], of: impl Fn(&'a Product) -> T) -> Vec<T> {
        products.iter().map(|product| of(product)).collect()
    }
    let statement = transaction.prepare_cached(&put).await?;
    transaction
        .execute(
            &statement,
            &[
                &column(products, |product| product.id),
                &column(products, |product| product.version),
                &column(products, |product| &product.words),
                &column(products, |product| &product.brand),
                &column(products, |product| &product.brand_key),
                &column(products, |product| &product.categories),
                &column(products, |product| product.seller),
                &column(products, |product| &product.tags),
                &column(products, |product| &product.choices),
                &column(products, |product| &product.prices),
                &column(products, |product| product.rating),
                &column(products, |product| &product.name),
                &column(products, |product| product.in_stock),
                &column(products, |product| product.created),
            ],
        )
        .await?;
    let (there, gone): (Vec<&Product>, Vec<&Product>) =
        products.iter().partition(|product| product.content.is_some());
    let statement = transaction.prepare_cached(&hold).await?;
    // No word has a gap in it.
    let spelling = |product: &Product| product.spelling.iter().cloned().collect::<Vec<_>>().join(" ");
    transaction
        .execute(
            &statement,
            &[
                &column(&there, |product| product.id),
                &column(&there, spelling),
                &column(&there, |product| &product.content),
            ],
        )
        .await?;
    if !gone.is_empty() {
        let statement = transaction.prepare_cached(&remove).await?;
        transaction.execute(&statement, &[&column(&gone, |product| product.id)]).await?;
    }
    Ok(())
}

/// Changes how many products have which words. A word that none has any more is gone.
async fn count(
    transaction: &Transaction<'_>,
    table: &str,
    changes: &BTreeMap<String, i64>,
) -> Result<(), tokio_postgres::Error> {
    let (words, by): (Vec<&str>, Vec<i64>) =
        changes.iter().filter(|(_, by)| **by != 0).map(|(word, by)| (word.as_str(), *by)).unzip();
    if words.is_empty() {
        return Ok(());
    }
    let add = format!(
        "INSERT INTO {table} AS t (word, products) SELECT * FROM unnest($1::text[], $2::bigint[])
         ON CONFLICT (word) DO UPDATE SET products = t.products + excluded.products"
    );
    let statement = transaction.prepare_cached(&add).await?;
    transaction.execute(&statement, &[&words, &by]).await?;
    if by.iter().any(|by| *by < 0) {
        let statement = transaction
            .prepare_cached(&format!("DELETE FROM {table} WHERE word = ANY($1) AND products = 0"))
            .await?;
        transaction.execute(&statement, &[&words]).await?;
    }
    Ok(())
}
