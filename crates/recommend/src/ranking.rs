//! From what a walk reached to a ranking.
//!
//! The walk from a person's products to those who bought them, and on to what else they bought, is the last two steps of
//! the random walk P3 (Cooper et al. 2014, "Random Walks in Recommender Systems"). What it reaches is known to be too
//! fond of what sells anyway; RP3beta (Paudel et al. 2017, "Updatable, Accurate, Diverse, and Scalable Recommendations
//! for Interactive Applications") divides by a power of the popularity. To this comes a discount on what hangs on one or
//! two people only, as shrinkage does in item-based neighbourhoods (Bell and Koren 2007).

use uuid::Uuid;

/// A product that a walk reached.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reached {
    pub item: Uuid,
    /// What the walk gathered on it.
    pub weight: f64,
    /// How many people led there.
    pub paths: u64,
    /// How many people bought it at all.
    pub popularity: u64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranking {
    /// The power of the popularity to divide by: 0 leaves P3 as it is, 1 takes all of the popularity away.
    pub damping: f64,
    /// With as many paths as this the weight counts half.
    pub doubt: f64,
}

/// Items and their scores, the best first; equal ones by id. What gathered nothing is left out.
pub fn rank(reached: &[Reached], ranking: Ranking) -> Vec<(Uuid, f64)> {
    let score = |one: &Reached| {
        let paths = one.paths as f64;
        let sure = if ranking.doubt > 0.0 { paths / (paths + ranking.doubt) } else { 1.0 };
        one.weight * sure / (one.popularity.max(1) as f64).powf(ranking.damping)
    };
    let mut ranked: Vec<(Uuid, f64)> =
        reached.iter().map(|one| (one.item, score(one))).filter(|(_, score)| *score > 0.0).collect();
    ranked.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    ranked
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn reached(item: u128, weight: f64, paths: u64, popularity: u64) -> Reached {
        Reached { item: Uuid::from_u128(item), weight, paths, popularity }
    }

    fn order(of: &[Reached], ranking: Ranking) -> Vec<u128> {
        rank(of, ranking).into_iter().map(|(item, _)| item.as_u128()).collect()
    }

    #[test]
    fn popularity_and_doubt_turn_the_order() {
        // Everybody buys 1; 2 is bought by those who are like us; one person led to 3.
        let all = [reached(1, 4.0, 400, 10_000), reached(2, 2.0, 20, 25), reached(3, 2.5, 1, 1)];
        assert_eq!(order(&all, Ranking { damping: 0.0, doubt: 0.0 }), [1, 3, 2]);
        assert_eq!(order(&all, Ranking { damping: 0.5, doubt: 0.0 }), [3, 2, 1]);
        assert_eq!(order(&all, Ranking { damping: 0.2, doubt: 4.0 }), [2, 1, 3]);
    }

    proptest! {
        #[test]
        fn a_ranking_falls_and_more_weight_never_hurts(
            weights in prop::collection::vec((0.0..100.0f64, 1..50u64, 0..1_000u64), 1..30),
            more in 0.1..50.0f64,
        ) {
            let ranking = Ranking { damping: 0.3, doubt: 2.0 };
            let make = |(at, (weight, paths, popularity)): (usize, &(f64, u64, u64))| {
                reached(at as u128, *weight, *paths, *popularity)
            };
            let mut all: Vec<Reached> = weights.iter().enumerate().map(make).collect();
            let ranked = rank(&all, ranking);
            prop_assert!(ranked.is_sorted_by(|a, b| a.1 >= b.1) && ranked.iter().all(|(_, score)| score.is_finite()));
            let place = |ranked: &[(Uuid, f64)]| ranked.iter().position(|(item, _)| item.is_nil());
            let before = place(&ranked).unwrap_or(usize::MAX);
            all[0].weight += more;
            prop_assert!(place(&rank(&all, ranking)).unwrap_or(usize::MAX) <= before);
        }
    }
}
