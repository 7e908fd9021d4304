//! The questions that recommendations ask of the graphs.
//!
//! The weights were chosen on three public data sets: see `docs/adr/0011`. The limits bound the work of an answer however
//! large the graph is; on the two data sets where that was tried they cost nothing.

use std::collections::HashSet;

use souk_kernel::UserId;
use souk_ports::Result;
use souk_ports::graph::{Direction, Edge, Graph, Path, Relation, Step, Walk};
use souk_recommend::history::{self, Memory, Signal};
use souk_recommend::ranking::{self, Ranking, Reached};
use uuid::Uuid;

use super::projections::{PURCHASE_GRAPH, VIEW_GRAPH};
use crate::catalog::join;

const MEMORY: Memory = Memory { fading: 0.8, most: 20 };
/// Of a view, beside a purchase with 1.
const VIEW_STRENGTH: f64 = 0.2;
const RANKING: Ranking = Ranking { damping: 0.2, doubt: 2.0 };
/// How many of a person's products are known not to be recommended again: the latest.
const PAST: u32 = 1_000;
/// The same of views.
const VIEWS: u32 = 100;
/// How many candidates a walk may bring.
const CANDIDATES: u32 = 500;
/// Of each product the latest buyers, and of each buyer the latest purchases.
const BUYERS: u32 = 100;
const PURCHASES: u32 = 100;
/// How many buyers go on, the closest.
const CLOSEST: u32 = 200;

pub(super) const BOUGHT_BY: Path =
    Path { graph: PURCHASE_GRAPH, relation: Relation::Purchased, direction: Direction::In };
const BOUGHT: Path = Path { direction: Direction::Out, ..BOUGHT_BY };
const VIEWED_BY: Path = Path { graph: VIEW_GRAPH, relation: Relation::Viewed, direction: Direction::In };
const VIEWED: Path = Path { direction: Direction::Out, ..VIEWED_BY };
pub(super) const IN_BASKETS: Path =
    Path { graph: PURCHASE_GRAPH, relation: Relation::Contains, direction: Direction::In };
pub(super) const BASKET: Path = Path { direction: Direction::Out, ..IN_BASKETS };
pub(super) const OF_CATEGORY: Path =
    Path { graph: PURCHASE_GRAPH, relation: Relation::BelongsTo, direction: Direction::In };

/// What is known of a person.
#[derive(Debug, Default)]
pub(super) struct Past {
    /// The weightiest first: where a walk begins.
    pub(super) weights: Vec<(Uuid, f64)>,
    pub(super) bought: HashSet<Uuid>,
    pub(super) viewed: HashSet<Uuid>,
}

impl Past {
    /// Neither is recommended: what was bought is known, and so is what was looked at.
    fn all(&self) -> Vec<Uuid> {
        self.bought.iter().chain(self.viewed.difference(&self.bought)).copied().collect()
    }
}

/// What somebody bought, and looked at; views that cannot be had are none.
pub(super) async fn past(graph: &dyn Graph, user: UserId) -> Result<Past> {
    let user = [user.0];
    let (bought, viewed) = tokio::join!(graph.edges(BOUGHT, &user, PAST), graph.edges(VIEWED, &user, VIEWS));
    let bought = bought?.into_iter().flatten();
    let viewed = match viewed {
        Ok(viewed) => viewed,
        Err(error) if join::is_left_to_the_store(&error) => Vec::new(),
        Err(error) => return Err(error),
    };
    let viewed = viewed.into_iter().flatten();
    let signal = |strength| move |edge: Edge| Signal { item: edge.to, strength, at: edge.at };
    let bought: Vec<Signal> = bought.map(signal(1.0)).collect();
    let viewed: Vec<Signal> = viewed.map(signal(VIEW_STRENGTH)).collect();
    let items = |signals: &[Signal]| signals.iter().map(|signal| signal.item).collect();
    Ok(Past {
        weights: history::weigh(&[&bought, &viewed], MEMORY),
        bought: items(&bought),
        viewed: items(&viewed),
    })
}

/// What people bought who bought the same: items and scores, the best first.
pub(super) async fn also_bought(graph: &dyn Graph, past: &Past) -> Result<Vec<(Uuid, f64)>> {
    there_and_back(graph, past, BOUGHT_BY, BOUGHT).await
}

/// What people looked at who looked at the same.
pub(super) async fn also_viewed(graph: &dyn Graph, past: &Past) -> Result<Vec<(Uuid, f64)>> {
    there_and_back(graph, past, VIEWED_BY, VIEWED).await
}

/// From products to people and on to their other products.
async fn there_and_back(
    graph: &dyn Graph,
    past: &Past,
    people: Path,
    products: Path,
) -> Result<Vec<(Uuid, f64)>> {
    if past.weights.is_empty() {
        return Ok(Vec::new());
    }
    let step = |path, per_node, keep, damping| Step { path, per_node, keep, damping, weighted: false };
    let walk = Walk {
        from: past.weights.clone(),
        steps: vec![step(people, BUYERS, CLOSEST, 0.4), step(products, PURCHASES, CANDIDATES, 0.5)],
        without: past.all(),
        limit: CANDIDATES,
    };
    let reached = graph.walk(&walk).await?;
    let reached = reached.into_iter().map(|one| Reached {
        item: one.id,
        weight: one.weight,
        paths: one.paths,
        popularity: one.degree,
    });
    Ok(ranking::rank(&reached.collect::<Vec<_>>(), RANKING))
}
