//! What is bought together more often than by chance.
//!
//! What everybody buys shares baskets with everything. So a pair must pass a floor: the log-likelihood ratio of its
//! counts (Dunning 1993, "Accurate Methods for the Statistics of Surprise and Coincidence"), which also holds for rare
//! things, a minimum of shared baskets, and a minimum of lift, because with enough baskets even a difference that
//! matters to nobody becomes significant. What passes is ranked by the ratio: it grows with the strength of the bond
//! and with how often it was seen, where lift alone would put the rarest first, and mere counts the bestsellers.

use uuid::Uuid;

/// How often something shares a basket with the product that is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shared {
    pub item: Uuid,
    /// Baskets that hold both.
    pub both: u64,
    /// Baskets that hold the item.
    pub with_item: u64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Floor {
    pub baskets: u64,
    /// Chance alone exceeds 10.83 once in a thousand pairs (chi-squared with one degree of freedom).
    pub ratio: f64,
    pub lift: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Together {
    pub item: Uuid,
    pub both: u64,
    /// How many times as often as if the two had nothing to do with each other.
    pub lift: f64,
    pub ratio: f64,
}

/// What passes the floor, the surest bond first; equal ones by id.
///
/// `baskets` are all there are, `with_product` those that hold the product that is asked about.
pub fn together(shared: &[Shared], with_product: u64, baskets: u64, floor: Floor) -> Vec<Together> {
    let judged = |shared: &Shared| {
        let Shared { item, both, with_item } = *shared;
        let expected = with_product as f64 * with_item as f64 / baskets.max(1) as f64;
        let lift = if expected > 0.0 { both as f64 / expected } else { 0.0 };
        Together { item, both, lift, ratio: log_likelihood_ratio(both, with_product, with_item, baskets) }
    };
    let passes =
        |one: &Together| one.both >= floor.baskets && one.lift >= floor.lift && one.ratio >= floor.ratio;
    let mut found: Vec<Together> = shared.iter().map(judged).filter(passes).collect();
    found.sort_unstable_by(|a, b| b.ratio.total_cmp(&a.ratio).then(a.item.cmp(&b.item)));
    found
}

/// Dunning's `-2 log λ` of the 2×2 table of two things in `all` baskets: `a` hold the one, `b` the other, `both` both.
///
/// It is `2 Σ observed ln(observed / expected)` over the four cells. Counts that contradict each other are cut to fit.
pub fn log_likelihood_ratio(both: u64, a: u64, b: u64, all: u64) -> f64 {
    let (a, b) = (a.min(all), b.min(all));
    let both = both.clamp((a + b).saturating_sub(all), a.min(b));
    let cells = [
        (both, a, b),
        (a - both, a, all - b),
        (b - both, all - a, b),
        // Never below zero: `both` is at least `a + b - all`.
        (all + both - a - b, all - a, all - b),
    ];
    let term = |(observed, row, column): (u64, u64, u64)| {
        let expected = row as f64 * column as f64 / all as f64;
        if observed == 0 { 0.0 } else { observed as f64 * (observed as f64 / expected).ln() }
    };
    (2.0 * cells.into_iter().map(term).sum::<f64>()).max(0.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FLOOR: Floor = Floor { baskets: 3, ratio: 10.83, lift: 1.5 };

    fn found(shared: &[(u128, u64, u64)], with_product: u64, baskets: u64) -> Vec<u128> {
        let shared: Vec<Shared> = shared
            .iter()
            .map(|(item, both, with_item)| Shared {
                item: Uuid::from_u128(*item),
                both: *both,
                with_item: *with_item,
            })
            .collect();
        together(&shared, with_product, baskets, FLOOR).iter().map(|one| one.item.as_u128()).collect()
    }

    #[test]
    fn the_ratio_is_that_of_the_paper() {
        // Table 1 of Dunning (1993): "the swiss", 31,777 bigrams, A+B 110, A+~B 2,442, ~A+B 111, 270.72.
        let ratio = log_likelihood_ratio(110, 110 + 2_442, 110 + 111, 110 + 2_442 + 111 + 29_114);
        assert!((ratio - 270.72).abs() < 0.01, "{ratio}");
        assert_eq!(log_likelihood_ratio(25, 50, 50, 100), 0.0, "exactly what chance gives");
    }

    #[test]
    fn a_bestseller_is_no_companion_of_everything() {
        // In 10,000 baskets, 200 with the product. 1: the bestseller, in 3,000 baskets and as often as by chance here.
        // 2: a pot and its lid. 3: twice, which may be chance. 4: rare and always together.
        let shared = [(1, 62, 3_000), (2, 60, 180), (3, 2, 4), (4, 4, 4)];
        assert_eq!(found(&shared, 200, 10_000), [2, 4]);
        // With a hundred times as many baskets a lift of 1.1 is beyond doubt, and still tells nobody anything.
        assert_eq!(found(&[(1, 6_600, 300_000)], 20_000, 1_000_000), []);
    }

    #[test]
    fn nothing_follows_from_nothing() {
        assert_eq!(found(&[(1, 0, 0)], 0, 0), []);
        assert_eq!(found(&[(1, 3, 3)], 3, 3), [], "they share every basket there is");
        assert_eq!(log_likelihood_ratio(0, 0, 0, 0), 0.0);
    }

    proptest! {
        #[test]
        fn the_ratio_is_symmetric_finite_and_grows_with_the_bond(
            a in 1..1_000u64, b in 1..1_000u64, rest in 0..100_000u64, both in 0..1_000u64,
        ) {
            let all = a + b + rest;
            let ratio = log_likelihood_ratio(both, a, b, all);
            prop_assert!(ratio.is_finite() && ratio >= 0.0);
            prop_assert!((ratio - log_likelihood_ratio(both, b, a, all)).abs() < 1e-6);
            let expected = a as f64 * b as f64 / all as f64;
            if both as f64 > expected && both < a.min(b) {
                prop_assert!(log_likelihood_ratio(both + 1, a, b, all) > ratio);
            }
        }
    }
}
