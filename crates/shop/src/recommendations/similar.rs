//! `GET /products/{id}/similar`: what means nearly the same.

use std::collections::HashSet;

use souk_kernel::{Position, ProductId};
use souk_ports::graph::{Direction, Path, Relation};
use souk_ports::rows::Product;
use souk_ports::vectors::{Near, NearestQuery, ProductFilter};

use super::best_sellers::{best_sellers, newest};
use super::pick::in_stock;
use super::similar_products::SIMILAR_PRODUCTS;
use super::views::{SimilarBasis, SimilarProduct, SimilarView};
use super::walks::OF_CATEGORY;
use super::{Error, HowMany, PURCHASE_GRAPH};
use crate::catalog::{self, PRODUCT_PAGES, ProductView, STOCK_COUNTERS, join};
use crate::discovery::PRODUCT_VECTORS;
use crate::{Query, Shop, Source};

/// How many edges a product has at most, and how many neighbours are asked for.
const ALIKE: u32 = 100;
/// How many products of a category are looked at.
const OF_ONE_CATEGORY: u32 = 1_000;

/// What means nearly the same as a product.
#[derive(Debug, Clone, Copy)]
pub struct SimilarTo {
    pub product: ProductId,
    pub k: HowMany,
}

impl Query for SimilarTo {
    type Answer = SimilarView;
    type Error = Error;

    fn reads(&self) -> &'static [Source] {
        // Where meanings are not known, purchases say what sells most of the same category.
        &[
            Source::Store,
            Source::Graph(PURCHASE_GRAPH),
            Source::Documents(PRODUCT_PAGES),
            Source::Cache(STOCK_COUNTERS),
            Source::Vectors(PRODUCT_VECTORS),
        ]
    }

    async fn answer(&self, shop: &Shop, _: Position) -> Result<SimilarView, Error> {
        similar(shop, self.product, self.k).await
    }
}

/// The edges that were made beforehand answer; where there are none, or fewer than asked for, the vectors themselves;
/// and where meanings are not known, what sells most of the same category. The answer says which.
pub async fn similar(shop: &Shop, id: ProductId, k: HowMany) -> Result<SimilarView, Error> {
    sold(shop, id).await?;
    let k = k.get();
    let mut scored = in_stock(shop, similar_to(shop, id).await?, k).await?;
    let mut basis = SimilarBasis::SimilarTo;
    if scored.len() < k {
        let near = in_stock(shop, nearest(shop, id).await?, k).await?;
        if near.len() > scored.len() {
            (scored, basis) = (near, SimilarBasis::Nearest);
        }
    }
    let mut products: Vec<SimilarProduct> =
        scored.into_iter().map(|(product, score)| SimilarProduct { product, score: Some(score) }).collect();
    if products.is_empty() {
        basis = SimilarBasis::Category;
        let category = of_its_category(shop, id, k).await?.into_iter();
        products.extend(category.map(|product| SimilarProduct { product, score: None }));
    }
    Ok(SimilarView { product_id: id, basis, products })
}

/// Fails unless the product is there and active, as its own page does.
pub(super) async fn sold(shop: &Shop, id: ProductId) -> Result<(), Error> {
    match join::views_of(shop, &[id]).await?.is_empty() {
        false => Ok(()),
        // The page may not be there yet; then the store knows.
        true => Ok(catalog::show_product(shop, id).await.map(|_| ())?),
    }
}

async fn similar_to(shop: &Shop, id: ProductId) -> Result<Vec<(ProductId, f64)>, Error> {
    let path = Path { graph: SIMILAR_PRODUCTS, relation: Relation::SimilarTo, direction: Direction::Out };
    match shop.graph.edges(path, &[id.0], ALIKE).await {
        Ok(edges) => Ok(edges.into_iter().flatten().map(|edge| (ProductId(edge.to), edge.weight)).collect()),
        Err(error) if join::is_left_to_the_store(&error) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

async fn nearest(shop: &Shop, id: ProductId) -> Result<Vec<(ProductId, f64)>, Error> {
    let filter = ProductFilter { in_stock: Some(true), ..ProductFilter::default() };
    let query = NearestQuery { to: Near::Product(id), filter, limit: ALIKE, exact: false };
    match shop.vectors.nearest(PRODUCT_VECTORS, &query).await {
        Ok(near) => Ok(near
            .into_iter()
            .filter(|one| one.score > 0.0)
            .map(|one| (one.id, f64::from(one.score)))
            .collect()),
        Err(error) if join::is_left_to_the_store(&error) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

/// What sells most comes first, and then what is newest.
async fn of_its_category(shop: &Shop, id: ProductId, k: usize) -> Result<Vec<ProductView>, Error> {
    let row = shop.store.snapshot().await?.one::<Product>(id).await?;
    let Some(category) = row.map(|found| found.row.category_id) else { return Ok(Vec::new()) };
    let members = match shop.graph.edges(OF_CATEGORY, &[category.0], OF_ONE_CATEGORY).await {
        Ok(edges) => edges.into_iter().flatten().map(|edge| ProductId(edge.to)).collect(),
        Err(error) if join::is_left_to_the_store(&error) => HashSet::new(),
        Err(error) => return Err(error.into()),
    };
    let best = best_sellers(shop).await?.into_iter().filter(|best| *best != id && members.contains(best));
    let best = in_stock(shop, best.map(|best| (best, ())).collect(), k).await?;
    let mut products: Vec<ProductView> = best.into_iter().map(|(product, ())| product).collect();
    let mut known: HashSet<ProductId> = products.iter().map(|product| product.id).collect();
    known.insert(id);
    if products.len() < k {
        let new = newest(shop, Some(category.to_string())).await?;
        products.extend(new.into_iter().filter(|product| !known.contains(&product.id)));
        products.truncate(k);
    }
    Ok(products)
}
