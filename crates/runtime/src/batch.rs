//! The life of a batch: made when it is missing, and again when what it is made of has changed.

use std::time::Duration;

use souk_ports::projection::Batch;
use souk_ports::{Error, Result};
use tokio::sync::watch;

use crate::rebuild::Rebuilt;

/// How often to look whether a first run is possible by now.
const FIRST: Duration = Duration::from_secs(1);

/// Fills a new generation and makes it the live one. `Unavailable` while what it is made of is not there.
pub(crate) async fn run(batch: &dyn Batch, progress: &(dyn Fn(u64, u64) + Send + Sync)) -> Result<Rebuilt> {
    let (name, target) = (batch.name(), batch.target());
    let Some(basis) = batch.basis().await? else {
        return Err(Error::Unavailable { what: format!("what `{name}` is made of"), source: None });
    };
    let live = target.live(name).await?;
    let next = target.begin(name).await?;
    let lock = match target.lock(name, next).await {
        Ok(Some(lock)) => lock,
        Ok(None) | Err(Error::NotFound { .. }) => {
            return Err(Error::Conflict { what: format!("the new generation of `{name}`") });
        }
        Err(error) => return Err(error),
    };
    batch.fill(next, basis, progress).await?;
    // Its checkpoint comes last, and without content.
    target.settle(name, next).await?;
    target.promote(name, live, next).await?;
    lock.release().await;
    Ok(Rebuilt { generation: next, events: 0 })
}

/// Whether it is missing, or made of something else than a run now would be. Not while it cannot be made.
pub(crate) async fn is_due(batch: &dyn Batch) -> Result<bool> {
    let (name, target) = (batch.name(), batch.target());
    let Some(basis) = batch.basis().await? else { return Ok(false) };
    let Some(live) = target.live(name).await? else { return Ok(true) };
    Ok(target.checkpoint(name, live).await?.log != basis.log)
}

async fn is_missing(batch: &dyn Batch) -> Result<bool> {
    Ok(batch.target().live(batch.name()).await?.is_none() && batch.basis().await?.is_some())
}

/// Makes it where it is missing: what is merely old is left to the process that serves.
pub(crate) async fn catch_up(batch: &dyn Batch) -> Result<()> {
    if is_missing(batch).await? {
        run(batch, &|_, _| {}).await?;
    }
    Ok(())
}

/// Runs it whenever it is due, until it is told to stop. Of several processes, the first to lock its live generation
/// does so.
pub(crate) async fn follow(batch: &dyn Batch, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let pause = match one_turn(batch).await {
            Ok(true) => batch.interval(),
            Ok(false) => FIRST,
            Err(Error::Conflict { .. }) => FIRST,
            Err(error) => {
                tracing::warn!(batch = batch.name(), %error, source = ?std::error::Error::source(&error), "a batch failed and is tried again");
                batch.interval()
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.changed() => return,
        }
    }
}

/// Whether there is a live generation now.
async fn one_turn(batch: &dyn Batch) -> Result<bool> {
    let (name, target) = (batch.name(), batch.target());
    let Some(live) = target.live(name).await? else {
        catch_up(batch).await?;
        return Ok(target.live(name).await?.is_some());
    };
    let Some(turn) = target.lock(name, live).await? else { return Ok(true) };
    if is_due(batch).await? {
        run(batch, &|_, _| {}).await?;
    }
    turn.release().await;
    Ok(true)
}
