//! The cookie that carries a session in browsers, and which requests it may be used for.
//!
//! `__Host-` makes browsers keep it only when it is `Secure`, of this host alone and of every path
//! (RFC 6265bis); they take addresses of their own machine for secure. A request that changes something is not let pass on
//! the cookie's word alone when another site sent it: `Sec-Fetch-Site` says so, and `Origin` where a browser has no such
//! header.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};

const NAME: &str = "__Host-souk";
static SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The token that the cookie brings.
pub(super) fn token(headers: &HeaderMap) -> Option<&str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == NAME).map(|(_, value)| value)
}

/// Keeps the token in the browser for as long as its session lasts.
pub(super) fn set(token: &str, seconds: i64) -> Option<HeaderValue> {
    let text = format!("{NAME}={token}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Lax");
    HeaderValue::from_str(&text).ok()
}

pub(super) fn cleared() -> HeaderValue {
    HeaderValue::from_static("__Host-souk=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax")
}

/// Whether the browser may have been made to send this by another site.
pub(super) fn is_cross_site(method: &Method, headers: &HeaderMap, host: Option<&str>) -> bool {
    if method.is_safe() {
        return false;
    }
    if let Some(site) = headers.get(&SITE) {
        return site != "same-origin" && site != "none";
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return false };
    let of = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
    of.is_none() || of != host
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(all: &[(&'static str, &'static str)]) -> HeaderMap {
        all.iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        assert_eq!(token(&headers(&[("cookie", "a=b; __Host-souk=souk_1; c=d")])), Some("souk_1"));
        assert_eq!(token(&headers(&[("cookie", "souk=x; __Host-souk2=y; x__Host-souk=z")])), None);
        assert_eq!(token(&headers(&[])), None);
        let kept = set("souk_1", 60).unwrap();
        assert_eq!(kept, "__Host-souk=souk_1; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn another_site_changes_nothing() {
        let host = Some("shop.example.org");
        for (method, sent, is_cross) in [
            (Method::GET, &[("sec-fetch-site", "cross-site")][..], false),
            (Method::POST, &[("sec-fetch-site", "same-origin")], false),
            (Method::POST, &[("sec-fetch-site", "none")], false),
            (Method::POST, &[("sec-fetch-site", "cross-site")], true),
            (Method::POST, &[("sec-fetch-site", "same-site")], true),
            (Method::DELETE, &[("origin", "https://shop.example.org")], false),
            (Method::DELETE, &[("origin", "https://evil.example.org")], true),
            (Method::PATCH, &[("origin", "null")], true),
            // What is no browser sends neither.
            (Method::POST, &[], false),
        ] {
            assert_eq!(is_cross_site(&method, &headers(sent), host), is_cross, "{method} {sent:?}");
        }
    }
}
