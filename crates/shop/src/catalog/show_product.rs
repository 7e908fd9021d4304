//! `GET /products/{id}`: one product with its seller and variants.

use std::ops::Range;

use bytes::Bytes;
use souk_kernel::{Position, ProductId, Timestamp, VariantId};
use souk_ports::Error as PortError;
use souk_ports::derived::{Derived, Generation, ProjectionName};

use super::page::{PageVariant, ProductPage};
use super::page_cache::{Rendered, Seen};
use super::projections::{PRODUCT_PAGES, STOCK_COUNTERS};
use super::views::{ProductDetail, ProductNow};
use super::{Error, join, rows};
use crate::{Query, Shop, Source};

/// A product's page as JSON, with the version of the product that it shows.
#[derive(Debug, Clone)]
pub struct RenderedPage {
    pub json: Bytes,
    pub version: u64,
}

/// The page of one product, rendered as JSON.
#[derive(Debug, Clone, Copy)]
pub struct ShowProduct {
    pub id: ProductId,
}

impl Query for ShowProduct {
    type Answer = RenderedPage;
    type Error = Error;

    fn reads(&self) -> &'static [Source] {
        // The use case itself reads the store when pages or counters are behind, so only the store can be too old.
        &[Source::Store]
    }

    async fn answer(&self, shop: &Shop, at_least: Position) -> Result<RenderedPage, Error> {
        show_product_json(shop, self.id, at_least).await
    }
}

pub async fn show_product(shop: &Shop, id: ProductId) -> Result<ProductDetail, Error> {
    Ok(read(shop, id, 0, shop.clock.now()).await?.detail)
}

/// A page that was read.
struct PageRead {
    detail: ProductDetail,
    seen: Seen,
    /// Its prices are those of this time.
    holds: Range<Timestamp>,
}

/// The same, rendered: from memory while nothing has touched the product since it was read, and no sale of it has begun
/// or ended.
///
/// The answer holds everything up to `at_least`, the position of the caller's token (0 without one).
pub async fn show_product_json(
    shop: &Shop,
    id: ProductId,
    at_least: Position,
) -> Result<RenderedPage, Error> {
    if let Some(page) = shop.pages.get(id, at_least, shop.clock.now()) {
        return Ok(page);
    }
    // Of many callers who miss the same product, one reads and the others find what it read.
    let _turn = shop.pages.turn(id).await;
    let now = shop.clock.now();
    if let Some(page) = shop.pages.get(id, at_least, now) {
        return Ok(page);
    }
    let wanted = shop.pages.must_hold(id).max(at_least);
    let PageRead { detail, seen, holds } = read(shop, id, wanted, now).await?;
    let json = serde_json::to_vec(&detail)
        .map_err(|source| Error::Corrupt { what: format!("the answer about product `{id}`"), source })?;
    let page = RenderedPage { json: json.into(), version: detail.version };
    shop.pages.put(id, Rendered { page: page.clone(), seen, holds });
    Ok(page)
}

/// The product as the store has it now, active or not.
pub async fn product_now(shop: &Shop, id: ProductId) -> Result<ProductNow, Error> {
    let mut snapshot = shop.store.snapshot().await?;
    match rows::assemble(&mut *snapshot, &[id]).await?.pop() {
        Some(product) => Ok(ProductNow {
            status: product.page.details.status,
            is_hidden: product.page.details.is_hidden,
            detail: product.page.detail(&product.stock, &shop.rules, None),
            is_active: product.is_active,
            metadata: product.metadata,
        }),
        None => Err(Error::UnknownProduct { asked: id.to_string() }),
    }
}

/// Reads the document if it holds everything up to `wanted`, and the store's rows otherwise.
async fn read(shop: &Shop, id: ProductId, wanted: Position, now: Timestamp) -> Result<PageRead, Error> {
    match from_documents(shop, id, wanted, now).await {
        Ok(Some(found)) => Ok(found),
        Ok(None) => from_store(shop, id, wanted, now).await,
        Err(Error::Port(error)) if join::is_left_to_the_store(&error) => {
            from_store(shop, id, wanted, now).await
        }
        Err(error) => Err(error),
    }
}

async fn from_documents(
    shop: &Shop,
    id: ProductId,
    wanted: Position,
    now: Timestamp,
) -> Result<Option<PageRead>, Error> {
    // The checkpoints come first: whatever is read after them is at least as new as they say.
    let Some(pages_at) = checkpoint(&*shop.documents, PRODUCT_PAGES).await? else { return Ok(None) };
    let Some(counts_at) = checkpoint(&*shop.cache, STOCK_COUNTERS).await? else { return Ok(None) };
    let read_at = pages_at.1.min(counts_at.1);
    if read_at < wanted {
        return Ok(None);
    }
    let document = shop.documents.get(PRODUCT_PAGES, &[id.0]).await?.pop().flatten();
    // Not there, or not there yet: the store knows.
    let Some(document) = document else { return Ok(None) };
    let page = join::read_page(&document)?;
    let variants: Vec<VariantId> = page.variants.iter().map(|variant| variant.id).collect();
    let stock = join::live_stock(shop, &variants).await?;
    // Another generation may have gone live between the checkpoint and the document, and be behind it.
    let same = shop.documents.live(PRODUCT_PAGES).await? == Some(pages_at.0)
        && shop.cache.live(STOCK_COUNTERS).await? == Some(counts_at.0);
    let seen = if same && shop.pages.has_heard(read_at) { Seen::UpTo(read_at) } else { Seen::Unknown };
    let seen = seen_of(&page, seen);
    let holds = page.holds_around(now);
    Ok(Some(PageRead { detail: page.detail(&stock, &shop.rules, Some(now)), seen, holds }))
}

/// An event that moves the part of a bundle does not name the bundle's page, so that is not kept.
fn seen_of(page: &ProductPage, seen: Seen) -> Seen {
    if page.variants.iter().any(PageVariant::is_bundle) { Seen::Unknown } else { seen }
}

async fn checkpoint(
    role: &dyn Derived,
    projection: ProjectionName,
) -> Result<Option<(Generation, Position)>, PortError> {
    let Some(generation) = role.live(projection).await? else { return Ok(None) };
    Ok(Some((generation, role.checkpoint(projection, generation).await?.at.position)))
}

async fn from_store(shop: &Shop, id: ProductId, wanted: Position, now: Timestamp) -> Result<PageRead, Error> {
    let mut snapshot = shop.store.snapshot_from(wanted).await?;
    let at = snapshot.head().await?.head.position;
    let found = rows::assemble(&mut *snapshot, &[id]).await?.pop();
    match found.filter(|product| product.is_active) {
        Some(product) => {
            let (holds, seen) = (product.page.holds_around(now), seen_of(&product.page, Seen::UpTo(at)));
            let detail = product.page.detail(&product.stock, &shop.rules, Some(now));
            Ok(PageRead { detail, seen, holds })
        }
        None => Err(Error::UnknownProduct { asked: id.to_string() }),
    }
}
