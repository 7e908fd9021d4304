//! Bodies: read once, bounded, as JSON, with the bytes kept as they were sent.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use souk_kernel::ErrorCode;
use tokio::time::{Duration, timeout};

use super::Problem;

/// How much of a body that is too large is still read, so that its sender gets to see the answer.
const DRAIN_BYTES: usize = 64 << 20;
const DRAIN_PATIENCE: Duration = Duration::from_secs(5);

/// A JSON body. No body and `{}` are the same.
pub struct JsonBody<T> {
    pub value: T,
    /// As sent.
    pub bytes: Bytes,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let is_json = says_json(request.headers());
        // The gate has read and bounded the body before.
        let bytes = axum::body::to_bytes(request.into_body(), usize::MAX)
            .await
            .map_err(|_| Problem::invalid("the body broke off"))?;
        if bytes.is_empty() {
            let value = parse(b"{}")?;
            return Ok(Self { value, bytes });
        }
        if !is_json {
            let detail = "send the body as JSON, with the header `Content-Type: application/json`";
            return Err(Problem::new(ErrorCode::UnsupportedMediaType, detail));
        }
        Ok(Self { value: parse(&bytes)?, bytes })
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // Structs can be read from arrays too, which nobody means.
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return Err(Problem::invalid("the body is not a JSON object"));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let what = if error.is_data() { "not valid" } else { "not JSON" };
        Problem::invalid(format!("the body is {what}: {error}"))
    })
}

fn says_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// Reads a body up to `limit`. Of what is larger a good part is read and thrown away before the refusal: a client
/// that is still sending when the connection closes would never see the answer.
pub(super) async fn read(body: Body, limit: usize) -> Result<Bytes, Problem> {
    use http_body_util::BodyExt as _;
    let (mut body, mut kept, mut seen) = (body, Vec::new(), 0usize);
    let reading = async {
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| Problem::invalid("the body broke off"))?;
            let Ok(data) = frame.into_data() else { continue };
            seen = seen.saturating_add(data.len());
            if seen <= limit {
                kept.extend_from_slice(&data);
            } else {
                kept = Vec::new();
            }
            if seen > limit.saturating_add(DRAIN_BYTES) {
                break;
            }
        }
        Ok::<_, Problem>(())
    };
    let slow = timeout(DRAIN_PATIENCE.max(Duration::from_secs(20)), reading).await;
    if seen > limit {
        let detail = format!("the body is larger than {limit} bytes");
        return Err(Problem::new(ErrorCode::PayloadTooLarge, detail));
    }
    match slow {
        Ok(read) => read.map(|()| Bytes::from(kept)),
        Err(_) => Err(Problem::invalid("the body took too long to arrive")),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Item {
        quantity: u32,
    }

    #[test]
    fn what_is_no_such_object_is_said_plainly() {
        for (text, part) in [
            ("[1]", "not a JSON object"),
            ("{", "not JSON"),
            ("{}", "missing field `quantity`"),
            ("{\"quantity\":-1}", "invalid value: integer `-1`"),
            ("{\"quantity\":\"2\"}", "invalid type: string \"2\""),
            ("{\"quantity\":99999999999}", "invalid value"),
        ] {
            let problem = parse::<Item>(text.as_bytes()).unwrap_err();
            assert!(problem.detail.contains(part), "{text}: {}", problem.detail);
        }
        assert_eq!(parse::<Item>(b" {\"quantity\":2}").unwrap().quantity, 2);
    }

    #[tokio::test]
    async fn a_body_is_read_up_to_the_limit() {
        assert_eq!(read(Body::from("12345"), 5).await.unwrap(), "12345");
        let problem = read(Body::from("123456"), 5).await.unwrap_err();
        assert_eq!(problem.code, ErrorCode::PayloadTooLarge);
    }
}
