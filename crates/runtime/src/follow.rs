//! The life of one projection in one process: find the live generation, lock it, follow the log, stand by, start over.

use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use souk_ports::derived::{Checkpoint, Generation};
use souk_ports::{Error, Result};
use tokio::sync::watch;
use uuid::Uuid;

use crate::advance::{self, BATCH};
use crate::rebuild::rebuild;
use crate::track::Track;

/// How often a process that stands by tries to take over.
const STANDBY: Duration = Duration::from_millis(250);
/// How long a follower sleeps without news before it looks whether its generation is still the live one.
const QUIET: Duration = Duration::from_millis(500);
/// A role that is known to be away refuses at once, so trying again costs next to nothing, and whatever comes back is
/// followed soon.
const BACKOFF: RangeInclusive<Duration> = Duration::from_millis(200)..=Duration::from_secs(1);

/// A turn that lasted so long before it failed begins a new count.
const LONG: Duration = Duration::from_secs(10);

/// Follows until it is told to stop; errors are logged and tried again.
pub(crate) async fn follow(track: &Track, mut stop: watch::Receiver<bool>) {
    let mut failures: u32 = 0;
    while !*stop.borrow() {
        let began = Instant::now();
        let pause = match one_turn(track, &mut stop).await {
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
async fn one_turn(track: &Track, stop: &mut watch::Receiver<bool>) -> Result<()> {
    let (name, target) = (track.name(), track.target());
    let Some(generation) = target.live(name).await? else {
        rebuild(track, &|_, _| {}).await?;
        return Ok(());
    };
    let Some(lock) = target.lock(name, generation).await? else { return Ok(()) };
    let from = match advance::start(track, generation).await {
        Err(Error::Conflict { .. }) => {
            tracing::warn!(projection = name, "the generation followed another log and is built anew");
            lock.release().await;
            rebuild(track, &|_, _| {}).await?;
            return Ok(());
        }
        other => other?,
    };
    keep_up(track, generation, from, stop).await?;
    lock.release().await;
    Ok(())
}

async fn keep_up(
    track: &Track,
    generation: Generation,
    mut from: Checkpoint,
    stop: &mut watch::Receiver<bool>,
) -> Result<()> {
    let (name, target) = (track.name(), track.target());
    // Whether a quiet time has passed since the last event.
    let mut waited = false;
    while !*stop.borrow() {
        let step = track.step(generation, from, BATCH).await?;
        from.at = step.at;
        if step.events == 0 {
            if target.live(name).await? != Some(generation) {
                return Ok(());
            }
            tokio::select! {
                news = track.wait(from.at.position, QUIET) => news?,
                _ = stop.changed() => {}
            }
            // Nothing came for a while: what an engine left for later is stored now.
            if waited {
                target.settle(name, generation).await?;
            }
            waited = true;
        } else {
            waited = false;
            if step.events < BATCH as usize && !track.pause().is_zero() {
                tokio::time::sleep(track.pause()).await;
            }
        }
    }
    // What came during the last pause is not left lying until another process comes.
    track.step(generation, from, BATCH).await?;
    target.settle(name, generation).await
}

/// What catching up came to.
pub(crate) enum CaughtUp {
    Done,
    /// Another process holds the lock.
    Elsewhere,
    OutOfTime,
}

/// Advances the live generation as far as the log goes now, unless another process does so. Stops between two steps when
/// the time is over; a first filling is finished in any case.
pub(crate) async fn catch_up(track: &Track, deadline: Instant) -> Result<CaughtUp> {
    let (name, target) = (track.name(), track.target());
    let Some(generation) = target.live(name).await? else {
        rebuild(track, &|_, _| {}).await?;
        return Ok(CaughtUp::Done);
    };
    let Some(lock) = target.lock(name, generation).await? else { return Ok(CaughtUp::Elsewhere) };
    let mut from = match advance::start(track, generation).await {
        Err(Error::Conflict { .. }) => {
            lock.release().await;
            rebuild(track, &|_, _| {}).await?;
            return Ok(CaughtUp::Done);
        }
        other => other?,
    };
    while Instant::now() < deadline {
        let step = track.step(generation, from, BATCH).await?;
        from.at = step.at;
        if step.at.position >= step.head.position {
            target.settle(name, generation).await?;
            lock.release().await;
            return Ok(CaughtUp::Done);
        }
    }
    lock.release().await;
    Ok(CaughtUp::OutOfTime)
}
