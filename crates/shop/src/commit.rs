//! Committing until the outcome is known: for every use case that writes, since only a second look tells a commit that
//! was lost from one whose answer was.

use std::time::Duration;

use souk_ports::Error;
use souk_ports::store::{Commit, Outcome, Store};

/// Waits before each further try of a request; together they outlast the restart of a store.
const PAUSES_MS: [u64; 5] = [20, 50, 150, 500, 1_000];
/// Those of a loader, for which nobody waits: about ten seconds.
const PATIENT_PAUSES_MS: [u64; 100] = [100; 100];

/// Commits, and tries the same commit again while the store cannot say what became of it. The commit's id stands in
/// the log, so it takes effect at most once however often it is tried.
pub(crate) async fn commit_surely(store: &dyn Store, commit: Commit) -> Result<Outcome, Error> {
    let unknown = |error: &Error| matches!(error, Error::Unavailable { .. });
    commit_again(store, commit, &PAUSES_MS, unknown).await
}

/// The same with more patience, and it also waits for its turn while too many others do.
pub(crate) async fn commit_patiently(store: &dyn Store, commit: Commit) -> Result<Outcome, Error> {
    let passes = |error: &Error| matches!(error, Error::Busy { .. } | Error::Unavailable { .. });
    commit_again(store, commit, &PATIENT_PAUSES_MS, passes).await
}

async fn commit_again(
    store: &dyn Store,
    commit: Commit,
    pauses_ms: &[u64],
    again: impl Fn(&Error) -> bool,
) -> Result<Outcome, Error> {
    for pause_ms in pauses_ms {
        match store.commit(commit.clone()).await {
            Err(error) if again(&error) => tokio::time::sleep(Duration::from_millis(*pause_ms)).await,
            known => return known,
        }
    }
    store.commit(commit).await
}
