//! The header `Idempotency-Key`: the same key and the same request have one effect, however often they come.

use axum::http::{HeaderMap, Method};
use souk_shop::orders::{IdempotencyKey, request_hash};

use super::Problem;

const HEADER: &str = "idempotency-key";

/// The key of the request, where it has one, with a hash over the request as sent: another body under the same key is
/// another request.
pub fn idempotency_key(
    headers: &HeaderMap,
    method: &Method,
    path: &str,
    body: &[u8],
) -> Result<Option<IdempotencyKey>, Problem> {
    let mut values = headers.get_all(HEADER).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let key = value.to_str().unwrap_or_default();
    let visible = key.bytes().all(|byte| byte.is_ascii_graphic());
    if values.next().is_some() || !visible || !(1..=255).contains(&key.len()) {
        return Err(Problem::invalid(
            "an `Idempotency-Key` is one text of 1 to 255 visible ASCII characters",
        ));
    }
    let request_hash = request_hash(&[method.as_str().as_bytes(), path.as_bytes(), body]);
    Ok(Some(IdempotencyKey { key: key.to_owned(), request_hash }))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn read(value: &str) -> Result<Option<IdempotencyKey>, Problem> {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, HeaderValue::from_str(value).unwrap());
        idempotency_key(&headers, &Method::POST, "/orders", b"{}")
    }

    #[test]
    fn keys_are_visible_ascii_of_a_bounded_length() {
        assert!(idempotency_key(&HeaderMap::new(), &Method::POST, "/orders", b"").unwrap().is_none());
        for bad in ["", "a b", &"x".repeat(256), "\u{e9}"] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert!(read(&"x".repeat(255)).is_ok());
    }
}
