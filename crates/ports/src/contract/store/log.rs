//! Commits as a whole: atomic, durable, once, in one order, fair between processes.

use super::*;

pub(super) async fn a_new_log_is_empty_and_keeps_its_id(open: Open) {
    let first = open.open().await.snapshot().await.unwrap().head().await.unwrap();
    assert_eq!(first.head.position, 0);
    let again = open.open().await.snapshot().await.unwrap().head().await.unwrap();
    assert_eq!(first, again);
}

pub(super) async fn a_commit_writes_events_rows_and_stock_together(open: Open) {
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
    assert_eq!(
        snapshot.stock(&[variant]).await.unwrap(),
        [Some(Stock { quantity: 7, allowance: Allowance::NONE, version: 1 })]
    );
}

pub(super) async fn a_refused_commit_writes_nothing(open: Open) {
    let store = open.open().await;
    let (plenty, none) = (stocked(&*store, 5).await, VariantId::new());
    let before = head(&*store).await;
    let id = UserId::new();
    let unique = Guard::Unique { space: "email".into(), value: "a@b".into(), owner: id.0 };
    let mut refused = with_guard(unique);
    refused.rows = vec![user(id)];
    refused.idempotency = Some(keyed("k", 1, "{}"));
    refused.number = Some(Sequence::OrderNumber);
    refused.stock =
        [(plenty, 1), (none, 1)].map(|(variant, n)| StockMove::new(variant, MoveKind::Sell(n))).to_vec();
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

pub(super) async fn a_commit_tried_again_takes_effect_once(open: Open) {
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

pub(super) async fn positions_count_up_without_gaps_and_readers_never_skip(open: Open) {
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

pub(super) async fn events_are_picked_by_stream_and_by_kind_between_two_positions(open: Open) {
    let store = open.open().await;
    let called = |stream: StreamId, kind: &str| NewEvent { kind: kind.to_owned(), ..event(stream) };
    let mut all = commit();
    // At 1 to 12: a product happens, changes, is seen; a user happens, changes; a category is seen; and all of it again.
    all.events = (0..2)
        .flat_map(|_| {
            let (product, user, category) = (ProductId::new(), UserId::new(), CategoryId::new());
            [
                called(product.into(), "thing-happened"),
                called(product.into(), "thing-changed"),
                called(product.into(), "thing-seen"),
                called(user.into(), "thing-happened"),
                called(user.into(), "thing-changed"),
                called(category.into(), "thing-seen"),
            ]
        })
        .collect();
    must(&*store, all).await;
    let mut snapshot = store.snapshot().await.unwrap();
    const PRODUCT: EventFilter = EventFilter::Streams(&[StreamKind::PRODUCT]);
    for (filter, after, through, limit, wanted) in [
        (EventFilter::All, 2, 5, 10, &[3, 4, 5][..]),
        (EventFilter::All, u64::MAX, u64::MAX, 10, &[]),
        (PRODUCT, 0, 12, 10, &[1, 2, 3, 7, 8, 9]),
        (PRODUCT, 1, 8, 10, &[2, 3, 7, 8]),
        (PRODUCT, 0, 12, 4, &[1, 2, 3, 7]),
        (PRODUCT, 3, 6, 10, &[]),
        (PRODUCT, 12, 12, 10, &[]),
        (PRODUCT, 6, u64::MAX, 10, &[7, 8, 9]),
        (EventFilter::Streams(&[StreamKind::USER, StreamKind::CATEGORY]), 0, 12, 10, &[4, 5, 6, 10, 11, 12]),
        (EventFilter::Streams(&[]), 0, 12, 10, &[]),
        (EventFilter::Kinds(&["thing-seen"]), 0, 12, 10, &[3, 6, 9, 12]),
        (EventFilter::Kinds(&["thing-changed", "thing-seen"]), 4, 11, 3, &[5, 6, 8]),
        (EventFilter::Kinds(&["thing-forgotten"]), 0, 12, 10, &[]),
    ] {
        let found = snapshot.events_of(filter, after, through, limit).await.unwrap();
        let positions: Vec<_> = found.iter().map(|event| event.position).collect();
        assert_eq!(positions, wanted, "{filter:?} after {after} through {through}, {limit} at most");
        for event in found {
            assert_eq!(snapshot.events(event.position - 1, 1).await.unwrap(), [event]);
        }
    }
    assert!(snapshot.events(u64::MAX, 10).await.unwrap().is_empty());
}

pub(super) async fn numbers_have_no_gaps(open: Open) {
    let store = open.open().await;
    let variant = stocked(&*store, 1_000).await;
    for number in 1..=5 {
        let id = OrderId::new();
        let mut sale = with_stock(variant, MoveKind::Sell(1));
        sale.number = Some(Sequence::OrderNumber);
        sale.rows = with_named(vec![order(id, UserId::new()).into()]);
        assert_eq!(must(&*store, sale).await.number, Some(number));
        let stored = store.snapshot().await.unwrap().one::<Order>(id).await.unwrap().unwrap();
        assert_eq!(stored.row.number, Some(number));
        // Refused commits take no number.
        let mut refused = with_stock(variant, MoveKind::Sell(1_001));
        refused.number = Some(Sequence::OrderNumber);
        refusal(&*store, refused).await;
    }
}

pub(super) async fn an_acknowledged_commit_is_there_after_opening_again(open: Open) {
    let store = open.open().await;
    let variant = stocked(&*store, 3).await;
    drop(store);
    assert_eq!(quantity(&*open.open().await, variant).await, 3);
}

pub(super) async fn other_processes_commits_are_noticed(open: Open) {
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

pub(super) async fn rules_of_a_commit_are_enforced(open: Open) {
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
        with_guard(Guard::Counter { name: "a\0".to_owned(), by: 1, max: 1 }),
        Commit {
            rows: vec![
                User {
                    id: UserId::new(),
                    external_id: Some("\0".to_owned()),
                    joined_at: Timestamp::from_ms(5),
                }
                .into(),
            ],
            ..commit()
        },
    ] {
        let result = store.commit(broken).await;
        assert!(matches!(result, Err(Error::InvalidInput { .. })), "{result:?}");
    }
    assert_eq!(head(&*store).await, 0);
}

pub(super) async fn a_process_that_commits_all_the_time_does_not_starve_another(open: Open) {
    const CALLERS: u64 = 64;
    const WAITS: usize = 40;
    let (busy, other) = (open.open().await, open.open().await);
    let stop = Arc::new(AtomicBool::new(false));
    let done = Arc::new(AtomicU64::new(0));
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (busy, stop, done) = (busy.clone(), stop.clone(), done.clone());
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    // Long, so that there is hardly a moment between two turns.
                    let events = (0..8).map(|_| event(ProductId::new())).collect();
                    must(&*busy, Commit { events, ..commit() }).await;
                    done.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    // A turn is one commit of each caller.
    let turns = || done.load(Ordering::Relaxed) / CALLERS;
    let mut long = 0;
    for _ in 0..WAITS {
        // The busy one has to be in full swing: whoever has just had a turn might get the next one by being there.
        let swing = turns() + 2;
        while turns() < swing {
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        let before = turns();
        must(&*other, commit()).await;
        // One or two turns had begun already. One wait in ten may be longer, because a machine with other work keeps a
        // thread from running now and then.
        let overtaken = turns() - before;
        long += usize::from(overtaken > 4);
        assert!(
            long <= WAITS / 10,
            "overtaken by {overtaken} turns of the busy process, and not for the first time"
        );
    }
    stop.store(true, Ordering::Relaxed);
    for caller in callers {
        caller.await.unwrap();
    }
}
