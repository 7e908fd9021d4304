//! What sells most: for those of whom nothing is known, and in place of a graph that is away.

use std::collections::{HashMap, HashSet};

use souk_kernel::{Page, ProductId, UserId};
use souk_ports::Result;
use souk_ports::rows::{Order, OrderItem, OrderStatus};
use souk_ports::store::{Find, Versioned, Window};

use super::Error;
use super::walks::BOUGHT_BY;
use crate::Shop;
use crate::catalog::{self, ProductQuery, ProductView, join};

/// How many best sellers are known at once.
const MOST: u32 = 500;
/// Without the graph, what sells most is counted in this many of the latest orders.
const ORDERS: u32 = 500;

/// Products by how many people bought them, the most first.
pub(super) async fn best_sellers(shop: &Shop) -> Result<Vec<ProductId>> {
    match shop.graph.busiest(BOUGHT_BY, MOST).await {
        Ok(busiest) => Ok(busiest.into_iter().map(|(id, _)| ProductId(id)).collect()),
        Err(error) if join::is_left_to_the_store(&error) => from_the_store(shop).await,
        Err(error) => Err(error),
    }
}

async fn from_the_store(shop: &Shop) -> Result<Vec<ProductId>> {
    let mut snapshot = shop.store.snapshot().await?;
    let latest = Window { offset: 0, limit: ORDERS };
    let (orders, _) = snapshot.list::<Order>(&Find::Orders { user: None }, latest).await?;
    let sold =
        orders.into_iter().map(|found| found.row).filter(|order| order.status != OrderStatus::Cancelled);
    let buyers: HashMap<_, UserId> = sold.map(|order| (order.id, order.user_id)).collect();
    if buyers.is_empty() {
        return Ok(Vec::new());
    }
    let ids = buyers.keys().copied().collect();
    let (items, _) = snapshot.list::<OrderItem>(&Find::ItemsOf(ids), Window::ALL).await?;
    let mut bought: HashMap<ProductId, HashSet<UserId>> = HashMap::new();
    for Versioned { row, .. } in items {
        if let Some(buyer) = buyers.get(&row.order_id) {
            bought.entry(row.product_id).or_default().insert(*buyer);
        }
    }
    let mut products: Vec<(usize, ProductId)> =
        bought.into_iter().map(|(product, buyers)| (buyers.len(), product)).collect();
    products.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    products.truncate(MOST as usize);
    Ok(products.into_iter().map(|(_, product)| product).collect())
}

/// The newest products, of a category or of all, that are in stock.
pub(super) async fn newest(shop: &Shop, category: Option<String>) -> Result<Vec<ProductView>, Error> {
    let page = Page { number: 1, limit: Page::MAX_LIMIT };
    let list = match catalog::list_products(shop, &ProductQuery::newest(category, page), 0).await {
        Ok(list) => list,
        Err(catalog::Error::UnknownCategory { .. }) => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    Ok(list.products.into_iter().filter(|product| product.in_stock).collect())
}
