//! Product pages put together from the store's rows: what projections write, and what answers when documents are down.

use std::collections::{BTreeMap, HashMap, HashSet};

use souk_kernel::{CategoryId, ProductId, SellerId, VariantId};
use souk_ports::Result;
use souk_ports::rows::{Category, Product, Seller, Specification, Specifications, Variant};
use souk_ports::store::{Find, Snapshot, Stars, Versioned, Window};

use super::default_variant::default_variant;
use super::page::{PageCategory, PageSeller, PageVariant, ProductPage};
use super::price::ordinary_price;
use crate::reviews::two_places;

/// Deeper than this is taken for a circle.
pub(super) const MAX_DEPTH: usize = 32;

pub(crate) struct Assembled {
    pub(crate) page: ProductPage,
    /// In the order of the variants.
    pub(crate) stock: Vec<i64>,
    pub(crate) is_active: bool,
    /// Of the product; what shoppers do not see.
    pub(crate) metadata: BTreeMap<String, String>,
}

/// The page of each product that exists, in the order asked for; a handful of calls however many products.
pub(crate) async fn assemble(snapshot: &mut dyn Snapshot, ids: &[ProductId]) -> Result<Vec<Assembled>> {
    let products: Vec<Versioned<Product>> =
        snapshot.many::<Product>(ids).await?.into_iter().flatten().collect();
    if products.is_empty() {
        return Ok(Vec::new());
    }
    let found: Vec<ProductId> = products.iter().map(|product| product.row.id).collect();
    let told = told(snapshot, &found).await?;
    let (variants, _) = snapshot.list::<Variant>(&Find::VariantsOf(found), Window::ALL).await?;
    let variant_ids: Vec<VariantId> = variants.iter().map(|variant| variant.row.id).collect();
    let stock = snapshot.stock(&variant_ids).await?;
    let mut of_product: HashMap<ProductId, Vec<(Variant, i64)>> = HashMap::new();
    for (variant, stock) in variants.into_iter().zip(stock) {
        let quantity = stock.map_or(0, |stock| stock.quantity);
        of_product.entry(variant.row.product_id).or_default().push((variant.row, quantity));
    }
    let shelves = products.iter().flat_map(|product| {
        std::iter::once(product.row.category_id).chain(product.row.details.also_in.iter().copied())
    });
    let categories = with_those_above(snapshot, shelves).await?;
    let sellers = sellers(snapshot, products.iter().filter_map(|product| product.row.seller_id)).await?;
    Ok(products
        .into_iter()
        .zip(told)
        .map(|(product, told)| {
            let row = &product.row;
            let variants = of_product.remove(&row.id).unwrap_or_default();
            let (path, further) = paths(&categories, row);
            let seller = row.seller_id.and_then(|id| sellers.get(&id));
            page_of(product, told, variants, (path, further), seller)
        })
        .collect())
}

/// What people tell of a product beside its row.
struct Told {
    stars: Stars,
    specifications: Vec<Specification>,
}

async fn told(snapshot: &mut dyn Snapshot, ids: &[ProductId]) -> Result<Vec<Told>> {
    let stars = snapshot.stars(ids).await?;
    let specifications = snapshot.many::<Specifications>(ids).await?;
    let told = |(stars, row): (Stars, Option<_>)| Told {
        stars,
        specifications: row.map_or_else(Vec::new, |row: Versioned<Specifications>| row.row.entries),
    };
    Ok(stars.into_iter().zip(specifications).map(told).collect())
}

/// The rating that is shown, to two places, and of how many reviews it is: those that came with the product and those
/// written here count alike.
fn rated(product: &Product, stars: Stars) -> (Option<f64>, u32) {
    let count = product.num_reviews.saturating_add(stars.count());
    let rating = match (product.rating, stars.count()) {
        (rating, 0) => rating,
        // A rating of nobody knows how many says no more than one review does.
        (Some(rating), own) => {
            let came = f64::from(product.num_reviews.max(1));
            Some(two_places((rating * came + stars.sum() as f64) / (came + f64::from(own))))
        }
        (None, _) => stars.average().map(two_places),
    };
    (rating, count)
}

/// The categories asked for and those above them, by id.
async fn with_those_above(
    snapshot: &mut dyn Snapshot,
    ids: impl Iterator<Item = CategoryId>,
) -> Result<HashMap<CategoryId, Category>> {
    let mut wanted: HashSet<CategoryId> = ids.collect();
    let mut found = HashMap::new();
    for _ in 0..MAX_DEPTH {
        let keys: Vec<CategoryId> = wanted.drain().filter(|id| !found.contains_key(id)).collect();
        if keys.is_empty() {
            break;
        }
        for row in snapshot.many::<Category>(&keys).await?.into_iter().flatten() {
            wanted.extend(row.row.parent);
            found.insert(row.row.id, row.row);
        }
    }
    Ok(found)
}

async fn sellers(
    snapshot: &mut dyn Snapshot,
    ids: impl Iterator<Item = SellerId>,
) -> Result<HashMap<SellerId, Seller>> {
    let keys: HashSet<SellerId> = ids.collect();
    let keys: Vec<SellerId> = keys.into_iter().collect();
    let rows = snapshot.many::<Seller>(&keys).await?;
    Ok(rows.into_iter().flatten().map(|row| (row.row.id, row.row)).collect())
}

/// From the category itself upwards.
fn path(categories: &HashMap<CategoryId, Category>, from: CategoryId) -> Vec<PageCategory> {
    let mut path = Vec::new();
    let mut next = Some(from);
    while let Some(category) = next.and_then(|id| categories.get(&id))
        && path.len() < MAX_DEPTH
    {
        path.push(PageCategory {
            id: category.id,
            external_id: category.external_id.clone(),
            name: category.name.clone(),
        });
        next = category.parent;
    }
    path
}

/// The path of a product's own category, and what its further ones have beside it.
fn paths(
    categories: &HashMap<CategoryId, Category>,
    product: &Product,
) -> (Vec<PageCategory>, Vec<PageCategory>) {
    let own = path(categories, product.category_id);
    let mut further: Vec<PageCategory> = Vec::new();
    for category in product.details.also_in.iter().flat_map(|shelf| path(categories, *shelf)) {
        if !own.contains(&category) && !further.contains(&category) {
            further.push(category);
        }
    }
    (own, further)
}

fn page_of(
    Versioned { version, row: mut product }: Versioned<Product>,
    told: Told,
    mut variants: Vec<(Variant, i64)>,
    (mut path, further): (Vec<PageCategory>, Vec<PageCategory>),
    seller: Option<&Seller>,
) -> Assembled {
    let (rating, num_reviews) = rated(&product, told.stars);
    if path.is_empty() {
        path.push(PageCategory { id: product.category_id, external_id: None, name: String::new() });
    }
    let above = path.split_off(1);
    let category = path.remove(0);
    variants.retain(|(variant, _)| !variant.details.is_retired);
    let default = default_variant(&product, variants.iter().map(|(variant, _)| variant));
    product.details.default_variant = default.map(|variant| variant.id);
    let metadata = std::mem::take(&mut product.details.metadata);
    let stock: Vec<i64> = variants.iter().map(|(_, quantity)| *quantity).collect();
    let variants = variants.into_iter().map(|(variant, quantity)| {
        let price = ordinary_price(product.price, variant.price_adjustment);
        PageVariant::of(variant, price, quantity)
    });
    let variants: Vec<PageVariant> = variants.collect();
    let in_stock = variants.iter().any(|variant| variant.in_stock);
    let page = ProductPage {
        id: product.id,
        variants,
        external_id: product.external_id,
        name: product.name,
        description: product.description,
        price: product.price,
        category,
        above,
        further,
        brand: product.brand,
        tags: product.tags,
        materials: product.materials,
        care: product.care,
        rating,
        num_reviews,
        stars: told.stars.0,
        specifications: told.specifications,
        images: product.images,
        seller: seller.map(|seller| PageSeller {
            id: seller.id,
            external_id: seller.external_id.clone(),
            name: seller.name.clone(),
            rating: seller.rating,
            city: seller.city.clone(),
            country: seller.country.clone(),
        }),
        in_stock,
        created_at: product.created_at,
        details: product.details,
        version,
    };
    Assembled { page, stock, is_active: product.is_active, metadata }
}

#[cfg(test)]
mod tests {
    use souk_kernel::Timestamp;

    use super::*;

    fn product(rating: Option<f64>, num_reviews: u32) -> Product {
        Product {
            id: ProductId::new(),
            external_id: None,
            name: String::new(),
            description: String::new(),
            price: None,
            category_id: CategoryId::new(),
            seller_id: None,
            brand: None,
            tags: vec![],
            materials: vec![],
            care: None,
            rating,
            num_reviews,
            images: vec![],
            is_active: true,
            created_at: Timestamp::from_ms(0),
            details: Default::default(),
        }
    }

    #[test]
    fn reviews_that_came_with_a_product_and_those_written_here_count_alike() {
        let none = Stars::default();
        let two = Stars([1, 0, 0, 0, 1]);
        for (rating, reviews, stars, wanted) in [
            (None, 0, none, (None, 0)),
            (Some(4.5), 12, none, (Some(4.5), 12)),
            (None, 0, two, (Some(3.0), 2)),
            (Some(4.5), 12, two, (Some(4.29), 14)),
            (Some(4.5), 0, two, (Some(3.5), 2)),
            (None, 7, two, (Some(3.0), 9)),
        ] {
            assert_eq!(rated(&product(rating, reviews), stars), wanted);
        }
    }
}
