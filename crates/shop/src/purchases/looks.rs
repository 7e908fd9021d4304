//! What people look at before they buy, and without buying: views and full carts of a history's last days.

use souk_ports::series::ActivityKind;

use super::dice::Dice;
use super::market::Market;
use super::people::{People, Popularity};
use super::plan::PlannedOrder;
use super::rhythm::{DAY_MS, MINUTE_MS};

/// So many days at the end of a history are lively; what was looked at before is forgotten.
pub(super) const LIVELY_MS: i64 = 30 * DAY_MS;
/// How often something is put into the cart before it is ordered, rather than bought at once.
const BY_CART: f64 = 0.85;
/// How many other things a buyer looks at, at most, and how many somebody who buys nothing does.
const LOOKS_BESIDE: usize = 4;
const LOOKS_ALONE: usize = 5;
/// How often such a person puts something into a cart and leaves it there.
const LEFT_IN_CART: f64 = 0.1;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) at: i64,
    pub(super) kind: ActivityKind,
    /// The place of the customer.
    pub(super) customer: usize,
    /// The place of the product.
    pub(super) product: usize,
    /// Those of one visit have the same.
    pub(super) visit: u64,
}

/// The visit that led to an order, and that of somebody else who only looked: in no order, about six of them.
pub(super) fn looks(
    market: &Market,
    people: &People,
    popularity: &Popularity,
    order: &PlannedOrder,
    seed: u64,
) -> Vec<Look> {
    let mut dice = Dice::new(seed, &format!("looks {}", order.index));
    let on_shelf = |dice: &mut Dice, customer: usize| {
        let shelf = people.all[customer].shelf(dice);
        market.categories[shelf].products.start + dice.weighted(&popularity.products[shelf])
    };
    let mut looks = Vec::new();
    let visit = order.index * 2;
    let before = |dice: &mut Dice| order.at - (dice.between(2.0, 35.0) * MINUTE_MS as f64) as i64;
    for (variant, _) in &order.items {
        let product = market.variants[*variant].product;
        let at = before(&mut dice);
        let look = Look { at, kind: ActivityKind::VIEW, customer: order.customer, product, visit };
        looks.push(look);
        if dice.chance(BY_CART) {
            let at = at + (dice.between(0.1, 1.5) * MINUTE_MS as f64) as i64;
            looks.push(Look { at, kind: ActivityKind::ADD_TO_CART, ..look });
        }
    }
    for _ in 0..dice.below(LOOKS_BESIDE) {
        let (at, product) = (before(&mut dice), on_shelf(&mut dice, order.customer));
        looks.push(Look { at, kind: ActivityKind::VIEW, customer: order.customer, product, visit });
    }
    let (customer, visit) = (dice.weighted(&people.busy), visit + 1);
    let mut at = order.at - (dice.between(0.0, 600.0) * MINUTE_MS as f64) as i64;
    for _ in 0..dice.below(LOOKS_ALONE) {
        at += (dice.between(0.2, 3.0) * MINUTE_MS as f64) as i64;
        let look =
            Look { at, kind: ActivityKind::VIEW, customer, product: on_shelf(&mut dice, customer), visit };
        looks.push(look);
        if dice.chance(LEFT_IN_CART) {
            looks.push(Look { at: at + MINUTE_MS / 4, kind: ActivityKind::ADD_TO_CART, ..look });
        }
    }
    looks
}
