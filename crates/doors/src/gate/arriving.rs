//! Bodies on their way: handed to routes as a stream, and watched while they are.
//!
//! A route that reads a body bit by bit needs no more memory than a bit. A body may be no larger than its route allows,
//! may not stand still, and its request takes none of the places for requests that are worked on while it waits for more.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderMap, Version, header};
use http_body_util::BodyExt as _;
use hyper::body::{Frame, SizeHint};
use souk_kernel::ErrorCode;
use tokio::time::{Sleep, timeout};

use super::enter::Shared;
use crate::call::Problem;

/// How much of a body that nobody wants is still read, so that its sender gets to see the answer: a client that is
/// still sending when the connection closes would never see it.
const DRAIN_BYTES: usize = 64 << 20;
const DRAIN_PATIENCE: Duration = Duration::from_secs(5);
/// What has to come of a body while [`super::Limits::body_idle`] goes by: less is standing still.
const PACE_BYTES: usize = 1024;

/// Why a body is not there. To readers it comes as the error of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Broken {
    #[error("the body is larger than {limit} bytes")]
    TooLarge { limit: usize },
    #[error("the body took too long to arrive")]
    Slow,
    #[error("the body broke off")]
    BrokeOff,
    #[error("the server works on too many requests already")]
    NoPlace,
    #[error("the server reads too many bodies already")]
    NoMemory,
}

impl From<Broken> for Problem {
    fn from(broken: Broken) -> Self {
        let code = match broken {
            Broken::TooLarge { .. } => ErrorCode::PayloadTooLarge,
            Broken::Slow | Broken::BrokeOff => ErrorCode::InvalidInput,
            Broken::NoPlace | Broken::NoMemory => ErrorCode::Busy,
        };
        Problem::new(code, broken.to_string())
    }
}

impl Broken {
    /// What the error of a frame says, whoever read it.
    pub(super) fn of(error: axum::Error) -> Self {
        error.into_inner().downcast::<Self>().map_or(Self::BrokeOff, |broken| *broken)
    }
}

/// What a request with a body holds, from its head to its answer.
pub(super) struct Passage {
    shared: Arc<Shared>,
    /// Of this route, in bytes.
    pub(super) limit: usize,
    holds_place: AtomicBool,
    /// Bytes of the body that are kept in memory.
    kept: AtomicUsize,
    begun: Instant,
    /// When something of the body arrived last, in microseconds after `begun`.
    heard_us: AtomicUsize,
}

impl Passage {
    /// `None` where no place is free.
    pub(super) fn begin(shared: &Arc<Shared>, limit: usize) -> Option<Arc<Self>> {
        let passage = Self {
            shared: shared.clone(),
            limit,
            holds_place: AtomicBool::new(false),
            kept: AtomicUsize::new(0),
            begun: Instant::now(),
            heard_us: AtomicUsize::new(0),
        };
        passage.take_place().then(|| Arc::new(passage))
    }

    fn take_place(&self) -> bool {
        self.holds_place.load(Ordering::Relaxed) || {
            let taken = self.shared.take_place();
            self.holds_place.store(taken, Ordering::Relaxed);
            taken
        }
    }

    fn leave_place(&self) {
        if self.holds_place.swap(false, Ordering::Relaxed) {
            self.shared.leave_place();
        }
    }

    /// Keeps so many more bytes in memory until the request is answered; `false` where there is no room for them. Large
    /// bodies leave half of the room to all others: pictures on their way must not keep orders out.
    pub(super) fn keep(&self, bytes: usize) -> bool {
        let is_large = self.limit > self.shared.limits.body_bytes;
        let room =
            if is_large { self.shared.limits.bodies_bytes / 2 } else { self.shared.limits.bodies_bytes };
        let there = self.shared.bodies.fetch_add(bytes, Ordering::Relaxed);
        if there.saturating_add(bytes) > room {
            self.shared.bodies.fetch_sub(bytes, Ordering::Relaxed);
            return false;
        }
        self.kept.fetch_add(bytes, Ordering::Relaxed);
        true
    }

    /// What was kept is needed no longer.
    pub(super) fn forget(&self) {
        self.shared.bodies.fetch_sub(self.kept.swap(0, Ordering::Relaxed), Ordering::Relaxed);
    }

    fn hear(&self) {
        self.heard_us.store(self.begun.elapsed().as_micros() as usize, Ordering::Relaxed);
    }

    /// When something of the body arrived last: from there on the time is souk's.
    pub(super) fn heard_at(&self) -> Instant {
        self.begun + Duration::from_micros(self.heard_us.load(Ordering::Relaxed) as u64)
    }

    /// How long nothing has to be done about the request, because its body may still come.
    pub(super) fn waits_until(&self) -> Instant {
        let works = self.holds_place.load(Ordering::Relaxed);
        self.heard_at() + if works { Duration::ZERO } else { self.shared.limits.body_idle }
    }
}

impl Drop for Passage {
    fn drop(&mut self) {
        self.leave_place();
        self.forget();
    }
}

/// The body of a request, as its route reads it.
pub(super) struct Arriving {
    sent: Body,
    passage: Arc<Passage>,
    seen: usize,
    /// Runs while the sender is waited for.
    pause: Option<Pause>,
    state: State,
    /// Whether an answer may be lost on a sender whose body is not read to its end.
    is_drained: bool,
    /// The sender waits to be told to go on, which reading does.
    waits: bool,
}

#[derive(PartialEq, Eq)]
enum State {
    Reading,
    /// It is too large; what is still read of it is thrown away.
    Refused,
    Ended,
}

struct Pause {
    end: Pin<Box<Sleep>>,
    /// What has come since it began.
    bytes: usize,
}

impl Arriving {
    pub(super) fn new(sent: Body, passage: Arc<Passage>, version: Version, headers: &HeaderMap) -> Self {
        // Over HTTP/2 a stream may end early and its answer arrives all the same.
        let is_drained = version < Version::HTTP_2;
        let waits = headers.contains_key(header::EXPECT);
        Self { sent, passage, seen: 0, pause: None, state: State::Reading, is_drained, waits }
    }

    /// Whether the sender has stood still for too long.
    fn is_idle(&mut self, context: &mut Context<'_>) -> bool {
        let idle = self.passage.shared.limits.body_idle;
        let begin = || Pause { end: Box::pin(tokio::time::sleep(idle)), bytes: 0 };
        let pause = self.pause.get_or_insert_with(begin);
        while pause.end.as_mut().poll(context).is_ready() {
            if pause.bytes < PACE_BYTES {
                return true;
            }
            *pause = begin();
        }
        false
    }

    fn end(&mut self, broken: Broken) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        self.state = State::Ended;
        Poll::Ready(Some(Err(broken)))
    }
}

impl HttpBody for Arriving {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        let this = &mut *self;
        if this.state == State::Ended {
            return Poll::Ready(None);
        }
        this.waits = false;
        let Poll::Ready(frame) = Pin::new(&mut this.sent).poll_frame(context) else {
            this.passage.leave_place();
            return if this.is_idle(context) { this.end(Broken::Slow) } else { Poll::Pending };
        };
        match frame {
            None if this.state == State::Refused || this.passage.take_place() => {
                this.state = State::Ended;
                Poll::Ready(None)
            }
            None => this.end(Broken::NoPlace),
            Some(Err(_)) => this.end(Broken::BrokeOff),
            Some(Ok(frame)) => {
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                this.passage.hear();
                this.seen = this.seen.saturating_add(bytes);
                if let Some(pause) = &mut this.pause {
                    pause.bytes += bytes;
                }
                if this.state == State::Reading && this.seen > this.passage.limit {
                    this.state = State::Refused;
                    return Poll::Ready(Some(Err(Broken::TooLarge { limit: this.passage.limit })));
                }
                Poll::Ready(Some(Ok(frame)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.state == State::Ended
    }

    fn size_hint(&self) -> SizeHint {
        self.sent.size_hint()
    }
}

impl Drop for Arriving {
    /// A route may answer without having read its body.
    fn drop(&mut self) {
        let is_left = self.state != State::Ended && !self.sent.is_end_stream();
        if is_left && self.is_drained && !self.waits {
            let mut rest = std::mem::take(&mut self.sent);
            if let Ok(runtime) = tokio::runtime::Handle::try_current() {
                runtime.spawn(async move { drain(&mut rest).await });
            }
        }
    }
}

/// Reads what is left of a body that is refused, as far as it is worth it, and throws it away.
pub(super) async fn drain(body: &mut Body) {
    let mut seen = 0usize;
    let reading = async {
        while let Some(Ok(frame)) = body.frame().await {
            seen = seen.saturating_add(frame.data_ref().map_or(0, Bytes::len));
            if seen > DRAIN_BYTES {
                return;
            }
        }
    };
    // Whoever has not sent it by then may miss why it was refused.
    let _ = timeout(DRAIN_PATIENCE, reading).await;
}
