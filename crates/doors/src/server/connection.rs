//! What is said on one connection: HTTP/1.1, or HTTP/2 where its first bytes or the agreement on keys say so.

use std::convert::Infallible;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::Request;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::lines::{Looks, OpenLine};
use super::socket::Socket;
use super::tls::{self, Tls};
use crate::gate::Front;

/// How long a connection may be silent before, between and within the heads of requests.
const SILENCE: Duration = Duration::from_secs(75);
/// What a connection reads ahead at most, and so the largest head of a request.
const BUFFER_BYTES: usize = 32 << 10;

/// What a client that speaks HTTP/2 without asking says first (RFC 9113, 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Until the rest of a preface is looked for that has come in part.
const PREFACE_LOOK: Duration = Duration::from_millis(5);

/// Requests that one HTTP/2 connection may have under way. They count among all requests, too.
const STREAMS: u32 = 128;
/// Streams that a client has given up and souk has not seen yet; and those that souk gave up for the client's mistakes.
/// Beyond that the connection is ended (CVE-2023-44487).
const RESETS: usize = 20;
const MISTAKES: usize = 128;
/// What may be on its way to souk, unread, on one stream and on all of one connection.
const STREAM_WINDOW: u32 = 64 << 10;
const CONNECTION_WINDOW: u32 = 256 << 10;
/// How often a client is asked whether it is still there, and how long it may take to say so.
const PING: Duration = Duration::from_secs(30);
const PONG: Duration = Duration::from_secs(20);

/// Answers what is asked on one connection, until either side ends it.
pub(super) async fn talk(socket: Socket, tls: Option<Tls>, front: Front, line: OpenLine) -> io::Result<()> {
    // Answers are written whole; waiting for more to send would only hold them back.
    if let Err(error) = socket.stream().set_nodelay(true) {
        tracing::debug!(%error, "could not turn off Nagle's algorithm");
    }
    let begin = async {
        match tls {
            Some(tls) => Ok(Begun::Encrypted(Box::new(tls.accept(socket).await?))),
            None => {
                let is_http2 = timeout(SILENCE, begins_http2(socket.stream())).await??;
                Ok::<_, io::Error>(Begun::Plain(socket, is_http2))
            }
        }
    };
    let begun = tokio::select! {
        begun = begin => begun?,
        () = line.stopped() => return Ok(()),
    };
    match begun {
        Begun::Plain(socket, true) => talk_http2(socket, front, line).await,
        Begun::Plain(socket, false) => talk_http1(socket, front, line).await,
        Begun::Encrypted(stream) if tls::chose_http2(&stream) => talk_http2(stream, front, line).await,
        Begun::Encrypted(stream) => talk_http1(stream, front, line).await,
    }
}

enum Begun {
    /// And whether it speaks HTTP/2.
    Plain(Socket, bool),
    Encrypted(Box<tokio_rustls::server::TlsStream<Socket>>),
}

/// Looks at what a client says first, and leaves it where it is.
async fn begins_http2(stream: &TcpStream) -> io::Result<bool> {
    let mut said = [0; PREFACE.len()];
    loop {
        let length = stream.peek(&mut said).await?;
        if length == 0 || said[..length] != PREFACE[..length] {
            return Ok(false);
        }
        if length == PREFACE.len() {
            return Ok(true);
        }
        // What has come stays there to be seen, so only the clock can say that there may be more.
        sleep(PREFACE_LOOK).await;
    }
}

async fn talk_http1<S>(stream: S, front: Front, line: OpenLine) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request: Request<Incoming>| {
        let front = front.clone();
        async move { Ok::<_, Infallible>(front.answer(bodied(request)).await) }
    });
    let mut protocol = http1::Builder::new();
    protocol.timer(Looks).header_read_timeout(SILENCE).pipeline_flush(true).max_buf_size(BUFFER_BYTES);
    let connection = protocol.serve_connection(TokioIo::new(stream), service).with_upgrades();
    until_stopped(connection, |connection| connection.graceful_shutdown(), &line, || false).await
}

async fn talk_http2<S>(stream: S, front: Front, line: OpenLine) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let pulse = Arc::new(Pulse::default());
    let heard = pulse.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        let (front, working) = (front.clone(), Working::begin(&heard));
        async move {
            let response = front.answer(bodied(request)).await;
            Ok::<_, Infallible>(response.map(|body| Sending { body, pulse: working.0.clone() }))
        }
    });
    let mut protocol = http2::Builder::new(TokioExecutor::new());
    protocol
        .timer(TokioTimer::new())
        .keep_alive_interval(PING)
        .keep_alive_timeout(PONG)
        .max_concurrent_streams(STREAMS)
        .max_pending_accept_reset_streams(RESETS)
        .max_local_error_reset_streams(MISTAKES)
        .max_header_list_size(BUFFER_BYTES as u32)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_send_buf_size(BUFFER_BYTES);
    let connection = protocol.serve_connection(TokioIo::new(stream), service);
    until_stopped(connection, |connection| connection.graceful_shutdown(), &line, || pulse.is_silent()).await
}

/// Drives a connection to its end. One that is told to end, or is silent, finishes what is under way; one that is still
/// silent as long again is left.
async fn until_stopped<C: Future<Output = hyper::Result<()>>>(
    connection: C,
    end: impl Fn(Pin<&mut C>),
    line: &OpenLine,
    is_silent: impl Fn() -> bool,
) -> io::Result<()> {
    let mut connection = pin!(connection);
    let mut ending: Option<Instant> = None;
    std::future::poll_fn(|context| {
        let stopping = line.is_stopping(context);
        match connection.as_mut().poll(context) {
            Poll::Ready(ended) => Poll::Ready(ended.map_err(io::Error::other)),
            Poll::Pending if ending.is_none() && (stopping || is_silent()) => {
                ending = Some(Instant::now());
                end(connection.as_mut());
                connection.as_mut().poll(context).map_err(io::Error::other)
            }
            Poll::Pending if ending.is_some_and(|since| since.elapsed() > SILENCE) && is_silent() => {
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// A request without a body needs no box for one.
fn bodied(request: Request<Incoming>) -> Request<Body> {
    request.map(|body| if body.is_end_stream() { Body::empty() } else { Body::new(body) })
}

/// Whether something goes on: an HTTP/2 connection that answers pings is not silent to hyper, though nobody asks anything.
struct Pulse {
    begun: Instant,
    /// Requests that are worked on.
    working: AtomicUsize,
    /// When something of a request or an answer went on last, in milliseconds after `begun`.
    heard_ms: AtomicU64,
}

impl Default for Pulse {
    fn default() -> Self {
        Self { begun: Instant::now(), working: AtomicUsize::new(0), heard_ms: AtomicU64::new(0) }
    }
}

impl Pulse {
    fn hear(&self) {
        self.heard_ms.store(self.begun.elapsed().as_millis() as u64, Ordering::Relaxed);
    }

    fn is_silent(&self) -> bool {
        let heard = Duration::from_millis(self.heard_ms.load(Ordering::Relaxed));
        self.working.load(Ordering::Relaxed) == 0 && self.begun.elapsed().saturating_sub(heard) > SILENCE
    }
}

/// A request that is worked on.
struct Working(Arc<Pulse>);

impl Working {
    fn begin(pulse: &Arc<Pulse>) -> Self {
        pulse.working.fetch_add(1, Ordering::Relaxed);
        Self(pulse.clone())
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.0.working.fetch_sub(1, Ordering::Relaxed);
        self.0.hear();
    }
}

/// An answer on its way: as long as its client takes some of it, the connection is not silent.
struct Sending {
    body: Body,
    pulse: Arc<Pulse>,
}

impl HttpBody for Sending {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if frame.is_ready() {
            self.pulse.hear();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
