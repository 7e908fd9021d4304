//! Which things go together: a bowl and a spoon of the same walnut, a soap and the balm that smells like it.
//!
//! Two products go together when they share words that few others have and are not of the same kind: what is of the same
//! kind stands in for the other instead.

use std::collections::HashMap;

use super::dice::Dice;
use super::market::Market;

/// Companions of each product.
const COMPANIONS: usize = 4;
/// A word that more products share says nothing, and costs much.
const MOST_SHARING: usize = 120;
/// What pleases together comes from other shelves as often as from the same.
const ANOTHER_SHELF: f64 = 1.25;

/// For each product the places of those that go with it, the closest first.
pub(super) fn companions(market: &Market, seed: u64) -> Vec<Vec<usize>> {
    let mut having: HashMap<u32, Vec<usize>> = HashMap::new();
    for (place, product) in market.products.iter().enumerate() {
        for tag in &product.nature.tags {
            having.entry(*tag).or_default().push(place);
        }
    }
    having.retain(|_, places| (2..=MOST_SHARING).contains(&places.len()));
    let all = market.products.len() as f64;
    let mut dice = Dice::new(seed, "companions");
    // Otherwise the same few would go with everything that shares their words.
    let charm: Vec<f64> = market.products.iter().map(|_| dice.between(0.7, 1.3)).collect();
    let companions = market.products.iter().enumerate().map(|(place, product)| {
        let mut closeness: HashMap<usize, f64> = HashMap::new();
        for tag in &product.nature.tags {
            let Some(places) = having.get(tag) else { continue };
            // The inverse document frequency of retrieval: what few share binds more.
            let rare = (all / places.len() as f64).ln();
            for other in places {
                let candidate = &market.products[*other];
                if *other != place && candidate.nature.kind != product.nature.kind {
                    *closeness.entry(*other).or_default() += rare;
                }
            }
        }
        let mut closest: Vec<(usize, f64)> = closeness
            .into_iter()
            .map(|(other, shared)| {
                let elsewhere = market.products[other].category != product.category;
                (other, shared * charm[other] * if elsewhere { ANOTHER_SHELF } else { 1.0 })
            })
            .collect();
        closest.sort_unstable_by(|one, two| two.1.total_cmp(&one.1).then(one.0.cmp(&two.0)));
        closest.truncate(COMPANIONS);
        closest.into_iter().map(|(other, _)| other).collect()
    });
    companions.collect()
}
