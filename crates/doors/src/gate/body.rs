//! Bodies: read once, bounded, as JSON, with the bytes kept as they were sent.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::value::RawValue;
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

/// A JSON list of at most so many objects, or one object alone.
pub struct JsonList<T, const MOST: usize>(pub Vec<T>);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let bytes = json_bytes(request).await?;
        Ok(Self { value: parse(if bytes.is_empty() { b"{}" } else { &bytes })?, bytes })
    }
}

impl<T: DeserializeOwned, const MOST: usize, S: Send + Sync> FromRequest<S> for JsonList<T, MOST> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        parse_list(&json_bytes(request).await?, MOST).map(Self)
    }
}

async fn json_bytes(request: Request) -> Result<Bytes, Problem> {
    let is_json = says_json(request.headers());
    // The gate has read and bounded the body before.
    let bytes = axum::body::to_bytes(request.into_body(), usize::MAX)
        .await
        .map_err(|_| Problem::invalid("the body broke off"))?;
    if !is_json && !bytes.is_empty() {
        let detail = "send the body as JSON, with the header `Content-Type: application/json`";
        return Err(Problem::new(ErrorCode::UnsupportedMediaType, detail));
    }
    Ok(bytes)
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // Structs can be read from arrays too, which nobody means.
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return Err(Problem::invalid("the body is not a JSON object"));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        // A number where a word should stand passes for broken JSON with the parser, but is none.
        let is_json = error.is_data() || serde_json::from_slice::<IgnoredAny>(bytes).is_ok();
        let what = if is_json { "not valid" } else { "not JSON" };
        Problem::invalid(format!("the body is {what}: {error}"))
    })
}

/// What is wrong with one element names its place, counted from 0.
fn parse_list<T: DeserializeOwned>(bytes: &[u8], most: usize) -> Result<Vec<T>, Problem> {
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'[') {
        return Ok(vec![parse(bytes)?]);
    }
    let elements: Vec<&RawValue> = serde_json::from_slice(bytes)
        .map_err(|error| Problem::invalid(format!("the body is not JSON: {error}")))?;
    if elements.len() > most {
        let detail = format!("the list has {} elements; {most} are the most", elements.len());
        return Err(Problem::invalid(detail));
    }
    let element = |(index, element): (usize, &RawValue)| {
        parse(element.get().as_bytes()).map_err(|problem: Problem| {
            let detail = problem.detail.replacen("the body", &format!("element {index}"), 1);
            let mut problem = Problem::invalid(detail);
            problem.extra.insert("index".to_owned(), index.into());
            problem
        })
    };
    elements.into_iter().enumerate().map(element).collect()
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

    #[test]
    fn a_list_is_bounded_and_its_bad_element_is_named() {
        let quantities = |text: &str| {
            parse_list::<Item>(text.as_bytes(), 3)
                .map(|all| all.iter().map(|one| one.quantity).collect::<Vec<_>>())
        };
        assert_eq!(quantities(r#"{"quantity":2}"#).unwrap(), [2]);
        assert_eq!(quantities(r#" [{"quantity":1},{"quantity":2}]"#).unwrap(), [1, 2]);
        assert!(quantities("[]").unwrap().is_empty());
        let bad = quantities(r#"[{"quantity":1},{"quantity":-2}]"#).unwrap_err();
        assert!(bad.detail.contains("element 1 is not valid"), "{}", bad.detail);
        assert_eq!(bad.extra["index"], 1);
        assert!(quantities("[[1]]").unwrap_err().detail.contains("element 0 is not a JSON object"));
        assert!(quantities("[{}").unwrap_err().detail.contains("not JSON"));
        // Not even looked at.
        assert!(quantities("[1,1,1,1]").unwrap_err().detail.contains("4 elements; 3 are the most"));
    }

    #[tokio::test]
    async fn a_body_is_read_up_to_the_limit() {
        assert_eq!(read(Body::from("12345"), 5).await.unwrap(), "12345");
        let problem = read(Body::from("123456"), 5).await.unwrap_err();
        assert_eq!(problem.code, ErrorCode::PayloadTooLarge);
    }
}
