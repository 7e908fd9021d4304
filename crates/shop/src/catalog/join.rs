//! What is joined when answering: live quantities, and the store's rows where documents cannot answer.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use souk_kernel::{ProductId, VariantId};
use souk_ports::Error as PortError;
use souk_ports::documents::Document;

use super::Error;
use super::page::ProductPage;
use super::projections::{PRODUCT_PAGES, STOCK_COUNTERS};
use super::rows::{self, Assembled};
use super::views::ProductView;
use crate::Shop;

/// Whether a derived role's answer means "ask the store instead": it has nothing yet, it is away, or it is broken.
pub(crate) fn is_left_to_the_store(error: &PortError) -> bool {
    if let PortError::Internal { .. } = error {
        tell_of(error);
    }
    matches!(
        error,
        PortError::NotFound { .. }
            | PortError::Unavailable { .. }
            | PortError::Busy { .. }
            | PortError::Internal { .. }
    )
}

/// An index that is missing or broken is a part of the shop that is not there, neither a thing that the client named
/// wrongly nor one that nobody foresaw.
pub(crate) fn no_index(error: PortError) -> PortError {
    away("the search index", error)
}

pub(crate) fn away(what: &str, error: PortError) -> PortError {
    let away = |source| PortError::Unavailable { what: what.to_owned(), source };
    match error {
        PortError::NotFound { .. } => away(None),
        broken @ PortError::Internal { .. } => away(Some(Box::new(broken))),
        other => other,
    }
}

/// Nobody notices what the store stands in for, and every request comes by here: the log is told every now and then.
fn tell_of(broken: &PortError) {
    const PAUSE: Duration = Duration::from_secs(60);
    static TOLD: Mutex<Option<Instant>> = Mutex::new(None);
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    if told.is_none_or(|told| told.elapsed() >= PAUSE) {
        *told = Some(Instant::now());
        let source = std::error::Error::source(broken);
        tracing::warn!(error = %broken, ?source, "what is derived is broken, and the store answers; see `souk doctor`");
    }
}

pub(super) fn read_page(document: &Document) -> Result<ProductPage, PortError> {
    serde_json::from_str(&document.json)
        .map_err(|error| PortError::internal(format!("reading the page of product `{}`", document.id), error))
}

/// The quantity of each variant: from the counters, and from the store what they do not know.
pub(super) async fn live_stock(shop: &Shop, variants: &[VariantId]) -> Result<Vec<i64>, Error> {
    if variants.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = variants.iter().map(|variant| variant.0).collect();
    let counted = match shop.cache.counts(STOCK_COUNTERS, &ids).await {
        Ok(counts) => counts,
        Err(error) if is_left_to_the_store(&error) => vec![None; ids.len()],
        Err(error) => return Err(error.into()),
    };
    let missing: Vec<VariantId> = variants
        .iter()
        .zip(&counted)
        .filter(|(_, count)| count.is_none())
        .map(|(variant, _)| *variant)
        .collect();
    let mut stored = Vec::new();
    if !missing.is_empty() {
        stored = shop.store.snapshot().await?.stock(&missing).await?;
    }
    let mut stored = stored.into_iter();
    let mut next_stored = || stored.next().flatten().map_or(0, |stock| stock.quantity);
    Ok(counted.into_iter().map(|count| count.unwrap_or_else(&mut next_stored)).collect())
}

/// List items from pages, with one look at the counters for all of them.
pub(super) async fn views(shop: &Shop, pages: Vec<ProductPage>) -> Result<Vec<ProductView>, Error> {
    let variants: Vec<VariantId> =
        pages.iter().flat_map(|page| page.variants.iter().map(|variant| variant.id)).collect();
    let stock = live_stock(shop, &variants).await?;
    let mut rest = stock.as_slice();
    let now = shop.clock.now();
    let view = |page: ProductPage| {
        let (own, others) = rest.split_at(page.variants.len());
        rest = others;
        page.view(own, &shop.rules, now)
    };
    Ok(pages.into_iter().map(view).collect())
}

/// List items for these products, in their order; those that are not active (any more) are left out.
pub(crate) async fn views_of(shop: &Shop, ids: &[ProductId]) -> Result<Vec<ProductView>, Error> {
    let keys: Vec<_> = ids.iter().map(|id| id.0).collect();
    let documents = shop.documents.get(PRODUCT_PAGES, &keys).await;
    let pages = documents.and_then(|documents| documents.iter().flatten().map(read_page).collect());
    match pages {
        Ok(pages) => views(shop, pages).await,
        Err(error) if is_left_to_the_store(&error) => {
            let mut snapshot = shop.store.snapshot().await?;
            Ok(stored_views(shop, rows::assemble(&mut *snapshot, ids).await?))
        }
        Err(error) => Err(error.into()),
    }
}

/// The pages of these products, in their order; those that are not active (any more) are left out.
pub(crate) async fn pages_of(shop: &Shop, ids: &[ProductId]) -> Result<Vec<ProductPage>, Error> {
    let keys: Vec<_> = ids.iter().map(|id| id.0).collect();
    let documents = shop.documents.get(PRODUCT_PAGES, &keys).await;
    let pages = documents.and_then(|documents| documents.iter().flatten().map(read_page).collect());
    match pages {
        Err(error) if is_left_to_the_store(&error) => {
            let mut snapshot = shop.store.snapshot().await?;
            let assembled = rows::assemble(&mut *snapshot, ids).await?;
            Ok(assembled
                .into_iter()
                .filter(|product| product.is_active)
                .map(|product| product.page)
                .collect())
        }
        other => Ok(other?),
    }
}

/// List items from the store's rows.
pub(super) fn stored_views(shop: &Shop, assembled: Vec<Assembled>) -> Vec<ProductView> {
    let now = shop.clock.now();
    let active = assembled.into_iter().filter(|product| product.is_active);
    active.map(|product| product.page.view(&product.stock, &shop.rules, now)).collect()
}
