//! Errors as clients see them: a problem document (RFC 9457) made from the one table of error codes.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};
use souk_kernel::{Coded, ErrorCode};
use utoipa::ToSchema;

use super::details::details;

/// Characters of the `detail`.
const MAX_DETAIL: usize = 500;

/// A failure on its way to a client. It becomes a problem document over HTTP and a message on the command line.
#[derive(Debug)]
pub struct Problem {
    pub code: ErrorCode,
    /// What went wrong this time, for people.
    pub detail: String,
    /// Members of the document beyond the usual ones, such as `available`.
    pub extra: Map<String, Value>,
    /// What lay below the error, outermost first; for the log and never for clients.
    pub causes: Vec<String>,
}

/// The shape of every error: a problem document (RFC 9457).
#[derive(Serialize, ToSchema)]
pub struct ProblemDocument {
    /// The kind of problem, as an address that explains it.
    #[serde(rename = "type")]
    #[schema(example = "/problems/out-of-stock")]
    kind: String,
    #[schema(example = "There is not enough in stock")]
    title: &'static str,
    #[schema(example = 409)]
    status: u16,
    #[schema(example = "only 1 of `Ash salad bowl` are in stock, not 2")]
    detail: String,
    /// The stable name of the kind of problem.
    #[schema(example = "out-of-stock")]
    code: &'static str,
    /// Members that some kinds of problem add, such as `available` and `wanted`.
    #[serde(flatten)]
    extra: Map<String, Value>,
}

impl Problem {
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self { code, detail: cut(detail.into()), extra: Map::new(), causes: Vec::new() }
    }

    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidInput, detail)
    }

    pub fn document(self) -> ProblemDocument {
        let code = self.code;
        ProblemDocument {
            kind: format!("/problems/{}", code.slug()),
            title: code.title(),
            status: code.http_status(),
            detail: self.detail,
            code: code.slug(),
            extra: self.extra,
        }
    }
}

impl<E: Coded> From<E> for Problem {
    fn from(error: E) -> Self {
        let mut causes = Vec::new();
        let mut source = error.source();
        while let Some(cause) = source {
            causes.push(cause.to_string());
            source = cause.source();
        }
        Self { code: error.code(), detail: cut(error.to_string()), extra: details(&error), causes }
    }
}

/// What a client sent may come back in a message, but not all ten thousand letters of it.
fn cut(mut text: String) -> String {
    if let Some((at, _)) = text.char_indices().nth(MAX_DETAIL) {
        text.truncate(at);
        text.push('…');
    }
    text
}

impl IntoResponse for Problem {
    /// This is the edge: a failure of ours is logged here, once, with everything below it.
    fn into_response(self) -> Response {
        let code = self.code;
        let status = StatusCode::from_u16(code.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if status == StatusCode::INTERNAL_SERVER_ERROR {
            tracing::error!(code = code.slug(), causes = ?self.causes, "{}", self.detail);
        } else if status.is_server_error() {
            tracing::warn!(code = code.slug(), causes = ?self.causes, "{}", self.detail);
        }
        let body = serde_json::to_string(&self.document()).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_says_what_the_table_says_and_hides_causes() {
        let error = souk_ports::Error::internal("reading the cart", std::io::Error::other("disk on fire"));
        let problem = Problem::from(error);
        assert_eq!(problem.causes, ["disk on fire"]);
        let document = serde_json::to_value(problem.document()).unwrap();
        assert_eq!(document["type"], "/problems/internal");
        assert_eq!(document["status"], 500);
        assert_eq!(document["detail"], "reading the cart failed");
        assert!(!document.to_string().contains("fire"));
    }
}
