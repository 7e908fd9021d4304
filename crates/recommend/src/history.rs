//! What a person did, as the weights that a walk starts with.

use std::collections::HashMap;

use souk_kernel::Timestamp;
use uuid::Uuid;

/// Something that a person did with a product.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Signal {
    pub item: Uuid,
    /// What it says about the person's taste, beside a purchase with 1.
    pub strength: f64,
    pub at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Memory {
    /// What is left of a signal's weight for each later occasion, above 0 and up to 1.
    pub fading: f64,
    /// How many products count at most, the weightiest.
    pub most: usize,
}

/// The weight of each product, the greatest first; equal ones by id.
///
/// Signals fade by occasions and not by days: whoever shops twice a year has not forgotten the last time. What happened
/// at one moment, such as a basket, is one occasion, and each kind of signal has occasions of its own: looking around
/// does not make a purchase fade. Of several signals about a product the strongest after fading counts.
pub fn weigh(kinds: &[&[Signal]], memory: Memory) -> Vec<(Uuid, f64)> {
    let mut weights: HashMap<Uuid, f64> = HashMap::new();
    for signals in kinds {
        let mut moments: Vec<Timestamp> = signals.iter().map(|signal| signal.at).collect();
        moments.sort_unstable_by(|a, b| b.cmp(a));
        moments.dedup();
        for signal in *signals {
            let later = moments.partition_point(|moment| *moment > signal.at);
            let weight = signal.strength * memory.fading.powi(i32::try_from(later).unwrap_or(i32::MAX));
            let kept = weights.entry(signal.item).or_default();
            *kept = kept.max(weight);
        }
    }
    let mut weights: Vec<(Uuid, f64)> = weights.into_iter().filter(|(_, weight)| *weight > 0.0).collect();
    weights.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    weights.truncate(memory.most);
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEMORY: Memory = Memory { fading: 0.5, most: 3 };

    fn signal(item: u128, strength: f64, ms: i64) -> Signal {
        Signal { item: Uuid::from_u128(item), strength, at: Timestamp::from_ms(ms) }
    }

    fn weights(kinds: &[&[Signal]]) -> Vec<(u128, f64)> {
        weigh(kinds, MEMORY).into_iter().map(|(item, weight)| (item.as_u128(), weight)).collect()
    }

    #[test]
    fn a_basket_fades_as_a_whole_and_by_occasions_whatever_the_time_between() {
        let signals = [signal(1, 1.0, 0), signal(2, 1.0, 5), signal(3, 1.0, 5), signal(4, 1.0, 90_000)];
        assert_eq!(weights(&[&signals]), [(4, 1.0), (2, 0.5), (3, 0.5)], "and the fourth is one too many");
    }

    #[test]
    fn views_do_not_make_purchases_fade_and_the_strongest_signal_counts() {
        let views = [signal(1, 0.2, 30), signal(3, 0.2, 31)];
        let purchases = [signal(1, 1.0, 10), signal(2, 1.0, 20)];
        assert_eq!(weights(&[&purchases, &views]), [(2, 1.0), (1, 0.5), (3, 0.2)]);
        assert_eq!(weights(&[]), []);
    }
}
