//! Errors as clients see them: a problem document (RFC 9457) made from the one table of error codes.

use serde::Serialize;
use serde_json::{Map, Value};
use souk_kernel::{Coded, ErrorCode};
use utoipa::ToSchema;

use super::RequestId;
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
    #[schema(example = "only 1 of `Ash salad bowl` can be ordered, not 2")]
    detail: String,
    /// The stable name of the kind of problem.
    #[schema(example = "out-of-stock")]
    code: &'static str,
    /// The request that failed: `urn:souk:request:` and what its `X-Request-Id` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "urn:souk:request:5f2c1a90-3e")]
    instance: Option<String>,
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
            instance: RequestId::current().map(|id| format!("urn:souk:request:{id}")),
            extra: self.extra,
        }
    }

    /// Tells the log of a failure of ours, once, with everything below it. Whoever hands the problem to a client does
    /// this at that edge.
    pub fn log(&self) {
        let status = self.code.http_status();
        if status < 500 {
            return;
        }
        let (code, request) = (self.code.slug(), RequestId::current().map(|id| id.to_string()));
        if status == 500 {
            tracing::error!(code, request, causes = ?self.causes, "{}", self.detail);
        } else {
            tracing::warn!(code, request, causes = ?self.causes, "{}", self.detail);
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
