//! `GET /products/{id}/bought-together`: what shares more orders with a product than chance would have it.

use souk_kernel::{Position, ProductId};
use souk_ports::Result as PortResult;
use souk_ports::graph::{Relation, Step, Walk};
use souk_recommend::together::{Floor, Shared, Together, together};

use super::for_user::FROM_PURCHASES;
use super::pick::in_stock;
use super::projections::PURCHASE_GRAPH;
use super::similar::sold;
use super::views::{BoughtTogether, Companion};
use super::walks::{BASKET, IN_BASKETS};
use super::{Error, HowMany};
use crate::catalog::join;
use crate::{Query, Shop, Source};

const FLOOR: Floor = Floor { baskets: 3, ratio: 10.83, lift: 1.5 };
/// How many of the latest orders with the product are looked at, and how many lines of each.
const BASKETS: u32 = 1_000;
const LINES: u32 = 100;
const CANDIDATES: u32 = 500;

/// What goes into one order with a product.
#[derive(Debug, Clone, Copy)]
pub struct BoughtWith {
    pub product: ProductId,
    pub k: HowMany,
}

impl Query for BoughtWith {
    type Answer = BoughtTogether;
    type Error = Error;

    fn reads(&self) -> &'static [Source] {
        FROM_PURCHASES
    }

    async fn answer(&self, shop: &Shop, _: Position) -> Result<BoughtTogether, Error> {
        bought_together(shop, self.product, self.k).await
    }
}

pub async fn bought_together(shop: &Shop, id: ProductId, k: HowMany) -> Result<BoughtTogether, Error> {
    sold(shop, id).await?;
    let (baskets, found, note) = match companions(shop, id).await {
        Ok((baskets, found)) => (baskets, found, None),
        Err(error) if join::is_left_to_the_store(&error) => {
            tracing::debug!(%error, "what is bought together is not known");
            (0, Vec::new(), Some("the graph of purchases cannot be asked now".to_owned()))
        }
        Err(error) => return Err(error.into()),
    };
    let candidates = found.into_iter().map(|one| (ProductId(one.item), one)).collect();
    let picked = in_stock(shop, candidates, k.get()).await?;
    let companion = |(product, together): (_, Together)| Companion {
        product,
        baskets: together.both,
        lift: together.lift,
    };
    Ok(BoughtTogether {
        product_id: id,
        baskets,
        note,
        products: picked.into_iter().map(companion).collect(),
    })
}

/// The number of baskets that were looked at, and what passes the floor.
async fn companions(shop: &Shop, id: ProductId) -> PortResult<(u64, Vec<Together>)> {
    let step = |path, per_node, keep| Step { path, per_node, keep, damping: 0.0, weighted: false };
    let walk = Walk {
        from: vec![(id.0, 1.0)],
        steps: vec![step(IN_BASKETS, BASKETS, BASKETS), step(BASKET, LINES, CANDIDATES)],
        without: Vec::new(),
        limit: CANDIDATES,
    };
    let reached = shop.graph.walk(&walk).await?;
    // The product shares every basket that was looked at with itself.
    let Some(own) = reached.iter().find(|one| one.id == id.0) else { return Ok((0, Vec::new())) };
    let baskets = shop.graph.size(PURCHASE_GRAPH, Relation::Contains).await?.from;
    let others = reached.iter().filter(|one| one.id != id.0);
    let shared: Vec<Shared> =
        others.map(|one| Shared { item: one.id, both: one.paths, with_item: one.degree }).collect();
    Ok((own.paths, together(&shared, own.paths, baskets, FLOOR)))
}
