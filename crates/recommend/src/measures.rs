//! How good a ranking is, told from what turned out to be wanted.
//!
//! With one wanted item the definitions are the usual ones of next-item recommendation; with several, a hit is one of
//! them in the first k, the gain is that of Järvelin and Kekäläinen (2002) with an ideal of as many hits as fit, and the
//! reciprocal rank is that of the first hit.

use std::collections::HashSet;

use uuid::Uuid;

/// 1 when any of the first `k` is wanted, and 0 otherwise.
pub fn hit_at(k: usize, ranked: &[Uuid], wanted: &HashSet<Uuid>) -> f64 {
    if ranked.iter().take(k).any(|item| wanted.contains(item)) { 1.0 } else { 0.0 }
}

/// Normalised discounted cumulative gain: 1 when the wanted ones come first, and 0 when none is among the first `k`.
pub fn ndcg_at(k: usize, ranked: &[Uuid], wanted: &HashSet<Uuid>) -> f64 {
    let discount = |place: usize| 1.0 / ((place + 2) as f64).log2();
    let ideal: f64 = (0..k.min(wanted.len())).map(discount).sum();
    let hits = ranked.iter().take(k).enumerate().filter(|(_, item)| wanted.contains(item));
    let gain: f64 = hits.map(|(place, _)| discount(place)).sum();
    if ideal > 0.0 { gain / ideal } else { 0.0 }
}

/// 1 / the place of the first wanted one among the first `k`; 0 when there is none.
pub fn reciprocal_rank_at(k: usize, ranked: &[Uuid], wanted: &HashSet<Uuid>) -> f64 {
    let place = ranked.iter().take(k).position(|item| wanted.contains(item));
    place.map_or(0.0, |place| 1.0 / (place + 1) as f64)
}

/// Means over many cases.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    pub k: usize,
    pub cases: usize,
    pub hit_rate: f64,
    pub ndcg: f64,
    pub mrr: f64,
}

impl Figures {
    pub fn new(k: usize) -> Self {
        Self { k, cases: 0, hit_rate: 0.0, ndcg: 0.0, mrr: 0.0 }
    }

    pub fn add(&mut self, ranked: &[Uuid], wanted: &HashSet<Uuid>) {
        self.cases += 1;
        let mean = |mean: &mut f64, value: f64| *mean += (value - *mean) / self.cases as f64;
        mean(&mut self.hit_rate, hit_at(self.k, ranked, wanted));
        mean(&mut self.ndcg, ndcg_at(self.k, ranked, wanted));
        mean(&mut self.mrr, reciprocal_rank_at(self.k, ranked, wanted));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn items(ids: impl IntoIterator<Item = u128>) -> Vec<Uuid> {
        ids.into_iter().map(Uuid::from_u128).collect()
    }

    fn set(ids: impl IntoIterator<Item = u128>) -> HashSet<Uuid> {
        items(ids).into_iter().collect()
    }

    #[test]
    fn one_wanted_item_is_measured_as_everybody_does() {
        let (ranked, wanted) = (items([5, 6, 7, 8]), set([7]));
        assert_eq!((hit_at(2, &ranked, &wanted), hit_at(3, &ranked, &wanted)), (0.0, 1.0));
        assert_eq!(ndcg_at(3, &ranked, &wanted), 0.5, "1 / log2(4)");
        assert_eq!(reciprocal_rank_at(3, &ranked, &wanted), 1.0 / 3.0);
        assert_eq!(reciprocal_rank_at(2, &ranked, &wanted), 0.0);
    }

    #[test]
    fn several_wanted_items_share_one_gain() {
        let ranked = items([1, 2, 3]);
        assert_eq!(ndcg_at(3, &ranked, &set([1, 2, 3, 4, 5])), 1.0, "no more fit into three");
        let gain = ndcg_at(3, &ranked, &set([1, 9]));
        assert!((gain - 1.0 / (1.0 + 1.0 / 3f64.log2())).abs() < 1e-12, "{gain}");
        assert_eq!(ndcg_at(3, &ranked, &set([])), 0.0);
    }

    #[test]
    fn figures_are_means() {
        let mut figures = Figures::new(2);
        figures.add(&items([1, 2]), &set([2]));
        figures.add(&items([1, 2]), &set([3]));
        assert_eq!((figures.cases, figures.hit_rate, figures.mrr), (2, 0.5, 0.25));
    }

    proptest! {
        #[test]
        fn measures_lie_between_0_and_1_and_never_fall_with_k(
            ranked in prop::collection::hash_set(0..60u128, 0..40),
            wanted in prop::collection::hash_set(0..60u128, 1..20),
            k in 1..30usize,
        ) {
            let (ranked, wanted) = (items(ranked), set(wanted));
            let [hit, ndcg, rank] = [hit_at, ndcg_at, reciprocal_rank_at].map(|of| of(k, &ranked, &wanted));
            prop_assert!([hit, ndcg, rank].iter().all(|value| (0.0..=1.0 + 1e-12).contains(value)));
            prop_assert!(rank <= hit && (ndcg > 0.0) == (hit > 0.0));
            prop_assert!(hit_at(k + 1, &ranked, &wanted) >= hit);
            prop_assert!(reciprocal_rank_at(k + 1, &ranked, &wanted) >= rank);
        }
    }
}
