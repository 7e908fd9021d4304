//! The whole stack of layers, on one page.
//!
//! ```text
//! connection ─> trace ─> CORS ─> compression ─> gate ─> router
//!           └────────────────────────────────> gate     where nothing of it is asked for
//! ```
//! The layers are tower-http's. A request passes them when it asks for one of them: it brings its own name
//! (`X-Request-Id`), comes from a page of another site (`Origin`), or reads compressed answers (`Accept-Encoding`); and
//! all do when souk itself is watched (`log.level: debug`). The gate alone is what every request passes; request ids are
//! its own. Files that lie in a folder, such as a web shop's, are a `ServeDir` as a fallback of the router: behind the
//! gate and these layers.

use std::convert::Infallible;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::response::Response;
use tower::util::BoxCloneSyncService;
use tower::{ServiceBuilder, ServiceExt as _};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::trace::TraceLayer;

use super::Gate;
use super::enter::{REQUEST_ID, header_of};
use crate::call::RequestId;

/// Below this a compressed answer takes as many packets, and the time of two cores to make.
const COMPRESSED_FROM_BYTES: u16 = 4_096;
/// How long a browser remembers what another site's pages may ask.
const PREFLIGHT_AGE: Duration = Duration::from_secs(600);

/// Which layers there are.
#[derive(Debug, Clone, Default)]
pub struct Layers {
    /// Sites whose pages may ask.
    pub cors: Option<Origins>,
    /// Whether whoever reads compressed answers gets them.
    pub compresses: bool,
}

/// `*`, or addresses of sites such as `https://shop.example.org`, with spaces between them.
#[derive(Debug, Clone)]
pub struct Origins(AllowOrigin);

impl FromStr for Origins {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.trim() == "*" {
            return Ok(Self(AllowOrigin::any()));
        }
        let mut all = Vec::new();
        for origin in text.split_whitespace() {
            let site = ["http://", "https://"].iter().find_map(|scheme| origin.strip_prefix(scheme));
            let is_site = site.is_some_and(|site| !site.is_empty() && !site.contains(['/', '*', '@', '?']));
            // A browser sends it like that, in small letters and without a path.
            let value = HeaderValue::from_str(&origin.to_ascii_lowercase()).ok().filter(|_| is_site);
            all.push(value.ok_or_else(|| origin.to_owned())?);
        }
        if all.is_empty() { Err(text.to_owned()) } else { Ok(Self(AllowOrigin::list(all))) }
    }
}

type Layered = BoxCloneSyncService<Request, Response, Infallible>;

/// The gate, with the layers before it.
#[derive(Clone)]
pub struct Front(Arc<Doors>);

struct Doors {
    gate: Gate,
    layered: Layered,
    asks: &'static [HeaderName],
}

impl Front {
    pub fn new(gate: Gate, layers: Layers) -> Self {
        let asks: &[HeaderName] = match (layers.cors.is_some(), layers.compresses) {
            (false, false) => &[],
            (true, false) => &[header::ORIGIN],
            (false, true) => &[header::ACCEPT_ENCODING],
            (true, true) => &[header::ORIGIN, header::ACCEPT_ENCODING],
        };
        Self(Arc::new(Doors { layered: layered(gate.clone(), &layers), gate, asks }))
    }

    pub async fn answer(&self, request: Request) -> Response {
        let Doors { gate, layered, asks } = &*self.0;
        let headers = request.headers();
        let is_asked_for = asks.iter().any(|name| headers.contains_key(name))
            || headers.contains_key(&REQUEST_ID)
            || tracing::enabled!(tracing::Level::DEBUG);
        if !is_asked_for {
            return gate.answer(request).await;
        }
        match layered.clone().oneshot(named(request)).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}

/// The id that the gate will call it by, so that the trace does too.
fn named(mut request: Request) -> Request {
    let id = RequestId::of(request.headers().get(&REQUEST_ID).and_then(|id| id.to_str().ok()));
    if let Some(id) = header_of(&id) {
        request.headers_mut().insert(&REQUEST_ID, id);
    }
    request
}

fn layered(gate: Gate, layers: &Layers) -> Layered {
    let mut service = Layered::new(gate);
    if layers.compresses {
        let compression =
            CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(compressible());
        service = Layered::new(ServiceBuilder::new().map_response(boxed).layer(compression).service(service));
    }
    if let Some(origins) = &layers.cors {
        service = Layered::new(ServiceBuilder::new().layer(cors(origins)).service(service));
    }
    let trace = TraceLayer::new_for_http()
        .make_span_with(|request: &Request| {
            let id = request.headers().get(&REQUEST_ID).and_then(|id| id.to_str().ok());
            // Of the highest level, so that it names the request in all that is said meanwhile.
            tracing::error_span!("request", id, method = %request.method(), path = request.uri().path())
        })
        .on_request(())
        .on_failure(());
    Layered::new(ServiceBuilder::new().map_response(boxed).layer(trace).service(service))
}

fn boxed<B>(response: axum::http::Response<B>) -> Response
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    response.map(Body::new)
}

fn cors(Origins(origins): &Origins) -> CorsLayer {
    let asked = [
        "content-type",
        "authorization",
        "x-user-id",
        "idempotency-key",
        "if-match",
        "souk-position",
        "x-request-id",
    ];
    let said = ["souk-position", "souk-stale", "x-request-id", "location", "retry-after", "etag"];
    CorsLayer::new()
        .allow_origin(origins.clone())
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers(asked.map(HeaderName::from_static))
        .expose_headers(said.map(HeaderName::from_static))
        .max_age(PREFLIGHT_AGE)
}

/// Pictures are compressed already, and streams of events would be held back.
fn compressible() -> impl Predicate {
    SizeAbove::new(COMPRESSED_FROM_BYTES)
        .and(NotForContentType::IMAGES)
        .and(NotForContentType::GRPC)
        .and(NotForContentType::SSE)
        .and(NotForContentType::const_new("application/octet-stream"))
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::http::StatusCode;
    use axum::routing::get;

    use super::*;
    use crate::gate::{Limits, Meter, Rendered};

    fn front(layers: Layers) -> Front {
        let limits = Limits {
            body_bytes: 1_024,
            bodies_bytes: 65_536,
            body_idle: Duration::from_secs(1),
            connections: 2,
            requests: 10,
            request_timeout: Duration::from_secs(1),
            patience: Duration::from_secs(1),
        };
        let router = Router::new()
            .route("/large", get(|| async { Rendered(vec![b'x'; 10_000].into()) }))
            .route("/small", get(|| async { Rendered(vec![b'x'; 4_095].into()) }))
            .route("/picture", get(|| async { ([(header::CONTENT_TYPE, "image/webp")], vec![0; 10_000]) }));
        Front::new(Gate::new(router, limits, Arc::new(Meter::default())), layers)
    }

    async fn ask(front: &Front, method: Method, path: &str, headers: &[(&'static str, &str)]) -> Response {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = front.answer(request.body(Body::empty()).unwrap()).await;
        assert!(response.headers().contains_key("x-request-id"), "{response:?}");
        response
    }

    #[tokio::test]
    async fn whoever_reads_compressed_answers_gets_the_large_ones_so() {
        let front = front(Layers { compresses: true, ..Layers::default() });
        for (accepted, encoding) in
            [("gzip", Some("gzip")), ("br", Some("br")), ("zstd", Some("zstd")), ("identity", None)]
        {
            let response = ask(&front, Method::GET, "/large", &[("accept-encoding", accepted)]).await;
            let got = response.headers().get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap());
            assert_eq!(got, encoding, "{accepted}");
            let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
            assert_eq!(body.len() < 1_000, encoding.is_some(), "{accepted}: {}", body.len());
        }
        for path in ["/small", "/picture"] {
            let response = ask(&front, Method::GET, path, &[("accept-encoding", "gzip, br")]).await;
            assert!(!response.headers().contains_key(header::CONTENT_ENCODING), "{path}");
        }
        let response = ask(&front, Method::GET, "/large", &[]).await;
        assert!(!response.headers().contains_key(header::CONTENT_ENCODING));
        let off = self::front(Layers::default());
        let response = ask(&off, Method::GET, "/large", &[("accept-encoding", "gzip")]).await;
        assert!(!response.headers().contains_key(header::CONTENT_ENCODING));
    }

    #[tokio::test]
    async fn pages_of_named_sites_may_ask_and_others_may_not() {
        let origins = "https://shop.example.org http://localhost:5173".parse().unwrap();
        let front = front(Layers { cors: Some(origins), ..Layers::default() });
        let allowed = "access-control-allow-origin";
        let of = async |origin: &str| {
            let response = ask(&front, Method::GET, "/small", &[("origin", origin)]).await;
            assert_eq!(response.status(), StatusCode::OK);
            response.headers().get(allowed).map(|value| value.to_str().unwrap().to_owned())
        };
        assert_eq!(of("https://shop.example.org").await.as_deref(), Some("https://shop.example.org"));
        assert_eq!(of("http://localhost:5173").await.as_deref(), Some("http://localhost:5173"));
        assert_eq!(of("https://evil.example.org").await, None);
        let asked = [
            ("origin", "https://shop.example.org"),
            ("access-control-request-method", "PATCH"),
            ("access-control-request-headers", "authorization"),
        ];
        let request = asked
            .iter()
            .fold(Request::builder().method(Method::OPTIONS).uri("/small"), |r, (n, v)| r.header(*n, *v));
        let preflight = front.answer(request.body(Body::empty()).unwrap()).await;
        assert_eq!(preflight.status(), StatusCode::OK);
        let methods = preflight.headers()["access-control-allow-methods"].to_str().unwrap();
        assert!(methods.contains("PATCH"), "{methods}");
        let off = self::front(Layers::default());
        let response = ask(&off, Method::GET, "/small", &asked[..1]).await;
        assert!(!response.headers().contains_key(allowed));
    }

    #[test]
    fn what_is_no_site_is_named() {
        for bad in ["", "shop.example.org", "https://", "https://a/b", "https://*.example.org", "https://a b"]
        {
            assert!(bad.parse::<Origins>().is_err(), "{bad}");
        }
        for good in ["*", "https://Shop.example.org", "http://localhost:5173  https://b"] {
            assert!(good.parse::<Origins>().is_ok(), "{good}");
        }
    }
}
