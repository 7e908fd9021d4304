//! `GET /recommendations`: people who bought what you bought also bought these.
//!
//! What the person bought is left out, also what they bought several times: these are handmade things that last, and
//! ordering again is what the history of orders is for. Someone new, or an id that is nobody's, gets what sells most.

use std::collections::{HashMap, HashSet};

use souk_kernel::{Position, ProductId, UserId};
use souk_ports::Result as PortResult;

use super::best_sellers::{best_sellers, newest};
use super::pick::in_stock;
use super::reasons::led_there;
use super::views::{Basis, ProductRef, Reason, Recommendation, Recommendations};
use super::walks::{Past, also_bought, also_viewed, past};
use super::{Error, HowMany, PURCHASE_GRAPH};
use crate::catalog::{PRODUCT_PAGES, ProductView, STOCK_COUNTERS, join};
use crate::{Query, Shop, Source};

type Ranked = Vec<(ProductId, Reason)>;

/// What recommendations for purchases are read from; the products are joined as lists have them.
pub(crate) const FROM_PURCHASES: &[Source] = &[
    Source::Store,
    Source::Graph(PURCHASE_GRAPH),
    Source::Documents(PRODUCT_PAGES),
    Source::Cache(STOCK_COUNTERS),
];

/// What a person may like.
#[derive(Debug, Clone, Copy)]
pub struct RecommendFor {
    /// Without one, and for an id that is no account, what sells most is the answer.
    pub user: Option<UserId>,
    pub k: HowMany,
}

impl Query for RecommendFor {
    type Answer = Recommendations;
    type Error = Error;

    fn reads(&self) -> &'static [Source] {
        FROM_PURCHASES
    }

    async fn answer(&self, shop: &Shop, _: Position) -> Result<Recommendations, Error> {
        recommend(shop, self.user, self.k).await
    }
}

pub async fn recommend(shop: &Shop, user: Option<UserId>, k: HowMany) -> Result<Recommendations, Error> {
    let k = k.get();
    let (past, ranked, note) = match personal(shop, user, k).await {
        Ok((past, ranked)) => (past, ranked, None),
        Err(error) if join::is_left_to_the_store(&error) => {
            tracing::debug!(%error, "what sells most is recommended instead of what the graph knows");
            let note = "the graph of purchases cannot be asked now: this is what sells most";
            (Past::default(), Vec::new(), Some(note.to_owned()))
        }
        Err(error) => return Err(error.into()),
    };
    let mut picked = in_stock(shop, ranked, k).await?;
    let basis = match (picked.is_empty(), past.bought.is_empty()) {
        (true, _) => Basis::BestSellers,
        (false, false) => Basis::Purchases,
        (false, true) => Basis::Views,
    };
    let personal = picked.len();
    if picked.len() < k {
        fill_up(shop, &past, &mut picked, k).await?;
    }
    let basis = match picked.first() {
        Some((_, Reason::New)) => Basis::Newest,
        _ => basis,
    };
    let because = because(shop, &past, &picked[..personal]).await?;
    let recommendation = |(product, reason): (ProductView, Reason)| Recommendation {
        because: because.get(&product.id).cloned(),
        product,
        reason,
    };
    let recommendations = picked.into_iter().map(recommendation).collect();
    Ok(Recommendations { user_id: user, basis, note, recommendations })
}

/// What the graphs say to a person's past, the best first.
async fn personal(shop: &Shop, user: Option<UserId>, k: usize) -> PortResult<(Past, Ranked)> {
    let graph = &*shop.graph;
    let Some(user) = user else { return Ok((Past::default(), Vec::new())) };
    let past = past(graph, user).await?;
    let product = |reason| move |(id, _): (_, f64)| (ProductId(id), reason);
    let mut ranked: Ranked =
        also_bought(graph, &past).await?.into_iter().map(product(Reason::AlsoBought)).collect();
    if ranked.len() < k && !past.viewed.is_empty() {
        let known: HashSet<ProductId> = ranked.iter().map(|(id, _)| *id).collect();
        let viewed = also_viewed(graph, &past).await?.into_iter().map(product(Reason::AlsoViewed));
        ranked.extend(viewed.filter(|(id, _)| !known.contains(id)));
    }
    Ok((past, ranked))
}

/// Adds what sells most, and what is newest where too little was sold.
async fn fill_up(
    shop: &Shop,
    past: &Past,
    picked: &mut Vec<(ProductView, Reason)>,
    k: usize,
) -> Result<(), Error> {
    let mut known: HashSet<ProductId> = picked.iter().map(|(product, _)| product.id).collect();
    known.extend(past.bought.iter().map(|id| ProductId(*id)));
    let best = best_sellers(shop).await?.into_iter().filter(|id| !known.contains(id));
    let best = best.map(|id| (id, Reason::BestSeller)).collect();
    let best = in_stock(shop, best, k - picked.len()).await?;
    known.extend(best.iter().map(|(product, _)| product.id));
    picked.extend(best);
    if picked.len() < k {
        let new = newest(shop, None).await?.into_iter().filter(|product| !known.contains(&product.id));
        picked.extend(new.map(|product| (product, Reason::New)).take(k - picked.len()));
    }
    Ok(())
}

/// The product of the person's own that led to each.
async fn because(
    shop: &Shop,
    past: &Past,
    picked: &[(ProductView, Reason)],
) -> Result<HashMap<ProductId, ProductRef>, Error> {
    let chosen: Vec<ProductId> = picked.iter().map(|(product, _)| product.id).collect();
    if chosen.is_empty() {
        return Ok(HashMap::new());
    }
    let led = match led_there(&*shop.graph, past, &chosen).await {
        Ok(led) => led,
        // The recommendations stand without it.
        Err(error) if join::is_left_to_the_store(&error) => return Ok(HashMap::new()),
        Err(error) => return Err(error.into()),
    };
    let own: HashSet<ProductId> = led.values().copied().collect();
    let own: Vec<ProductId> = own.into_iter().collect();
    let reference = |view: ProductView| {
        let bought = past.bought.contains(&view.id.0);
        (view.id, ProductRef { id: view.id, external_id: view.external_id, name: view.name, bought })
    };
    let named: HashMap<ProductId, ProductRef> =
        join::views_of(shop, &own).await?.into_iter().map(reference).collect();
    Ok(led.into_iter().filter_map(|(product, own)| Some((product, named.get(&own)?.clone()))).collect())
}
