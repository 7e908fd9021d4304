//! The gate itself: one layer around all routes. It bounds how many requests are worked on, how large and how long they
//! are, turns a panic into a problem document, and accepts a trailing slash.
//!
//! One layer and not a stack of them, because every layer costs each request an allocation, and reading a product is
//! little more than that. What only some requests ask for stands in [`super::layers`].

use std::convert::Infallible;
use std::future::Future;
use std::io::Write as _;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderName, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::{BoxError, Router};
use souk_kernel::ErrorCode;
use souk_shop::access::Action;
use tokio::time::Sleep;
use tower::Service;

use super::Meter;
use super::arriving::{Arriving, Broken, Passage, drain};
use crate::call::{Problem, RequestId};

/// What a request is known by, in its head and in the answer's.
pub(super) static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What depends on who asks is for nobody else.
const NOT_KEPT: HeaderValue = HeaderValue::from_static("no-store");

/// What one process takes on.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Of one body, unless its route takes larger ones.
    pub body_bytes: usize,
    /// Of all bodies together that are being read into memory, or were and are worked on.
    pub bodies_bytes: usize,
    /// How long nothing (or next to nothing) may come of a body.
    pub body_idle: Duration,
    /// Open at once; more wait to be taken.
    pub connections: usize,
    /// Worked on at once; more are refused, none wait.
    pub requests: usize,
    /// The time a body takes to arrive is not part of it.
    pub request_timeout: Duration,
    /// How long a query waits for the position it names.
    pub patience: Duration,
}

/// The router behind the gate: what a connection talks to.
#[derive(Clone)]
pub struct Gate(Arc<Shared>);

pub(super) struct Shared {
    router: Router,
    pub(super) limits: Limits,
    /// Requests that are worked on.
    running: AtomicUsize,
    /// Bytes of bodies that are kept in memory.
    pub(super) bodies: AtomicUsize,
    meter: Arc<Meter>,
    larger: LargerBodies,
    keeper: Option<Arc<dyn Doorkeeper>>,
}

/// Finds out who calls, and lets them pass or not. Routes on which it does not matter who calls pass without.
pub trait Doorkeeper: Send + Sync {
    /// What the request wants to do, where it matters who it is.
    fn action(&self, request: &Request) -> Option<Action>;

    /// Leaves in the request's extensions who it is, or says why they may not pass.
    fn admit<'a>(
        &'a self,
        request: &'a mut Request,
        action: Action,
    ) -> Pin<Box<dyn Future<Output = Result<(), Problem>> + Send + 'a>>;
}

/// The paths whose bodies may be larger than [`Limits::body_bytes`], and how large.
type LargerBodies = fn(&str) -> Option<usize>;

impl Shared {
    /// `false` when too much is worked on already.
    pub(super) fn take_place(&self) -> bool {
        let taken = self.running.fetch_add(1, Ordering::Relaxed) < self.limits.requests;
        // A request that is refused counts for a moment, which can only refuse more.
        if !taken {
            self.leave_place();
        }
        taken
    }

    pub(super) fn leave_place(&self) {
        self.running.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Gate {
    pub fn new(router: Router, limits: Limits, meter: Arc<Meter>) -> Self {
        Self::kept(router, limits, meter, |_| None, None)
    }

    /// The same, with paths whose bodies may be larger than the limit, and somebody who stands at the door.
    pub fn kept(
        router: Router,
        limits: Limits,
        meter: Arc<Meter>,
        larger: LargerBodies,
        keeper: Option<Arc<dyn Doorkeeper>>,
    ) -> Self {
        let (running, bodies) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Self(Arc::new(Shared { router, limits, running, bodies, meter, larger, keeper }))
    }

    /// Works on one request. Its id stands in the answer, and in all that is said of it meanwhile.
    pub async fn answer(&self, request: Request) -> Response {
        let given = request.headers().get(&REQUEST_ID).and_then(|id| id.to_str().ok());
        let id = RequestId::of(given);
        let named = header_of(&id);
        let mut response = id.scope(self.pass(request)).await;
        if let Some(named) = named {
            response.headers_mut().insert(&REQUEST_ID, named);
        }
        response
    }

    async fn pass(&self, mut request: Request) -> Response {
        trim_trailing_slash(&mut request);
        if let Some(refused) = unknown_protocol(&request) {
            return refused.into_response();
        }
        if !request.body().is_end_stream() {
            return self.pass_with_body(request).await;
        }
        // Whoever asks how souk is needs no place: a server with much to do is not a dead one.
        let _place = if request.uri().path().starts_with("/health/") {
            None
        } else if let Some(place) = Place::take(&self.0) {
            Some(place)
        } else {
            return Problem::from(Broken::NoPlace).into_response();
        };
        self.work(request, None).await
    }

    /// The route reads the body while it comes; as long as it waits for more, nothing is worked on.
    async fn pass_with_body(&self, mut request: Request) -> Response {
        let shared = &self.0;
        let path = request.uri().path();
        let limit = shared.limits.body_bytes.max((shared.larger)(path).unwrap_or(0));
        let refused = if request.body().size_hint().lower() > limit as u64 {
            Err(Broken::TooLarge { limit })
        } else {
            Passage::begin(shared, limit).ok_or(Broken::NoPlace)
        };
        let passage = match refused {
            Ok(passage) => passage,
            Err(broken) => {
                if !request.headers().contains_key(header::EXPECT) {
                    drain(request.body_mut()).await;
                }
                return Problem::from(broken).into_response();
            }
        };
        let (mut parts, sent) = request.into_parts();
        let arriving = Arriving::new(sent, passage.clone(), parts.version, &parts.headers);
        parts.extensions.insert(passage.clone());
        self.work(Request::from_parts(parts, Body::new(arriving)), Some(passage)).await
    }

    async fn work(&self, request: Request, passage: Option<Arc<Passage>>) -> Response {
        let metered = self.0.meter.route(request.method(), request.uri().path());
        let begun = Instant::now();
        let asked = self.0.keeper.as_ref().and_then(|keeper| Some((keeper, keeper.action(&request)?)));
        let mut router = self.0.router.clone();
        let handled = match asked {
            None => self.in_time(router.call(request), passage.as_deref()).await,
            Some((keeper, action)) => {
                let keeper = keeper.clone();
                let admitted = Box::pin(async move {
                    let mut request = request;
                    if let Err(refused) = keeper.admit(&mut request, action).await {
                        // What is on its way is read, so that the connection can go on; who asked first is told.
                        if !request.headers().contains_key(header::EXPECT) {
                            drain(request.body_mut()).await;
                        }
                        return Ok(refused.into_response());
                    }
                    let answered = router.call(request).await;
                    answered.map(|mut response| {
                        response.headers_mut().entry(header::CACHE_CONTROL).or_insert(NOT_KEPT);
                        response
                    })
                });
                self.in_time(admitted, passage.as_deref()).await
            }
        };
        let response = handled.unwrap_or_else(IntoResponse::into_response);
        if let Some(route) = metered {
            // How long a body was on its way says nothing about souk.
            let begun = passage.map_or(begun, |passage| passage.heard_at());
            self.0.meter.count(route, begun.elapsed());
        }
        response
    }
}

impl Gate {
    async fn in_time<F>(&self, work: F, passage: Option<&Passage>) -> Result<Response, Problem>
    where
        F: Future<Output = Result<Response, Infallible>> + Unpin,
    {
        let handled = Unpanicked(AssertUnwindSafe(work));
        InTime { handled, limit: self.0.limits.request_timeout, passage, end: None }.await
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
struct Place<'a>(&'a Shared);

impl<'a> Place<'a> {
    fn take(shared: &'a Shared) -> Option<Self> {
        shared.take_place().then(|| Self(shared))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.leave_place();
    }
}

/// A request's work, ended when it takes too long. Most of it is done before there has to be a clock.
struct InTime<'a, F> {
    handled: F,
    limit: Duration,
    passage: Option<&'a Passage>,
    end: Option<Pin<Box<Sleep>>>,
}

impl<F: Future<Output = Result<Response, Problem>> + Unpin> Future for InTime<'_, F> {
    type Output = Result<Response, Problem>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if let Poll::Ready(done) = Pin::new(&mut this.handled).poll(context) {
            return Poll::Ready(done);
        }
        let end = this.end.get_or_insert_with(|| Box::pin(tokio::time::sleep(this.limit)));
        while end.as_mut().poll(context).is_ready() {
            // As long as its body comes, a request is not late.
            let until = this.passage.map(|passage| passage.waits_until() + this.limit);
            match until.filter(|until| *until > Instant::now()) {
                Some(until) => end.as_mut().reset(until.into()),
                None => {
                    let detail = "the request took too long; whether it took effect is not known";
                    return Poll::Ready(Err(Problem::new(ErrorCode::Unavailable, detail)));
                }
            }
        }
        Poll::Pending
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

/// Written where it costs one allocation, because every answer has one.
pub(super) fn header_of(id: &RequestId) -> Option<HeaderValue> {
    let mut text = [0; RequestId::MAX_BYTES];
    let mut rest = &mut text[..];
    write!(rest, "{id}").ok()?;
    let written = RequestId::MAX_BYTES - rest.len();
    HeaderValue::from_bytes(&text[..written]).ok()
}

/// A request to go on in another protocol names one that is spoken here. Others are told at once: a client that was
/// answered in plain HTTP would have to guess why.
fn unknown_protocol(request: &Request) -> Option<Problem> {
    // Clients offer `h2c` without being asked; RFC 9110 lets a server stay with what it speaks.
    const KNOWN: [&str; 2] = ["websocket", "h2c"];
    let asked = request.headers().get(header::UPGRADE)?;
    let asked = asked.to_str().unwrap_or_default();
    let is_known = |one: &str| KNOWN.iter().any(|known| one.trim().eq_ignore_ascii_case(known));
    if asked.split(',').any(is_known) {
        return None;
    }
    let shown: String = asked.chars().take(50).collect();
    Some(Problem::invalid(format!(
        "the header `Upgrade` asks for `{shown}`; HTTP/1.1, HTTP/2 and, where a route says so, websocket are spoken here"
    )))
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
    use crate::gate::FileBody;

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
            .route("/read", get(|FileBody(read): FileBody| async move { read.len().to_string() }))
            .route("/large", get(|FileBody(read): FileBody| async move { read.len().to_string() }))
            .fallback(no_such_route);
        let larger: LargerBodies = |path| (path == "/large").then_some(1_000);
        Gate::kept(router, limits, Arc::default(), larger, None)
    }

    fn limits() -> Limits {
        let ms = Duration::from_millis;
        Limits {
            body_bytes: 10,
            bodies_bytes: 4_000,
            body_idle: ms(100),
            connections: 2,
            requests: 2,
            request_timeout: ms(50),
            patience: ms(10),
        }
    }

    async fn ask(gate: &Gate, path: &str, body: &str) -> (StatusCode, String) {
        read(gate, path, Body::from(body.to_owned())).await
    }

    async fn read(gate: &Gate, path: &str, body: Body) -> (StatusCode, String) {
        let request = Request::builder().uri(path).body(body).unwrap();
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

    /// A picture may be larger than other bodies, and the body of another route may not.
    #[tokio::test]
    async fn some_routes_take_larger_bodies() {
        let gate = gate(limits());
        assert_eq!(ask(&gate, "/large", &"x".repeat(1_000)).await, (StatusCode::OK, "1000".to_owned()));
        assert_eq!(ask(&gate, "/read", &"x".repeat(11)).await.0, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(ask(&gate, "/large", &"x".repeat(1_001)).await.0, StatusCode::PAYLOAD_TOO_LARGE);
        // One that does not say how large it is is read up to the limit.
        let (status, body) = read(&gate, "/read", Body::new(Pieces::of("123456", 2))).await;
        assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(body.contains("larger than 10 bytes"), "{body}");
        assert_eq!(read(&gate, "/read", Body::new(Pieces::of("12345", 2))).await.1, "10");
    }

    /// Large bodies have half of the room, so that what is small always finds some.
    #[tokio::test]
    async fn bodies_in_memory_are_bounded_together() {
        let gate = gate(limits());
        gate.0.bodies.store(1_500, Ordering::SeqCst);
        assert_eq!(ask(&gate, "/large", &"x".repeat(500)).await.0, StatusCode::OK);
        let (status, body) = ask(&gate, "/large", &"x".repeat(501)).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(body.contains("\"code\":\"busy\""), "{body}");
        assert_eq!(ask(&gate, "/read", "1234567890").await.0, StatusCode::OK);
        gate.0.bodies.store(3_991, Ordering::SeqCst);
        assert_eq!(ask(&gate, "/read", "1234567890").await.0, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(ask(&gate, "/read", "123456789").await.0, StatusCode::OK);
        // All of it was given back.
        assert_eq!(gate.0.bodies.load(Ordering::SeqCst), 3_991);
    }

    #[tokio::test]
    async fn an_unknown_protocol_is_refused_and_an_offer_of_http2_is_not() {
        let gate = gate(limits());
        for (protocol, status) in [
            ("foo/2", StatusCode::BAD_REQUEST),
            ("h2c", StatusCode::OK),
            ("foo, WebSocket", StatusCode::OK),
            ("", StatusCode::BAD_REQUEST),
        ] {
            let request = Request::builder().uri("/here").header(header::UPGRADE, protocol);
            let response = gate.clone().call(request.body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(response.status(), status, "{protocol}");
        }
    }

    #[tokio::test]
    async fn a_request_is_called_by_one_name_wherever_it_is_spoken_of() {
        let gate = gate(limits());
        let request = Request::builder().uri("/nowhere").header(&REQUEST_ID, "mine-1");
        let response = gate.clone().call(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.headers()[&REQUEST_ID], "mine-1");
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let problem: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem["instance"], "urn:souk:request:mine-1");
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

    /// A body of some pieces that does not say how many.
    struct Pieces(Vec<&'static str>);

    impl Pieces {
        fn of(piece: &'static str, number: usize) -> Self {
            Self(vec![piece; number])
        }
    }

    impl HttpBody for Pieces {
        type Data = axum::body::Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<hyper::body::Frame<Self::Data>, Infallible>>> {
            Poll::Ready(self.0.pop().map(|piece| Ok(hyper::body::Frame::data(piece.into()))))
        }
    }

    /// A body that ends when its sender goes, and stands still until then.
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

    fn slow(gate: &Gate) -> (tokio::sync::oneshot::Sender<()>, tokio::task::JoinHandle<StatusCode>) {
        let (sender, end) = tokio::sync::oneshot::channel();
        let gate = gate.clone();
        let asked = async move { read(&gate, "/read", Body::new(Slow(end))).await.0 };
        (sender, tokio::spawn(asked))
    }

    /// A bug: a place was taken before the body was there, so a few slow senders kept everybody out.
    #[tokio::test]
    async fn bodies_on_their_way_take_no_places() {
        let gate = gate(Limits { body_idle: Duration::from_secs(60), ..limits() });
        let slow: Vec<_> = (0..5).map(|_| slow(&gate)).collect();
        tokio::time::sleep(Duration::from_millis(10)).await;
        assert!(slow.iter().all(|(_, answer)| !answer.is_finished()));
        assert_eq!(ask(&gate, "/here", "").await.0, StatusCode::OK);
        for (sender, answer) in slow {
            drop(sender);
            assert_eq!(answer.await.unwrap(), StatusCode::OK);
        }
        assert_eq!(gate.0.running.load(Ordering::SeqCst), 0);
    }

    /// A bug: what a phone sent for longer than 20 s was thrown away, though it came steadily.
    #[tokio::test]
    async fn a_body_may_take_long_but_not_stand_still() {
        let gate = gate(limits());
        let (sender, answer) = slow(&gate);
        // More than a request may take, and less than a body may stand still.
        tokio::time::sleep(Duration::from_millis(60)).await;
        drop(sender);
        assert_eq!(answer.await.unwrap(), StatusCode::OK);
        let (_sender, answer) = slow(&gate);
        assert_eq!(answer.await.unwrap(), StatusCode::BAD_REQUEST);
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
