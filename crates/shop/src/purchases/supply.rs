//! What is on the shelves while a history goes by, and when it is filled up again.
//!
//! Everything that comes in counts only from the next wave on, so that what a wave sells was there before it began, in
//! whatever order its parts are carried out. Nobody sells here what is not there.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::dice::Dice;
use super::market::Market;
use super::people::Popularity;
use super::rhythm::{DAY_MS, at_work};

/// How long a maker takes to fill a shelf again, in days: from, to.
const LEAD_DAYS: (f64, f64) = (1.5, 6.0);
/// A delivery is meant to last so many days, or a quarter of a short history.
const COVER_DAYS: f64 = 30.0;
/// More is sold at times than usually.
const SAFETY: f64 = 1.6;
/// The least that is delivered at once.
const LEAST: i64 = 4;
/// What must be on the shelves in the end, of 100 variants: five more than what is asked for.
const IN_STOCK_IN_THE_END: usize = 95;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Delivery {
    pub(super) at: i64,
    /// The place of the variant.
    pub(super) variant: usize,
    pub(super) quantity: i64,
}

#[derive(Debug)]
pub(super) struct Supply {
    stock: Vec<i64>,
    /// Pieces a day, on an average day.
    demand: Vec<f64>,
    /// When it comes, which variant, how many.
    on_the_way: BinaryHeap<Reverse<(i64, usize, i64)>>,
    ordered: Vec<bool>,
    sold: BTreeSet<usize>,
    /// Comes in with the next wave.
    returned: Vec<(usize, i64)>,
    /// The longest that a delivery may take.
    patience_ms: i64,
    /// How long a delivery is meant to last, in days.
    cover_days: f64,
    dice: Dice,
}

impl Supply {
    /// `pieces_a_day` of everything together.
    pub(super) fn new(
        market: &Market,
        popularity: &Popularity,
        pieces_a_day: f64,
        days: u32,
        seed: u64,
    ) -> Self {
        let mut demand = vec![0.0; market.variants.len()];
        for (place, product) in market.products.iter().enumerate() {
            let shelf = popularity.shelves.part(product.category);
            let on_it = place - market.categories[product.category].products.start;
            let part = shelf * popularity.products[product.category].part(on_it);
            demand[product.variants.clone()].fill(part * pieces_a_day / product.variants.len() as f64);
        }
        Self {
            stock: market.variants.iter().map(|variant| variant.stock).collect(),
            ordered: vec![false; demand.len()],
            demand,
            on_the_way: BinaryHeap::new(),
            sold: BTreeSet::new(),
            returned: Vec::new(),
            patience_ms: i64::from(days) * DAY_MS / 8,
            cover_days: COVER_DAYS.min(f64::from(days) / 4.0),
            dice: Dice::new(seed, "supply"),
        }
    }

    pub(super) fn left(&self, variant: usize) -> i64 {
        self.stock[variant]
    }

    pub(super) fn sell(&mut self, variant: usize, quantity: u32) {
        self.stock[variant] -= i64::from(quantity);
        debug_assert!(self.stock[variant] >= 0);
        self.sold.insert(variant);
    }

    /// What a cancelled order gives back.
    pub(super) fn take_back(&mut self, variant: usize, quantity: u32) {
        self.returned.push((variant, i64::from(quantity)));
    }

    /// What is brought before anything is sold: what would run out before the first delivery could come.
    pub(super) fn prepare(&mut self, at: i64, is_there: impl Fn(usize) -> bool) -> Vec<Delivery> {
        let lead = ((LEAD_DAYS.1 * DAY_MS as f64) as i64).min(self.patience_ms);
        let is_short = |variant: &usize| {
            let until_then = self.until_then(*variant, lead);
            is_there(*variant) && until_then >= 1.0 && (self.stock[*variant] as f64) < until_then
        };
        let short: Vec<usize> = (0..self.stock.len()).filter(is_short).collect();
        short.into_iter().map(|variant| self.deliver(variant, at)).collect()
    }

    /// What comes in by the end of a wave, in the order of its time, and what is ordered because of what was sold.
    pub(super) fn close(&mut self, end: i64) -> Vec<Delivery> {
        let mut deliveries = Vec::new();
        while let Some(Reverse((at, variant, quantity))) = self.on_the_way.peek().copied()
            && at < end
        {
            self.on_the_way.pop();
            self.ordered[variant] = false;
            self.stock[variant] += quantity;
            deliveries.push(Delivery { at, variant, quantity });
        }
        for (variant, quantity) in std::mem::take(&mut self.returned) {
            self.stock[variant] += quantity;
        }
        for variant in std::mem::take(&mut self.sold) {
            let lead = self.lead();
            let until_then = self.until_then(variant, lead);
            if !self.ordered[variant] && (self.stock[variant] as f64) <= until_then + 1.0 {
                self.ordered[variant] = true;
                let at = end + lead;
                // A workshop delivers by day, unless the history is too short for that.
                let at = if lead >= DAY_MS { at_work(at) } else { at };
                let quantity = self.batch(variant);
                self.on_the_way.push(Reverse((at, variant, quantity)));
            }
        }
        deliveries
    }

    /// At once, because nothing else is left.
    pub(super) fn deliver(&mut self, variant: usize, at: i64) -> Delivery {
        let quantity = self.batch(variant);
        self.stock[variant] += quantity;
        Delivery { at, variant, quantity }
    }

    /// What is missing in the end so that nearly everything can be bought.
    pub(super) fn fill_up(&mut self, at: i64) -> Vec<Delivery> {
        let mut empty: Vec<usize> =
            (0..self.stock.len()).filter(|variant| self.stock[*variant] == 0).collect();
        let may_be_empty = self.stock.len() * (100 - IN_STOCK_IN_THE_END) / 100;
        // What sells best comes first.
        empty.sort_unstable_by(|one, two| self.demand[*two].total_cmp(&self.demand[*one]).then(one.cmp(two)));
        let missing = empty.len().saturating_sub(may_be_empty);
        empty.truncate(missing);
        empty.into_iter().map(|variant| self.deliver(variant, at)).collect()
    }

    fn batch(&mut self, variant: usize) -> i64 {
        let needed = self.demand[variant] * self.cover_days;
        LEAST.max((needed * self.dice.between(0.8, 1.3)) as i64)
    }

    fn lead(&mut self) -> i64 {
        let days = self.dice.between(LEAD_DAYS.0, LEAD_DAYS.1);
        ((days * DAY_MS as f64) as i64).min(self.patience_ms)
    }

    /// What is sold, at most, while a delivery is on its way.
    fn until_then(&self, variant: usize, lead_ms: i64) -> f64 {
        self.demand[variant] * SAFETY * (lead_ms as f64 / DAY_MS as f64)
    }
}
