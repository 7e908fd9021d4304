//! The history as it is planned: from the market, the seed, how many orders, and when it ends; always the same from the
//! same.
//!
//! It comes in *waves*, spans of time that follow each other. A wave's orders are carried out first, in the order of
//! their times, then what happened to orders by its end, in rounds: what must follow what stands in a later round. Only
//! what is still to come is kept in memory, so a history may be long.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::affinity::companions;
use super::dice::{Dice, Weights};
use super::life::{Step, life};
use super::looks::{LIVELY_MS, Look, looks};
use super::market::Market;
use super::people::{People, Popularity};
use super::rhythm::{DAY_MS, HOUR_MS, MINUTE_MS, Rhythm, winter};
use super::supply::{Delivery, Supply};

/// About so many orders in a wave: enough for the store to write them together, few enough to be kept in memory.
const WAVE: u64 = 250;
/// The average number of pieces in an order, for those who fill the shelves.
const PIECES: f64 = 2.8;
/// How often a person takes one thing, two things, …; what goes with them comes on top.
const WISHES: [f64; 5] = [0.58, 0.25, 0.11, 0.04, 0.02];
/// How often something that goes with it is taken as well.
const COMPANY: f64 = 0.34;
/// The closest companion is taken most often.
const CLOSENESS: [f64; 4] = [8.0, 4.0, 2.0, 1.0];
/// How often a person looks round on a shelf of somebody else's liking: for a present, or out of curiosity.
const ELSEWHERE: f64 = 0.12;
/// How many things of a shelf a person compares, and what a word that they like counts.
const COMPARED: usize = 3;
const PLEASES: f64 = 1.5;
/// How often what is used up is bought again, and after how many days.
const AGAIN: f64 = 0.55;
const USED_UP_DAYS: (f64, f64) = (21.0, 65.0);
/// How often anything is looked for before the next best thing is taken.
const LOOKS: usize = 12;
/// A new product is not bought in its first hours.
const NEW_MS: i64 = 6 * HOUR_MS;
/// If fewer products than one of so many were there at the beginning, the shop does not know when they came.
const UNDATED: usize = 10;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PlannedOrder {
    pub(super) index: u64,
    pub(super) at: i64,
    /// The place of the customer.
    pub(super) customer: usize,
    /// Places of variants, each once, and how many.
    pub(super) items: Vec<(usize, u32)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Deliver { index: u64, delivery: Delivery },
    Step { order: u64, placed: i64, customer: usize, at: i64, step: Step },
}

#[derive(Debug, Default)]
pub(super) struct Wave {
    /// What is brought before its orders.
    pub(super) before: Vec<Act>,
    pub(super) orders: Vec<PlannedOrder>,
    pub(super) rounds: Vec<Vec<Act>>,
}

/// What is planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) seed: u64,
    pub(super) orders: u64,
    pub(super) days: u32,
    /// In milliseconds.
    pub(super) until: i64,
}

/// Somebody will buy something at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Errand {
    pub(super) at: i64,
    pub(super) customer: usize,
    pub(super) product: usize,
}

/// A step that is still to come: when, of which order, which step; then what is needed to take it.
type Due = (i64, u64, Step, i64, usize);

pub(super) struct Plan<'a> {
    market: &'a Market,
    frame: Frame,
    rhythm: Rhythm,
    people: People,
    popularity: Popularity,
    companions: Vec<Vec<usize>>,
    closeness: Weights,
    wishes: Weights,
    supply: Supply,
    dice: Dice,
    /// When each product may first be bought.
    since: Vec<i64>,
    next_order: u64,
    /// Thrown, but not yet planned.
    next_at: Option<i64>,
    wave: u64,
    waves: u64,
    deliveries: u64,
    errands: BinaryHeap<Reverse<Errand>>,
    due: BinaryHeap<Reverse<Due>>,
    /// What orders that will be cancelled give back.
    held: HashMap<u64, Vec<(usize, u32)>>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(market: &'a Market, frame: Frame, errands: Vec<Errand>) -> Self {
        let Frame { seed, orders, days, until } = frame;
        let popularity = Popularity::new(market, seed);
        let from = until - i64::from(days) * DAY_MS;
        let dated = market.products.iter().filter(|product| product.since + NEW_MS <= from).count();
        let is_dated = dated * UNDATED >= market.products.len();
        let since = |since: i64| if is_dated { since + NEW_MS } else { i64::MIN };
        let pieces_a_day = orders as f64 * PIECES / f64::from(days);
        Self {
            people: People::new(market, &popularity, seed),
            companions: companions(market, seed),
            supply: Supply::new(market, &popularity, pieces_a_day, days, seed),
            popularity,
            rhythm: Rhythm::new(until, days),
            closeness: Weights::new(CLOSENESS),
            wishes: Weights::new(WISHES),
            dice: Dice::new(seed, "plan"),
            since: market.products.iter().map(|product| since(product.since)).collect(),
            next_order: 0,
            next_at: None,
            wave: 0,
            waves: u64::from(days).max(orders.div_ceil(WAVE)),
            deliveries: 0,
            errands: errands.into_iter().map(Reverse).collect(),
            due: BinaryHeap::new(),
            held: HashMap::new(),
            market,
            frame,
        }
    }

    /// The next span of time; `None` after the last one.
    pub(super) fn next_wave(&mut self) -> Option<Wave> {
        if self.wave == self.waves {
            return None;
        }
        let mut wave = Wave::default();
        let from = self.frame.until - i64::from(self.frame.days) * DAY_MS;
        if self.wave == 0 && self.next_order == 0 {
            let is_there = |variant: usize| self.since[self.market.variants[variant].product] <= from;
            let first = self.supply.prepare(from, is_there);
            self.bring(first, &mut wave.before);
        }
        let span = i128::from(self.frame.until - from) * i128::from(self.wave + 1) / i128::from(self.waves);
        let mut end = from + span as i64;
        self.wave += 1;
        while self.next_order < self.frame.orders {
            let at = self.next_moment();
            if at >= end {
                break;
            }
            if let Some(order) = self.order(at) {
                wave.orders.push(order);
            } else {
                // Nothing at all is left: the wave ends here, with a delivery, and goes on after it.
                let product = self.any_product(at);
                let variants = self.market.products[product].variants.clone();
                let bring = variants.map(|variant| self.supply.deliver(variant, at - MINUTE_MS)).collect();
                let mut acts = Vec::new();
                self.bring(bring, &mut acts);
                wave.rounds.push(acts);
                self.wave -= 1;
                end = at;
                break;
            }
        }
        let coming = self.supply.close(end);
        let mut acts = Vec::new();
        self.bring(coming, &mut acts);
        let mut rounds = self.steps(end);
        if let Some(first) = rounds.first_mut() {
            first.splice(0..0, acts);
        } else {
            rounds.push(acts);
        }
        wave.rounds.extend(rounds);
        if self.wave == self.waves {
            let missing = self.supply.fill_up(self.frame.until - 1);
            let mut acts = Vec::new();
            self.bring(missing, &mut acts);
            wave.rounds.push(acts);
        }
        Some(wave)
    }

    /// What people looked at in a lively wave, by time.
    pub(super) fn looks(&self, wave: &Wave) -> Vec<Look> {
        let lively = (self.frame.until - LIVELY_MS)..self.frame.until;
        let mut all: Vec<Look> = wave
            .orders
            .iter()
            .filter(|order| lively.contains(&order.at))
            .flat_map(|order| looks(self.market, &self.people, &self.popularity, order, self.frame.seed))
            .filter(|look| lively.contains(&look.at) && self.since[look.product] <= look.at)
            .collect();
        all.sort_by_key(|look| look.at);
        all
    }

    fn bring(&mut self, deliveries: Vec<Delivery>, to: &mut Vec<Act>) {
        to.extend(
            (self.deliveries..)
                .zip(&deliveries)
                .map(|(index, delivery)| Act::Deliver { index, delivery: *delivery }),
        );
        self.deliveries += deliveries.len() as u64;
    }

    /// The steps due before `end`. The first step of each order in the first round, its second one in the next.
    fn steps(&mut self, end: i64) -> Vec<Vec<Act>> {
        let mut rounds: Vec<Vec<Act>> = Vec::new();
        let mut taken: HashMap<u64, usize> = HashMap::new();
        while let Some(Reverse((at, order, step, placed, customer))) = self.due.peek().copied()
            && at < end
        {
            self.due.pop();
            let round = taken.entry(order).or_default();
            if rounds.len() == *round {
                rounds.push(Vec::new());
            }
            rounds[*round].push(Act::Step { order, placed, customer, at, step });
            *round += 1;
            if matches!(step, Step::Cancel | Step::GiveUp) {
                for (variant, quantity) in self.held.remove(&order).unwrap_or_default() {
                    self.supply.take_back(variant, quantity);
                }
            }
        }
        rounds
    }

    /// When the next order is placed. Each order has a share of the whole to itself, so they follow each other.
    fn next_moment(&mut self) -> i64 {
        let (next, orders) = (self.next_order as f64, self.frame.orders as f64);
        *self.next_at.get_or_insert_with(|| self.rhythm.moment((next + self.dice.share()) / orders))
    }

    /// `None`: nothing is left to buy.
    fn order(&mut self, at: i64) -> Option<PlannedOrder> {
        let (customer, items) = match self.errand(at) {
            Some(errand) => (errand.customer, self.basket(errand.customer, Some(errand.product), at)),
            None => {
                let customer = self.customer(at);
                (customer, self.basket(customer, None, at))
            }
        };
        if items.is_empty() {
            return None;
        }
        for (variant, quantity) in &items {
            self.supply.sell(*variant, *quantity);
        }
        self.come_again(customer, &items, at);
        let index = self.next_order;
        self.next_order += 1;
        self.next_at = None;
        let steps = life(at, &mut self.dice);
        if matches!(steps.last(), Some((when, Step::Cancel | Step::GiveUp)) if *when < self.frame.until) {
            self.held.insert(index, items.clone());
        }
        let due = steps.into_iter().filter(|(when, _)| *when < self.frame.until);
        self.due.extend(due.map(|(when, step)| Reverse((when, index, step, at, customer))));
        Some(PlannedOrder { index, at, customer, items })
    }

    /// Somebody's plan whose time has come and whose goods are there.
    fn errand(&mut self, at: i64) -> Option<Errand> {
        while let Some(Reverse(errand)) = self.errands.peek().copied()
            && errand.at <= at
        {
            self.errands.pop();
            let is_member = self.market.customers[errand.customer].since <= at;
            if is_member && self.variant(errand.product, at).is_some() {
                return Some(errand);
            }
        }
        None
    }

    fn customer(&mut self, at: i64) -> usize {
        let mut customer = 0;
        for _ in 0..LOOKS {
            customer = self.dice.weighted(&self.people.busy);
            if self.market.customers[customer].since <= at {
                break;
            }
        }
        customer
    }

    fn basket(&mut self, customer: usize, errand: Option<usize>, at: i64) -> Vec<(usize, u32)> {
        let mut basket: Vec<(usize, u32)> = Vec::new();
        let wishes = 1 + self.dice.weighted(&self.wishes);
        for wish in 0..wishes {
            let product = match errand.filter(|_| wish == 0) {
                Some(product) => Some(product),
                None => self.choice(customer, at),
            };
            let Some(mut product) = product else { continue };
            self.take(&mut basket, product, at);
            // A companion may bring one of its own.
            for _ in 0..2 {
                if !self.dice.chance(COMPANY) {
                    break;
                }
                let Some(companion) = self.companion(product) else { break };
                self.take(&mut basket, companion, at);
                product = companion;
            }
        }
        if basket.is_empty()
            && let Some(product) = self.any_left(at)
        {
            self.take(&mut basket, product, at);
        }
        basket
    }

    /// Puts some of it into the basket, if it is there and not in it already.
    fn take(&mut self, basket: &mut Vec<(usize, u32)>, product: usize, at: i64) {
        let is_there = |(variant, _): &(usize, u32)| self.market.variants[*variant].product == product;
        if basket.iter().any(is_there) {
            return;
        }
        let Some(variant) = self.variant(product, at) else { return };
        let nature = &self.market.products[product].nature;
        let (is_used_up, comes_in_sets) = (nature.is_used_up, nature.comes_in_sets);
        let wanted = if comes_in_sets && self.dice.chance(0.45) {
            2 * (1 + self.dice.below(3))
        } else if is_used_up && self.dice.chance(0.4) {
            2 + self.dice.below(2)
        } else {
            1
        };
        let quantity = (wanted as i64).min(self.supply.left(variant));
        basket.push((variant, quantity as u32));
    }

    /// One that is there. The first ones are the usual ones.
    fn variant(&mut self, product: usize, at: i64) -> Option<usize> {
        if self.since[product] > at {
            return None;
        }
        let variants = self.market.products[product].variants.clone();
        let there: Vec<usize> = variants.filter(|variant| self.supply.left(*variant) > 0).collect();
        let usual = Weights::new((1..=there.len()).map(|rank| 1.0 / rank as f64));
        (!there.is_empty()).then(|| there[self.dice.weighted(&usual)])
    }

    /// What the person would like to have, of what is there.
    fn choice(&mut self, customer: usize, at: i64) -> Option<usize> {
        for _ in 0..LOOKS {
            let shelf = if self.dice.chance(ELSEWHERE) {
                self.dice.weighted(&self.popularity.shelves)
            } else {
                self.people.all[customer].shelf(&mut self.dice)
            };
            let compared: Vec<usize> = (0..COMPARED).map(|_| self.on_shelf(shelf)).collect();
            let style = &self.people.all[customer].style;
            let pleases = |product: &usize| {
                let nature = &self.market.products[*product].nature;
                let shared = nature.tags.iter().filter(|tag| style.binary_search(tag).is_ok()).count();
                let season = 1.0 + 0.6 * f64::from(nature.season) * winter(at);
                (1.0 + PLEASES * shared as f64) * season
            };
            let weights = Weights::new(compared.iter().map(pleases));
            let product = compared[self.dice.weighted(&weights)];
            if self.variant(product, at).is_some() {
                return Some(product);
            }
        }
        None
    }

    fn on_shelf(&mut self, shelf: usize) -> usize {
        let products = &self.market.categories[shelf].products;
        products.start + self.dice.weighted(&self.popularity.products[shelf])
    }

    fn companion(&mut self, product: usize) -> Option<usize> {
        let companions = &self.companions[product];
        let at = self.dice.weighted(&self.closeness);
        companions.get(at).or(companions.first()).copied()
    }

    fn any_product(&mut self, at: i64) -> usize {
        for _ in 0..LOOKS {
            let shelf = self.dice.weighted(&self.popularity.shelves);
            let product = self.on_shelf(shelf);
            if self.since[product] <= at {
                return product;
            }
        }
        (0..self.since.len()).min_by_key(|product| self.since[*product]).unwrap_or(0)
    }

    fn any_left(&mut self, at: i64) -> Option<usize> {
        let begin = self.dice.below(self.market.products.len());
        let all = (begin..self.market.products.len()).chain(0..begin);
        let is_left = |product: &usize| {
            let mut variants = self.market.products[*product].variants.clone();
            self.since[*product] <= at && variants.any(|variant| self.supply.left(variant) > 0)
        };
        all.into_iter().find(is_left)
    }

    /// What is used up will be wanted again.
    fn come_again(&mut self, customer: usize, items: &[(usize, u32)], at: i64) {
        for (variant, quantity) in items {
            let product = self.market.variants[*variant].product;
            if self.market.products[product].nature.is_used_up && self.dice.chance(AGAIN) {
                let days = self.dice.between(USED_UP_DAYS.0, USED_UP_DAYS.1) * f64::from(*quantity).sqrt();
                let at = at + (days * DAY_MS as f64) as i64;
                if at < self.frame.until {
                    self.errands.push(Reverse(Errand { at, customer, product }));
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
