//! What a commit may be made to depend on: versions, keys, uniqueness, counters, carts.

use super::*;

pub(super) async fn an_expected_version_guards_a_stream(open: Open) {
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

pub(super) async fn a_keyed_request_is_answered_once(open: Open) {
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

pub(super) async fn a_key_with_another_request_is_refused(open: Open) {
    let store = open.open().await;
    must(&*store, Commit { idempotency: Some(keyed("k", 1, "{}")), ..commit() }).await;
    let other = Commit { idempotency: Some(keyed("k", 2, "{}")), ..commit() };
    assert_eq!(store.commit(other).await.unwrap(), Outcome::KeyReused);
    assert_eq!(head(&*store).await, 1);
}

pub(super) async fn a_key_is_forgotten_after_its_time(open: Open) {
    let store = open.open().await;
    let mut short = keyed("k", 1, "{}");
    short.ttl_ms = 1;
    must(&*store, Commit { idempotency: Some(short), ..commit() }).await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(store.answered("case", "k").await.unwrap(), None);
    let next = must(&*store, Commit { idempotency: Some(keyed("k", 2, "{}")), ..commit() }).await;
    assert!(!next.replayed);
}

pub(super) async fn checks_come_in_their_order(open: Open) {
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

pub(super) async fn row_versions_guard_rows(open: Open) {
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

pub(super) async fn a_unique_value_has_one_owner(open: Open) {
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

pub(super) async fn a_counter_keeps_its_bounds(open: Open) {
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

pub(super) async fn a_cart_is_spent_once(open: Open) {
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

/// Each kind of check, made by a process that may remember what it wrote itself, after another has changed it.
pub(super) async fn what_another_process_has_changed_is_seen(open: Open) {
    let setting_up = open.open().await;
    let (user_id, cart, hold) = (UserId::new(), CartId::new(), HoldId::new());
    let orders = [OrderId::new(), OrderId::new(), OrderId::new()];
    let stream: StreamId = ProductId::new().into();
    let versioned = stocked(&*setting_up, 5).await;
    let held = stocked(&*setting_up, 5).await;
    // Each step passes once, and after the one before it.
    type Step = Box<dyn Fn(usize) -> Commit + Send>;
    let record = Uuid::now_v7();
    let kinds: [(&str, Step); 9] = [
        (
            "row",
            Box::new(move |at| Commit {
                rows: vec![user(user_id)],
                ..with_guard(Guard::RowVersion { key: RowKey::User(user_id), version: at as u64 })
            }),
        ),
        (
            "record",
            // The record is put, deleted, and put again: of a deleted record only version 0 is right.
            Box::new(move |at| {
                let key = RowKey::RecordRow(note(record, "n").key);
                let row = if at == 1 { deleted_note(record) } else { note(record, "n") };
                let version = if at == 1 { 1 } else { 0 };
                Commit { rows: vec![row.into()], ..with_guard(Guard::RowVersion { key, version }) }
            }),
        ),
        (
            "unique index",
            Box::new(|at| Commit {
                rows: vec![note(Uuid::now_v7(), &format!("unique {at}")).into()],
                ..commit()
            }),
        ),
        (
            "spend",
            Box::new(move |at| {
                let seen = at.checked_sub(1).map(|before| orders[before]);
                with_guard(Guard::Spend { cart, seen, order: orders[at] })
            }),
        ),
        (
            "counter",
            Box::new(|at| with_guard(Guard::Counter { name: "seats".to_owned(), by: 1, max: at as i64 + 1 })),
        ),
        (
            "unique",
            Box::new(|at| {
                let owner = Uuid::now_v7();
                with_guard(Guard::Unique { space: "seat".to_owned(), value: at.to_string(), owner })
            }),
        ),
        (
            "stream",
            Box::new(move |at| Commit {
                expect: vec![(stream, at as u64)],
                events: vec![NewEvent { stream, ..event(ProductId::new()) }],
                ..commit()
            }),
        ),
        (
            "stock",
            Box::new(move |at| {
                let mut sale = with_stock(versioned, MoveKind::Sell(1));
                sale.stock[0].if_version = Some(at as u64 + 1);
                sale
            }),
        ),
        (
            "hold",
            Box::new(move |at| {
                let until = Timestamp::from_ms(i64::MAX);
                let put_aside = MoveKind::Hold { id: hold, quantity: 1, until };
                with_stock(held, if at == 1 { MoveKind::Release { id: hold } } else { put_aside })
            }),
        ),
    ];
    for (kind, step) in kinds {
        let (one, other) = (open.open().await, open.open().await);
        // A process writes twice, so that it knows where the log is.
        must(&*one, commit()).await;
        must(&*one, step(0)).await;
        must(&*other, step(1)).await;
        let late = one.commit(step(1)).await.unwrap();
        assert!(!matches!(late, Outcome::Committed(_)), "{kind}: {late:?}");
        must(&*one, step(2)).await;
    }
    // A sale that was refused is not refused for ever.
    let (one, other) = (open.open().await, open.open().await);
    let last = stocked(&*one, 1).await;
    let sell = || with_stock(last, MoveKind::Sell(1));
    must(&*one, sell()).await;
    assert!(matches!(refusal(&*one, sell()).await, Refusal::Stock { .. }));
    must(&*other, with_stock(last, MoveKind::Return(1))).await;
    must(&*one, sell()).await;
    assert_eq!(quantity(&*one, last).await, 0);
}

pub(super) async fn a_stream_is_expected_empty_without_being_written_to(open: Open) {
    let stream: StreamId = ProductId::new().into();
    let begin = Commit { events: vec![NewEvent { stream, ..event(ProductId::new()) }], ..commit() };
    must(&*open.open().await, begin).await;
    // The process that expects it knows the log, and not the stream.
    let store = open.open().await;
    must(&*store, commit()).await;
    let expecting = Commit { expect: vec![(stream, 0)], ..commit() };
    let conflict = Outcome::Conflict { stream, expected: 0, actual: 1 };
    assert_eq!(store.commit(expecting).await.unwrap(), conflict);
}

/// A retry is answered with what took effect, also where the same commit could not take effect now.
pub(super) async fn a_retry_is_not_refused_for_what_it_did_itself(open: Open) {
    let store = open.open().await;
    let variant = stocked(&*store, 1).await;
    let sale = Commit { idempotency: Some(keyed("k", 1, "{}")), ..with_stock(variant, MoveKind::Sell(1)) };
    let first = must(&*store, sale.clone()).await;
    let same_key = Commit { id: CommitId::new(), ..sale.clone() };
    for retry in [sale, same_key] {
        let again = must(&*store, retry).await;
        assert_eq!((again.replayed, again.position), (true, first.position));
    }
    assert_eq!(quantity(&*store, variant).await, 0);
}
