//! How good recommendations are: a past is cut in two, the known part fills a graph of its own, and what the walks
//! foretell is held against what people bought afterwards. What sells most is measured beside it.
//!
//! It goes through the same walk and the same ranking as an answer does. Stock is left out: what was bought was there.

use std::collections::HashSet;

use serde::Serialize;
use souk_kernel::{LogPosition, UserId};
use souk_ports::derived::Checkpoint;
use souk_ports::graph::{EdgeWrite, FactKey, Graph, Relation};
use souk_recommend::measures::Figures;
use souk_recommend::split::best_sellers;
use uuid::Uuid;

use super::walks::{also_bought, past};
use super::{Error, History, HowMany, PURCHASE_GRAPH};

/// Both on the same cases.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    pub history: String,
    pub k: usize,
    /// Purchases that were known.
    pub purchases: usize,
    /// People of whom something was foretold.
    pub cases: usize,
    pub recommended: Measured,
    pub best_sellers: Measured,
}

/// Means over the cases, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Measured {
    /// For how many people at least one of the first k was bought afterwards.
    pub hit_rate: f64,
    pub ndcg: f64,
    pub mrr: f64,
}

impl From<Figures> for Measured {
    fn from(Figures { hit_rate, ndcg, mrr, .. }: Figures) -> Self {
        Self { hit_rate, ndcg, mrr }
    }
}

/// `graph` is empty and nobody else's. `progress` is told how many of how many cases are done.
pub async fn evaluate(
    graph: &dyn Graph,
    history: &History,
    k: HowMany,
    progress: &(dyn Fn(u64, u64) + Send + Sync),
) -> Result<Evaluation, Error> {
    fill(graph, history).await?;
    let k = k.get();
    let (mut recommended, mut popular) = (Figures::new(k), Figures::new(k));
    let best = best_sellers(&history.split.known);
    let total = history.split.cases.len() as u64;
    for (done, case) in (1..).zip(&history.split.cases) {
        let past = past(graph, UserId(case.buyer)).await?;
        let new = |id: &Uuid| !past.bought.contains(id);
        let best: Vec<Uuid> = best.iter().copied().filter(new).take(k).collect();
        let mut ranked: Vec<Uuid> =
            also_bought(graph, &past).await?.into_iter().map(|(id, _)| id).take(k).collect();
        // As an answer is filled up.
        let known: HashSet<Uuid> = ranked.iter().copied().collect();
        ranked.extend(best.iter().filter(|id| !known.contains(id)).take(k - ranked.len()));
        recommended.add(&ranked, &case.wanted);
        popular.add(&best, &case.wanted);
        if done % 50 == 0 || done == total {
            progress(done, total);
        }
    }
    Ok(Evaluation {
        history: history.name.clone(),
        k,
        purchases: history.split.known.len(),
        cases: recommended.cases,
        recommended: recommended.into(),
        best_sellers: popular.into(),
    })
}

async fn fill(graph: &dyn Graph, history: &History) -> Result<(), Error> {
    const CHUNK: usize = 20_000;
    let generation = graph.begin(PURCHASE_GRAPH).await?;
    let _lock = graph.lock(PURCHASE_GRAPH, generation).await?;
    let facts: Vec<EdgeWrite> = (1..)
        .zip(&history.split.known)
        .map(|(position, purchase)| EdgeWrite::Fact {
            key: FactKey { position, line: 0 },
            relation: Relation::Purchased,
            from: purchase.buyer,
            to: purchase.item,
            weight: 1,
            at: purchase.at,
        })
        .collect();
    let mut position = 0;
    for chunk in facts.chunks(CHUNK) {
        position += chunk.len() as u64;
        let at = LogPosition { epoch: 1, position };
        let checkpoint = Checkpoint { log: Uuid::nil(), at, last: Uuid::nil() };
        graph.write(PURCHASE_GRAPH, generation, chunk.to_vec(), checkpoint).await?;
    }
    Ok(graph.promote(PURCHASE_GRAPH, None, generation).await?)
}
