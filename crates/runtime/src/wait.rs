//! Waiting until the reader that answers has got to a position.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use souk_kernel::LogPosition;
use souk_ports::Result;
use souk_ports::derived::{Derived, ProjectionName};
use tokio::sync::Notify;
use tokio::time::Instant;

/// How often the reader is asked how far it is.
const LOOK: Duration = Duration::from_millis(3);

/// Waits until the live generation has got to `token`, at most for `patience`; `false` when it has not. Without a live
/// generation there is nothing to wait for: the caller's fallback reads the store, which is never behind.
pub async fn wait_for(
    target: &dyn Derived,
    projection: ProjectionName,
    token: LogPosition,
    patience: Duration,
) -> Result<bool> {
    let deadline = Instant::now() + patience;
    loop {
        let Some(live) = target.live(projection).await? else { return Ok(true) };
        let at = target.checkpoint(projection, live).await?.at;
        // Positions of different lives of a log say nothing about each other.
        if at.epoch == token.epoch && at.position >= token.position {
            return Ok(true);
        }
        if Instant::now() >= deadline {
            return Ok(false);
        }
        asked_for(projection).notify_one();
        tokio::time::sleep(LOOK).await;
    }
}

/// Told by whoever in this process waits for a projection, so that it gathers events no longer. Two shops of one process
/// hurry each other's, which costs a step and nothing else.
pub(crate) fn asked_for(projection: ProjectionName) -> Arc<Notify> {
    static ASKED_FOR: LazyLock<Mutex<HashMap<ProjectionName, Arc<Notify>>>> = LazyLock::new(Mutex::default);
    ASKED_FOR.lock().unwrap_or_else(PoisonError::into_inner).entry(projection).or_default().clone()
}
