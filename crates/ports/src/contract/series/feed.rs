//! The activity feed.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use souk_kernel::{ActivityId, Position, ProductId, Timestamp, UserId};

use super::id;
use crate::Error;
use crate::contract::Opener;
use crate::contract::derived::go_live;
use crate::series::{Activity, ActivityKind, Series};

/// Longer than anything here takes; whoever waits that long has missed something.
const PATIENCE: Duration = Duration::from_secs(30);

fn view(visitor: u128, product: u128) -> Activity {
    Activity {
        id: ActivityId::new(),
        at: Timestamp::from_ms(1_767_225_600_000),
        kind: ActivityKind::VIEW,
        visitor: UserId(id(visitor)),
        product: ProductId(id(product)),
        session: None,
        metadata: None,
    }
}

fn views(number: usize) -> Vec<Activity> {
    (0..number as u128).map(|product| view(1, product)).collect()
}

async fn all(series: &dyn Series) -> Vec<Activity> {
    let recorded = series.activity(0, u32::MAX).await.unwrap();
    let positions: Vec<Position> = recorded.iter().map(|one| one.position).collect();
    assert_eq!(positions, (1..=recorded.len() as u64).collect::<Vec<_>>(), "positions have gaps");
    assert_eq!(series.activity_head().await.unwrap().head.position, recorded.len() as u64);
    recorded.into_iter().map(|one| one.activity).collect()
}

/// Kinds of activity; the last one is none that souk knows, because features declare their own.
const KINDS: [ActivityKind; 5] = [
    ActivityKind::VIEW,
    ActivityKind::ADD_TO_CART,
    ActivityKind::CLICK,
    ActivityKind::IMPRESSION,
    ActivityKind::numbered(200),
];

pub(super) async fn activities_come_back_as_they_went(open: Opener<dyn Series>) {
    let series = open.open().await;
    let before = series.activity_head().await.unwrap();
    assert_eq!((before.head.epoch, before.head.position), (1, 0));
    assert_eq!(series.activity(0, 10).await.unwrap(), []);
    let sent: Vec<Activity> = KINDS
        .into_iter()
        .map(|kind| Activity {
            kind,
            at: Timestamp::from_ms(-i64::from(kind.number())),
            session: (kind != ActivityKind::CLICK).then(|| "Ünï ‘s’".to_owned()),
            metadata: (kind != ActivityKind::VIEW).then(|| r#"{ "a": "\u0000 \"b\"" }"#.to_owned()),
            ..view(7, kind.number().into())
        })
        .collect();
    let appended = series.append(sent.clone()).await.unwrap();
    assert_eq!((appended.added, appended.position.epoch, appended.position.position), (5, 1, 5));
    assert_eq!(all(&*series).await, sent);
    let part = series.activity(2, 2).await.unwrap();
    assert_eq!(part.iter().map(|one| one.position).collect::<Vec<_>>(), [3, 4]);
    assert_eq!(series.activity(5, 2).await.unwrap(), []);
    assert_eq!(series.activity(Position::MAX, 2).await.unwrap(), []);
    let other = open.open().await;
    assert_eq!(other.activity_head().await.unwrap().log, before.log);
    assert_eq!(all(&*other).await, sent);
}

pub(super) async fn an_activity_counts_once(open: Opener<dyn Series>) {
    let (one, other) = (open.open().await, open.open().await);
    let [a, b, c] = [view(1, 1), view(1, 2), view(1, 3)];
    let changed = Activity { product: ProductId(id(99)), ..a.clone() };
    let appended = one.append(vec![a.clone(), b.clone(), changed.clone(), a.clone()]).await.unwrap();
    assert_eq!((appended.added, appended.position.position), (2, 2));
    // An activity counts once whoever sends it, and what was sent first stays.
    let appended = other.append(vec![changed, c.clone(), b.clone()]).await.unwrap();
    assert_eq!((appended.added, appended.position.position), (1, 3));
    let appended = one.append(vec![c.clone()]).await.unwrap();
    assert_eq!((appended.added, appended.position.position), (0, 3));
    assert_eq!(all(&*other).await, [a, b, c]);
}

pub(super) async fn many_send_the_same_and_it_counts_once(open: Opener<dyn Series>) {
    let batches: Arc<Vec<Vec<Activity>>> = Arc::new((0..20).map(|_| views(20)).collect());
    let openers = [open.open().await, open.open().await];
    let tasks = (0..6).map(|number| {
        let (series, batches) = (openers[number % 2].clone(), batches.clone());
        tokio::spawn(async move {
            let mut added = 0;
            for offset in 0..batches.len() {
                let batch = batches[(offset + number) % batches.len()].clone();
                added += series.append(batch).await.unwrap().added;
            }
            added
        })
    });
    let mut added = 0;
    for task in tasks.collect::<Vec<_>>() {
        added += task.await.unwrap();
    }
    let ids: HashSet<ActivityId> = all(&*openers[0]).await.iter().map(|activity| activity.id).collect();
    assert_eq!((added, ids.len()), (400, 400));
}

pub(super) async fn a_reader_never_skips_while_many_append(open: Opener<dyn Series>) {
    const TASKS: usize = 6;
    const BATCHES: usize = 30;
    const BATCH: usize = 7;
    let openers = [open.open().await, open.open().await];
    let tasks: Vec<_> = (0..TASKS)
        .map(|number| {
            let series = openers[number % 2].clone();
            tokio::spawn(async move {
                for batch in 0..BATCHES as u128 {
                    let visitor = number as u128;
                    let activities: Vec<_> =
                        (0..BATCH as u128).map(|one| view(visitor, batch * BATCH as u128 + one)).collect();
                    let position = series.append(activities).await.unwrap().position.position;
                    // All that was sent stands at or before the position.
                    let recorded = series.activity(0, u32::MAX).await.unwrap();
                    let mut own = recorded.iter().filter(|one| one.activity.visitor.0 == id(visitor));
                    let last = own.next_back().expect("it was acknowledged");
                    assert_eq!(last.activity.product.0, id((batch + 1) * BATCH as u128 - 1));
                    assert!(last.position <= position, "{} after {position}", last.position);
                }
            })
        })
        .collect();
    let reader = open.open().await;
    let (mut seen, mut last): (Vec<Activity>, Position) = (Vec::new(), 0);
    let mut rounds = 0;
    while seen.len() < TASKS * BATCHES * BATCH {
        reader.wait_for_activity(last, PATIENCE).await.unwrap();
        let part = reader.activity(last, 50).await.unwrap();
        assert!(!part.is_empty(), "nothing came for {PATIENCE:?}");
        for one in part {
            assert_eq!(one.position, last + 1, "a position was skipped");
            last = one.position;
            seen.push(one.activity);
        }
        rounds += 1;
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert!(rounds > 10, "the reader never read while others wrote: this proved nothing");
    // Each one's activities are in the order in which they were sent.
    let mut next: BTreeMap<UserId, u128> = BTreeMap::new();
    for activity in &seen {
        let next = next.entry(activity.visitor).or_default();
        assert_eq!(activity.product.0, id(*next));
        *next += 1;
    }
    assert_eq!(all(&*reader).await, seen);
}

pub(super) async fn a_refused_batch_leaves_nothing(open: Opener<dyn Series>) {
    let series = open.open().await;
    let with = |change: fn(&mut Activity)| {
        let mut batch = views(3);
        change(&mut batch[2]);
        batch
    };
    let bad = [
        Vec::new(),
        views(10_001),
        with(|one| one.id = ActivityId(uuid::Uuid::new_v4())),
        with(|one| one.session = Some(String::new())),
        with(|one| one.session = Some("s".repeat(65))),
        with(|one| one.session = Some("s\0".to_owned())),
        with(|one| one.metadata = Some("[1]".to_owned())),
        with(|one| one.metadata = Some("{".to_owned())),
        with(|one| one.metadata = Some(format!(r#"{{"a":"{}"}}"#, "x".repeat(4089)))),
    ];
    for batch in bad {
        let size = batch.len();
        let refused = series.append(batch).await;
        assert!(matches!(refused, Err(Error::InvalidInput { .. })), "{size}: {refused:?}");
    }
    assert_eq!(all(&*series).await, []);
    let good = with(|one| {
        one.session = Some("s".repeat(64));
        one.metadata = Some(format!(r#"{{"a":"{}"}}"#, "x".repeat(4088)));
    });
    assert_eq!(series.append(good.clone()).await.unwrap().added, 3);
    assert_eq!(series.append(views(10_000)).await.unwrap().position.position, 10_003);
    assert_eq!(series.activity(0, 3).await.unwrap()[2].activity, good[2]);
}

pub(super) async fn waiting_ends_with_an_append_or_with_patience(open: Opener<dyn Series>) {
    let (reader, other) = (open.open().await, open.open().await);
    reader.wait_for_activity(0, Duration::from_millis(30)).await.unwrap();
    // The other opener's append is found by looking, an own one is announced.
    for (position, writer) in [(0, &other), (1, &reader), (2, &other)] {
        let waiting = {
            let reader = reader.clone();
            tokio::spawn(async move {
                let waited = tokio::time::timeout(PATIENCE, reader.wait_for_activity(position, PATIENCE * 2));
                waited.await.expect("it was never noticed").unwrap();
                reader.activity_head().await.unwrap().head.position
            })
        };
        tokio::time::sleep(Duration::from_millis(40)).await;
        assert!(!waiting.is_finished(), "it did not wait");
        writer.append(views(1)).await.unwrap();
        assert_eq!(waiting.await.unwrap(), position + 1);
    }
    let waited = tokio::time::timeout(PATIENCE, reader.wait_for_activity(0, PATIENCE * 2));
    waited.await.expect("what is there already was waited for").unwrap();
}

pub(super) async fn the_latest_agree_with_a_model(open: Opener<dyn Series>) {
    let series = open.open().await;
    let seed = rand::random();
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let mut model: Vec<Activity> = Vec::new();
    for _ in 0..20 {
        let batch: Vec<Activity> = (0..random.random_range(1..20))
            .map(|product| Activity {
                // There are few moments, so that many are equal.
                at: Timestamp::from_ms(random.random_range(0..8)),
                kind: *KINDS.choose(&mut random).unwrap(),
                ..view(random.random_range(0..3), product)
            })
            .collect();
        series.append(batch.clone()).await.unwrap();
        model.extend(batch);
        for visitor in 0..4 {
            let visitor = UserId(id(visitor));
            let number = random.random_range(0..6);
            let kinds: Vec<ActivityKind> = (0..number).map(|_| *KINDS.choose(&mut random).unwrap()).collect();
            let limit = random.random_range(0..15);
            let mut expected: Vec<(usize, Activity)> = model.iter().cloned().enumerate().collect();
            expected.retain(|(_, one)| one.visitor == visitor && kinds.contains(&one.kind));
            // Of activities of the same moment, the one that came last is the first.
            expected.sort_by_key(|(place, one)| std::cmp::Reverse((one.at, *place)));
            let expected: Vec<Activity> = expected.into_iter().map(|(_, one)| one).take(limit).collect();
            let latest = series.latest(visitor, &kinds, limit as u32).await.unwrap();
            assert_eq!(latest, expected, "{kinds:?} {limit}");
        }
    }
}

pub(super) async fn the_feed_survives_reopening(open: Opener<dyn Series>) {
    let series = open.open().await;
    let head = series.activity_head().await.unwrap();
    let mut sent = views(3);
    series.append(sent.clone()).await.unwrap();
    drop(series);
    let series = open.open().await;
    assert_eq!(series.activity_head().await.unwrap().log, head.log);
    let more = views(2);
    assert_eq!(series.append([&sent[..1], &more[..]].concat()).await.unwrap().added, 2);
    sent.extend(more);
    assert_eq!(all(&*series).await, sent);
}

pub(super) async fn dropping_what_is_derived_leaves_the_feed(open: Opener<dyn Series>) {
    let series = open.open().await;
    let sent = views(3);
    series.append(sent.clone()).await.unwrap();
    for _ in 0..3 {
        go_live(&*series, "one").await;
        go_live(&*series, "other").await;
    }
    assert_eq!(all(&*series).await, sent);
    assert_eq!(series.latest(UserId(id(1)), &[ActivityKind::VIEW], 9).await.unwrap().len(), 3);
}
