use std::collections::{BTreeMap, HashMap, HashSet};

use souk_kernel::{CategoryId, Money, ProductId, UserId, VariantId};
use uuid::Uuid;

use super::super::market::{Customer, Product, Shelf, Variant};
use super::super::words::Nature;
use super::*;

/// A Saturday, noon.
const UNTIL: i64 = 1_795_262_400_000;
const SHELVES: usize = 10;
const ON_A_SHELF: usize = 40;
const CUSTOMERS: usize = 300;
const SOAP: usize = 3;

fn id(number: usize) -> Uuid {
    Uuid::from_u128(number as u128)
}

/// 400 products with two variants each, `stock` of every variant. What stands on shelf [`SOAP`] is used up.
fn market(stock: i64) -> Market {
    let mut market = Market::default();
    for shelf in 0..SHELVES {
        let begin = market.products.len();
        market.categories.push(Shelf {
            id: CategoryId(id(shelf)),
            parent: Some(CategoryId(id(shelf / 3))),
            products: begin..begin + ON_A_SHELF,
        });
        for at in 0..ON_A_SHELF {
            let (place, first) = (market.products.len(), market.variants.len());
            let price = Money::from_hundredths(1_000 + 137 * (place as i64 % 50)).unwrap();
            for variant in 0..2 {
                let id = VariantId(id(first + variant));
                market.variants.push(Variant { id, product: place, price, stock });
            }
            market.products.push(Product {
                id: ProductId(id(place)),
                category: shelf,
                maker: None,
                since: UNTIL - (1_000 - place as i64 * 2) * DAY_MS,
                variants: first..first + 2,
                price,
                nature: Nature {
                    kind: (place % 23) as u32,
                    tags: vec![(place % 31) as u32, 100 + (at % 7) as u32, 200 + shelf as u32],
                    is_used_up: shelf == SOAP,
                    season: (shelf % 3) as i8 - 1,
                    comes_in_sets: at % 5 == 0,
                },
            });
        }
    }
    let customer = |at| Customer { id: UserId(id(at)), since: UNTIL - (at as i64 + 1) * 4 * DAY_MS };
    market.customers = (0..CUSTOMERS).map(customer).collect();
    market
}

fn frame(orders: u64, days: u32) -> Frame {
    Frame { seed: 7, orders, days, until: UNTIL }
}

fn waves(market: &Market, frame: Frame, errands: Vec<Errand>) -> Vec<Wave> {
    let mut plan = Plan::new(market, frame, errands);
    std::iter::from_fn(|| plan.next_wave()).collect()
}

fn orders(waves: &[Wave]) -> Vec<&PlannedOrder> {
    waves.iter().flat_map(|wave| &wave.orders).collect()
}

/// The stock in the end, after every move in the order in which it is carried out. None may take what is not there.
fn carried_out(market: &Market, waves: &[Wave]) -> Vec<i64> {
    let mut stock: Vec<i64> = market.variants.iter().map(|variant| variant.stock).collect();
    let mut placed: HashMap<u64, &PlannedOrder> = HashMap::new();
    let act = |stock: &mut Vec<i64>, placed: &HashMap<u64, &PlannedOrder>, act: &Act| match act {
        Act::Deliver { delivery, .. } => stock[delivery.variant] += delivery.quantity,
        Act::Step { order, step: Step::Cancel | Step::GiveUp, .. } => {
            placed[order]
                .items
                .iter()
                .for_each(|(variant, quantity)| stock[*variant] += i64::from(*quantity));
        }
        Act::Step { order, .. } => assert!(placed.contains_key(order), "a step of an order to come"),
    };
    for wave in waves {
        wave.before.iter().for_each(|one| act(&mut stock, &placed, one));
        for order in &wave.orders {
            for (variant, quantity) in &order.items {
                stock[*variant] -= i64::from(*quantity);
                assert!(stock[*variant] >= 0, "order {} takes what is not there", order.index);
            }
            placed.insert(order.index, order);
        }
        wave.rounds.iter().flatten().for_each(|one| act(&mut stock, &placed, one));
    }
    stock
}

#[test]
fn a_plan_is_the_same_every_time_and_another_one_for_another_seed() {
    let market = market(20);
    let one = waves(&market, frame(2_000, 60), Vec::new());
    let two = waves(&market, frame(2_000, 60), Vec::new());
    assert_eq!(orders(&one), orders(&two));
    let rounds =
        |waves: &[Wave]| -> Vec<Vec<Act>> { waves.iter().flat_map(|wave| wave.rounds.clone()).collect() };
    assert_eq!(rounds(&one), rounds(&two));
    let other = waves(&market, Frame { seed: 8, ..frame(2_000, 60) }, Vec::new());
    assert_ne!(orders(&one), orders(&other));
}

#[test]
fn nothing_is_sold_that_is_not_there_and_the_shelves_are_full_in_the_end() {
    // From nothing at all to plenty, from a few orders a day to thousands.
    for (stock, orders_asked, days) in [(20, 3_000, 180), (0, 1_000, 30), (3, 3_000, 1), (1, 400, 3_650)] {
        let market = market(stock);
        let waves = waves(&market, frame(orders_asked, days), Vec::new());
        assert_eq!(orders(&waves).len() as u64, orders_asked, "stock {stock}, {days} days");
        let stock = carried_out(&market, &waves);
        let there = stock.iter().filter(|left| **left > 0).count();
        assert!(there * 100 >= 90 * stock.len(), "{there} of {} in stock after {days} days", stock.len());
    }
}

#[test]
fn stock_over_time_is_never_below_zero() {
    let market = market(5);
    let waves = waves(&market, frame(4_000, 90), Vec::new());
    let mut items: HashMap<u64, &PlannedOrder> = HashMap::new();
    // By time; of the same moment, what comes in first.
    let mut moves: BTreeMap<(usize, i64, bool), i64> = BTreeMap::new();
    let mut moved = |variant: usize, at: i64, change: i64| {
        *moves.entry((variant, at, change < 0)).or_default() += change;
    };
    for wave in &waves {
        for order in &wave.orders {
            items.insert(order.index, order);
            order
                .items
                .iter()
                .for_each(|(variant, quantity)| moved(*variant, order.at, -i64::from(*quantity)));
        }
        for act in wave.before.iter().chain(wave.rounds.iter().flatten()) {
            match act {
                Act::Deliver { delivery, .. } => moved(delivery.variant, delivery.at, delivery.quantity),
                Act::Step { order, at, step: Step::Cancel | Step::GiveUp, .. } => {
                    let items = &items[order].items;
                    items.iter().for_each(|(variant, quantity)| moved(*variant, *at, i64::from(*quantity)));
                }
                Act::Step { .. } => {}
            }
        }
    }
    let mut level: HashMap<usize, i64> = HashMap::new();
    for ((variant, at, _), change) in moves {
        let level = level.entry(variant).or_insert(market.variants[variant].stock);
        *level += change;
        assert!(*level >= 0, "variant {variant} has {level} at {at}");
    }
}

#[test]
fn everything_happens_in_its_time() {
    let market = market(20);
    let waves = waves(&market, frame(3_000, 120), Vec::new());
    let all = orders(&waves);
    let from = UNTIL - 120 * DAY_MS;
    assert!(all.windows(2).all(|two| two[0].at <= two[1].at && two[0].index + 1 == two[1].index));
    assert!(all.iter().all(|order| (from..UNTIL).contains(&order.at)));
    for order in &all {
        let mut variants: Vec<_> = order.items.iter().map(|(variant, _)| variant).collect();
        variants.dedup();
        assert!(!variants.is_empty() && variants.len() == order.items.len());
        for (variant, _) in &order.items {
            let product = &market.products[market.variants[*variant].product];
            assert!(product.since < order.at, "product {:?} was not there yet", product.id);
        }
        let user = market.customers[order.customer].since;
        assert!(user <= order.at || user > from, "somebody ordered before they came");
    }
    let mut last: HashMap<u64, i64> = all.iter().map(|order| (order.index, order.at)).collect();
    for wave in &waves {
        for round in &wave.rounds {
            let mut once = HashSet::new();
            for act in round {
                if let Act::Step { order, at, .. } = act {
                    assert!(once.insert(*order), "two steps of an order in one round");
                    let before = last.insert(*order, *at).unwrap();
                    assert!(before < *at && *at < UNTIL);
                }
            }
        }
    }
    let deliver = |act: &&Act| matches!(act, Act::Step { step: Step::Deliver, .. });
    let delivered = waves.iter().flat_map(|wave| wave.rounds.iter().flatten()).filter(deliver).count();
    assert!((2_500..2_950).contains(&delivered), "{delivered} of 3000 arrived");
}

#[test]
fn favourites_sell_much_everything_sells_and_people_come_again() {
    let market = market(50);
    let waves = waves(&market, frame(8_000, 180), Vec::new());
    let all = orders(&waves);
    let mut sold = vec![0u64; market.products.len()];
    let mut by_customer: HashMap<usize, u64> = HashMap::new();
    let mut soap: HashMap<(usize, usize), u64> = HashMap::new();
    for order in &all {
        *by_customer.entry(order.customer).or_default() += 1;
        for (variant, quantity) in &order.items {
            let product = market.variants[*variant].product;
            sold[product] += u64::from(*quantity);
            if market.products[product].category == SOAP {
                *soap.entry((order.customer, product)).or_default() += 1;
            }
        }
    }
    let pieces: u64 = sold.iter().sum();
    assert!((16_000..28_000).contains(&pieces), "{pieces} pieces in 8000 orders");
    let never = sold.iter().filter(|sold| **sold == 0).count();
    assert!(never * 20 <= sold.len(), "{never} products were never sold");
    sold.sort_unstable_by(|one, two| two.cmp(one));
    let top: u64 = sold[..sold.len() / 10].iter().sum();
    assert!((25..60).contains(&(top * 100 / pieces)), "a tenth sells {} %", top * 100 / pieces);

    let mut orders: Vec<u64> = by_customer.values().copied().collect();
    orders.sort_unstable_by(|one, two| two.cmp(one));
    let busiest: u64 = orders[..orders.len() / 5].iter().sum();
    assert!((40..75).contains(&(busiest * 100 / 8_000)), "a fifth orders {} %", busiest * 100 / 8_000);
    assert!(orders.iter().filter(|orders| **orders > 1).count() * 10 > orders.len() * 8);
    let again = soap.values().filter(|times| **times > 1).count();
    assert!(again * 4 > soap.len(), "{again} of {} bought their soap again", soap.len());
}

#[test]
fn people_have_tastes_and_what_goes_together_is_bought_together() {
    let market = market(50);
    let waves = waves(&market, frame(8_000, 180), Vec::new());
    let all = orders(&waves);
    let category = |variant: usize| market.products[market.variants[variant].product].category;
    let mut shelves: HashMap<usize, [u64; SHELVES]> = HashMap::new();
    let mut baskets: HashMap<(usize, usize), u64> = HashMap::new();
    let mut alone: HashMap<usize, u64> = HashMap::new();
    for order in &all {
        let mut products: Vec<usize> =
            order.items.iter().map(|(variant, _)| market.variants[*variant].product).collect();
        products.sort_unstable();
        for (variant, _) in &order.items {
            shelves.entry(order.customer).or_default()[category(*variant)] += 1;
        }
        for (at, one) in products.iter().enumerate() {
            *alone.entry(*one).or_default() += 1;
            products[at + 1..].iter().for_each(|two| *baskets.entry((*one, *two)).or_default() += 1);
        }
    }
    // On four shelves of ten at most, with what goes with it: more than half on the two dearest ones.
    let dear: Vec<f64> = shelves
        .values()
        .filter(|counts| counts.iter().sum::<u64>() >= 20)
        .map(|counts| {
            let mut counts = counts.to_vec();
            counts.sort_unstable_by(|one, two| two.cmp(one));
            (counts[0] + counts[1]) as f64 / counts.iter().sum::<u64>() as f64
        })
        .collect();
    let mean = dear.iter().sum::<f64>() / dear.len() as f64;
    assert!(mean > 0.5, "the two dearest shelves have {mean:.2}");

    // A companion is in the basket far more often than chance would put it there.
    let companions = companions(&market, 7);
    let lifts: Vec<f64> = alone
        .iter()
        .filter(|(_, count)| **count >= 40)
        .filter_map(|(product, count)| {
            let other = *companions[*product].first()?;
            let together = baskets.get(&(*product.min(&other), *product.max(&other))).copied().unwrap_or(0);
            let by_chance = *count as f64 * *alone.get(&other)? as f64 / all.len() as f64;
            Some(together as f64 / by_chance)
        })
        .collect();
    let mean = lifts.iter().sum::<f64>() / lifts.len() as f64;
    assert!(lifts.len() > 50 && mean > 4.0, "companions come {mean:.1} times as often as by chance");
}

#[test]
fn the_last_days_are_lively() {
    let market = market(20);
    let mut plan = Plan::new(&market, frame(2_000, 90), Vec::new());
    let mut looks = Vec::new();
    let mut late = 0;
    while let Some(wave) = plan.next_wave() {
        late += wave.orders.iter().filter(|order| order.at >= UNTIL - LIVELY_MS).count();
        let of_wave = plan.looks(&wave);
        assert_eq!(of_wave, plan.looks(&wave), "the same again");
        assert!(of_wave.is_sorted_by_key(|look| look.at));
        looks.extend(of_wave);
    }
    assert!(looks.iter().all(|look| (UNTIL - LIVELY_MS..UNTIL).contains(&look.at)));
    assert!((late * 4..late * 10).contains(&looks.len()), "{} looks for {late} orders", looks.len());
}

#[test]
fn errands_are_run_in_their_time() {
    let market = market(20);
    let errands: Vec<Errand> = (0..200)
        .map(|at| Errand {
            at: UNTIL - (100 - (at as i64) / 4) * DAY_MS,
            customer: 299 - at % 250,
            product: (at * 7) % 300,
        })
        .collect();
    let waves = waves(&market, frame(3_000, 120), errands.clone());
    let all = orders(&waves);
    let run = errands.iter().filter(|errand| {
        let bought = |order: &&&PlannedOrder| {
            let has = |(variant, _): &(usize, u32)| market.variants[*variant].product == errand.product;
            order.customer == errand.customer && order.at >= errand.at && order.items.iter().any(has)
        };
        all.iter().find(bought).is_some_and(|order| order.at < errand.at + 10 * DAY_MS)
    });
    assert!(run.count() > 190);
}
