//! Stock never falls below zero, whoever asks and however many.

use super::*;

pub(super) async fn stock_never_falls_below_zero(open: Open) {
    let store = open.open().await;
    let variant = stocked(&*store, 3).await;
    for (kind, wanted) in [
        (MoveKind::Sell(4), 4),
        (MoveKind::Adjust(-4), 4),
        (MoveKind::Adjust(i64::MIN), i64::MAX),
        (MoveKind::Hold { id: HoldId::new(), quantity: 4, until: Timestamp::from_ms(i64::MAX) }, 4),
    ] {
        let expected = Refusal::Stock { variant, available: 3, wanted };
        assert_eq!(refusal(&*store, with_stock(variant, kind)).await, expected);
    }
    // Nor may stock grow beyond what can be counted.
    assert!(matches!(
        refusal(&*store, with_stock(variant, MoveKind::Adjust(i64::MAX))).await,
        Refusal::Stock { .. }
    ));
    must(&*store, with_stock(variant, MoveKind::Sell(3))).await;
    must(&*store, with_stock(variant, MoveKind::Return(2))).await;
    assert_eq!(
        stock(&*store, variant).await,
        Some(Stock { quantity: 2, allowance: Allowance::NONE, version: 3 })
    );
}

/// Sells one unit at a time from many tasks; returns how many were sold and how many refused.
pub(super) async fn rush(stores: &[Arc<dyn Store>], variant: VariantId, tasks: usize) -> (usize, usize) {
    let barrier = Arc::new(tokio::sync::Barrier::new(tasks));
    let tasks: Vec<_> = (0..tasks)
        .map(|at| {
            let (store, barrier) = (stores[at % stores.len()].clone(), barrier.clone());
            tokio::spawn(async move {
                let mut sale = with_stock(variant, MoveKind::Sell(1));
                sale.number = Some(Sequence::OrderNumber);
                barrier.wait().await;
                store.commit(sale).await.unwrap()
            })
        })
        .collect();
    let (mut numbers, mut refused) = (HashSet::new(), 0);
    for task in tasks {
        match task.await.unwrap() {
            Outcome::Committed(committed) => assert!(numbers.insert(committed.number.unwrap())),
            Outcome::Refused(refusal) => {
                assert_eq!(refusal, Refusal::Stock { variant, available: 0, wanted: 1 });
                refused += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(numbers, (1..=numbers.len() as u64).collect());
    (numbers.len(), refused)
}

pub(super) async fn the_last_units_go_to_exactly_as_many(open: Open) {
    let store = open.open().await;
    let variant = stocked(&*store, 100).await;
    assert_eq!(rush(std::slice::from_ref(&store), variant, 1_000).await, (100, 900));
    assert_eq!(quantity(&*store, variant).await, 0);
    assert_eq!(head(&*store).await, 101);
}

pub(super) async fn two_processes_share_the_last_units(open: Open) {
    let stores = [open.open().await, open.open().await];
    let variant = stocked(&*stores[0], 100).await;
    // Both processes are connected, and neither is late.
    for store in &stores {
        must(&**store, commit()).await;
    }
    assert_eq!(rush(&stores, variant, 1_000).await, (100, 900));
    assert_eq!(quantity(&*stores[1], variant).await, 0);
}

pub(super) async fn many_lines_never_oversell_nor_lose_a_unit(open: Open) {
    use rand::Rng;
    const VARIANTS: usize = 5;
    let store = open.open().await;
    let mut variants = Vec::new();
    for _ in 0..VARIANTS {
        variants.push(stocked(&*store, 40).await);
    }
    // Sales of several variants at once, and returns, from many tasks; each keeps its own books.
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let (store, variants) = (store.clone(), variants.clone());
            tokio::spawn(async move {
                let mut books = [0_i64; VARIANTS];
                for _ in 0..30 {
                    let picks: Vec<(usize, u32, bool)> = {
                        let mut random = rand::rng();
                        let first = random.random_range(0..VARIANTS);
                        let second = (first + random.random_range(1..VARIANTS)) % VARIANTS;
                        [first, second]
                            .map(|at| (at, random.random_range(1..5), random.random_bool(0.2)))
                            .to_vec()
                    };
                    let mut sale = commit();
                    for &(at, n, back) in &picks {
                        let kind = if back { MoveKind::Return(n) } else { MoveKind::Sell(n) };
                        sale.stock.push(StockMove::new(variants[at], kind));
                    }
                    if let Outcome::Committed(_) = store.commit(sale).await.unwrap() {
                        for (at, n, back) in picks {
                            books[at] += if back { i64::from(n) } else { -i64::from(n) };
                        }
                    }
                }
                books
            })
        })
        .collect();
    let mut expected = [40_i64; VARIANTS];
    for task in tasks {
        for (sum, change) in expected.iter_mut().zip(task.await.unwrap()) {
            *sum += change;
        }
    }
    for (variant, expected) in variants.into_iter().zip(expected) {
        assert!(expected >= 0);
        assert_eq!(quantity(&*store, variant).await, expected);
    }
}

pub(super) async fn stock_versions_guard_stock(open: Open) {
    let store = open.open().await;
    let variant = stocked(&*store, 3).await;
    let sell = |version| Commit {
        stock: vec![StockMove { if_version: Some(version), ..StockMove::new(variant, MoveKind::Sell(1)) }],
        ..commit()
    };
    assert_eq!(refusal(&*store, sell(0)).await, Refusal::StockVersion { variant, actual: 1 });
    must(&*store, sell(1)).await;
    assert_eq!(refusal(&*store, sell(1)).await, Refusal::StockVersion { variant, actual: 2 });
}

pub(super) async fn holds_put_stock_aside(open: Open) {
    let store = open.open().await;
    let variant = stocked(&*store, 3).await;
    let later = Timestamp::from_ms(i64::MAX);
    let [sold, given_back] = [HoldId::new(), HoldId::new()];
    must(&*store, with_stock(variant, MoveKind::Hold { id: sold, quantity: 2, until: later })).await;
    must(&*store, with_stock(variant, MoveKind::Hold { id: given_back, quantity: 1, until: later })).await;
    assert!(matches!(
        refusal(&*store, with_stock(variant, MoveKind::Sell(1))).await,
        Refusal::Stock { available: 0, .. }
    ));
    must(&*store, with_guard(Guard::HoldLive { id: sold })).await;
    must(&*store, with_stock(variant, MoveKind::Consume { id: sold })).await;
    must(&*store, with_stock(variant, MoveKind::Release { id: given_back })).await;
    assert_eq!(quantity(&*store, variant).await, 1);
    for gone in [sold, given_back] {
        let again = with_stock(variant, MoveKind::Release { id: gone });
        assert_eq!(refusal(&*store, again).await, Refusal::Hold { id: gone });
        assert_eq!(
            refusal(&*store, with_guard(Guard::HoldLive { id: gone })).await,
            Refusal::Hold { id: gone }
        );
    }
    // A hold belongs to its variant.
    let other = stocked(&*store, 1).await;
    let hold = HoldId::new();
    must(&*store, with_stock(other, MoveKind::Hold { id: hold, quantity: 1, until: later })).await;
    let wrong = with_stock(variant, MoveKind::Release { id: hold });
    assert_eq!(refusal(&*store, wrong).await, Refusal::Hold { id: hold });
}

pub(super) async fn a_hold_that_ran_out_can_only_be_released(open: Open) {
    let store = open.open().await;
    let variant = stocked(&*store, 2).await;
    let id = HoldId::new();
    let until = Timestamp::from_ms(1_000);
    must(&*store, with_stock(variant, MoveKind::Hold { id, quantity: 2, until })).await;
    assert_eq!(refusal(&*store, with_guard(Guard::HoldLive { id })).await, Refusal::Hold { id });
    assert_eq!(refusal(&*store, with_stock(variant, MoveKind::Consume { id })).await, Refusal::Hold { id });
    let expired = store.snapshot().await.unwrap().expired_holds(Timestamp::from_ms(2_000), 10).await.unwrap();
    assert_eq!(expired, [(id, variant)]);
    assert_eq!(quantity(&*store, variant).await, 0);
    must(&*store, with_stock(variant, MoveKind::Release { id })).await;
    assert_eq!(quantity(&*store, variant).await, 2);
}
