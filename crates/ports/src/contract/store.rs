//! What a store promises; see [`crate::store`].

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use souk_kernel::{
    CartId, CategoryId, CommitId, HoldId, Money, OrderId, ProductId, Timestamp, UserId, VariantId,
};
use uuid::Uuid;

use super::{Opener, cases};
use crate::Error;
use crate::event::{Actor, NewEvent, Personal, StreamId};
use crate::rows::{Category, Order, OrderItem, OrderStatus, Product, Row, RowKey, User, Variant};
use crate::store::{
    Commit, Committed, Find, Guard, Idempotency, MoveKind, Outcome, Refusal, Sequence, Stock, StockMove,
    Store, Window,
};

type Open = Opener<dyn Store>;

cases!(dyn Store:
    a_new_log_is_empty_and_keeps_its_id,
    a_commit_writes_events_rows_and_stock_together,
    a_refused_commit_writes_nothing,
    a_commit_tried_again_takes_effect_once,
    positions_count_up_without_gaps_and_readers_never_skip,
    an_expected_version_guards_a_stream,
    a_keyed_request_is_answered_once,
    a_key_with_another_request_is_refused,
    a_key_is_forgotten_after_its_time,
    checks_come_in_their_order,
    row_versions_guard_rows,
    a_unique_value_has_one_owner,
    a_counter_keeps_its_bounds,
    a_cart_is_spent_once,
    stock_never_falls_below_zero,
    the_last_units_go_to_exactly_as_many,
    two_processes_share_the_last_units,
    many_lines_never_oversell_nor_lose_a_unit,
    stock_versions_guard_stock,
    holds_put_stock_aside,
    a_hold_that_ran_out_can_only_be_released,
    numbers_have_no_gaps,
    a_snapshot_sees_one_moment,
    rows_read_back_as_they_were_written,
    lists_are_ordered_and_paged,
    personal_parts_come_with_their_events,
    an_acknowledged_commit_is_there_after_opening_again,
    other_processes_commits_are_noticed,
    rules_of_a_commit_are_enforced,
    a_process_that_commits_all_the_time_does_not_starve_another,
);

fn event(stream: impl Into<StreamId>) -> NewEvent {
    NewEvent {
        stream: stream.into(),
        kind: "thing-happened".to_owned(),
        schema: 1,
        data: r#"{"a":1}"#.to_owned(),
        personal: None,
        occurred_at: Timestamp::from_ms(1_700_000_000_000),
        actor: Actor::Staff,
        reason: Some("a contract case".to_owned()),
    }
}

fn commit() -> Commit {
    Commit::new(CommitId::new(), vec![event(ProductId::new())])
}

fn with_stock(variant: VariantId, kind: MoveKind) -> Commit {
    Commit { stock: vec![StockMove { variant, kind, if_version: None }], ..commit() }
}

fn with_guard(guard: Guard) -> Commit {
    Commit { guards: vec![guard], ..commit() }
}

fn keyed(key: &str, hash: u8, answer: &str) -> Idempotency {
    Idempotency {
        scope: "case".to_owned(),
        key: key.to_owned(),
        request_hash: [hash; 32],
        ttl_ms: 60_000,
        answer: answer.to_owned(),
    }
}

async fn must(store: &dyn Store, commit: Commit) -> Committed {
    match store.commit(commit).await {
        Ok(Outcome::Committed(committed)) => committed,
        other => panic!("expected a commit, got {other:?}"),
    }
}

async fn refusal(store: &dyn Store, commit: Commit) -> Refusal {
    match store.commit(commit).await {
        Ok(Outcome::Refused(refusal)) => refusal,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

async fn stock(store: &dyn Store, variant: VariantId) -> Option<Stock> {
    store.snapshot().await.unwrap().stock(&[variant]).await.unwrap()[0]
}

async fn quantity(store: &dyn Store, variant: VariantId) -> i64 {
    stock(store, variant).await.map_or(0, |stock| stock.quantity)
}

async fn head(store: &dyn Store) -> u64 {
    store.snapshot().await.unwrap().head().await.unwrap().head.position
}

async fn stocked(store: &dyn Store, quantity: i64) -> VariantId {
    let variant = VariantId::new();
    must(store, with_stock(variant, MoveKind::Adjust(quantity))).await;
    variant
}

fn user(id: UserId) -> Row {
    User { id, external_id: Some("U1".to_owned()), joined_at: Timestamp::from_ms(5) }.into()
}

fn order(id: OrderId, user_id: UserId) -> Order {
    Order {
        id,
        number: None,
        user_id,
        status: OrderStatus::Pending,
        total: Money::from_minor(1234).unwrap(),
        payment_method_id: None,
        payment_id: None,
        tracking_number: None,
        shipping_address: None,
        placed_at: Timestamp::from_ms(9),
    }
}

fn product(category_id: CategoryId, created_at: i64, is_active: bool) -> Product {
    Product {
        id: ProductId::new(),
        external_id: Some("P1".to_owned()),
        name: "Bowl \u{1F963} of 'oak'".to_owned(),
        description: "For soup.".to_owned(),
        price: Some(Money::from_minor(3990).unwrap()),
        category_id,
        seller_id: None,
        brand: Some("Elm & Co".to_owned()),
        tags: vec!["wood".to_owned(), "a|b".to_owned()],
        materials: vec![],
        care: None,
        rating: Some(4.5),
        num_reviews: 3,
        images: vec![],
        is_active,
        created_at: Timestamp::from_ms(created_at),
    }
}

async fn a_new_log_is_empty_and_keeps_its_id(open: Open) {
    let first = open.open().await.snapshot().await.unwrap().head().await.unwrap();
    assert_eq!(first.head.position, 0);
    let again = open.open().await.snapshot().await.unwrap().head().await.unwrap();
    assert_eq!(first, again);
}

async fn a_commit_writes_events_rows_and_stock_together(open: Open) {
    let store = open.open().await;
    let (id, variant, product) = (UserId::new(), VariantId::new(), ProductId::new());
    let mut commit = with_stock(variant, MoveKind::Adjust(7));
    commit.events = vec![event(product), event(id), event(product)];
    commit.rows = vec![user(id)];
    let committed = must(&*store, commit.clone()).await;
    assert_eq!(committed.position.position, 3);
    assert_eq!(committed.versions, vec![(product.into(), 2), (id.into(), 1)]);
    assert!(!committed.replayed);

    let mut snapshot = store.snapshot().await.unwrap();
    let events = snapshot.events(0, 10).await.unwrap();
    assert_eq!(events.iter().map(|e| e.position).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(events.iter().map(|e| e.version).collect::<Vec<_>>(), [1, 1, 2]);
    assert!(events.iter().all(|e| e.commit == commit.id && e.kind == "thing-happened" && e.schema == 1));
    assert!(events.iter().all(|e| e.recorded_at > e.occurred_at && e.actor == Actor::Staff));
    assert_eq!(events[0].reason.as_deref(), Some("a contract case"));
    assert_eq!(snapshot.stream(product.into()).await.unwrap().len(), 2);
    assert_eq!(snapshot.one::<User>(id).await.unwrap().unwrap().version, 1);
    assert_eq!(snapshot.stock(&[variant]).await.unwrap(), [Some(Stock { quantity: 7, version: 1 })]);
}

async fn a_refused_commit_writes_nothing(open: Open) {
    let store = open.open().await;
    let (plenty, none) = (stocked(&*store, 5).await, VariantId::new());
    let before = head(&*store).await;
    let id = UserId::new();
    let unique = Guard::Unique { space: "email".into(), value: "a@b".into(), owner: id.0 };
    let mut refused = with_guard(unique);
    refused.rows = vec![user(id)];
    refused.idempotency = Some(keyed("k", 1, "{}"));
    refused.number = Some(Sequence::OrderNumber);
    refused.stock = [(plenty, 1), (none, 1)]
        .map(|(variant, n)| StockMove { variant, kind: MoveKind::Sell(n), if_version: None })
        .to_vec();
    assert_eq!(
        refusal(&*store, refused.clone()).await,
        Refusal::Stock { variant: none, available: 0, wanted: 1 }
    );
    assert_eq!(head(&*store).await, before);
    assert_eq!(quantity(&*store, plenty).await, 5);
    assert!(store.snapshot().await.unwrap().one::<User>(id).await.unwrap().is_none());
    assert!(store.answered("case", "k").await.unwrap().is_none());
    // Neither the commit's id nor anything it guarded is taken.
    refused.stock.pop();
    let committed = must(&*store, refused).await;
    assert!(!committed.replayed);
    assert_eq!(committed.number, Some(1));
}

async fn a_commit_tried_again_takes_effect_once(open: Open) {
    let store = open.open().await;
    let variant = stocked(&*store, 5).await;
    let (a, b) = (ProductId::new(), ProductId::new());
    let mut sale = with_stock(variant, MoveKind::Sell(2));
    sale.events = vec![event(a), event(b), event(a)];
    sale.number = Some(Sequence::OrderNumber);
    let first = must(&*store, sale.clone()).await;
    must(&*store, commit()).await;
    let again = must(&*store, sale.clone()).await;
    assert_eq!(again, Committed { replayed: true, ..first.clone() });
    let elsewhere = must(&*open.open().await, sale).await;
    assert_eq!(elsewhere, Committed { replayed: true, ..first });
    assert_eq!(quantity(&*store, variant).await, 3);
    assert_eq!(head(&*store).await, 5);
}

async fn positions_count_up_without_gaps_and_readers_never_skip(open: Open) {
    let store = open.open().await;
    let writers: Vec<_> = (0..4)
        .map(|_| {
            let open = open.clone();
            tokio::spawn(async move {
                let store = open.open().await;
                for _ in 0..25 {
                    must(&*store, commit()).await;
                }
            })
        })
        .collect();
    // A reader that always goes on after the last position it saw.
    let mut seen = Vec::new();
    while seen.len() < 100 {
        let after = seen.last().copied().unwrap_or(0);
        store.wait_for_events(after, Duration::from_secs(20)).await.unwrap();
        let events = store.snapshot().await.unwrap().events(after, 7).await.unwrap();
        assert!(!events.is_empty(), "no event after {after} within 20 s");
        seen.extend(events.iter().map(|event| event.position));
    }
    assert_eq!(seen, (1..=100).collect::<Vec<_>>());
    for writer in writers {
        writer.await.unwrap();
    }
}

async fn an_expected_version_guards_a_stream(open: Open) {
    let store = open.open().await;
    let stream: StreamId = OrderId::new().into();
    let expecting = |version| Commit {
        expect: vec![(stream, version)],
        events: vec![event(ProductId::new()), NewEvent { stream, ..event(ProductId::new()) }],
        ..commit()
    };
    must(&*store, expecting(0)).await;
    let outcome = store.commit(expecting(0)).await.unwrap();
    assert_eq!(outcome, Outcome::Conflict { stream, expected: 0, actual: 1 });
    // Of many that expect the same version, one gets it.
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (store, commit) = (store.clone(), expecting(1));
            tokio::spawn(async move { store.commit(commit).await.unwrap() })
        })
        .collect();
    let mut passed = 0;
    for task in tasks {
        passed += usize::from(matches!(task.await.unwrap(), Outcome::Committed(_)));
    }
    assert_eq!(passed, 1);
}

async fn a_keyed_request_is_answered_once(open: Open) {
    let store = open.open().await;
    let variant = stocked(&*store, 5).await;
    let request = |answer: &str| Commit {
        idempotency: Some(keyed("k", 1, answer)),
        number: Some(Sequence::OrderNumber),
        ..with_stock(variant, MoveKind::Sell(1))
    };
    assert_eq!(store.answered("case", "k").await.unwrap(), None);
    let first = must(&*store, request("{\"first\":1}")).await;
    for store in [store.clone(), open.open().await] {
        let again = must(&*store, request("{\"second\":2}")).await;
        assert!(again.replayed);
        assert_eq!(again.answer.as_deref(), Some("{\"first\":1}"));
        assert_eq!((again.number, again.position), (first.number, first.position));
        let known = store.answered("case", "k").await.unwrap().unwrap();
        assert_eq!((known.answer.as_str(), known.number), ("{\"first\":1}", Some(1)));
        assert_eq!((known.request_hash, known.position), ([1; 32], first.position));
    }
    assert_eq!(quantity(&*store, variant).await, 4);
    // The same key in another scope is another key.
    let mut other = request("{}");
    other.idempotency.as_mut().unwrap().scope = "other".to_owned();
    assert!(!must(&*store, other).await.replayed);
}

async fn a_key_with_another_request_is_refused(open: Open) {
    let store = open.open().await;
    must(&*store, Commit { idempotency: Some(keyed("k", 1, "{}")), ..commit() }).await;
    let other = Commit { idempotency: Some(keyed("k", 2, "{}")), ..commit() };
    assert_eq!(store.commit(other).await.unwrap(), Outcome::KeyReused);
    assert_eq!(head(&*store).await, 1);
}

async fn a_key_is_forgotten_after_its_time(open: Open) {
    let store = open.open().await;
    let mut short = keyed("k", 1, "{}");
    short.ttl_ms = 1;
    must(&*store, Commit { idempotency: Some(short), ..commit() }).await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(store.answered("case", "k").await.unwrap(), None);
    let next = must(&*store, Commit { idempotency: Some(keyed("k", 2, "{}")), ..commit() }).await;
    assert!(!next.replayed);
}

async fn checks_come_in_their_order(open: Open) {
    let store = open.open().await;
    let stream: StreamId = ProductId::new().into();
    let hold = HoldId::new();
    let mut all = with_stock(VariantId::new(), MoveKind::Sell(1));
    all.idempotency = Some(keyed("k", 2, "{}"));
    all.guards = vec![Guard::HoldLive { id: hold }];
    all.expect = vec![(stream, 3)];
    must(&*store, Commit { idempotency: Some(keyed("k", 1, "{}")), ..commit() }).await;
    assert_eq!(store.commit(all.clone()).await.unwrap(), Outcome::KeyReused);
    all.idempotency = None;
    assert_eq!(refusal(&*store, all.clone()).await, Refusal::Hold { id: hold });
    all.guards.clear();
    let conflict = Outcome::Conflict { stream, expected: 3, actual: 0 };
    assert_eq!(store.commit(all.clone()).await.unwrap(), conflict);
    all.expect.clear();
    assert!(matches!(refusal(&*store, all.clone()).await, Refusal::Stock { .. }));
    all.stock.clear();
    must(&*store, all.clone()).await;
    // The id comes first of all.
    all.idempotency = Some(keyed("k", 2, "{}"));
    assert!(must(&*store, all).await.replayed);
}

async fn row_versions_guard_rows(open: Open) {
    let store = open.open().await;
    let id = UserId::new();
    let key = RowKey::User(id);
    let put = |version| Commit {
        rows: vec![user(id)],
        ..with_guard(Guard::RowVersion { key: RowKey::User(id), version })
    };
    assert_eq!(refusal(&*store, put(1)).await, Refusal::RowVersion { key: key.clone(), actual: 0 });
    must(&*store, put(0)).await;
    assert_eq!(refusal(&*store, put(0)).await, Refusal::RowVersion { key, actual: 1 });
    must(&*store, put(1)).await;
    assert_eq!(store.snapshot().await.unwrap().one::<User>(id).await.unwrap().unwrap().version, 2);
}

async fn a_unique_value_has_one_owner(open: Open) {
    let store = open.open().await;
    let (one, two) = (Uuid::now_v7(), Uuid::now_v7());
    let claim = |owner, value: &str| {
        with_guard(Guard::Unique { space: "email".to_owned(), value: value.to_owned(), owner })
    };
    must(&*store, claim(one, "a@b")).await;
    must(&*store, claim(one, "a@b")).await;
    must(&*store, claim(two, "c@d")).await;
    let taken = Refusal::Unique { space: "email".to_owned(), value: "a@b".to_owned() };
    assert_eq!(refusal(&*store, claim(two, "a@b")).await, taken);
}

async fn a_counter_keeps_its_bounds(open: Open) {
    let store = open.open().await;
    let count = |by| with_guard(Guard::Counter { name: "coupon".to_owned(), by, max: 3 });
    must(&*store, count(2)).await;
    assert_eq!(refusal(&*store, count(2)).await, Refusal::Counter { name: "coupon".to_owned(), value: 2 });
    assert_eq!(
        refusal(&*store, count(i64::MAX)).await,
        Refusal::Counter { name: "coupon".to_owned(), value: 2 }
    );
    must(&*store, count(1)).await;
    must(&*store, count(-3)).await;
    assert_eq!(refusal(&*store, count(-1)).await, Refusal::Counter { name: "coupon".to_owned(), value: 0 });
}

async fn a_cart_is_spent_once(open: Open) {
    let store = open.open().await;
    let cart = CartId::new();
    let spend = |seen, order| with_guard(Guard::Spend { cart, seen, order });
    let (one, two) = (OrderId::new(), OrderId::new());
    must(&*store, spend(None, one)).await;
    assert_eq!(refusal(&*store, spend(None, two)).await, Refusal::Spend { cart, last: Some(one) });
    assert_eq!(store.snapshot().await.unwrap().last_spend(cart).await.unwrap(), Some(one));
    must(&*store, spend(Some(one), two)).await;
    assert_eq!(store.snapshot().await.unwrap().last_spend(cart).await.unwrap(), Some(two));
}

async fn stock_never_falls_below_zero(open: Open) {
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
    // Nor may it grow beyond what can be counted.
    assert!(matches!(
        refusal(&*store, with_stock(variant, MoveKind::Adjust(i64::MAX))).await,
        Refusal::Stock { .. }
    ));
    must(&*store, with_stock(variant, MoveKind::Sell(3))).await;
    must(&*store, with_stock(variant, MoveKind::Return(2))).await;
    assert_eq!(stock(&*store, variant).await, Some(Stock { quantity: 2, version: 3 }));
}

/// Sells one unit at a time from many tasks; returns how many were sold and how many refused.
async fn rush(stores: &[Arc<dyn Store>], variant: VariantId, tasks: usize) -> (usize, usize) {
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

async fn the_last_units_go_to_exactly_as_many(open: Open) {
    let store = open.open().await;
    let variant = stocked(&*store, 100).await;
    assert_eq!(rush(std::slice::from_ref(&store), variant, 1_000).await, (100, 900));
    assert_eq!(quantity(&*store, variant).await, 0);
    assert_eq!(head(&*store).await, 101);
}

async fn two_processes_share_the_last_units(open: Open) {
    let stores = [open.open().await, open.open().await];
    let variant = stocked(&*stores[0], 100).await;
    assert_eq!(rush(&stores, variant, 1_000).await, (100, 900));
    assert_eq!(quantity(&*stores[1], variant).await, 0);
}

async fn many_lines_never_oversell_nor_lose_a_unit(open: Open) {
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
                        sale.stock.push(StockMove { variant: variants[at], kind, if_version: None });
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

async fn stock_versions_guard_stock(open: Open) {
    let store = open.open().await;
    let variant = stocked(&*store, 3).await;
    let sell = |version| Commit {
        stock: vec![StockMove { variant, kind: MoveKind::Sell(1), if_version: Some(version) }],
        ..commit()
    };
    assert_eq!(refusal(&*store, sell(0)).await, Refusal::StockVersion { variant, actual: 1 });
    must(&*store, sell(1)).await;
    assert_eq!(refusal(&*store, sell(1)).await, Refusal::StockVersion { variant, actual: 2 });
}

async fn holds_put_stock_aside(open: Open) {
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

async fn a_hold_that_ran_out_can_only_be_released(open: Open) {
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

async fn numbers_have_no_gaps(open: Open) {
    let store = open.open().await;
    let variant = stocked(&*store, 1_000).await;
    for number in 1..=5 {
        let id = OrderId::new();
        let mut sale = with_stock(variant, MoveKind::Sell(1));
        sale.number = Some(Sequence::OrderNumber);
        sale.rows = vec![order(id, UserId::new()).into()];
        assert_eq!(must(&*store, sale).await.number, Some(number));
        let stored = store.snapshot().await.unwrap().one::<Order>(id).await.unwrap().unwrap();
        assert_eq!(stored.row.number, Some(number));
        // Refused commits take no number.
        let mut refused = with_stock(variant, MoveKind::Sell(1_001));
        refused.number = Some(Sequence::OrderNumber);
        refusal(&*store, refused).await;
    }
}

async fn a_snapshot_sees_one_moment(open: Open) {
    let store = open.open().await;
    let id = UserId::new();
    let variant = stocked(&*store, 1).await;
    let mut before = store.snapshot().await.unwrap();
    let mut later = with_stock(variant, MoveKind::Adjust(5));
    later.rows = vec![user(id)];
    let committed = must(&*store, later).await;
    assert_eq!(before.head().await.unwrap().head.position, committed.position.position - 1);
    assert!(before.one::<User>(id).await.unwrap().is_none());
    assert_eq!(before.stock(&[variant]).await.unwrap()[0].unwrap().quantity, 1);
    assert_eq!(before.events(0, 10).await.unwrap().len(), 1);
    drop(before);
    let mut after = store.snapshot().await.unwrap();
    assert_eq!(after.head().await.unwrap().head, committed.position);
    assert_eq!(after.stock(&[variant]).await.unwrap()[0].unwrap().quantity, 6);
}

async fn rows_read_back_as_they_were_written(open: Open) {
    let store = open.open().await;
    let category = Category {
        id: CategoryId::new(),
        external_id: None,
        name: "Bowls".to_owned(),
        description: String::new(),
        parent: Some(CategoryId::new()),
        image: None,
    };
    let product = Product { price: None, rating: None, ..product(category.id, 7, false) };
    let variant = Variant {
        id: VariantId::new(),
        product_id: product.id,
        sku: "WB-1".to_owned(),
        size: Some("M".to_owned()),
        color: None,
        price_adjustment: Money::from_minor(-50).unwrap(),
        rank: 2,
        loaded_stock: Some(9),
    };
    let item = OrderItem {
        order_id: OrderId::new(),
        line: 3,
        product_id: product.id,
        variant_id: variant.id,
        name: "x".to_owned(),
        quantity: u32::MAX,
        price: Money::from_minor(999_999_999_999).unwrap(),
        snapshot: "{\"a\":\"\u{0}\"}".to_owned(),
    };
    let rows: Vec<Row> = vec![category.into(), product.into(), variant.into(), item.into()];
    must(&*store, Commit { rows: rows.clone(), ..commit() }).await;
    let keys: Vec<RowKey> = rows.iter().map(Row::key).collect();
    let read = store.snapshot().await.unwrap().get(&keys).await.unwrap();
    assert_eq!(read.into_iter().map(|row| row.unwrap().row).collect::<Vec<_>>(), rows);
}

async fn lists_are_ordered_and_paged(open: Open) {
    let store = open.open().await;
    let category = CategoryId::new();
    let products: Vec<Product> = (0..25)
        .map(|at| product(if at % 5 == 0 { CategoryId::new() } else { category }, at, at % 4 != 0))
        .collect();
    let rows = products.iter().cloned().map(Row::from).collect();
    must(&*store, Commit { rows, ..commit() }).await;
    let mut expected: Vec<_> =
        products.iter().filter(|p| p.is_active && p.category_id == category).map(|p| p.id).collect();
    expected.reverse();
    let mut snapshot = store.snapshot().await.unwrap();
    let find = Find::ActiveProducts { categories: Some(vec![category]) };
    let mut paged = Vec::new();
    for offset in (0..30).step_by(4) {
        let (rows, total) = snapshot.list::<Product>(&find, Window { offset, limit: 4 }).await.unwrap();
        assert_eq!(total, expected.len() as u64);
        paged.extend(rows.into_iter().map(|row| row.row.id));
    }
    assert_eq!(paged, expected);
    let nothing = Find::ActiveProducts { categories: Some(vec![]) };
    assert_eq!(snapshot.find(&nothing, Window::ALL).await.unwrap().total, 0);
}

async fn personal_parts_come_with_their_events(open: Open) {
    let store = open.open().await;
    let person = UserId::new();
    let personal = Personal { person, data: r#"{"name":"Ada"}"#.to_owned() };
    let with = NewEvent { personal: Some(personal), ..event(person) };
    must(&*store, Commit::new(CommitId::new(), vec![with, event(person)])).await;
    let events = store.snapshot().await.unwrap().stream(person.into()).await.unwrap();
    assert_eq!(events[0].personal.as_deref(), Some(r#"{"name":"Ada"}"#));
    assert_eq!(events[1].personal, None);
    assert!(!events[0].data.contains("Ada"));
}

async fn an_acknowledged_commit_is_there_after_opening_again(open: Open) {
    let store = open.open().await;
    let variant = stocked(&*store, 3).await;
    drop(store);
    assert_eq!(quantity(&*open.open().await, variant).await, 3);
}

async fn other_processes_commits_are_noticed(open: Open) {
    let (here, there) = (open.open().await, open.open().await);
    must(&*there, commit()).await;
    here.wait_for_events(0, Duration::from_secs(10)).await.unwrap();
    assert_eq!(head(&*here).await, 1);
    // Without news, the wait ends by itself.
    here.wait_for_events(1, Duration::from_millis(30)).await.unwrap();
    let waiting = tokio::spawn(async move { here.wait_for_events(1, Duration::from_secs(30)).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!waiting.is_finished());
    must(&*there, commit()).await;
    waiting.await.unwrap().unwrap();
}

async fn rules_of_a_commit_are_enforced(open: Open) {
    let store = open.open().await;
    let variant = VariantId::new();
    let twice = with_stock(variant, MoveKind::Adjust(1)).stock[0].clone();
    let stream: StreamId = OrderId::new().into();
    let hold = Guard::HoldLive { id: HoldId::new() };
    for broken in [
        Commit::new(CommitId::new(), vec![]),
        Commit { stock: vec![twice.clone(), twice], ..commit() },
        with_stock(variant, MoveKind::Sell(0)),
        Commit { expect: vec![(stream, 0), (stream, 1)], ..commit() },
        Commit { guards: vec![hold.clone(), hold], ..commit() },
        Commit::new(CommitId::new(), vec![NewEvent { data: "[]".to_owned(), ..event(ProductId::new()) }]),
    ] {
        let result = store.commit(broken).await;
        assert!(matches!(result, Err(Error::InvalidInput { .. })), "{result:?}");
    }
    assert_eq!(head(&*store).await, 0);
}

async fn a_process_that_commits_all_the_time_does_not_starve_another(open: Open) {
    const CALLERS: u64 = 64;
    const WAITS: usize = 400;
    let (busy, other) = (open.open().await, open.open().await);
    let stop = Arc::new(AtomicBool::new(false));
    let done = Arc::new(AtomicU64::new(0));
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (busy, stop, done) = (busy.clone(), stop.clone(), done.clone());
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    must(&*busy, commit()).await;
                    done.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    while done.load(Ordering::Relaxed) < CALLERS {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    // How often the busy process committed while the other waited for a turn; the other one always wants the next.
    let mut overtaken = Vec::with_capacity(WAITS);
    for _ in 0..WAITS {
        let before = done.load(Ordering::Relaxed);
        must(&*other, commit()).await;
        overtaken.push(done.load(Ordering::Relaxed) - before);
    }
    stop.store(true, Ordering::Relaxed);
    for caller in callers {
        caller.await.unwrap();
    }
    overtaken.sort_unstable();
    let most = overtaken[WAITS - 1];
    assert!(most > 0, "the other process was to be kept busy");
    // A turn is one commit of each caller, and one or two may have begun already. The longest wait in a hundred does not
    // count: a machine with other work keeps a thread from running now and then.
    let turns = overtaken[WAITS - 1 - WAITS / 100] / CALLERS;
    assert!(turns < 5, "overtaken by {turns} turns in one of a hundred waits, by {} once", most / CALLERS);
}
