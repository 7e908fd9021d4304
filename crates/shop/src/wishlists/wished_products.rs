//! `GET /products/wished`: what most people wish for.

use souk_kernel::{Page, ProductId};
use souk_ports::Error as PortError;

use super::Error;
use super::projections::{MOST, WISHED_PRODUCTS, Wishes};
use super::show_wishlist::views_by_id;
use super::views::{MostWished, WishedProduct};
use crate::Shop;

/// Products that are not sold any more are left out of their page.
pub async fn wished_products(shop: &Shop, page: Page) -> Result<MostWished, Error> {
    let found = shop.documents.find(WISHED_PRODUCTS, MOST, "", page.into()).await;
    let found = found.map_err(|error| match error {
        // It is derived from the log, and not there yet.
        PortError::NotFound { .. } => {
            PortError::Unavailable { what: "the count of wishes".to_owned(), source: Some(error.into()) }
        }
        other => other,
    })?;
    let read = |json: &str| {
        serde_json::from_str::<Wishes>(json)
            .map_err(|source| PortError::internal("reading a document of wished products", source))
    };
    let wishes: Vec<Wishes> =
        found.documents.iter().map(|document| read(&document.json)).collect::<Result<_, _>>()?;
    let products: Vec<ProductId> = wishes.iter().map(|wishes| wishes.product_id).collect();
    let mut views = views_by_id(shop, &products).await?;
    let products = wishes.iter().filter_map(|wishes| {
        let product = views.remove(&wishes.product_id)?;
        Some(WishedProduct { product, wishlists: wishes.wishlists })
    });
    Ok(MostWished {
        products: products.collect(),
        total: found.total,
        page: page.number,
        pages: page.pages(found.total),
    })
}
