//! Which of a person's own products led to a recommendation.
//!
//! A walk adds up what comes from all of them; the one with the closest tie is named: the most buyers in common, by what
//! the product weighs for the person and how common it is.

use std::collections::{HashMap, HashSet};

use souk_kernel::ProductId;
use souk_ports::Result;
use souk_ports::graph::Graph;
use uuid::Uuid;

use super::walks::{BOUGHT_BY, Past};

/// How many of a person's products may be named, the weightiest.
const OWN: usize = 20;
/// Of each product as many of the latest buyers are compared.
const BUYERS: u32 = 200;

/// For each product that has a tie to the person's own: which one, and what it weighs is left out.
pub(super) async fn led_there(
    graph: &dyn Graph,
    past: &Past,
    chosen: &[ProductId],
) -> Result<HashMap<ProductId, ProductId>> {
    let own = &past.weights[..past.weights.len().min(OWN)];
    let nodes: Vec<Uuid> =
        own.iter().map(|(id, _)| *id).chain(chosen.iter().map(|product| product.0)).collect();
    let mut buyers = graph.edges(BOUGHT_BY, &nodes, BUYERS).await?;
    let of_chosen = buyers.split_off(own.len());
    let of_own: Vec<HashSet<Uuid>> =
        buyers.into_iter().map(|edges| edges.into_iter().map(|edge| edge.to).collect()).collect();
    let mut led = HashMap::with_capacity(chosen.len());
    for (product, edges) in chosen.iter().zip(of_chosen) {
        let tie = |((id, weight), buyers): (&(Uuid, f64), &HashSet<Uuid>)| {
            let common = edges.iter().filter(|edge| buyers.contains(&edge.to)).count();
            (ProductId(*id), weight * common as f64 / (buyers.len().max(1) as f64).sqrt())
        };
        let closest = own.iter().zip(&of_own).map(tie).max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        if let Some((own, tie)) = closest
            && tie > 0.0
        {
            led.insert(*product, own);
        }
    }
    Ok(led)
}
