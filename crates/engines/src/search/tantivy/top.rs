//! The highest ranks of many, and of equal ranks the lowest ids.

use std::cmp::Reverse;

pub(super) struct Top {
    limit: usize,
    /// Up to twice the limit, in no order; thrown out by halves, which costs less than keeping a heap.
    kept: Vec<(Reverse<u64>, u128)>,
    /// What a newcomer has to beat.
    last: Option<(Reverse<u64>, u128)>,
}

impl Top {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, kept: Vec::with_capacity(limit.saturating_mul(2).min(1024)), last: None }
    }

    /// `id` is asked for only when the rank is high enough.
    #[inline(always)]
    pub(super) fn offer(&mut self, rank: u64, id: impl FnOnce() -> u128) {
        if self.last.is_none_or(|(Reverse(last), _)| rank >= last) {
            self.keep(rank, id());
        }
    }

    fn keep(&mut self, rank: u64, id: u128) {
        let newcomer = (Reverse(rank), id);
        if self.limit == 0 || self.last.is_some_and(|last| newcomer > last) {
            return;
        }
        self.kept.push(newcomer);
        if self.kept.len() >= self.limit.saturating_mul(2) {
            self.last = Some(*self.kept.select_nth_unstable(self.limit - 1).1);
            self.kept.truncate(self.limit);
        }
    }

    /// Rank and id, the first first.
    pub(super) fn into_sorted(mut self) -> Vec<(u64, u128)> {
        self.kept.sort_unstable();
        self.kept.truncate(self.limit);
        self.kept.into_iter().map(|(Reverse(rank), id)| (rank, id)).collect()
    }
}
