//! Bodies that routes read as a whole: JSON, with the bytes kept as they were sent, and files.

use std::sync::Arc;

use axum::body::{Bytes, HttpBody as _};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt as _;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::value::RawValue;
use souk_kernel::ErrorCode;

use super::arriving::{Broken, Passage, drain};
use crate::call::Problem;

/// A JSON body. No body and `{}` are the same.
pub struct JsonBody<T> {
    pub value: T,
    /// As sent.
    pub bytes: Bytes,
}

/// A JSON list of at most so many objects, or one object alone.
pub struct JsonList<T, const MOST: usize>(pub Vec<T>);

/// A file, as sent.
pub struct FileBody(pub Bytes);

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

impl<S: Send + Sync> FromRequest<S> for FileBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        Ok(Self(whole(request).await?))
    }
}

/// Reads a body to its end into memory, of which all bodies that are read have so much together.
async fn whole(request: Request) -> Result<Bytes, Problem> {
    // Only a body that came with its head has none.
    let passage = request.extensions().get::<Arc<Passage>>().cloned();
    let mut body = request.into_body();
    let limit = passage.as_ref().map_or(0, |passage| passage.limit);
    let expected = usize::try_from(body.size_hint().lower()).unwrap_or(limit).min(limit);
    // Most bodies come in one piece, which is taken as it is.
    let mut first = Bytes::new();
    let mut more = Vec::new();
    while let Some(frame) = body.frame().await {
        let broken = match frame.map_err(Broken::of).map(hyper::body::Frame::into_data) {
            Ok(Ok(data)) if passage.as_ref().is_none_or(|passage| passage.keep(data.len())) => {
                if first.is_empty() && more.is_empty() {
                    first = data;
                } else {
                    if more.is_empty() {
                        more.reserve(expected.max(first.len() + data.len()));
                        more.extend_from_slice(&std::mem::take(&mut first));
                    }
                    more.extend_from_slice(&data);
                }
                continue;
            }
            Ok(Ok(_)) => Broken::NoMemory,
            // Trailers.
            Ok(Err(_)) => continue,
            Err(broken) => broken,
        };
        drop((first, more));
        if let Some(passage) = &passage {
            passage.forget();
        }
        if matches!(broken, Broken::TooLarge { .. } | Broken::NoMemory) {
            drain(&mut body).await;
        }
        return Err(broken.into());
    }
    Ok(if more.is_empty() { first } else { more.into() })
}

async fn json_bytes(request: Request) -> Result<Bytes, Problem> {
    let is_json = says_json(request.headers());
    let bytes = whole(request).await?;
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
}
