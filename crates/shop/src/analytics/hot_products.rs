//! `GET /products/hot`: what is in demand these days.
//!
//! The score of a product over the last seven days, today included (UTC), is 10 for each piece ordered (cancelled ones are
//! taken back) plus the points of what people did with it: 1 for a view, 2 for a click, 5 for putting it into a cart.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;
use souk_kernel::{Page, Position, ProductId, Timestamp};
use souk_ports::Result as PortResult;
use souk_ports::derived::ProjectionName;
use souk_ports::search::MAX_LISTED;
use souk_ports::series::{Aggregate, By, Dimension, Value};
use tokio::sync::Mutex;
use utoipa::ToSchema;

use super::{DAY_MS, Error, SALES, day_of, no_figures};
use crate::activity::INTEREST;
use crate::catalog::{self, PRODUCT_PAGES, ProductQuery, ProductView, STOCK_COUNTERS, is_left_to_the_store};
use crate::{Query, Shop, Source};

const DAYS: i64 = 7;
const POINTS_PER_PIECE: i64 = 10;
/// How long an answer may be given again.
const KEPT: Duration = Duration::from_secs(5);
/// How many of the best by interest and by sales are put together; whoever stands behind them in both is not hot.
const CONSIDERED: u32 = 2_000;
/// How many are kept: some will not be active any more.
const KEPT_PRODUCTS: usize = 400;
const _: () = assert!(KEPT_PRODUCTS <= MAX_LISTED, "the search index puts them in order");

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
// Recommendations have a `Basis` of their own, and names of a document are all of one space.
#[schema(as = HotBasis)]
pub enum Basis {
    /// What was looked at and ordered.
    #[serde(rename = "last-7-days")]
    Last7Days,
    /// Nothing was looked at or ordered lately, or nobody can tell: the newest products stand in.
    Newest,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct HotProducts {
    /// The hottest first.
    pub products: Vec<HotProduct>,
    pub basis: Basis,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct HotProduct {
    #[serde(flatten)]
    pub product: ProductView,
    /// 10 for each piece ordered, 5 for each time it was put into a cart, 2 for a click, 1 for a view; absent where the
    /// newest stand in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<i64>,
}

/// The last answer, in this process's memory: ids and scores, and the position of the log that is in them.
#[derive(Default)]
pub struct HotMemory(Mutex<Option<Remembered>>);

struct Remembered {
    computed: Instant,
    day: Timestamp,
    /// What the sales had got to before they were asked.
    at: Position,
    scores: Arc<Vec<(ProductId, i64)>>,
}

/// What is in demand these days.
#[derive(Debug, Clone, Copy)]
pub struct HotQuery {
    /// How many products.
    pub limit: u32,
}

impl Query for HotQuery {
    type Answer = HotProducts;
    type Error = Error;

    fn reads(&self) -> &'static [Source] {
        &[Source::Series(SALES), Source::Documents(PRODUCT_PAGES), Source::Cache(STOCK_COUNTERS)]
    }

    async fn answer(&self, shop: &Shop, at_least: Position) -> Result<HotProducts, Error> {
        hot_products(shop, self.limit, at_least).await
    }
}

/// The answer holds the orders up to `at_least`, the position of the caller's token (0 without one), if the sales do.
pub async fn hot_products(shop: &Shop, limit: u32, at_least: Position) -> Result<HotProducts, Error> {
    if !(1..=Page::MAX_LIMIT).contains(&limit) {
        return Err(Error::invalid("limit", format!("lies between 1 and {}", Page::MAX_LIMIT)));
    }
    let scores = match scores(shop, at_least).await {
        Ok(scores) => scores,
        Err(error) if is_left_to_the_store(&error) => Arc::default(),
        Err(error) => return Err(error.into()),
    };
    let ids: Vec<ProductId> = scores.iter().map(|(id, _)| *id).collect();
    let mut views = Vec::new();
    // Those that are not sold any more fall out, and the next ones move up.
    for part in ids.chunks(Page::MAX_LIMIT as usize) {
        if views.len() < limit as usize {
            views.extend(catalog::views_of(shop, part).await?);
        }
    }
    views.truncate(limit as usize);
    if views.is_empty() {
        return newest(shop, limit, at_least).await;
    }
    let by_id: HashMap<ProductId, i64> = scores.iter().copied().collect();
    let hot = |product: ProductView| HotProduct { score: by_id.get(&product.id).copied(), product };
    Ok(HotProducts { products: views.into_iter().map(hot).collect(), basis: Basis::Last7Days })
}

async fn newest(shop: &Shop, limit: u32, at_least: Position) -> Result<HotProducts, Error> {
    let page = Page { number: 1, limit };
    let newest = catalog::list_products(shop, &ProductQuery::newest(None, page), at_least).await?;
    let products = newest.products.into_iter().map(|product| HotProduct { product, score: None });
    Ok(HotProducts { products: products.collect(), basis: Basis::Newest })
}

/// What is in demand, the hottest first; `Unavailable` where nobody can tell.
pub(crate) async fn in_demand(shop: &Shop, at_least: Position) -> PortResult<Vec<ProductId>> {
    let scores = scores(shop, at_least).await.map_err(|error| no_figures(SALES, error))?;
    Ok(scores.iter().map(|(id, _)| *id).collect())
}

/// The hottest first. Whoever comes while they are being computed waits, and gets the same.
async fn scores(shop: &Shop, at_least: Position) -> PortResult<Arc<Vec<(ProductId, i64)>>> {
    let mut memory = shop.hot.0.lock().await;
    let day = day_of(shop.clock.now());
    if let Some(last) = &*memory
        && last.computed.elapsed() < KEPT
        && last.day == day
        && last.at >= at_least
    {
        return Ok(last.scores.clone());
    }
    let at = match shop.series.live(SALES).await? {
        Some(live) => shop.series.checkpoint(SALES, live).await?.at.position,
        None => 0,
    };
    let computed = Instant::now();
    let scores = Arc::new(compute(shop, day.plus_ms(-(DAYS - 1) * DAY_MS)).await?);
    *memory = Some(Remembered { computed, day, at, scores: scores.clone() });
    Ok(scores)
}

async fn compute(shop: &Shop, from: Timestamp) -> PortResult<Vec<(ProductId, i64)>> {
    let mut scores: HashMap<ProductId, i64> = HashMap::new();
    let pieces = best(shop, SALES, By::Quantity, from).await?;
    let points = best(shop, INTEREST, By::Amount, from).await?;
    for (id, quantity, _) in pieces {
        *scores.entry(id).or_default() += quantity * POINTS_PER_PIECE;
    }
    for (id, _, amount) in points {
        *scores.entry(id).or_default() += amount;
    }
    let mut scores: Vec<_> = scores.into_iter().filter(|(_, score)| *score > 0).collect();
    scores.sort_unstable_by_key(|(id, score)| (std::cmp::Reverse(*score), *id));
    scores.truncate(KEPT_PRODUCTS);
    Ok(scores)
}

/// Products with their quantity and amount.
async fn best(
    shop: &Shop,
    series: ProjectionName,
    order: By,
    from: Timestamp,
) -> PortResult<Vec<(ProductId, i64, i64)>> {
    let question = Aggregate {
        from: Some(from),
        to: None,
        bucket: None,
        group: Some(Dimension::Product),
        only: Vec::new(),
        order,
        limit: CONSIDERED,
    };
    let found = shop.series.aggregate(series, &question).await?;
    let product = |value| match value {
        Some(Value::Id(id)) => Some(ProductId(id)),
        _ => None,
    };
    Ok(found.into_iter().filter_map(|one| Some((product(one.group)?, one.quantity, one.amount))).collect())
}
