//! The connections that are open, so that all can be told to end, and looked after now and then.
//!
//! A timer for each head of a request would be set and stopped with each request; so hyper's timers here only look at the
//! clock, and every connection is woken up a few times a minute to let them.

use std::collections::HashMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures_util::task::AtomicWaker;
use hyper::rt::{Sleep, Timer};

/// How often connections are woken up: they are silent for as long longer before it is seen.
const LOOK: Duration = Duration::from_secs(15);

#[derive(Default)]
pub(super) struct Lines {
    open: Mutex<HashMap<u64, Arc<Line>>>,
    opened: AtomicU64,
}

#[derive(Default)]
struct Line {
    connection: AtomicWaker,
    stopping: AtomicBool,
}

impl Lines {
    pub(super) fn open(self: &Arc<Self>) -> OpenLine {
        let (number, line) = (self.opened.fetch_add(1, Ordering::Relaxed), Arc::<Line>::default());
        self.all().insert(number, line.clone());
        OpenLine { lines: self.clone(), number, line }
    }

    /// Wakes all connections up now and then, for ever.
    pub(super) async fn look_after(&self) -> Infallible {
        loop {
            tokio::time::sleep(LOOK).await;
            for line in self.all().values() {
                line.connection.wake();
            }
        }
    }

    /// Tells all connections that are open to end. Whoever opens them opens no more.
    pub(super) fn stop(&self) {
        for line in self.all().values() {
            line.stopping.store(true, Ordering::SeqCst);
            line.connection.wake();
        }
    }

    fn all(&self) -> std::sync::MutexGuard<'_, HashMap<u64, Arc<Line>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The line of one connection, until it is dropped.
pub(super) struct OpenLine {
    lines: Arc<Lines>,
    number: u64,
    line: Arc<Line>,
}

impl OpenLine {
    /// Whether the connection is to end. Wakes the task up when it is, and to look at the clock.
    pub(super) fn is_stopping(&self, context: &Context<'_>) -> bool {
        self.line.connection.register(context.waker());
        self.line.stopping.load(Ordering::SeqCst)
    }

    pub(super) async fn stopped(&self) {
        std::future::poll_fn(|context| match self.is_stopping(context) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        })
        .await;
    }
}

impl Drop for OpenLine {
    fn drop(&mut self) {
        self.lines.all().remove(&self.number);
    }
}

/// Timers that are over when somebody looks and it is late enough.
#[derive(Clone, Copy)]
pub(super) struct Looks;

impl Timer for Looks {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(Instant::now() + duration)
    }

    fn sleep_until(&self, end: Instant) -> Pin<Box<dyn Sleep>> {
        Box::pin(Look(end))
    }
}

struct Look(Instant);

impl Future for Look {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if Instant::now() >= self.0 { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Sleep for Look {}
