//! Reading one's own writes: commands answer with `Souk-Position`, and a query that carries it back waits until the
//! reader that answers has got there, or says that it has not.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use souk_kernel::{LogPosition, Position};
use souk_ports::derived::{Derived, ProjectionName};
use souk_ports::store::Store;

use super::Problem;

static POSITION: HeaderName = HeaderName::from_static("souk-position");
static STALE: HeaderName = HeaderName::from_static("souk-stale");

/// The position that a query wants to see, where it names one.
#[derive(Debug, Clone, Copy)]
pub struct Token(pub Option<LogPosition>);

impl<S: Send + Sync> FromRequestParts<S> for Token {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(&POSITION) else { return Ok(Self(None)) };
        let read = value.to_str().ok().and_then(|text| text.trim().parse().ok());
        read.map(|token| Self(Some(token))).ok_or_else(|| {
            Problem::invalid("the header `Souk-Position` reads `epoch-position`, such as 1-4711")
        })
    }
}

/// Who answers a query, and so who has to have seen a position.
pub enum Reader {
    Store,
    Projection(Arc<dyn Derived>, ProjectionName),
}

/// An answer to a query, and whether it may lack what the caller has seen.
pub struct Fresh {
    pub stale: bool,
    /// What the store's part of the answer has to hold: what the caller has seen, 0 where nobody can say that it is there.
    pub at_least: Position,
}

impl Token {
    /// Waits until all readers have got there, at the longest for `patience` together.
    pub async fn wait(
        self,
        store: &Arc<dyn Store>,
        readers: &[Reader],
        patience: Duration,
    ) -> Result<Fresh, Problem> {
        let Self(Some(token)) = self else { return Ok(Fresh { stale: false, at_least: 0 }) };
        let until = Instant::now() + patience;
        for reader in readers {
            let left = until.saturating_duration_since(Instant::now());
            let there = match reader {
                Reader::Store => store_has(store.as_ref(), token, left).await?,
                Reader::Projection(target, projection) => {
                    match souk_runtime::wait_for(target.as_ref(), projection, token, left).await {
                        Ok(there) => there,
                        // The query itself asks the store instead of what is away or broken, or says that it cannot.
                        Err(error) => {
                            tracing::debug!(%error, projection, "there is nothing to wait for");
                            store_has(store.as_ref(), token, left).await?
                        }
                    }
                }
            };
            if !there {
                return Ok(Fresh { stale: true, at_least: 0 });
            }
        }
        Ok(Fresh { stale: false, at_least: token.position })
    }
}

async fn store_has(
    store: &dyn Store,
    token: LogPosition,
    patience: Duration,
) -> Result<bool, souk_ports::Error> {
    let until = Instant::now() + patience;
    loop {
        let head = store.snapshot().await?.head().await?.head;
        if head >= token {
            // A later epoch is another life of the log: what the token saw may be lost.
            return Ok(head.epoch == token.epoch);
        }
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(false);
        }
        store.wait_for_events(head.position, left).await?;
    }
}

impl Fresh {
    pub fn json(&self, body: &impl Serialize) -> Response {
        self.mark(Json(body).into_response())
    }

    pub fn mark(&self, mut response: Response) -> Response {
        if self.stale {
            response.headers_mut().insert(&STALE, HeaderValue::from_static("true"));
        }
        response
    }
}

/// The answer to a command, with the position of what it wrote.
pub struct Done<T> {
    pub status: StatusCode,
    pub position: LogPosition,
    pub body: T,
}

impl<T: Serialize> Done<T> {
    pub fn ok(position: LogPosition, body: T) -> Self {
        Self { status: StatusCode::OK, position, body }
    }
}

impl<T: Serialize> IntoResponse for Done<T> {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body)).into_response();
        if let Ok(value) = HeaderValue::from_str(&self.position.to_string()) {
            response.headers_mut().insert(&POSITION, value);
        }
        response
    }
}
