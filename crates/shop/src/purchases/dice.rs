//! Chance that can be repeated: the same seed throws the same numbers, with every version of souk.

/// SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    /// The numbers of `seed` for one purpose; those for another purpose are others.
    pub(super) fn new(seed: u64, purpose: &str) -> Self {
        Self(purpose.bytes().fold(seed, |state, byte| mix(state ^ u64::from(byte))))
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// From 0 up to, and not including, 1.
    pub(super) fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// From `low` up to, and not including, `high`.
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + self.share() * (high - low)
    }

    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.share() < probability
    }

    /// 0 to `count` - 1; `count` is not 0.
    pub(super) fn below(&mut self, count: usize) -> usize {
        // The bias of a product with 64 bits is far below what anybody could see.
        ((u128::from(self.next()) * count as u128) >> 64) as usize
    }

    /// A place in `weights`, each as often as it weighs.
    pub(super) fn weighted(&mut self, weights: &Weights) -> usize {
        let at = self.share() * weights.total();
        weights.0.partition_point(|end| *end <= at).min(weights.0.len().saturating_sub(1))
    }
}

fn mix(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

/// Weights as running sums, in which a throw is found by halving.
#[derive(Debug, Clone, Default)]
pub(super) struct Weights(Vec<f64>);

impl Weights {
    /// None is negative.
    pub(super) fn new(weights: impl IntoIterator<Item = f64>) -> Self {
        let running = |sum: &mut f64, weight| {
            *sum += weight;
            Some(*sum)
        };
        Self(weights.into_iter().scan(0.0, running).collect())
    }

    pub(super) fn total(&self) -> f64 {
        self.0.last().copied().unwrap_or(0.0)
    }

    /// Which part of the whole lies at this place.
    pub(super) fn part(&self, at: usize) -> f64 {
        let before = if at == 0 { 0.0 } else { self.0[at - 1] };
        (self.0[at] - before) / self.total()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_a_seed_never_change() {
        // The reference implementation's first numbers for the state 1234567.
        let mut dice = Dice(1_234_567);
        assert_eq!([dice.next(), dice.next()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
    }

    #[test]
    fn places_come_as_often_as_they_weigh() {
        let mut dice = Dice::new(7, "weights");
        let weights = Weights::new([1.0, 0.0, 3.0]);
        let mut seen = [0; 3];
        (0..4_000).for_each(|_| seen[dice.weighted(&weights)] += 1);
        assert_eq!(seen[1], 0);
        assert!((900..1_100).contains(&seen[0]), "{seen:?}");
        assert!((weights.part(2) - 0.75).abs() < 1e-9);
    }
}
