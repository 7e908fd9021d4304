//! Committing until the outcome is known.

use std::time::Duration;

use souk_ports::Error;
use souk_ports::store::{Commit, Outcome, Store};

/// Waits before each further try; together they outlast the restart of a store.
const PAUSES_MS: [u64; 5] = [20, 50, 150, 500, 1_000];

/// Commits, and tries the same commit again while the store cannot say what became of it. The commit's id stands in
/// the log, so it takes effect at most once however often it is tried.
pub(super) async fn commit_surely(store: &dyn Store, commit: Commit) -> Result<Outcome, Error> {
    for pause_ms in PAUSES_MS {
        match store.commit(commit.clone()).await {
            Err(Error::Unavailable { .. }) => tokio::time::sleep(Duration::from_millis(pause_ms)).await,
            known => return known,
        }
    }
    store.commit(commit).await
}
