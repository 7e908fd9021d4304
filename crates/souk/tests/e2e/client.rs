//! A shopper's program: it orders over HTTP, and tries again where it was told to, or not told anything.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::sync::watch;

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ordered {
    Placed {
        number: u64,
        total: String,
    },
    /// The code of a problem document with status 409: `out-of-stock`.
    Refused {
        code: String,
    },
}

/// `product` at its price, once for each of `quantity`.
pub(crate) fn items(product: &str, price: f64, quantity: u32) -> Value {
    json!({ "items": [{ "product_id": product, "quantity": quantity, "price": price }] })
}

/// Sends one order. An error leaves open whether it was placed.
pub(crate) async fn order(
    http: &reqwest::Client,
    api: &str,
    user: &str,
    key: &str,
    body: &Value,
) -> Result<Ordered, Unanswered> {
    let request = http.post(format!("{api}/orders")).header("X-User-Id", user).header("Idempotency-Key", key);
    let response = request.json(body).send().await.map_err(|_| Unanswered::NoAnswer)?;
    let status = response.status();
    let kind = response.headers().get("content-type").cloned();
    let retry_after = response.headers().get("retry-after").is_some();
    let answer: Value = response.json().await.map_err(|_| Unanswered::NoAnswer)?;
    match status {
        StatusCode::CREATED => Ok(Ordered::Placed {
            number: answer["number"].as_u64().expect("a number"),
            total: answer["total"].to_string(),
        }),
        StatusCode::CONFLICT => {
            assert_eq!(kind.unwrap(), "application/problem+json");
            Ok(Ordered::Refused { code: answer["code"].as_str().expect("a code").to_owned() })
        }
        StatusCode::SERVICE_UNAVAILABLE => {
            assert!(retry_after, "{answer}");
            Err(Unanswered::Busy)
        }
        _ => panic!("{status}: {answer}"),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unanswered {
    /// 503: it says when to try again.
    Busy,
    /// The connection broke.
    NoAnswer,
}

/// Sends one order until it is answered, always with the same key, to wherever souk serves now (`None`: nowhere). Says
/// how often it got no answer.
pub(crate) async fn order_surely(
    http: &reqwest::Client,
    apis: &watch::Receiver<Option<String>>,
    user: &str,
    key: &str,
    body: &Value,
) -> (Ordered, u32) {
    let mut apis = apis.clone();
    let mut unanswered = 0;
    loop {
        let api = apis.wait_for(Option::is_some).await.expect("the test goes on").clone();
        match order(http, &api.unwrap_or_default(), user, key, body).await {
            Ok(ordered) => return (ordered, unanswered),
            Err(Unanswered::Busy) => tokio::time::sleep(Duration::from_secs(1)).await,
            Err(Unanswered::NoAnswer) => {
                unanswered += 1;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
}

/// One connection for each request under way.
pub(crate) fn http() -> reqwest::Client {
    http_within(crate::process::PATIENCE)
}

/// The same, waiting no longer than `timeout` for an answer. No server here speaks TLS, but the client wants to know which
/// cryptography it would use.
pub(crate) fn http_within(timeout: std::time::Duration) -> reqwest::Client {
    // The error says that one is chosen already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().timeout(timeout).build().expect("a client")
}
