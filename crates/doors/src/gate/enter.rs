//! The gate itself: one layer around all routes. It bounds how many requests are worked on, how large and how long they
//! are, turns a panic into a problem document, and accepts a trailing slash.
//!
//! One layer and not a stack of them, because every layer costs each request an allocation, and reading a product is
//! little more than that.

use std::convert::Infallible;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::{Uri, uri::PathAndQuery};
use axum::response::{IntoResponse, Response};
use axum::{BoxError, Router};
use souk_kernel::ErrorCode;
use tower::Service;

use super::{Meter, Problem, body};

/// Of one picture that is sent.
const UPLOAD_BYTES: usize = souk_shop::media::MAX_BYTES;
/// More are refused, none wait.
const MAX_UPLOADS: usize = 16;

/// What one process takes on.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Of one body.
    pub body_bytes: usize,
    /// Open at once; more wait to be taken.
    pub connections: usize,
    /// Worked on at once; more are refused, none wait.
    pub requests: usize,
    pub request_timeout: Duration,
    /// How long a query waits for the position it names.
    pub patience: Duration,
}

/// The router behind the gate: what a connection talks to.
#[derive(Clone)]
pub struct Gate {
    router: Router,
    limits: Arc<Limits>,
    running: Arc<AtomicUsize>,
    /// Pictures that are on their way or worked on.
    uploads: Arc<AtomicUsize>,
    meter: Arc<Meter>,
}

impl Gate {
    pub fn new(router: Router, limits: Limits, meter: Arc<Meter>) -> Self {
        let (running, uploads) = (Arc::default(), Arc::default());
        Self { router, limits: Arc::new(limits), running, uploads, meter }
    }

    async fn pass(mut self, mut request: Request) -> Response {
        trim_trailing_slash(&mut request);
        // A body may take its time, and as long nothing is worked on. As a connection asks one thing at a time, no more
        // bodies are on their way than there are connections.
        let mut _upload = None;
        if !request.body().is_end_stream() {
            let (parts, sent) = request.into_parts();
            let mut limit = self.limits.body_bytes;
            if is_upload(parts.uri.path()) {
                // Pictures are large, so only a few are on their way or worked on at once.
                _upload = Place::take(&self.uploads, MAX_UPLOADS);
                if _upload.is_none() {
                    // Read and thrown away, or the client would not see the answer.
                    drop(body::read(sent, 0).await);
                    return Problem::new(ErrorCode::Busy, "too many pictures are being sent already")
                        .into_response();
                }
                limit = limit.max(UPLOAD_BYTES);
            }
            match body::read(sent, limit).await {
                Ok(bytes) => request = Request::from_parts(parts, Body::from(bytes)),
                Err(problem) => return problem.into_response(),
            }
        }
        let Some(_place) = self.place(request.uri().path()) else {
            return Problem::new(ErrorCode::Busy, "the server works on too many requests already")
                .into_response();
        };
        let metered = self.meter.route(request.method(), request.uri().path());
        // How long a body was on its way says nothing about souk.
        let begun = Instant::now();
        let handled = Unpanicked(AssertUnwindSafe(self.router.call(request)));
        let response = match tokio::time::timeout(self.limits.request_timeout, handled).await {
            Ok(Ok(response)) => response,
            Ok(Err(panic)) => panic.into_response(),
            Err(_) => {
                let detail = "the request took too long; whether it took effect is not known";
                Problem::new(ErrorCode::Unavailable, detail).into_response()
            }
        };
        if let Some(route) = metered {
            self.meter.count(route, begun.elapsed());
        }
        response
    }

    /// `None` when too much is worked on already. Whoever asks how souk is needs no place: a server with much to do is
    /// not a dead one.
    fn place(&self, path: &str) -> Option<Option<Place>> {
        if path.starts_with("/health/") {
            return Some(None);
        }
        Place::take(&self.running, self.limits.requests).map(Some)
    }

    pub async fn answer(self, request: Request) -> Response {
        if tracing::enabled!(tracing::Level::DEBUG) {
            self.traced(request).await
        } else {
            self.pass(request).await
        }
    }

    async fn traced(self, request: Request) -> Response {
        let (method, path, begun) =
            (request.method().clone(), request.uri().path().to_owned(), Instant::now());
        let response = self.pass(request).await;
        tracing::debug!(%method, path, status = response.status().as_u16(), elapsed_us = begun.elapsed().as_micros());
        response
    }
}

impl Service<Request> for Gate {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let gate = self.clone();
        Box::pin(async move { Ok(gate.answer(request).await) })
    }
}

/// One of the places for requests that are worked on; given back when dropped.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(running: &Arc<AtomicUsize>, most: usize) -> Option<Self> {
        let place = Self(running.clone());
        // A request that is refused counts for the moment until `place` is dropped, which can only refuse more.
        (running.fetch_add(1, Ordering::Relaxed) < most).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A future whose panic is an answer; without it a panic would close the connection without a word.
struct Unpanicked<F>(AssertUnwindSafe<F>);

impl<F, R, E> Future for Unpanicked<F>
where
    F: Future<Output = Result<R, E>> + Unpin,
    E: Into<BoxError>,
{
    type Output = Result<R, Problem>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let inner = &mut self.0.0;
        let polled = std::panic::catch_unwind(AssertUnwindSafe(|| Pin::new(inner).poll(context)));
        match polled {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(Ok(response))) => Poll::Ready(Ok(response)),
            Ok(Poll::Ready(Err(error))) => Poll::Ready(Err(broken(&error.into().to_string()))),
            Err(panic) => {
                let said = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
                let said = said.or_else(|| panic.downcast_ref::<String>().cloned());
                Poll::Ready(Err(broken(&format!("panic: {}", said.unwrap_or_default()))))
            }
        }
    }
}

fn broken(cause: &str) -> Problem {
    let mut problem = Problem::new(ErrorCode::Internal, "the request could not be handled");
    problem.causes.push(cause.to_owned());
    problem
}

/// The routes that take pictures.
fn is_upload(path: &str) -> bool {
    path.starts_with("/api/v1/products/") && path.ends_with("/images")
}

/// `/api/v1/products/` is `/api/v1/products`. The pages of the documentation below `/docs/` are left alone: their
/// relative links depend on the slash.
fn trim_trailing_slash(request: &mut Request) {
    let path = request.uri().path();
    if path.len() < 2 || !path.ends_with('/') || path.starts_with("/docs") {
        return;
    }
    let path = path.trim_end_matches('/');
    let path = if path.is_empty() { "/" } else { path };
    let path_and_query = match request.uri().query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts = request.uri().clone().into_parts();
    if let Ok(path_and_query) = PathAndQuery::try_from(path_and_query) {
        parts.path_and_query = Some(path_and_query);
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
        }
    }
}

pub(crate) async fn no_such_route(request: Request) -> Problem {
    let shown: String = request.uri().path().chars().take(200).collect();
    Problem::new(
        ErrorCode::RouteNotFound,
        format!("there is no route `{shown}`; /docs lists those there are"),
    )
}

pub(crate) async fn no_such_method(request: Request) -> Problem {
    let detail =
        format!("this route does not answer {}; the header `Allow` lists what it does", request.method());
    Problem::new(ErrorCode::MethodNotAllowed, detail)
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use axum::routing::get;

    use super::*;

    fn gate(limits: Limits) -> Gate {
        async fn panics() -> &'static str {
            panic!("on purpose")
        }
        async fn sleeps() -> &'static str {
            tokio::time::sleep(Duration::from_secs(60)).await;
            "awake"
        }
        let router = Router::new()
            .route("/panics", get(panics))
            .route("/sleeps", get(sleeps))
            .route("/health/live", get(|| async { "live" }))
            .route("/here", get(|request: Request| async move { request.uri().to_string() }))
            .fallback(no_such_route);
        Gate::new(router, limits, Arc::default())
    }

    fn limits() -> Limits {
        let ms = Duration::from_millis;
        Limits { body_bytes: 10, connections: 2, requests: 2, request_timeout: ms(50), patience: ms(10) }
    }

    async fn ask(gate: &Gate, path: &str, body: &str) -> (StatusCode, String) {
        let request = Request::builder().uri(path).body(Body::from(body.to_owned())).unwrap();
        let response = gate.clone().call(request).await.unwrap();
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_panic_a_long_request_and_a_large_one_are_problems() {
        let gate = gate(limits());
        let (status, body) = ask(&gate, "/panics", "").await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(body.contains("\"code\":\"internal\"") && !body.contains("purpose"), "{body}");
        assert_eq!(ask(&gate, "/sleeps", "").await.0, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(ask(&gate, "/here", "12345678901").await.0, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(ask(&gate, "/nowhere", "").await.0, StatusCode::NOT_FOUND);
    }

    /// A picture may be larger than other bodies, and the picture of another route may not.
    #[tokio::test]
    async fn pictures_have_a_limit_of_their_own() {
        let gate = gate(limits());
        let large = "x".repeat(1000);
        assert_eq!(ask(&gate, "/api/v1/products/P001/images", &large).await.0, StatusCode::NOT_FOUND);
        assert_eq!(ask(&gate, "/api/v1/products/P001/image", &large).await.0, StatusCode::PAYLOAD_TOO_LARGE);
        let too_large = "x".repeat(UPLOAD_BYTES + 1);
        assert_eq!(
            ask(&gate, "/api/v1/products/P001/images", &too_large).await.0,
            StatusCode::PAYLOAD_TOO_LARGE
        );
        gate.uploads.store(MAX_UPLOADS, Ordering::SeqCst);
        assert_eq!(ask(&gate, "/api/v1/products/P001/images", "x").await.0, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(ask(&gate, "/here", "x").await.0, StatusCode::OK);
    }

    #[tokio::test]
    async fn a_trailing_slash_is_taken_away_with_the_query_kept() {
        let gate = gate(limits());
        assert_eq!(ask(&gate, "/here/?a=/", "").await, (StatusCode::OK, "/here?a=/".to_owned()));
    }

    #[tokio::test]
    async fn more_requests_than_places_are_refused_and_places_come_back() {
        let gate = gate(limits());
        let asked = [ask(&gate, "/sleeps", ""), ask(&gate, "/sleeps", "")];
        let (first, second) = {
            let [a, b] = asked;
            let third = async {
                tokio::time::sleep(Duration::from_millis(10)).await;
                ask(&gate, "/here", "").await
            };
            let (a, _, third) = tokio::join!(a, b, third);
            (a, third)
        };
        assert_eq!(first.0, StatusCode::SERVICE_UNAVAILABLE);
        assert!(second.1.contains("\"code\":\"busy\""), "{}", second.1);
        assert_eq!(ask(&gate, "/here", "").await.0, StatusCode::OK);
    }

    /// A body that ends when its sender goes.
    struct Slow(tokio::sync::oneshot::Receiver<()>);

    impl HttpBody for Slow {
        type Data = axum::body::Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Result<hyper::body::Frame<Self::Data>, Infallible>>> {
            Pin::new(&mut self.0).poll(context).map(|_| None)
        }
    }

    /// A bug: a place was taken before the body was there, so a few slow senders kept everybody out.
    #[tokio::test]
    async fn bodies_on_their_way_take_no_places() {
        let gate = gate(limits());
        let slow = || {
            let (sender, end) = tokio::sync::oneshot::channel();
            let request = Request::builder().uri("/here").body(Body::new(Slow(end))).unwrap();
            (sender, tokio::spawn(gate.clone().call(request)))
        };
        let slow: Vec<_> = (0..5).map(|_| slow()).collect();
        tokio::time::sleep(Duration::from_millis(10)).await;
        assert_eq!(ask(&gate, "/here", "").await.0, StatusCode::OK);
        for (sender, answer) in slow {
            drop(sender);
            assert_eq!(answer.await.unwrap().unwrap().status(), StatusCode::OK);
        }
    }

    #[tokio::test]
    async fn a_server_without_a_free_place_is_still_alive() {
        let gate = gate(limits());
        let asleep = async { tokio::join!(ask(&gate, "/sleeps", ""), ask(&gate, "/sleeps", "")) };
        let alive = async {
            tokio::time::sleep(Duration::from_millis(10)).await;
            (ask(&gate, "/here", "").await.0, ask(&gate, "/health/live", "").await.0)
        };
        let (_, alive) = tokio::join!(asleep, alive);
        assert_eq!(alive, (StatusCode::SERVICE_UNAVAILABLE, StatusCode::OK));
    }
}
