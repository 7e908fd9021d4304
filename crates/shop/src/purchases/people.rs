//! What people are like: which shelves they go to, what pleases them, how much they buy.

use super::dice::{Dice, Weights};
use super::market::{Customer, Market};

/// Shelves that one person likes, at most, and how the first one is liked beside the next ones.
const LIKINGS: [f64; 4] = [1.0, 0.5, 0.28, 0.16];
/// How often a second liking comes from the same part of the shop as the first.
const SAME_PART: f64 = 0.5;
/// Things whose words a person likes.
const STYLES: usize = 3;
/// How uneven purchases are among people: the exponent of a Pareto distribution. At 1.3 the busiest fifth of them buys
/// about half of everything.
const PARETO: f64 = 1.3;
/// How much busier than the least busy one anybody is.
const BUSIEST: f64 = 60.0;

#[derive(Debug, Clone)]
pub(super) struct Person {
    /// Places of shelves, the dearest first, and how they are liked.
    likings: Vec<usize>,
    weights: Weights,
    /// Words of products, in order.
    pub(super) style: Vec<u32>,
}

#[derive(Debug, Clone)]
pub(super) struct People {
    pub(super) all: Vec<Person>,
    /// How much each of them buys.
    pub(super) busy: Weights,
}

/// How popular shelves and the products on them are.
#[derive(Debug, Clone)]
pub(super) struct Popularity {
    pub(super) shelves: Weights,
    /// By shelf: its products, in their order.
    pub(super) products: Vec<Weights>,
}

impl Popularity {
    pub(super) fn new(market: &Market, seed: u64) -> Self {
        let mut dice = Dice::new(seed, "popularity");
        let shelf = |dice: &mut Dice, size: usize| (size as f64).sqrt() * dice.between(0.6, 1.6);
        let shelves =
            Weights::new(market.categories.iter().map(|category| shelf(&mut dice, category.products.len())));
        let products = market.categories.iter().map(|category| {
            let mut order: Vec<(f64, usize)> =
                category.products.clone().map(|place| (dice.share(), place)).collect();
            order.sort_unstable_by(|one, two| one.0.total_cmp(&two.0));
            let prices =
                order.iter().map(|(_, place)| market.products[*place].price.ten_thousandths() as f64 / 100.0);
            let middle = prices.sum::<f64>() / order.len() as f64 + 1.0;
            let mut weights = vec![0.0; order.len()];
            for (rank, (_, place)) in order.into_iter().enumerate() {
                let price = market.products[place].price.ten_thousandths() as f64 / 100.0 + 1.0;
                // Zipf's law with a flattened head (Mandelbrot), and what is cheap sells more easily.
                let zipf = 1.0 / (rank as f64 + 1.8);
                weights[place - category.products.start] = zipf * (middle / price).powf(0.35).clamp(0.5, 2.0);
            }
            Weights::new(weights)
        });
        Self { products: products.collect(), shelves }
    }
}

impl People {
    pub(super) fn new(market: &Market, popularity: &Popularity, seed: u64) -> Self {
        let mut dice = Dice::new(seed, "people");
        let person = |_: &Customer| Person::new(market, popularity, &mut dice);
        let all = market.customers.iter().map(person).collect();
        let mut dice = Dice::new(seed, "busy");
        let busy = |_| (1.0 - dice.share()).powf(-1.0 / PARETO).min(BUSIEST);
        Self { all, busy: Weights::new((0..market.customers.len()).map(busy)) }
    }
}

impl Person {
    fn new(market: &Market, popularity: &Popularity, dice: &mut Dice) -> Self {
        let wanted = 1 + dice.below(LIKINGS.len());
        let mut likings: Vec<usize> = Vec::with_capacity(wanted);
        // Who likes little more than one shelf comes to fewer, and that is fine.
        for _ in 0..4 * wanted {
            if likings.len() == wanted {
                break;
            }
            let shelf = dice.weighted(&popularity.shelves);
            let part = |place: usize| market.categories[place].parent;
            let fits = match likings.first() {
                Some(first) => part(*first) == part(shelf) || !dice.chance(SAME_PART),
                None => true,
            };
            if fits && !likings.contains(&shelf) {
                likings.push(shelf);
            }
        }
        let mut style: Vec<u32> = (0..STYLES)
            .filter_map(|at| {
                let shelf = likings[at % likings.len()];
                let on_it = dice.weighted(&popularity.products[shelf]);
                let tags = &market.products[market.categories[shelf].products.start + on_it].nature.tags;
                (!tags.is_empty()).then(|| tags[dice.below(tags.len())])
            })
            .collect();
        style.sort_unstable();
        style.dedup();
        let weights = Weights::new(LIKINGS[..likings.len()].iter().copied());
        Self { likings, weights, style }
    }

    /// Where the person goes today.
    pub(super) fn shelf(&self, dice: &mut Dice) -> usize {
        self.likings[dice.weighted(&self.weights)]
    }
}
