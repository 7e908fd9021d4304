//! The life of one projection in one process: find the live generation, lock it, follow the log, stand by, start over.

use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use souk_ports::derived::{Checkpoint, Generation};
use souk_ports::{Error, Result};
use tokio::sync::watch;
use uuid::Uuid;

use crate::advance::{self, BATCH, REBUILD_BATCH};
use crate::rebuild::rebuild;
use crate::track::Track;
use crate::wait;
use crate::window::Window;

/// How often a process that stands by tries to take over.
const STANDBY: Duration = Duration::from_millis(250);
/// How long a follower sleeps without news before it looks whether its generation is still the live one.
const QUIET: Duration = Duration::from_millis(500);
/// How long there must be no news until what an engine left for later is stored.
const SETTLED: Duration = Duration::from_millis(100);
/// How often a follower that always has news looks whether its generation is still the live one.
const LOOK: Duration = Duration::from_millis(100);
/// How long to gather events after a step, where nobody in this process waits for it.
/// Most of a step's work is the same whatever it holds: at a hundred orders a second, a step each would cost many times as
/// much. A reader in another process waits as long at most.
const GATHER: Duration = Duration::from_millis(300);
/// How long a follower that is told to stop goes on with what has been written by then: less than the runner waits for it
/// (`STOPPING`), so that its last step and the lock's release have time.
const LAST: Duration = Duration::from_secs(3);
/// A role that is known to be away refuses at once, so trying again costs next to nothing, and whatever comes back is
/// followed soon.
const BACKOFF: RangeInclusive<Duration> = Duration::from_millis(200)..=Duration::from_secs(1);

/// A turn that lasted so long before it failed begins a new count.
const LONG: Duration = Duration::from_secs(10);

/// Follows until it is told to stop; errors are logged and tried again.
pub(crate) async fn follow(track: &Track, window: &Window, mut stop: watch::Receiver<bool>) {
    let mut failures: u32 = 0;
    while !*stop.borrow() {
        let began = Instant::now();
        let pause = match one_turn(track, window, &mut stop).await {
            Ok(()) => {
                failures = 0;
                STANDBY
            }
            Err(error) => {
                // What had gone well for long has not failed before.
                failures = if began.elapsed() < LONG { failures + 1 } else { 1 };
                // An outage has much the same to say each time.
                if failures.is_power_of_two() {
                    tracing::warn!(projection = track.name(), failures, %error, source = ?std::error::Error::source(&error), "a projection stopped and is tried again");
                }
                backoff(failures)
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.changed() => return,
        }
    }
}

/// After so many failures in a row. Between half and all of it, so that projections that failed together do not come back
/// together.
fn backoff(failures: u32) -> Duration {
    let most = (*BACKOFF.start() * 2_u32.pow(failures.min(8) - 1)).min(*BACKOFF.end());
    let random = Uuid::new_v4().as_u128() as u32;
    most.mul_f64(0.5 + f64::from(random) / f64::from(u32::MAX) / 2.0)
}

/// Returns when another process holds the lock, another generation went live, or it is time to stop. A step that has
/// begun is never dropped half way: it would go on writing after its lock is gone.
async fn one_turn(track: &Track, window: &Window, stop: &mut watch::Receiver<bool>) -> Result<()> {
    let (name, target) = (track.name(), track.target());
    let Some(generation) = target.live(name).await? else {
        rebuild(track, &|_, _| {}).await?;
        return Ok(());
    };
    let Some(lock) = target.lock(name, generation).await? else { return Ok(()) };
    let from = match advance::start(track, generation).await {
        Err(Error::Conflict { what }) => {
            tracing::warn!(what, "what is derived belongs to another history and is built anew");
            lock.release().await;
            rebuild(track, &|_, _| {}).await?;
            return Ok(());
        }
        other => other?,
    };
    keep_up(track, window, generation, from, stop).await?;
    lock.release().await;
    Ok(())
}

async fn keep_up(
    track: &Track,
    window: &Window,
    generation: Generation,
    mut from: Checkpoint,
    stop: &mut watch::Receiver<bool>,
) -> Result<()> {
    let (name, target) = (track.name(), track.target());
    let asked_for = wait::asked_for(name);
    let mut looked = Instant::now();
    // Whether nothing came since what was left for later has been stored.
    let mut settled = false;
    while !*stop.borrow() {
        let step = track.step(generation, from, BATCH, Some(window)).await?;
        from = step.to;
        if step.events > 0 {
            settled = false;
            if from.at.position >= step.head.position {
                tokio::select! {
                    () = tokio::time::sleep(GATHER) => {}
                    () = asked_for.notified() => {}
                    _ = stop.changed() => {}
                }
            }
        }
        if step.events == 0 || looked.elapsed() >= LOOK {
            looked = Instant::now();
            if target.live(name).await? != Some(generation) {
                return Ok(());
            }
        }
        if step.events > 0 {
            continue;
        }
        let waited = Instant::now();
        let patience = if settled { QUIET } else { SETTLED };
        tokio::select! {
            news = track.wait(window, from.at.position, patience) => news?,
            _ = stop.changed() => {}
        }
        if !settled && waited.elapsed() >= SETTLED {
            target.settle(name, generation).await?;
            settled = true;
        }
    }
    // What came meanwhile is not left lying until another process comes.
    to_head(track, generation, from, BATCH, Instant::now() + LAST).await?;
    target.settle(name, generation).await
}

/// Steps until the head that the feed has now. `false` when the time was over before; a step that has begun is finished.
async fn to_head(
    track: &Track,
    generation: Generation,
    mut from: Checkpoint,
    batch: u32,
    deadline: Instant,
) -> Result<bool> {
    let mut head = None;
    while Instant::now() < deadline {
        let step = track.step(generation, from, batch, None).await?;
        from = step.to;
        if step.events == 0 || from.at.position >= head.get_or_insert(step.head).position {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What catching up came to.
pub(crate) enum CaughtUp {
    Done,
    /// Another process holds the lock.
    Elsewhere,
    OutOfTime,
}

/// Advances the live generation as far as the log goes now, unless another process does so. Stops between two steps when
/// the time is over; a first filling is finished in any case. What belongs to another history is left as it is: building it
/// anew takes as long as the log is, and a command that has written something must come to its end.
pub(crate) async fn catch_up(track: &Track, deadline: Instant) -> Result<CaughtUp> {
    let (name, target) = (track.name(), track.target());
    let Some(generation) = target.live(name).await? else {
        rebuild(track, &|_, _| {}).await?;
        return Ok(CaughtUp::Done);
    };
    let Some(lock) = target.lock(name, generation).await? else { return Ok(CaughtUp::Elsewhere) };
    let from = match advance::start(track, generation).await {
        Err(Error::Conflict { what }) => {
            tracing::warn!(
                what,
                "what is derived belongs to another history, and is built anew by `souk serve`"
            );
            lock.release().await;
            return Ok(CaughtUp::OutOfTime);
        }
        other => other?,
    };
    // After a load there is much to follow, and nobody waits for the first of it.
    let behind = track.head().await?.head.position.saturating_sub(from.at.position);
    let batch = if behind > REBUILD_BATCH.into() { REBUILD_BATCH } else { BATCH };
    let is_done = to_head(track, generation, from, batch, deadline).await?;
    if is_done {
        target.settle(name, generation).await?;
    }
    lock.release().await;
    Ok(if is_done { CaughtUp::Done } else { CaughtUp::OutOfTime })
}
