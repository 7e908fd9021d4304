//! The cases that every role with derived data shares: generations, checkpoints and locks.
//!
//! A role takes part by saying how one thing is written and read ([`Sample`]) and by making its list of cases with
//! `derived_cases!`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use souk_kernel::{LogPosition, Position};
use uuid::Uuid;

use super::Opener;
use crate::derived::{Checkpoint, Derived, Generation, ProjectionName};
use crate::{Error, Result};

/// One thing that is written to a generation and read back.
#[async_trait]
pub(crate) trait Sample: Derived + 'static {
    /// Writes one thing, always the same one, in its state at the checkpoint's position.
    async fn write_sample(
        &self,
        projection: ProjectionName,
        generation: Generation,
        checkpoint: Checkpoint,
    ) -> Result<()>;

    /// The position of the state that readers see.
    async fn read_sample(&self, projection: ProjectionName) -> Result<Position>;
}

/// Makes the list of a role's cases: those of this module, and its own.
macro_rules! derived_cases {
    ($role:ty: $($name:ident),* $(,)?) => {
        use $crate::contract::derived::{
            a_begun_generation_that_nobody_locked_is_removed_by_the_next, a_checkpoint_is_stored_with_the_data,
            a_lock_has_one_holder, a_write_never_creates_a_generation, another_opener_sees_a_promotion,
            at_first_nothing_is_live, of_many_promotions_one_takes_effect, projections_do_not_touch_each_other,
            promotion_names_what_it_replaces, readers_never_miss_while_generations_change,
            the_former_generation_is_removed, what_is_not_promoted_is_invisible,
        };
        $crate::contract::cases! { $role:
            a_begun_generation_that_nobody_locked_is_removed_by_the_next, a_checkpoint_is_stored_with_the_data,
            a_lock_has_one_holder, a_write_never_creates_a_generation, another_opener_sees_a_promotion,
            at_first_nothing_is_live, of_many_promotions_one_takes_effect, projections_do_not_touch_each_other,
            promotion_names_what_it_replaces, readers_never_miss_while_generations_change,
            the_former_generation_is_removed, what_is_not_promoted_is_invisible, $($name,)*
        }
    };
}
pub(crate) use derived_cases;

const PROJECTION: ProjectionName = "sample";
const OTHER: ProjectionName = "sample-other";

/// A checkpoint in a log that is the same in every case.
pub(crate) fn at(position: Position) -> Checkpoint {
    let last = Uuid::from_u128(u128::from(position) << 64 | 7);
    Checkpoint { log: Uuid::from_u128(0x50_75_6b), at: LogPosition { epoch: 1, position }, last }
}

/// Opens a generation and makes it the live one.
pub(crate) async fn go_live<R: Derived + ?Sized>(role: &R, projection: ProjectionName) -> Generation {
    let live = role.live(projection).await.unwrap();
    let next = role.begin(projection).await.unwrap();
    role.promote(projection, live, next).await.unwrap();
    next
}

pub(crate) fn is_not_found<T>(result: &Result<T>) -> bool {
    matches!(result, Err(Error::NotFound { .. }))
}

pub(crate) fn is_conflict<T>(result: &Result<T>) -> bool {
    matches!(result, Err(Error::Conflict { .. }))
}

/// Waits for what another opener does, for some seconds at most.
pub(crate) struct Patience(Instant);

impl Patience {
    pub(crate) fn new() -> Self {
        Self(Instant::now())
    }

    /// Waits a little before the next look. `complaint` is what is wrong when there is no next.
    pub(crate) async fn wait(&self, complaint: &str) {
        assert!(self.0.elapsed() < Duration::from_secs(5), "{complaint}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn wait_for_live<R: Derived + ?Sized>(role: &R, expected: Generation) {
    let patience = Patience::new();
    while role.live(PROJECTION).await.unwrap() != Some(expected) {
        patience.wait("the promotion was never seen").await;
    }
}

async fn filled<R: Sample + ?Sized>(role: &R, projection: ProjectionName, position: Position) -> Generation {
    let generation = role.begin(projection).await.unwrap();
    role.write_sample(projection, generation, at(position)).await.unwrap();
    generation
}

pub(crate) async fn at_first_nothing_is_live<R: Sample + ?Sized>(open: Opener<R>) {
    let role = open.open().await;
    assert_eq!(role.live(PROJECTION).await.unwrap(), None);
    assert!(is_not_found(&role.read_sample(PROJECTION).await));
    assert!(is_not_found(&role.checkpoint(PROJECTION, Generation(1)).await));
    assert!(!role.describe().await.unwrap().is_empty());
}

pub(crate) async fn what_is_not_promoted_is_invisible<R: Sample + ?Sized>(open: Opener<R>) {
    let role = open.open().await;
    let first = filled(&*role, PROJECTION, 1).await;
    assert_eq!(role.live(PROJECTION).await.unwrap(), None);
    assert!(is_not_found(&role.read_sample(PROJECTION).await));
    role.promote(PROJECTION, None, first).await.unwrap();
    assert_eq!(role.live(PROJECTION).await.unwrap(), Some(first));
    assert_eq!(role.read_sample(PROJECTION).await.unwrap(), 1);

    let second = filled(&*role, PROJECTION, 2).await;
    assert!(second > first);
    assert_eq!(role.read_sample(PROJECTION).await.unwrap(), 1);
    role.promote(PROJECTION, Some(first), second).await.unwrap();
    assert_eq!(role.live(PROJECTION).await.unwrap(), Some(second));
    assert_eq!(role.read_sample(PROJECTION).await.unwrap(), 2);
}

pub(crate) async fn another_opener_sees_a_promotion<R: Sample + ?Sized>(open: Opener<R>) {
    let (one, other) = (open.open().await, open.open().await);
    assert_eq!(other.live(PROJECTION).await.unwrap(), None);
    for position in 1..4 {
        let live = one.live(PROJECTION).await.unwrap();
        let next = filled(&*one, PROJECTION, position).await;
        one.promote(PROJECTION, live, next).await.unwrap();
        wait_for_live(&*other, next).await;
        assert_eq!(other.read_sample(PROJECTION).await.unwrap(), position);
    }
}

pub(crate) async fn promotion_names_what_it_replaces<R: Sample + ?Sized>(open: Opener<R>) {
    let role = open.open().await;
    let first = filled(&*role, PROJECTION, 1).await;
    assert!(is_conflict(&role.promote(PROJECTION, Some(first), first).await));
    assert!(is_not_found(&role.promote(PROJECTION, None, Generation(first.0 + 1)).await));
    assert_eq!(role.live(PROJECTION).await.unwrap(), None);
    role.promote(PROJECTION, None, first).await.unwrap();
    let second = filled(&*role, PROJECTION, 2).await;
    assert!(is_conflict(&role.promote(PROJECTION, None, second).await));
    assert!(is_conflict(&role.promote(PROJECTION, Some(second), second).await));
    assert_eq!(role.live(PROJECTION).await.unwrap(), Some(first));
}

pub(crate) async fn of_many_promotions_one_takes_effect<R: Sample + ?Sized>(open: Opener<R>) {
    let role = open.open().await;
    let live = go_live(&*role, PROJECTION).await;
    let mut tasks = Vec::new();
    let mut locks = Vec::new();
    for position in 0..6 {
        let role = open.open().await;
        // Begun here, so that all are there when the race begins; locked, so that the next does not remove it.
        let next = role.begin(PROJECTION).await.unwrap();
        locks.push(role.lock(PROJECTION, next).await.unwrap().unwrap());
        role.write_sample(PROJECTION, next, at(position)).await.unwrap();
        tasks.push((next, role));
    }
    let racing = tasks.into_iter().map(|(next, role)| {
        tokio::spawn(async move { (next, role.promote(PROJECTION, Some(live), next).await) })
    });
    let mut winners = Vec::new();
    for task in racing.collect::<Vec<_>>() {
        match task.await.unwrap() {
            (next, Ok(())) => winners.push(next),
            (_, result) => assert!(is_conflict(&result), "{result:?}"),
        }
    }
    assert_eq!(winners.len(), 1, "{winners:?}");
    wait_for_live(&*role, winners[0]).await;
}

pub(crate) async fn a_lock_has_one_holder<R: Sample + ?Sized>(open: Opener<R>) {
    let (one, other) = (open.open().await, open.open().await);
    assert!(is_not_found(&one.lock(PROJECTION, Generation(1)).await));
    let generation = one.begin(PROJECTION).await.unwrap();
    let held = one.lock(PROJECTION, generation).await.unwrap().expect("nobody has it");
    assert!(other.lock(PROJECTION, generation).await.unwrap().is_none());
    assert!(one.lock(PROJECTION, generation).await.unwrap().is_none());
    drop(held);
    let held = given_up(&*other, generation).await;
    assert!(one.lock(PROJECTION, generation).await.unwrap().is_none());
    held.release().await;
    let held = one.lock(PROJECTION, generation).await.unwrap().expect("it was released");
    drop(held);
    drop(given_up(&*other, generation).await);

    let holders = Arc::new(AtomicUsize::new(0));
    let refused = Arc::new(AtomicUsize::new(0));
    let tasks = (0..8).map(|number| {
        let (holders, refused) = (holders.clone(), refused.clone());
        let role = if number % 2 == 0 { one.clone() } else { other.clone() };
        tokio::spawn(async move {
            let mut had = 0;
            while had < 5 {
                let Some(lock) = role.lock(PROJECTION, generation).await.unwrap() else {
                    refused.fetch_add(1, Ordering::SeqCst);
                    tokio::time::sleep(Duration::from_millis(1)).await;
                    continue;
                };
                assert_eq!(holders.fetch_add(1, Ordering::SeqCst), 0, "two hold the same lock");
                tokio::time::sleep(Duration::from_millis(1)).await;
                holders.fetch_sub(1, Ordering::SeqCst);
                drop(lock);
                had += 1;
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    assert!(refused.load(Ordering::SeqCst) > 0, "nobody ever waited: this proved nothing");
}

/// Takes a lock that was dropped: on a server others may have it a moment later.
async fn given_up<R: Derived + ?Sized>(role: &R, generation: Generation) -> Box<dyn crate::derived::Lock> {
    let patience = Patience::new();
    loop {
        if let Some(lock) = role.lock(PROJECTION, generation).await.unwrap() {
            return lock;
        }
        patience.wait("a lock that was given up cannot be had").await;
    }
}

pub(crate) async fn a_checkpoint_is_stored_with_the_data<R: Sample + ?Sized>(open: Opener<R>) {
    let role = open.open().await;
    let first = role.begin(PROJECTION).await.unwrap();
    assert_eq!(role.checkpoint(PROJECTION, first).await.unwrap(), Checkpoint::default());
    role.write_sample(PROJECTION, first, at(1)).await.unwrap();
    role.promote(PROJECTION, None, first).await.unwrap();
    let second = role.begin(PROJECTION).await.unwrap();
    let lock = role.lock(PROJECTION, second).await.unwrap().unwrap();
    role.write_sample(PROJECTION, second, at(7)).await.unwrap();
    let another_log = Checkpoint {
        log: Uuid::from_u128(9),
        at: LogPosition { epoch: 2, position: 3 },
        last: Uuid::from_u128(8),
    };
    role.write_sample(PROJECTION, second, another_log).await.unwrap();
    let other = open.open().await;
    for role in [&role, &other] {
        assert_eq!(role.checkpoint(PROJECTION, first).await.unwrap(), at(1));
        assert_eq!(role.checkpoint(PROJECTION, second).await.unwrap(), another_log);
    }
    drop((lock, role, other));
    let again = open.open().await;
    assert_eq!(again.live(PROJECTION).await.unwrap(), Some(first));
    assert_eq!(again.read_sample(PROJECTION).await.unwrap(), 1);
    assert_eq!(again.checkpoint(PROJECTION, first).await.unwrap(), at(1));
}

pub(crate) async fn a_write_never_creates_a_generation<R: Sample + ?Sized>(open: Opener<R>) {
    let role = open.open().await;
    assert!(is_not_found(&role.write_sample(PROJECTION, Generation(1), at(1)).await));
    assert_eq!(role.live(PROJECTION).await.unwrap(), None);
    let first = filled(&*role, PROJECTION, 1).await;
    assert!(is_not_found(&role.write_sample(PROJECTION, Generation(first.0 + 1), at(1)).await));
    assert!(is_not_found(&role.write_sample(OTHER, first, at(1)).await));
}

pub(crate) async fn the_former_generation_is_removed<R: Sample + ?Sized>(open: Opener<R>) {
    let (one, other) = (open.open().await, open.open().await);
    let first = filled(&*one, PROJECTION, 1).await;
    let lock = one.lock(PROJECTION, first).await.unwrap().unwrap();
    one.promote(PROJECTION, None, first).await.unwrap();
    wait_for_live(&*other, first).await;
    assert_eq!(other.read_sample(PROJECTION).await.unwrap(), 1);
    let second = filled(&*other, PROJECTION, 2).await;
    other.promote(PROJECTION, Some(first), second).await.unwrap();

    // Whoever still writes it can go on until the lock is given up.
    one.write_sample(PROJECTION, first, at(3)).await.unwrap();
    assert_eq!(one.checkpoint(PROJECTION, first).await.unwrap(), at(3));
    assert_eq!(other.read_sample(PROJECTION).await.unwrap(), 2);
    drop(lock);
    let patience = Patience::new();
    while !is_not_found(&one.checkpoint(PROJECTION, first).await) {
        patience.wait("the former generation is there for ever").await;
        // Readers let go of it when they look for the live one.
        one.live(PROJECTION).await.unwrap();
    }
    assert!(is_not_found(&other.lock(PROJECTION, first).await));
    assert!(is_not_found(&other.write_sample(PROJECTION, first, at(4)).await));
    assert!(is_not_found(&other.promote(PROJECTION, Some(second), first).await));
    assert_eq!(one.read_sample(PROJECTION).await.unwrap(), 2);
}

pub(crate) async fn a_begun_generation_that_nobody_locked_is_removed_by_the_next<R: Sample + ?Sized>(
    open: Opener<R>,
) {
    let (one, other) = (open.open().await, open.open().await);
    let live = go_live(&*one, PROJECTION).await;
    let abandoned = filled(&*one, PROJECTION, 1).await;
    let locked = other.begin(PROJECTION).await.unwrap();
    assert!(is_not_found(&one.checkpoint(PROJECTION, abandoned).await));
    let lock = other.lock(PROJECTION, locked).await.unwrap().unwrap();
    let next = one.begin(PROJECTION).await.unwrap();
    other.write_sample(PROJECTION, locked, at(1)).await.unwrap();
    assert!(live < abandoned && abandoned < locked && locked < next, "a number was used twice");
    drop(lock);
    let patience = Patience::new();
    let mut last = one.begin(PROJECTION).await.unwrap();
    while !is_not_found(&other.checkpoint(PROJECTION, locked).await) {
        patience.wait("what nobody has locked any more is there for ever").await;
        last = one.begin(PROJECTION).await.unwrap();
    }
    assert!(last > next);
    assert_eq!(one.live(PROJECTION).await.unwrap(), Some(live));
}

pub(crate) async fn projections_do_not_touch_each_other<R: Sample + ?Sized>(open: Opener<R>) {
    let role = open.open().await;
    let one = filled(&*role, PROJECTION, 1).await;
    role.promote(PROJECTION, None, one).await.unwrap();
    assert_eq!(role.live(OTHER).await.unwrap(), None);
    let other = filled(&*role, OTHER, 2).await;
    let lock = role.lock(OTHER, other).await.unwrap();
    assert!(lock.is_some() && role.lock(PROJECTION, one).await.unwrap().is_some());
    role.promote(OTHER, None, other).await.unwrap();
    go_live(&*role, OTHER).await;
    assert_eq!(role.read_sample(PROJECTION).await.unwrap(), 1);
    assert_eq!(role.checkpoint(PROJECTION, one).await.unwrap(), at(1));
    assert_eq!(role.live(PROJECTION).await.unwrap(), Some(one));
}

pub(crate) async fn readers_never_miss_while_generations_change<R: Sample + ?Sized>(open: Opener<R>) {
    let writer = open.open().await;
    let mut live = filled(&*writer, PROJECTION, 1).await;
    writer.promote(PROJECTION, None, live).await.unwrap();
    let done = Arc::new(AtomicBool::new(false));
    let mut readers = Vec::new();
    for _ in 0..3 {
        let (role, done) = (open.open().await, done.clone());
        readers.push(tokio::spawn(async move {
            let mut last = 1;
            while !done.load(Ordering::SeqCst) {
                let seen = role.read_sample(PROJECTION).await.unwrap();
                assert!(seen >= last, "went back from {last} to {seen}");
                last = seen;
                tokio::task::yield_now().await;
            }
            last
        }));
    }
    for position in 2..12 {
        let next = filled(&*writer, PROJECTION, position).await;
        writer.promote(PROJECTION, Some(live), next).await.unwrap();
        tokio::time::sleep(Duration::from_millis(15)).await;
        live = next;
    }
    done.store(true, Ordering::SeqCst);
    for reader in readers {
        assert!(reader.await.unwrap() > 1, "the reader never saw a promotion: this proved nothing");
    }
}
