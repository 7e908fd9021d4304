//! Calls to a server that may be slow, frozen or gone: bounded in time, repeated where that is safe, and refused at once
//! while the server is known to be away.
//!
//! The breaker: after [`FAILURES`] calls in a row that found the server away, calls fail without being made for
//! [`AWAY`]; then one call tries whether it is back. Repeats spend from a budget that successes fill, so a server that
//! struggles is not drowned by them (the budget of Finagle and gRPC's retry throttling).

use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use souk_ports::{BoxError, Error, Result};

/// So many calls in a row open the breaker.
const FAILURES: u32 = 5;
/// For so long nobody asks a server that is away.
const AWAY: Duration = Duration::from_secs(1);
/// How often a call that may be repeated is made at most.
const ATTEMPTS: u32 = 3;
/// Reads that others can answer get this part of the timeout.
const FOR_READS: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(20);
/// Repeats that may be made before any success.
const BUDGET: f32 = 10.0;
/// What a success adds: one repeat to ten successes.
const EARNED: f32 = 0.1;

pub(crate) struct Guard {
    /// The role and its server, for errors: `documents on mongodb://…`, without what is secret.
    what: String,
    timeout: Duration,
    /// What a read that others can answer may take, but for the first.
    read_limit: Duration,
    state: Mutex<State>,
}

struct State {
    failures: u32,
    /// While it is open: when the next call may try.
    closed_until: Option<Instant>,
    budget: f32,
    /// Whether a read has ever ended, well or not. A server that has just begun takes its time for the first.
    has_read: bool,
}

impl Guard {
    /// `timeout` bounds each single attempt.
    pub(crate) fn new(what: impl Into<String>, timeout: Duration) -> Self {
        let state = State { failures: 0, closed_until: None, budget: BUDGET, has_read: false };
        let read_limit = if crate::hurries() { timeout / FOR_READS } else { timeout };
        Self { what: what.into(), timeout, read_limit, state: Mutex::new(state) }
    }

    /// Of each single attempt.
    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Makes a call once. When it fails with `Unavailable`, nobody knows what became of it.
    pub(crate) async fn once<T>(&self, call: impl Future<Output = Result<T>>) -> Result<T> {
        let since = Instant::now();
        let result = self.within(self.timeout, call).await;
        result.map_err(|error| given_up("a call that is made once", 1, since, error))
    }

    async fn within<T>(&self, limit: Duration, call: impl Future<Output = Result<T>>) -> Result<T> {
        self.admit()?;
        let result = match tokio::time::timeout(limit, call).await {
            Ok(result) => result,
            Err(elapsed) => Err(Error::Unavailable { what: self.what.clone(), source: Some(elapsed.into()) }),
        };
        self.note(&result);
        result
    }

    /// Makes a call that may be made again: a read, or a write that has the same effect twice. Not after the timeout of
    /// one attempt: by then the caller has waited enough for a server that does not answer.
    pub(crate) async fn repeat<T, F>(&self, call: impl FnMut() -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        self.repeat_within("a call that may be repeated", self.timeout, call).await
    }

    /// Makes a read that a person waits for, who can be answered from elsewhere: where many wait (see [`crate::hurry`]) with a
    /// part of the timeout only, as what answers instead should not come late. The first one has the whole timeout.
    pub(crate) async fn read<T, F>(&self, call: impl FnMut() -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let has_read = self.state.lock().unwrap_or_else(PoisonError::into_inner).has_read;
        let limit = if has_read { self.read_limit } else { self.timeout };
        let answer = self.repeat_within("a read that others can answer", limit, call).await;
        if !has_read {
            self.state.lock().unwrap_or_else(PoisonError::into_inner).has_read = true;
        }
        answer
    }

    async fn repeat_within<T, F>(
        &self,
        kind: &'static str,
        limit: Duration,
        mut call: impl FnMut() -> F,
    ) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let since = Instant::now();
        let mut pause = FIRST_PAUSE;
        for attempt in 1.. {
            match self.within(limit, call()).await {
                Err(Error::Unavailable { .. })
                    if attempt < ATTEMPTS && since.elapsed() < limit && self.spend() =>
                {
                    // Between half and all of it, so that callers who failed together do not come back together.
                    tokio::time::sleep(pause.mul_f64(0.5 + jitter() / 2.0)).await;
                    pause *= 4;
                }
                result => return result.map_err(|error| given_up(kind, attempt, since, error)),
            }
        }
        unreachable!("the loop ends by returning")
    }

    fn admit(&self) -> Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(until) = state.closed_until else { return Ok(()) };
        let now = Instant::now();
        if now < until {
            let source = "it was found to be away a moment ago, and is not asked".into();
            return Err(Error::Unavailable { what: self.what.clone(), source: Some(source) });
        }
        // This call tries; the others wait for what it finds, or for as long again.
        state.closed_until = Some(now + AWAY.max(self.timeout));
        Ok(())
    }

    fn note<T>(&self, result: &Result<T>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(result, Err(Error::Busy { .. })) {
            // Too many of ours at once, or of everybody's: nothing is known. Whoever was to try has not.
            state.closed_until = state.closed_until.map(|until| until.min(Instant::now() + AWAY));
        } else if matches!(result, Err(Error::Unavailable { .. })) {
            state.failures += 1;
            if state.failures >= FAILURES {
                if state.failures == FAILURES {
                    tracing::warn!(what = self.what, "is away; calls fail at once until it is back");
                }
                state.closed_until = Some(Instant::now() + AWAY);
            }
        } else {
            if state.failures >= FAILURES {
                tracing::info!(what = self.what, "is back");
            }
            state.failures = 0;
            state.closed_until = None;
            state.budget = (state.budget + EARNED).min(BUDGET);
        }
    }

    fn spend(&self) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let affordable = state.budget >= 1.0;
        if affordable {
            state.budget -= 1.0;
        }
        affordable
    }
}

/// What was tried before a call was given up; what the server or the driver said last is its source.
#[derive(Debug, thiserror::Error)]
#[error("{kind} was given up after {attempts} {} and {elapsed_ms} ms", if *.attempts == 1 { "attempt" } else { "attempts" })]
struct GivenUp {
    kind: &'static str,
    attempts: u32,
    elapsed_ms: u128,
    #[source]
    last: Option<BoxError>,
}

fn given_up(kind: &'static str, attempts: u32, since: Instant, error: Error) -> Error {
    match error {
        Error::Unavailable { what, source: last } => {
            let elapsed_ms = since.elapsed().as_millis();
            let source = GivenUp { kind, attempts, elapsed_ms, last };
            Error::Unavailable { what, source: Some(source.into()) }
        }
        other => other,
    }
}

/// Between 0 and 1, from a source that every process has: the random bits of an id.
fn jitter() -> f64 {
    f64::from(uuid::Uuid::new_v4().as_u128() as u32) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    fn away() -> Error {
        Error::Unavailable { what: "it".into(), source: None }
    }

    fn guard() -> Guard {
        Guard::new("it", Duration::from_secs(5))
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_hangs_is_unavailable() {
        let hangs = guard().once(std::future::pending::<Result<()>>()).await;
        assert!(matches!(hangs, Err(Error::Unavailable { .. })));
    }

    #[tokio::test]
    async fn what_may_be_repeated_is_and_nothing_else() {
        let (guard, calls) = (guard(), AtomicU32::new(0));
        let answer = guard
            .repeat(|| async { if calls.fetch_add(1, Ordering::SeqCst) == 0 { Err(away()) } else { Ok(7) } })
            .await;
        assert_eq!((answer.unwrap(), calls.load(Ordering::SeqCst)), (7, 2));
        let refused: Result<()> = guard
            .repeat(|| async {
                calls.fetch_add(1, Ordering::SeqCst);
                Err(Error::invalid("no"))
            })
            .await;
        assert!(matches!(refused, Err(Error::InvalidInput { .. })));
        assert_eq!(calls.load(Ordering::SeqCst), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_given_up_says_what_was_tried() {
        let fails = || async {
            tokio::time::sleep(Duration::from_millis(5)).await;
            Err::<(), _>(Error::Unavailable { what: "it".into(), source: Some("no route".into()) })
        };
        let says = |error: Error| {
            let source = std::error::Error::source(&error).expect("what was tried");
            format!("{source}: {}", source.source().map(ToString::to_string).unwrap_or_default())
        };
        let repeated = says(guard().repeat(fails).await.unwrap_err());
        let begins = repeated.starts_with("a call that may be repeated was given up after 3 attempts and ");
        assert!(begins && repeated.ends_with(" ms: no route"), "{repeated}");
        let once = says(guard().once(fails()).await.unwrap_err());
        assert!(once.starts_with("a call that is made once was given up after 1 attempt and "), "{once}");
        let hangs = says(guard().once(std::future::pending::<Result<()>>()).await.unwrap_err());
        assert!(hangs.ends_with("deadline has elapsed"), "{hangs}");
    }

    /// A JVM that was just started answers its first search after a second or two.
    #[tokio::test(start_paused = true)]
    async fn where_many_wait_the_first_read_has_the_whole_timeout_and_the_others_a_part() {
        let hurried = || Guard { read_limit: guard().timeout() / FOR_READS, ..guard() };
        let guard = hurried();
        let slow = || async {
            tokio::time::sleep(Duration::from_secs(4)).await;
            Ok(())
        };
        assert!(guard.read(slow).await.is_ok());
        assert!(matches!(guard.read(slow).await, Err(Error::Unavailable { .. })));
        // Whoever serves while a server is away does not wait so long each time.
        let frozen = hurried();
        assert!(frozen.read(std::future::pending::<Result<()>>).await.is_err());
        assert!(matches!(frozen.read(slow).await, Err(Error::Unavailable { .. })));
    }

    /// A command looks for the live generation, then for its fields, then for what it was asked.
    #[tokio::test(start_paused = true)]
    async fn of_a_command_every_read_has_the_whole_timeout() {
        let guard = guard();
        for _ in 0..3 {
            let slow = || async {
                tokio::time::sleep(Duration::from_secs(4)).await;
                Ok(())
            };
            assert!(guard.read(slow).await.is_ok());
        }
    }

    #[tokio::test]
    async fn a_server_that_is_away_is_left_alone_and_tried_again() {
        let (guard, calls) = (guard(), AtomicU32::new(0));
        let call = |answer: Result<()>| {
            calls.fetch_add(1, Ordering::SeqCst);
            async move { answer }
        };
        for _ in 0..FAILURES {
            assert!(guard.once(async { call(Err(away())).await }).await.is_err());
        }
        assert!(guard.once(async { call(Ok(())).await }).await.is_err(), "the breaker is open");
        assert_eq!(calls.load(Ordering::SeqCst), FAILURES);
        tokio::time::sleep(AWAY).await;
        assert!(guard.once(async { call(Ok(())).await }).await.is_ok());
        assert!(guard.once(async { call(Ok(())).await }).await.is_ok());
    }

    /// While a server hangs, most callers wait for those who hold the connections to it.
    #[tokio::test]
    async fn callers_without_a_turn_say_nothing_of_the_server() {
        let guard = guard();
        let busy = || async { Err::<(), _>(Error::Busy { what: "it".into() }) };
        for _ in 0..FAILURES {
            assert!(guard.once(busy()).await.is_err());
            assert!(guard.once(async { Err::<(), _>(away()) }).await.is_err());
        }
        let answer = guard.once(async { Ok(()) }).await;
        assert!(matches!(answer, Err(Error::Unavailable { .. })), "the breaker is open");
        let many = Guard::new("it", Duration::from_secs(5));
        for _ in 0..2 * FAILURES {
            assert!(many.once(busy()).await.is_err());
        }
        assert!(many.once(async { Ok(()) }).await.is_ok());
    }

    #[tokio::test]
    async fn repeats_end_with_their_budget() {
        let (guard, calls) = (guard(), AtomicU32::new(0));
        for _ in 0..100 {
            let _: Result<()> = guard
                .repeat(|| async {
                    calls.fetch_add(1, Ordering::SeqCst);
                    Err(away())
                })
                .await;
            // As if each failure stood alone, so that the breaker stays out of it.
            guard.state.lock().unwrap().failures = 0;
            guard.state.lock().unwrap().closed_until = None;
        }
        assert_eq!(calls.load(Ordering::SeqCst), 100 + BUDGET as u32);
    }
}
