//! What every HTTP request may say in its headers, handed to [`crate::call`].

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method, header};
use souk_kernel::UserId;
use souk_shop::access;
use souk_shop::catalog::MeantFor;
use souk_shop::orders::IdempotencyKey;

use super::answer::POSITION;
use crate::call::{self, Asker, Caller, Given, Problem, ThisSession, Token};

static KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The doorkeeper has put it there for every route whose row says that it matters who calls.
impl<S: Send + Sync> FromRequestParts<S> for Asker {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(parts.extensions.get().copied().unwrap_or(access::Caller::Nobody)))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Asker(caller) = Asker::from_request_parts(parts, state).await?;
        let user = caller.user().ok_or_else(call::not_signed_in)?;
        let named = parts.extensions.get::<Given<UserId>>().filter(|named| named.id == user);
        Ok(Self(named.cloned().unwrap_or_else(|| Given::of(user))))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ThisSession {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get().copied().map(Self).ok_or_else(call::not_signed_in)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Token {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        // What is no text is no position either.
        Self::read(parts.headers.get(&POSITION).map(|value| value.to_str().unwrap_or_default()))
    }
}

/// What `If-Match` says: the versions that a change is meant for.
pub struct IfMatch(pub MeantFor);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut versions = None;
        for value in parts.headers.get_all(header::IF_MATCH) {
            let versions = versions.get_or_insert_with(Vec::new);
            for tag in value.to_str().unwrap_or_default().split(',').map(str::trim) {
                if tag == "*" {
                    return Ok(Self(MeantFor::Any));
                }
                // What is no tag of ours matches nothing.
                let version = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
                versions.extend(version.and_then(|version| version.parse::<u64>().ok()));
            }
        }
        Ok(Self(versions.map_or(MeantFor::Any, MeantFor::Versions)))
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
