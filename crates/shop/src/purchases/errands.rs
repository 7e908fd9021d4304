//! What reviews tell of purchases: who wrote about a thing has mostly bought it, and mostly before.

use std::collections::HashMap;

use serde::Deserialize;
use souk_kernel::{ProductId, Timestamp, UserId};

use super::dice::Dice;
use super::market::Market;
use super::plan::{Errand, Frame};
use super::rhythm::DAY_MS;

/// The reviews that ship with souk's catalogue.
const ARTISAN: &[u8] = include_bytes!("../../../../data/artisan/reviews.json");
/// Of those who write within the history, so many bought the thing here; the others got it elsewhere, or as a present.
const BOUGHT: f64 = 0.9;
/// Of those who wrote before it began and were pleased, so many buy the thing again.
const AGAIN: f64 = 0.55;
/// So many stars tell of somebody who was pleased.
const PLEASED: u8 = 4;
/// How long after it was bought a thing is written about, in days.
const WRITTEN_AFTER: (f64, f64) = (5.0, 28.0);
/// No more than one order of so many is made for a review.
const ONE_OF: u64 = 4;

#[derive(Deserialize)]
struct Review {
    user_id: String,
    product_id: String,
    rating: u8,
    created_at: Timestamp,
}

/// Those among the people and products of this market, in no order.
pub(super) fn errands(market: &Market, frame: Frame) -> Result<Vec<Errand>, souk_ports::Error> {
    let reviews: Vec<Review> = serde_json::from_slice(ARTISAN)
        .map_err(|error| souk_ports::Error::internal("reading the reviews that ship with souk", error))?;
    let customers: HashMap<UserId, usize> =
        market.customers.iter().enumerate().map(|(place, customer)| (customer.id, place)).collect();
    let products: HashMap<ProductId, usize> =
        market.products.iter().enumerate().map(|(place, product)| (product.id, place)).collect();
    let mut dice = Dice::new(frame.seed, "reviews");
    let from = frame.until - i64::from(frame.days) * DAY_MS;
    let (mut before, mut again) = (Vec::new(), Vec::new());
    for review in reviews {
        // Thrown for every review, so that one more changes nothing for the others.
        let (who, when) = (dice.share(), dice.share());
        let customer = review.user_id.parse().ok().and_then(|user: UserId| customers.get(&user));
        let product = review.product_id.parse().ok().and_then(|product: ProductId| products.get(&product));
        let (Some(&customer), Some(&product)) = (customer, product) else { continue };
        let written = review.created_at.ms();
        let (soon, late) = (WRITTEN_AFTER.0 * DAY_MS as f64, WRITTEN_AFTER.1 * DAY_MS as f64);
        let bought = written - (soon + when * (late - soon)) as i64;
        if written <= frame.until && written - soon as i64 > from {
            if who < BOUGHT {
                // Its beginning is all that a short history has of the time before.
                before.push(Errand { at: bought.max(from), customer, product });
            }
        } else if written < frame.until && review.rating >= PLEASED && who < AGAIN {
            let at = from + (when * (frame.until - from) as f64) as i64;
            again.push(Errand { at, customer, product });
        }
    }
    let most = usize::try_from(frame.orders / ONE_OF).unwrap_or(usize::MAX);
    before.append(&mut again);
    before.truncate(most);
    Ok(before)
}

#[cfg(test)]
mod tests {
    use souk_kernel::Money;

    use super::super::market::{Customer, Product, Shelf};
    use super::*;

    #[test]
    fn most_who_write_within_the_history_buy_before() {
        let until = Timestamp::parse("2026-11-20").unwrap().ms();
        let reviews: Vec<Review> = serde_json::from_slice(ARTISAN).unwrap();
        let mut market = Market::default();
        let mut users: Vec<UserId> = reviews.iter().map(|review| review.user_id.parse().unwrap()).collect();
        users.sort_unstable();
        users.dedup();
        market.customers = users.into_iter().map(|id| Customer { id, since: 0 }).collect();
        let mut ids: Vec<ProductId> =
            reviews.iter().map(|review| review.product_id.parse().unwrap()).collect();
        ids.sort_unstable();
        ids.dedup();
        let product = |id| Product {
            id,
            category: 0,
            maker: None,
            since: 0,
            variants: 0..1,
            price: Money::ZERO,
            nature: Default::default(),
        };
        market.products = ids.into_iter().map(product).collect();
        market.categories = vec![Shelf {
            id: souk_kernel::CategoryId::new(),
            parent: None,
            products: 0..market.products.len(),
        }];
        let frame = Frame { seed: 7, orders: 10_000, days: 180, until };
        let errands = errands(&market, frame).unwrap();
        let from = until - 180 * DAY_MS;
        assert!(errands.iter().all(|errand| (from..until).contains(&errand.at)));
        let mut bought: HashMap<(usize, usize), i64> = HashMap::new();
        for errand in &errands {
            let first = bought.entry((errand.customer, errand.product)).or_insert(errand.at);
            *first = errand.at.min(*first);
        }
        let place = |review: &Review| {
            let user: UserId = review.user_id.parse().unwrap();
            let product: ProductId = review.product_id.parse().unwrap();
            let customer = market.customers.iter().position(|customer| customer.id == user).unwrap();
            (customer, market.products.iter().position(|known| known.id == product).unwrap())
        };
        let within: Vec<&Review> =
            reviews.iter().filter(|review| review.created_at.ms() > from + 30 * DAY_MS).collect();
        let is_before =
            |review: &&&Review| bought.get(&place(review)).is_some_and(|at| *at < review.created_at.ms());
        let count = within.iter().filter(is_before).count();
        assert!(count * 10 > within.len() * 8, "{count} of {} bought before", within.len());
        // Of all there are, more than half come to be bought.
        assert!(bought.len() * 2 > reviews.len(), "{} of {}", bought.len(), reviews.len());
        let few = super::errands(&market, Frame { orders: 100, ..frame }).unwrap();
        assert_eq!(few.len(), 25);
    }
}
