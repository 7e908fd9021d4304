//! Bodies that routes read as a whole: JSON, with the bytes kept as they were sent, and files; and bodies that they read
//! line by line.

use std::sync::Arc;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt as _;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;
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

/// A JSON object that says what is to change. `null` removes a field, which only a merge patch (RFC 7396) can say: many
/// programs write `null` for what they know nothing of.
pub struct PatchBody<T>(pub T);

/// A JSON list of at most so many objects, or one object alone.
pub struct JsonList<T, const MOST: usize>(pub Vec<T>);

/// A file, as sent.
pub struct FileBody(pub Bytes);

/// A file, or what a body of JSON says in its place.
pub enum FileOrJson<T> {
    File(Bytes),
    Json(T),
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let bytes = json_bytes(request).await?;
        Ok(Self { value: parse(if bytes.is_empty() { b"{}" } else { &bytes })?, bytes })
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for PatchBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let removes = essence(request.headers()) == MERGE_PATCH;
        let bytes = json_bytes(request).await?;
        let nulls_of =
            |bytes: &Bytes| serde_json::from_slice(bytes).map_or_else(|_| Vec::new(), |body| nulls(&body));
        if !removes && let Some(field) = nulls_of(&bytes).first() {
            let field = field.join(".");
            let detail = format!(
                "`{field}` is null, which would remove it. Leave it out to keep it, or send the body with the header \
                 `Content-Type: {MERGE_PATCH}`"
            );
            return Err(Problem::invalid(detail));
        }
        parse(if bytes.is_empty() { b"{}" } else { &bytes }).map(Self).map_err(|problem| {
            not_removable::<T>(&nulls_of(&bytes)).map_or(problem, |field| {
                Problem::invalid(format!("`{field}` is null, and cannot be removed; leave it out to keep it"))
            })
        })
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

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for FileOrJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let is_json = says_json(request.headers());
        let FileBody(bytes) = FileBody::from_request(request, state).await?;
        if is_json { parse(&bytes).map(Self::Json) } else { Ok(Self::File(bytes)) }
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

pub(crate) const MERGE_PATCH: &str = "application/merge-patch+json";

/// How many nulls of one body are looked at.
const NULLS: usize = 100;

/// The ways to the first fields that are `null`.
fn nulls(body: &Value) -> Vec<Vec<String>> {
    fn look(at: &Value, way: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
        let Value::Object(fields) = at else { return };
        for (name, value) in fields {
            if found.len() == NULLS {
                return;
            }
            way.push(name.clone());
            match value {
                Value::Null => found.push(way.clone()),
                _ => look(value, way, found),
            }
            way.pop();
        }
    }
    let mut found = Vec::new();
    look(body, &mut Vec::new(), &mut found);
    found
}

/// The first of these fields that is refused though nothing else is said.
fn not_removable<T: DeserializeOwned>(nulls: &[Vec<String>]) -> Option<String> {
    let alone = |way: &[String]| {
        way.iter().rev().fold(Value::Null, |below, name| Value::from_iter([(name.clone(), below)]))
    };
    let refused = nulls.iter().find(|way| serde_json::from_value::<T>(alone(way)).is_err())?;
    Some(refused.join("."))
}

pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // Structs can be read from arrays too, which nobody means.
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return Err(Problem::invalid("the body is not a JSON object"));
    }
    let error = match serde_json::from_slice(bytes) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    // To JSON, 1.0 is the integer 1. The parser tells them apart, so what it refuses for that is read once more.
    if error.to_string().starts_with("invalid type: floating point")
        && let Some(value) = serde_json::from_slice(bytes).ok().map(with_integers)
        && let Ok(value) = serde_json::from_value(value)
    {
        return Ok(value);
    }
    // A number where a word should stand passes for broken JSON with the parser, but is none.
    let is_json = error.is_data() || serde_json::from_slice::<IgnoredAny>(bytes).is_ok();
    let what = if is_json { "not valid" } else { "not JSON" };
    Err(Problem::invalid(format!("the body is {what}: {error}")))
}

/// With every number that has no fraction as an integer.
fn with_integers(value: Value) -> Value {
    /// Beyond it not every integer is a double.
    const EXACT: f64 = (1_u64 << f64::MANTISSA_DIGITS) as f64;
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() <= EXACT => {
                Value::from(float as i64)
            }
            _ => Value::Number(number),
        },
        Value::Array(list) => list.into_iter().map(with_integers).collect(),
        Value::Object(fields) => {
            fields.into_iter().map(|(name, value)| (name, with_integers(value))).collect()
        }
        other => other,
    }
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
    let essence = essence(headers);
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// The type of a body, without its parameters.
fn essence(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// A body of lines, each of which is worked on before the next one is read.
pub struct Lines {
    body: Body,
    /// What has come and is not worked on.
    come: Vec<u8>,
    /// The line that comes is too long already, and is thrown away.
    skips: bool,
    has_ended: bool,
}

/// One line of [`Lines`], without its end.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    Whole(Vec<u8>),
    /// It has more than [`Lines::MAX_BYTES`].
    TooLong,
}

impl Lines {
    /// Of one line.
    pub const MAX_BYTES: usize = 256 << 10;

    fn of(body: Body) -> Self {
        Self { body, come: Vec::new(), skips: false, has_ended: false }
    }

    /// `None` at the end of the body.
    pub async fn next(&mut self) -> Result<Option<Line>, Problem> {
        let mut looked = 0;
        loop {
            if let Some(at) = self.come[looked..].iter().position(|byte| *byte == b'\n') {
                let rest = self.come.split_off(looked + at + 1);
                let mut line = std::mem::replace(&mut self.come, rest);
                line.pop();
                let is_too_long = std::mem::take(&mut self.skips) || line.len() > Self::MAX_BYTES;
                return Ok(Some(if is_too_long { Line::TooLong } else { Line::Whole(line) }));
            }
            if self.come.len() > Self::MAX_BYTES {
                self.skips = true;
                self.come.clear();
            }
            looked = self.come.len();
            if self.has_ended {
                let line = std::mem::take(&mut self.come);
                return Ok(match std::mem::take(&mut self.skips) {
                    true => Some(Line::TooLong),
                    false if line.is_empty() => None,
                    false => Some(Line::Whole(line)),
                });
            }
            match self.body.frame().await {
                None => self.has_ended = true,
                Some(frame) => {
                    if let Ok(data) = frame.map_err(Broken::of)?.into_data() {
                        self.come.extend_from_slice(&data);
                    }
                }
            }
        }
    }
}

impl<S: Send + Sync> FromRequest<S> for Lines {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !matches!(essence(request.headers()).as_str(), "application/x-ndjson" | "application/ndjson") {
            let detail = "send a JSON object a line, with the header `Content-Type: application/x-ndjson`";
            return Err(Problem::new(ErrorCode::UnsupportedMediaType, detail));
        }
        // Room for one line. A bit of the body comes on top of it for a moment.
        let has_room = request.extensions().get::<Arc<Passage>>();
        if has_room.is_some_and(|passage| !passage.keep(Self::MAX_BYTES)) {
            return Err(Broken::NoMemory.into());
        }
        Ok(Self::of(request.into_body()))
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
    fn a_number_without_a_fraction_is_an_integer() {
        for text in ["{\"quantity\":2.0}", "{\"quantity\":0.2e1}", "{\"quantity\":20e-1}"] {
            assert_eq!(parse::<Item>(text.as_bytes()).unwrap().quantity, 2, "{text}");
        }
        for text in ["{\"quantity\":2.5}", "{\"quantity\":-2.0}", "{\"quantity\":1e300}"] {
            let problem = parse::<Item>(text.as_bytes()).unwrap_err();
            assert!(problem.detail.contains("floating point"), "{text}: {}", problem.detail);
        }
    }

    async fn patched(kind: &str, body: &'static str) -> Result<Value, Problem> {
        let request = Request::builder().header(header::CONTENT_TYPE, kind).body(Body::from(body)).unwrap();
        PatchBody::<Value>::from_request(request, &()).await.map(|PatchBody(value)| value)
    }

    #[tokio::test]
    async fn only_a_merge_patch_removes() {
        let body = r#"{"sale":{"until":null},"tags":[null]}"#;
        let problem = patched("application/json", body).await.unwrap_err();
        assert!(problem.detail.contains("`sale.until` is null"), "{}", problem.detail);
        assert!(patched("application/merge-patch+json; charset=utf-8", body).await.is_ok());
        assert!(patched("application/json", r#"{"tags":[null]}"#).await.is_ok());
        assert!(patched("text/plain", "{}").await.is_err());
    }

    #[derive(Debug, serde::Deserialize)]
    struct Sale {
        until: Option<String>,
        #[serde(default)]
        price: u32,
    }

    #[derive(Debug, serde::Deserialize)]
    struct Thing {
        brand: Option<String>,
        #[serde(default)]
        sale: Option<Sale>,
    }

    #[tokio::test]
    async fn what_cannot_be_removed_is_named() {
        let patched = async |body: &'static str| {
            let request =
                Request::builder().header(header::CONTENT_TYPE, MERGE_PATCH).body(Body::from(body)).unwrap();
            PatchBody::<Thing>::from_request(request, &()).await.map(|PatchBody(thing)| thing)
        };
        let thing = patched(r#"{"brand":null,"sale":{"until":null,"price":3}}"#).await.unwrap();
        let sale = thing.sale.unwrap();
        assert_eq!((thing.brand, sale.until, sale.price), (None, None, 3));
        let problem = patched(r#"{"brand":null,"sale":{"until":null,"price":null}}"#).await.unwrap_err();
        assert!(problem.detail.starts_with("`sale.price` is null, and cannot"), "{}", problem.detail);
        let problem = patched(r#"{"brand":null,"sale":{"price":"x"}}"#).await.unwrap_err();
        assert!(problem.detail.starts_with("the body is not valid"), "{}", problem.detail);
    }

    #[tokio::test]
    async fn lines_are_bounded_and_the_last_one_needs_no_end() {
        let long = "x".repeat(Lines::MAX_BYTES + 1);
        let fits = "y".repeat(Lines::MAX_BYTES);
        let mut lines = Lines::of(Body::from(format!("a\n\n{long}\n{fits}\nb")));
        let mut read = Vec::new();
        while let Some(line) = lines.next().await.unwrap() {
            read.push(line);
        }
        let whole = |text: &str| Line::Whole(text.as_bytes().to_vec());
        assert_eq!(read, [whole("a"), whole(""), Line::TooLong, whole(&fits), whole("b")]);
        assert_eq!(Lines::of(Body::from("")).next().await.unwrap(), None);
        assert_eq!(Lines::of(Body::from(long)).next().await.unwrap(), Some(Line::TooLong));
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
