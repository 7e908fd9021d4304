//! One ranking out of two: reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009).
//!
//! A product gets `1 / (60 + rank)` from each ranking that it stands in, ranks counted from 1. Scores of different
//! engines need not be comparable, and a product that both find comes before one that only one finds.

use std::collections::HashMap;

use souk_kernel::ProductId;

use super::FoundBy;
use super::ranking::Ranked;

/// The constant of the paper: how little the very first places count above those below them.
const K: f64 = 60.0;

pub(super) fn fuse(by_words: &[ProductId], by_meaning: &[ProductId]) -> Vec<Ranked> {
    let mut fused: HashMap<ProductId, (f64, Vec<FoundBy>)> = HashMap::new();
    for (ids, found_by) in [(by_words, FoundBy::Words), (by_meaning, FoundBy::Meaning)] {
        for (rank, id) in (1u32..).zip(ids) {
            let (score, found) = fused.entry(*id).or_default();
            *score += 1.0 / (K + f64::from(rank));
            found.push(found_by);
        }
    }
    let mut fused: Vec<(ProductId, (f64, Vec<FoundBy>))> = fused.into_iter().collect();
    fused.sort_unstable_by(|(a, (a_score, _)), (b, (b_score, _))| {
        b_score.total_cmp(a_score).then_with(|| a.cmp(b))
    });
    fused.into_iter().map(|(id, (_, found_by))| Ranked { id, found_by }).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn ids(numbers: &[u128]) -> Vec<ProductId> {
        numbers.iter().map(|number| ProductId(Uuid::from_u128(*number))).collect()
    }

    fn fused(by_words: &[u128], by_meaning: &[u128]) -> Vec<u128> {
        fuse(&ids(by_words), &ids(by_meaning)).iter().map(|ranked| ranked.id.0.as_u128()).collect()
    }

    #[test]
    fn what_both_find_comes_first_and_equal_places_are_in_the_order_of_ids() {
        assert_eq!(fused(&[1, 2, 3], &[4, 3]), [3, 1, 4, 2]);
        assert_eq!(fused(&[2], &[1]), [1, 2]);
        assert_eq!(fused(&[], &[5, 4]), [5, 4]);
        assert_eq!(fused(&[], &[]), [0u128; 0]);
    }

    #[test]
    fn each_says_what_found_it() {
        let ranked = fuse(&ids(&[1, 2]), &ids(&[2, 3]));
        let found = |number: u128| {
            let of = ranked.iter().find(|ranked| ranked.id.0.as_u128() == number).unwrap();
            of.found_by.clone()
        };
        assert_eq!(found(1), [FoundBy::Words]);
        assert_eq!(found(2), [FoundBy::Words, FoundBy::Meaning]);
        assert_eq!(found(3), [FoundBy::Meaning]);
    }
}
