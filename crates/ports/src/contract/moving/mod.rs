//! The promises of [`crate::moving`], for every role that owns something: from each of its engines to each other one, and
//! for each engine by itself.
//!
//! A role takes part by saying how it is filled, written, and seen ([`Sample`]).

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use souk_kernel::{Clock, SystemClock};
use uuid::Uuid;

use super::{BoxFuture, Opener};
use crate::moving::{Mark, Owned, Record, Room, Stage};
use crate::{Error, Result};

mod cache;
mod objects;
mod series;
mod store;
mod vectors;

/// A role that is moved.
#[async_trait]
pub trait Sample: Send + Sync + 'static {
    fn place(&self) -> Arc<dyn Owned>;

    /// Writes some of everything that the role owns, always the same.
    async fn fill(&self);

    /// Writes one thing more, told apart by its number.
    async fn write_one(&self, number: u128) -> Result<()>;

    /// A text that the records of the thing with this number hold, and no other records.
    fn trace(&self, number: u128) -> String;

    /// Whether the thing with this number is there.
    async fn has(&self, number: u128) -> bool;

    /// What callers see of what [`Self::fill`] wrote.
    async fn seen(&self) -> String;

    /// Writes to what [`Self::fill`] wrote, where another place stopped; panics unless it goes on from there.
    async fn go_on(&self);
}

/// One promise, tried on two empty places.
pub struct MoveCase<R: ?Sized> {
    pub name: &'static str,
    pub run: fn(Opener<R>, Opener<R>) -> BoxFuture<()>,
}

/// The case for two engines, which may be the same.
pub fn between<R: Sample + ?Sized>() -> MoveCase<R> {
    MoveCase {
        name: "everything_arrives_and_goes_on",
        run: |from, to| Box::pin(everything_arrives(from, to)),
    }
}

/// The cases for one engine.
pub fn within<R: Sample + ?Sized>() -> [MoveCase<R>; 6] {
    macro_rules! case {
        ($name:ident) => {
            MoveCase { name: stringify!($name), run: |from, to| Box::pin($name(from, to)) }
        };
    }
    [
        case!(a_put_repeated_changes_nothing),
        case!(a_place_is_claimed_only_when_it_is_empty),
        case!(a_closed_place_takes_no_writes),
        case!(no_acknowledged_write_is_left_behind),
        case!(pages_are_the_same_however_large_they_are),
        case!(a_mark_is_set_only_over_the_one_seen),
    ]
}

const PAGES: Room = Room { records: 3, bytes: 1 << 20 };

async fn pages(place: &dyn Owned, room: Room) -> Vec<(String, Record)> {
    let mut all = Vec::new();
    for collection in place.collections() {
        let mut after: Option<String> = None;
        loop {
            let page = place.page(collection, after.as_deref(), room).await.unwrap();
            let Some(last) = page.last() else { break };
            assert!(page.len() <= room.records, "{collection}: {} records", page.len());
            after = Some(last.key.clone());
            all.extend(page.into_iter().map(|record| (collection.to_owned(), record)));
        }
    }
    all
}

/// The records without those that have run out.
fn living(mut records: Vec<Record>) -> Vec<Record> {
    records.retain(lives);
    records
}

fn lives(record: &Record) -> bool {
    record.expires_at.is_none_or(|at| at > SystemClock.now())
}

async fn copy(from: &dyn Owned, to: &dyn Owned, id: Uuid) {
    for (collection, record) in pages(from, PAGES).await {
        to.put(id, &collection, vec![record]).await.unwrap();
    }
}

fn is_closed<T>(result: &Result<T>) -> bool {
    matches!(result, Err(Error::Closed { .. }))
}

async fn everything_arrives<R: Sample + ?Sized>(from: Opener<R>, to: Opener<R>) {
    let id = Uuid::new_v4();
    let source = from.open().await;
    source.fill().await;
    let (leaving, arriving) = (source.place(), to.open().await.place());
    assert!(arriving.is_empty().await.unwrap() && !leaving.is_empty().await.unwrap());
    leaving.fence(id, "there").await.unwrap();
    arriving.claim(id, "here").await.unwrap();
    for collection in leaving.collections() {
        let mut after: Option<String> = None;
        loop {
            let page = leaving.page(collection, after.as_deref(), PAGES).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(last.key.clone());
            arriving.put(id, collection, living(page)).await.unwrap();
        }
    }
    let (mut sent, arrived) = (pages(&*leaving, PAGES).await, pages(&*arriving, PAGES).await);
    sent.retain(|(_, record)| lives(record));
    for collection in arriving.collections() {
        let told = arrived.iter().filter(|(name, _)| name == collection).count() as u64;
        assert_eq!(arriving.count(collection).await.unwrap(), told, "{collection}");
    }
    assert!(sent.len() > leaving.collections().len(), "there was hardly anything to move");
    assert_eq!(sent, arrived);
    arriving.finish(id).await.unwrap();
    assert_eq!(arriving.mark().await.unwrap(), Mark::Open { arrived: Some(id) });
    let target = to.open().await;
    assert_eq!(target.seen().await, source.seen().await);
    target.go_on().await;
    assert!(is_closed(&source.write_one(1).await), "both places sell");
}

async fn a_put_repeated_changes_nothing<R: Sample + ?Sized>(from: Opener<R>, to: Opener<R>) {
    let id = Uuid::new_v4();
    let source = from.open().await;
    source.fill().await;
    let (leaving, arriving) = (source.place(), to.open().await.place());
    leaving.fence(id, "there").await.unwrap();
    arriving.claim(id, "here").await.unwrap();
    copy(&*leaving, &*arriving, id).await;
    let once = pages(&*arriving, PAGES).await;
    copy(&*leaving, &*arriving, id).await;
    assert_eq!(pages(&*arriving, PAGES).await, once);
    arriving.finish(id).await.unwrap();
    arriving.finish(id).await.unwrap();
    assert_eq!(to.open().await.seen().await, source.seen().await);
}

async fn a_place_is_claimed_only_when_it_is_empty<R: Sample + ?Sized>(from: Opener<R>, to: Opener<R>) {
    let full = from.open().await;
    full.write_one(1).await.unwrap();
    let refused = full.place().claim(Uuid::new_v4(), "elsewhere").await;
    assert!(matches!(refused, Err(Error::InvalidInput { .. })), "{refused:?}");
    full.write_one(2).await.unwrap();
    assert!(full.has(1).await && full.has(2).await);

    let (place, id) = (to.open().await.place(), Uuid::new_v4());
    let first = place.claim(id, "elsewhere").await.unwrap();
    let begin = place.collections()[0].to_owned();
    assert_eq!(first, Stage::Copying { collection: begin.clone(), after: None });
    let got = Stage::Copying { collection: begin, after: Some(r#"["a \"key\""]"#.to_owned()) };
    place.note(id, got.clone()).await.unwrap();
    let other = to.open().await.place();
    assert!(is_closed(&other.claim(Uuid::new_v4(), "elsewhere").await), "two moves fill it");
    assert!(is_closed(&other.unfence().await), "a place that is half there was opened");
    assert!(is_closed(&other.fence(Uuid::new_v4(), "on").await), "a place that is half there moves on");
    assert_eq!(other.claim(id, "elsewhere").await.unwrap(), got, "it begins anew");
}

async fn a_closed_place_takes_no_writes<R: Sample + ?Sized>(from: Opener<R>, to: Opener<R>) {
    let id = Uuid::new_v4();
    let (one, other) = (from.open().await, from.open().await);
    one.fill().await;
    // Both openers have written, so neither of them only now finds out what there is.
    one.write_one(1).await.unwrap();
    other.write_one(2).await.unwrap();
    let seen = one.seen().await;
    one.place().fence(id, "the other shop").await.unwrap();
    one.place().fence(id, "the other shop").await.unwrap();
    assert!(is_closed(&one.place().fence(id, "a third shop").await));
    for (number, writer) in (3..).zip([&one, &other, &from.open().await]) {
        let refused = writer.write_one(number).await;
        assert!(is_closed(&refused), "{refused:?}");
        // The reason is for operators: shoppers need not learn of other places.
        let error = refused.unwrap_err();
        let words = std::error::Error::source(&error).expect("why").to_string();
        assert!(!error.to_string().contains("the other shop"), "{error}");
        assert!(words.contains(&id.to_string()) && words.contains("the other shop"), "{words}");
        assert!(!writer.has(number).await);
    }
    assert_eq!(other.seen().await, seen);
    assert!(one.place().unfence().await.unwrap());
    assert!(!one.place().unfence().await.unwrap());
    other.write_one(9).await.unwrap();
    assert!(one.has(9).await);

    let (claimed, stranger) = (to.open().await, Uuid::new_v4());
    let place = claimed.place();
    place.claim(id, "the first shop").await.unwrap();
    let refused = to.open().await.write_one(1).await;
    assert!(is_closed(&refused), "{refused:?}");
    assert!(!claimed.has(1).await);
    let (collection, record) = pages(&*one.place(), PAGES).await.swap_remove(0);
    assert!(is_closed(&place.put(stranger, &collection, vec![record.clone()]).await));
    assert!(is_closed(&place.note(stranger, Stage::Copied).await));
    assert!(is_closed(&place.finish(stranger).await));
    copy(&*one.place(), &*place, id).await;
    place.finish(id).await.unwrap();
    assert!(is_closed(&place.put(id, &collection, vec![record]).await), "it goes on filling an open shop");
    to.open().await.write_one(4).await.unwrap();
}

async fn no_acknowledged_write_is_left_behind<R: Sample + ?Sized>(from: Opener<R>, _: Opener<R>) {
    const WRITERS: u128 = 6;
    const BEFORE: usize = 40;
    const BETWEEN: Duration = Duration::from_millis(2);
    let one = from.open().await;
    let other = from.open().await;
    let (written, stop) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let role = if writer % 2 == 0 { one.clone() } else { other.clone() };
            let (written, stop) = (written.clone(), stop.clone());
            tokio::spawn(async move {
                let mut acknowledged = Vec::new();
                for number in (writer..).step_by(WRITERS as usize) {
                    match role.write_one(1_000 + number).await {
                        Ok(()) => acknowledged.push(1_000 + number),
                        Err(Error::Closed { .. }) => return (acknowledged, true),
                        // Whoever meets others may try the next one.
                        Err(Error::Busy { .. } | Error::Unavailable { .. }) => {}
                        Err(error) => panic!("{error}"),
                    }
                    written.fetch_add(1, Ordering::SeqCst);
                    if stop.load(Ordering::SeqCst) {
                        break;
                    }
                    // Some engines write so fast that finding it all again takes minutes.
                    tokio::time::sleep(BETWEEN).await;
                }
                (acknowledged, false)
            })
        })
        .collect();
    while written.load(Ordering::SeqCst) < BEFORE {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let place = from.open().await.place();
    place.fence(Uuid::new_v4(), "there").await.unwrap();
    // Whoever copies begins now, while writers are still answered.
    let sent = pages(&*place, Room { records: 10_000, bytes: usize::MAX }).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    stop.store(true, Ordering::SeqCst);
    let mut acknowledged = Vec::new();
    for writer in writers {
        let (own, was_refused) = writer.await.unwrap();
        assert!(was_refused, "a writer went on after the fence");
        acknowledged.extend(own);
    }
    assert!(acknowledged.len() >= BEFORE, "they hardly wrote: this proved nothing");
    place.unfence().await.unwrap();
    let copied: HashSet<String> = sent.into_iter().map(|(_, record)| record.value).collect();
    for number in acknowledged {
        assert!(one.has(number).await, "{number} was acknowledged, and is gone");
        let trace = one.trace(number);
        assert!(
            copied.iter().any(|value| value.contains(&trace)),
            "{number} was acknowledged, and not copied"
        );
    }
}

async fn pages_are_the_same_however_large_they_are<R: Sample + ?Sized>(from: Opener<R>, _: Opener<R>) {
    let role = from.open().await;
    role.fill().await;
    for number in 0..25 {
        role.write_one(number).await.unwrap();
    }
    let place = role.place();
    let whole = pages(&*place, Room { records: 10_000, bytes: usize::MAX }).await;
    for (records, bytes) in [(1, usize::MAX), (7, usize::MAX), (10_000, 1), (1_000, 1_000)] {
        assert_eq!(pages(&*place, Room { records, bytes }).await, whole, "{records} records, {bytes} bytes");
    }
    let mut keys: Vec<_> = whole.iter().map(|(collection, record)| (collection, &record.key)).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), whole.len(), "a record came twice");
}

async fn a_mark_is_set_only_over_the_one_seen<R: Sample + ?Sized>(from: Opener<R>, _: Opener<R>) {
    let (one, other) = (from.open().await.place(), from.open().await.place());
    assert_eq!(one.mark().await.unwrap(), Mark::default());
    let marks = [1, 2].map(|number| Mark::Leaving { id: Uuid::from_u128(number), to: "there".to_owned() });
    one.set_mark(&Mark::default(), &marks[0]).await.unwrap();
    let late = other.set_mark(&Mark::default(), &marks[1]).await;
    assert!(matches!(late, Err(Error::Conflict { .. })), "{late:?}");
    assert_eq!(other.mark().await.unwrap(), marks[0]);
    other.set_mark(&marks[0], &marks[0]).await.unwrap();
    drop(one);
    let again = from.open().await.place();
    assert_eq!(again.mark().await.unwrap(), marks[0], "the mark did not outlive its process");
    again.set_mark(&marks[0], &Mark::default()).await.unwrap();
    assert_eq!(other.mark().await.unwrap(), Mark::default());
}
