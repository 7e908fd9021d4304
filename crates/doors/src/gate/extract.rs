//! What every HTTP request may say in its headers, handed to [`crate::call`].

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method};
use souk_shop::orders::IdempotencyKey;

use super::answer::POSITION;
use crate::call::{self, Caller, MaybeCaller, Problem, Token};

static USER: HeaderName = HeaderName::from_static("x-user-id");
static KEY: HeaderName = HeaderName::from_static("idempotency-key");

impl<S: Send + Sync> FromRequestParts<S> for MaybeCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(&USER) else { return Self::read(None) };
        let text =
            value.to_str().map_err(|_| Problem::invalid("the header `X-User-Id` is not plain text"))?;
        Self::read(Some(text))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        MaybeCaller::from_request_parts(parts, state).await?.try_into()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Token {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        // What is no text is no position either.
        Self::read(parts.headers.get(&POSITION).map(|value| value.to_str().unwrap_or_default()))
    }
}

/// The key of the request, where it has one, with a hash over the request as sent.
pub fn idempotency_key(
    headers: &HeaderMap,
    method: &Method,
    path: &str,
    body: &[u8],
) -> Result<Option<IdempotencyKey>, Problem> {
    let mut values = headers.get_all(&KEY).iter();
    let Some(value) = values.next() else { return Ok(None) };
    // Two keys are none, and neither is what is no text.
    let key = if values.next().is_some() { "" } else { value.to_str().unwrap_or_default() };
    call::idempotency_key(key, &[method.as_str().as_bytes(), path.as_bytes(), body]).map(Some)
}
