//! Past purchases, cut in two by time: what is known, and what is to be foretold from it.

use std::collections::{HashMap, HashSet};

use souk_kernel::Timestamp;
use uuid::Uuid;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purchase {
    pub buyer: Uuid,
    pub item: Uuid,
    pub at: Timestamp,
}

/// A buyer, and what of it all is to be foretold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    pub buyer: Uuid,
    pub wanted: HashSet<Uuid>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Split {
    pub known: Vec<Purchase>,
    /// By buyer.
    pub cases: Vec<Case>,
}

/// Cuts at `share` (0 to 1) of the time between the first purchase and the last: what is earlier is known. A case is a
/// buyer with a known past who later bought something for the first time; only such first times are wanted.
pub fn by_time(purchases: &[Purchase], share: f64) -> Split {
    let times = || purchases.iter().map(|purchase| purchase.at.ms());
    let (Some(first), Some(last)) = (times().min(), times().max()) else { return Split::default() };
    let cut = first as f64 + share * (last - first) as f64;
    let (known, later): (Vec<Purchase>, Vec<Purchase>) =
        purchases.iter().partition(|purchase| (purchase.at.ms() as f64) < cut);
    let mut past: HashMap<Uuid, HashSet<Uuid>> = HashMap::new();
    for purchase in &known {
        past.entry(purchase.buyer).or_default().insert(purchase.item);
    }
    let mut wanted: HashMap<Uuid, HashSet<Uuid>> = HashMap::new();
    for purchase in later {
        if past.get(&purchase.buyer).is_some_and(|items| !items.contains(&purchase.item)) {
            wanted.entry(purchase.buyer).or_default().insert(purchase.item);
        }
    }
    let mut cases: Vec<Case> = wanted.into_iter().map(|(buyer, wanted)| Case { buyer, wanted }).collect();
    cases.sort_unstable_by_key(|case| case.buyer);
    Split { known, cases }
}

/// Items by how many people bought them, the most bought first; equal ones by id. What every recommender must beat.
pub fn best_sellers(purchases: &[Purchase]) -> Vec<Uuid> {
    let mut buyers: HashMap<Uuid, HashSet<Uuid>> = HashMap::new();
    for purchase in purchases {
        buyers.entry(purchase.item).or_default().insert(purchase.buyer);
    }
    let mut items: Vec<(usize, Uuid)> =
        buyers.into_iter().map(|(item, buyers)| (buyers.len(), item)).collect();
    items.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    items.into_iter().map(|(_, item)| item).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn purchase(buyer: u128, item: u128, ms: i64) -> Purchase {
        Purchase { buyer: Uuid::from_u128(buyer), item: Uuid::from_u128(item), at: Timestamp::from_ms(ms) }
    }

    #[test]
    fn only_first_times_of_known_buyers_are_wanted() {
        let purchases = [
            purchase(1, 10, 0),
            purchase(1, 11, 79),
            purchase(1, 10, 80),
            purchase(1, 12, 95),
            purchase(2, 10, 90),
            purchase(3, 10, 20),
            purchase(3, 10, 100),
        ];
        let split = by_time(&purchases, 0.8);
        assert_eq!(split.known, [purchases[0], purchases[1], purchases[5]]);
        let wanted = HashSet::from([Uuid::from_u128(12)]);
        assert_eq!(
            split.cases,
            [Case { buyer: Uuid::from_u128(1), wanted }],
            "2 was not known, 3 wanted the same"
        );
        assert_eq!(by_time(&[], 0.8), Split::default());
    }

    #[test]
    fn what_one_person_buys_again_and_again_is_no_bestseller() {
        let purchases = [
            purchase(1, 10, 0),
            purchase(1, 10, 1),
            purchase(1, 10, 2),
            purchase(1, 11, 0),
            purchase(2, 11, 0),
        ];
        assert_eq!(best_sellers(&purchases), [11, 10].map(Uuid::from_u128));
    }
}
