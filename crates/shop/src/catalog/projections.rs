//! The catalogue's read models: product pages, the search index, and the live stock counters.
//!
//! Each writes the whole of what an event touched, as it is in the snapshot, so it does not matter how often or in
//! which batches the events come.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use souk_kernel::{Position, Timestamp, VariantId};
use souk_ports::cache::{Cache, CountWrite};
use souk_ports::derived::{Checkpoint, Derived, Generation, ProjectionName};
use souk_ports::documents::{DocumentContent, DocumentWrite, Documents, IndexEntry};
use souk_ports::event::RecordedEvent;
use souk_ports::projection::{LazySnapshot, Projection};
use souk_ports::search::{Choice, Search, SearchDocument, SearchWrite};
use souk_ports::store::Stock;
use souk_ports::{Error as PortError, Result};

use super::bundles::bundles_with;
use super::events::{self, Touched};
use super::page::{PageVariant, ProductPage};
use super::rewriter::{ProductRewriter, Rewritten};
use super::rows::Assembled;

pub const PRODUCT_PAGES: ProjectionName = "product-pages";
pub const SEARCH_INDEX: ProjectionName = "search-index";
pub const STOCK_COUNTERS: ProjectionName = "stock-counters";

/// Those of which a sale begins or ends, by when it does so next after what the log tells of already: see
/// [`super::price_moment`].
pub(super) const BY_NEXT_PRICE: &str = "next-price";
/// All pages, newest first.
pub(super) const EVERYTHING: &str = "everything";
/// Newest first; by the ids of the category and those above it.
pub(super) const BY_CATEGORY: &str = "category";
/// The same by their names.
pub(super) const BY_CATEGORY_NAME: &str = "category-name";

const DUMP_BATCH: u32 = 1_000;

pub(super) fn category_name_key(name: &str) -> String {
    name.trim().to_lowercase()
}

pub struct ProductPages {
    documents: Arc<dyn Documents>,
    rewriter: ProductRewriter,
}

impl ProductPages {
    pub fn new(documents: Arc<dyn Documents>) -> Self {
        Self { documents, rewriter: ProductRewriter::default() }
    }
}

#[async_trait]
impl Projection for ProductPages {
    fn name(&self) -> ProjectionName {
        PRODUCT_PAGES
    }

    fn target(&self) -> Arc<dyn Derived> {
        self.documents.clone()
    }

    /// 2: with the options of variants, what else is said of them, and the version of the product. 3: with all categories on
    /// which it lies. 4: found by when its price changes next. 5: with the stock of each variant.
    fn form(&self) -> u16 {
        5
    }

    async fn apply(
        &self,
        generation: Generation,
        events: &[Arc<RecordedEvent>],
        snapshot: &mut LazySnapshot<'_>,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let write = async |rewritten: &Rewritten| {
            let write = |product| page_write(product, rewritten.version, rewritten.moment.told);
            let writes = rewritten.products.iter().map(write).collect::<Result<_>>()?;
            self.documents.write(PRODUCT_PAGES, generation, writes, checkpoint).await
        };
        self.rewriter.rewrite(generation, events, snapshot, write).await
    }

    async fn dump(&self) -> Result<Vec<String>> {
        self.documents.dump(PRODUCT_PAGES).await
    }
}

fn unreadable(source: serde_json::Error) -> PortError {
    PortError::internal("reading or writing a product page", source)
}

fn page_write(product: &Assembled, version: Position, told: Timestamp) -> Result<DocumentWrite> {
    let page = &product.page;
    let content = if product.is_active {
        let json = serde_json::to_string(page).map_err(unreadable)?;
        Some(DocumentContent { json, index: index_entries(page, told) })
    } else {
        None
    };
    Ok(DocumentWrite { id: page.id.0, version, content })
}

fn index_entries(page: &ProductPage, told: Timestamp) -> Vec<IndexEntry> {
    let sort = -page.created_at.ms();
    let mut entries = BTreeSet::from([IndexEntry { index: EVERYTHING, value: String::new(), sort }]);
    for category in page.categories() {
        entries.insert(IndexEntry { index: BY_CATEGORY, value: category.id.to_string(), sort });
        let value = category_name_key(&category.name);
        entries.insert(IndexEntry { index: BY_CATEGORY_NAME, value, sort });
    }
    if let Some(next) = page.next_price_after(told) {
        entries.insert(IndexEntry { index: BY_NEXT_PRICE, value: String::new(), sort: next.ms() });
    }
    entries.into_iter().collect()
}

pub struct SearchIndex {
    search: Arc<dyn Search>,
    rewriter: ProductRewriter,
}

impl SearchIndex {
    pub fn new(search: Arc<dyn Search>) -> Self {
        Self { search, rewriter: ProductRewriter::default() }
    }
}

#[async_trait]
impl Projection for SearchIndex {
    fn name(&self) -> ProjectionName {
        SEARCH_INDEX
    }

    fn target(&self) -> Arc<dyn Derived> {
        self.search.clone()
    }

    /// 2: amounts in ten-thousandths. 3: with what filters and orders ask of variants, and with all categories.
    /// 4: with what is charged, also during a sale. 5: with the stock of each variant.
    fn form(&self) -> u16 {
        5
    }

    async fn apply(
        &self,
        generation: Generation,
        events: &[Arc<RecordedEvent>],
        snapshot: &mut LazySnapshot<'_>,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let write = async |rewritten: &Rewritten| {
            let write = |product: &Assembled| SearchWrite {
                id: product.page.id,
                version: rewritten.version,
                content: product.is_active.then(|| search_document(&product.page, rewritten.moment.of)),
            };
            let writes = rewritten.products.iter().map(write).collect();
            self.search.write(SEARCH_INDEX, generation, writes, checkpoint).await
        };
        self.rewriter.rewrite(generation, events, snapshot, write).await
    }

    async fn dump(&self) -> Result<Vec<String>> {
        let (mut lines, mut after) = (Vec::new(), None);
        loop {
            let found = self.search.scan(SEARCH_INDEX, after, DUMP_BATCH).await?;
            let Some((last, _)) = found.last() else { break };
            after = Some(*last);
            lines.extend(found.into_iter().map(|(id, json)| format!(r#"{{"id":"{id}","content":{json}}}"#)));
        }
        lines.sort_unstable();
        Ok(lines)
    }
}

fn choice(variant: &PageVariant) -> Choice {
    Choice { options: variant.choices(), in_stock: variant.in_stock }
}

/// With the prices of this moment.
fn search_document(page: &ProductPage, moment: Timestamp) -> SearchDocument {
    let words = page.variants.iter().flat_map(|variant| {
        [variant.size.clone(), variant.color.clone(), Some(variant.sku.clone())].into_iter().flatten()
    });
    SearchDocument {
        name: page.name.clone(),
        description: page.description.clone(),
        brand: page.brand.clone(),
        categories: page.categories().map(|category| category.id).collect(),
        category_names: page.categories().map(|category| category.name.clone()).collect(),
        tags: page.tags.clone(),
        materials: page.materials.clone(),
        variants: words.collect(),
        price: page.listed_price_at(moment),
        prices: page.prices_at(moment).collect(),
        seller: page.seller.as_ref().map(|seller| seller.id),
        choices: page.variants.iter().map(choice).collect(),
        in_stock: page.in_stock,
        rating: page.rating,
        num_reviews: page.num_reviews,
        created_at: page.created_at,
    }
}

/// The quantity of each variant, also of products that are not active.
pub struct StockCounters {
    cache: Arc<dyn Cache>,
}

impl StockCounters {
    pub fn new(cache: Arc<dyn Cache>) -> Self {
        Self { cache }
    }
}

#[async_trait]
impl Projection for StockCounters {
    fn name(&self) -> ProjectionName {
        STOCK_COUNTERS
    }

    fn target(&self) -> Arc<dyn Derived> {
        self.cache.clone()
    }

    async fn apply(
        &self,
        generation: Generation,
        events: &[Arc<RecordedEvent>],
        snapshot: &mut LazySnapshot<'_>,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let mut moved = BTreeSet::new();
        for event in events {
            match events::touched(event)? {
                Touched::Product { variant, .. } => moved.extend(variant),
                Touched::Stock(moves) => moved.extend(moves.into_iter().map(|(_, variant)| variant)),
                Touched::Nothing | Touched::ProductsOfSeller(_) | Touched::ProductsOfCategory(_) => {}
            }
        }
        let mut ids: Vec<VariantId> = moved.into_iter().collect();
        let mut writes = Vec::with_capacity(ids.len());
        if !ids.is_empty() {
            let snapshot = snapshot.open().await?;
            let bundles = bundles_with(snapshot, &ids).await?;
            ids.extend(bundles.into_iter().map(|(_, bundle)| bundle));
            ids.sort_unstable();
            ids.dedup();
            let version = snapshot.head().await?.head.position;
            let write = |(id, stock): (&VariantId, Option<Stock>)| CountWrite {
                id: id.0,
                version,
                count: stock.map(|stock| stock.quantity),
            };
            writes.extend(ids.iter().zip(snapshot.stock(&ids).await?).map(write));
        }
        self.cache.write_counts(STOCK_COUNTERS, generation, writes, checkpoint).await
    }

    async fn dump(&self) -> Result<Vec<String>> {
        let (mut lines, mut after) = (Vec::new(), None);
        loop {
            let counts = self.cache.scan_counts(STOCK_COUNTERS, after, DUMP_BATCH).await?;
            let Some((last, _)) = counts.last() else { break };
            after = Some(*last);
            lines.extend(counts.iter().map(|(id, count)| format!(r#"{{"id":"{id}","count":{count}}}"#)));
        }
        lines.sort_unstable();
        Ok(lines)
    }
}
