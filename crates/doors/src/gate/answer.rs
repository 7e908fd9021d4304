//! How answers look over HTTP: what was asked for, what was done, and what went wrong.

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Serialize;
use souk_kernel::LogPosition;

use crate::call::{Answered, Problem};

pub(super) static POSITION: HeaderName = HeaderName::from_static("souk-position");
static STALE: HeaderName = HeaderName::from_static("souk-stale");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// An answer that is JSON already.
pub struct Rendered(pub Bytes);

impl IntoResponse for Rendered {
    fn into_response(self) -> Response {
        let mut response = Response::new(self.0.into());
        response.headers_mut().insert(header::CONTENT_TYPE, JSON);
        response
    }
}

impl<T: Serialize> IntoResponse for Answered<T> {
    fn into_response(self) -> Response {
        mark(self.stale, Json(self.answer).into_response())
    }
}

/// An answer about a thing in this version, which `If-Match` may name. A page that does not know its version (0) has no tag.
pub struct Tagged<R>(pub u64, pub R);

impl<R: IntoResponse> IntoResponse for Tagged<R> {
    fn into_response(self) -> Response {
        let Self(version, answer) = self;
        let mut response = answer.into_response();
        if version > 0
            && let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\""))
        {
            response.headers_mut().insert(header::ETAG, tag);
        }
        response
    }
}

/// An answer about something that was created, with the path where it is found.
pub struct Located<R>(pub String, pub R);

impl<R: IntoResponse> IntoResponse for Located<R> {
    fn into_response(self) -> Response {
        let Self(path, answer) = self;
        let mut response = answer.into_response();
        if let Ok(location) = HeaderValue::from_str(&path) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }
}

impl Answered<Bytes> {
    pub fn rendered(self) -> Response {
        mark(self.stale, Rendered(self.answer).into_response())
    }
}

fn mark(stale: bool, mut response: Response) -> Response {
    if stale {
        response.headers_mut().insert(&STALE, HeaderValue::from_static("true"));
    }
    response
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

    pub fn created(position: LogPosition, body: T) -> Self {
        Self { status: StatusCode::CREATED, position, body }
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

impl IntoResponse for Problem {
    /// This is the edge: a failure of ours is logged here, once.
    fn into_response(self) -> Response {
        self.log();
        let status =
            StatusCode::from_u16(self.code.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_string(&self.document()).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}
