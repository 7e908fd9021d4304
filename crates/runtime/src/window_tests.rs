use souk_kernel::{CommitId, ProductId, Timestamp};
use souk_ports::event::Actor;

use super::*;

const LOG: Uuid = Uuid::from_u128(1);

fn event(position: Position, size_bytes: usize) -> Arc<RecordedEvent> {
    Arc::new(RecordedEvent {
        position,
        stream: ProductId(Uuid::from_u128(1)).into(),
        version: position,
        commit: commit(position),
        kind: "happened".into(),
        schema: 1,
        data: "x".repeat(size_bytes),
        personal: None,
        occurred_at: Timestamp::from_ms(0),
        recorded_at: Timestamp::from_ms(0),
        actor: Actor::Staff,
        reason: None,
    })
}

fn commit(position: Position) -> CommitId {
    CommitId(Uuid::from_u128(position.into()))
}

fn at(position: Position) -> Checkpoint {
    Checkpoint { log: LOG, at: LogPosition { epoch: 1, position }, last: commit(position).0 }
}

fn page(positions: std::ops::RangeInclusive<Position>, size_bytes: usize) -> Page {
    let end = at(*positions.end());
    let head = LogHead { log: LOG, head: end.at };
    Page { head, end, events: positions.map(|position| event(position, size_bytes)).collect() }
}

fn positions(shared: Option<Shared>) -> Option<Vec<Position>> {
    shared.map(|shared| shared.events.iter().map(|event| event.position).collect())
}

#[test]
fn whoever_is_within_the_window_shares_what_was_read_and_others_read_for_themselves() {
    let window = Window::after(10);
    assert!(window.take(at(10), 5).is_none(), "which log it is, is not known yet");
    window.add(page(11..=14, 10));
    assert_eq!(positions(window.take(at(10), 2)), Some(vec![11, 12]));
    assert_eq!(positions(window.take(at(12), 9)), Some(vec![13, 14]));
    assert_eq!(positions(window.take(at(14), 9)), Some(vec![]));
    let (one, other) = (window.take(at(13), 1).unwrap(), window.take(at(12), 9).unwrap());
    assert!(Arc::ptr_eq(&one.events[0], &other.events[1]));
    assert_eq!(one.head.head, at(14).at);
    for outside in [at(9), at(15)] {
        assert!(window.take(outside, 9).is_none(), "{outside:?}");
    }
    // The log is away: whoever asks the store hears why.
    window.lose();
    assert!(window.take(at(12), 9).is_none());
    window.add(page(15..=15, 10));
    assert_eq!(positions(window.take(at(12), 9)), Some(vec![13, 14, 15]));
}

#[test]
fn another_history_shares_nothing() {
    let window = Window::after(10);
    window.add(page(11..=14, 10));
    let another = Uuid::from_u128(99);
    for stray in [
        Checkpoint { log: another, ..at(12) },
        Checkpoint { at: LogPosition { epoch: 2, position: 12 }, ..at(12) },
        Checkpoint { last: another, ..at(12) },
    ] {
        assert!(window.take(stray, 9).is_none(), "{stray:?}");
    }
    // A checkpoint of an older version does not say what it followed.
    let unknown = Checkpoint { last: Uuid::nil(), ..at(12) };
    assert_eq!(positions(window.take(unknown, 9)), Some(vec![13, 14]));
    window.start_over(at(3));
    assert!(window.take(at(12), 9).is_none());
    assert_eq!(positions(window.take(at(3), 9)), Some(vec![]));
}

#[test]
fn it_holds_no_more_than_so_many_events_and_bytes() {
    let window = Window::after(0);
    for first in (1..=2 * MOST_EVENTS as u64).step_by(64) {
        window.add(page(first..=first + 63, 10));
    }
    let oldest = MOST_EVENTS as u64;
    assert!(window.take(at(oldest - 1), 1).is_none());
    assert_eq!(positions(window.take(at(oldest), 1)), Some(vec![oldest + 1]));
    // What stands before the oldest one is still known.
    assert!(window.take(Checkpoint { last: Uuid::from_u128(99), ..at(oldest) }, 1).is_none());

    let head = 2 * MOST_EVENTS as u64;
    for position in head + 1..=head + 20 {
        window.add(page(position..=position, MOST_BYTES / 8));
    }
    assert!(window.held().bytes <= MOST_BYTES);
    assert!(window.take(at(head + 12), 9).is_none());
    assert_eq!(positions(window.take(at(head + 15), 9)), Some((head + 16..=head + 20).collect()));
    window.add(page(head + 21..=head + 21, MOST_BYTES + 1));
    assert_eq!(
        positions(window.take(at(head + 21), 9)),
        Some(vec![]),
        "too large to be shared, and read all the same"
    );
    assert!(window.take(at(head + 20), 9).is_none());
}

#[tokio::test]
async fn who_waits_is_woken_by_what_was_read_and_not_before() {
    let window = Arc::new(Window::after(10));
    window.wait(10, Duration::from_millis(20)).await;
    let waits = tokio::spawn({
        let window = window.clone();
        async move { window.wait(10, Duration::from_secs(60)).await }
    });
    tokio::task::yield_now().await;
    assert!(!waits.is_finished());
    window.add(page(11..=11, 10));
    waits.await.unwrap();
}
