//! Who may do what: every route that the OpenAPI document knows has a row here.

use serde_json::json;

use crate::souk::Souk;

#[derive(Clone, Copy, PartialEq)]
enum Who {
    /// Until accounts exist, also what will be for staff only.
    Anyone,
    /// Must name a user, and sees only what is that user's.
    User,
}
use Who::{Anyone, User};

const TABLE: &[(&str, &str, Who)] = &[
    ("get", "/api/v1/products", Anyone),
    ("post", "/api/v1/products", Anyone),
    ("post", "/api/v1/products/bulk", Anyone),
    ("get", "/api/v1/products/search", Anyone),
    ("get", "/api/v1/products/{id}", Anyone),
    ("patch", "/api/v1/products/{id}", Anyone),
    ("delete", "/api/v1/products/{id}", Anyone),
    ("get", "/api/v1/products/{id}/history", Anyone),
    ("post", "/api/v1/products/{id}/variants", Anyone),
    ("post", "/api/v1/products/{id}/images", Anyone),
    ("put", "/api/v1/products/{id}/images", Anyone),
    ("delete", "/api/v1/products/{id}/images/{number}", Anyone),
    ("get", "/media/{name}", Anyone),
    ("get", "/api/v1/variants/{id}", Anyone),
    ("patch", "/api/v1/variants/{id}", Anyone),
    ("delete", "/api/v1/variants/{id}", Anyone),
    ("get", "/api/v1/recommendations", Anyone),
    ("get", "/api/v1/products/{id}/similar", Anyone),
    ("get", "/api/v1/products/{id}/bought-together", Anyone),
    ("get", "/api/v1/categories", Anyone),
    ("post", "/api/v1/categories", Anyone),
    ("get", "/api/v1/categories/{id}", Anyone),
    ("patch", "/api/v1/categories/{id}", Anyone),
    ("delete", "/api/v1/categories/{id}", Anyone),
    ("post", "/api/v1/sellers", Anyone),
    ("get", "/api/v1/sellers/{id}", Anyone),
    ("patch", "/api/v1/sellers/{id}", Anyone),
    ("delete", "/api/v1/sellers/{id}", Anyone),
    ("get", "/api/v1/products/{id}/specifications", Anyone),
    ("put", "/api/v1/products/{id}/specifications", Anyone),
    ("put", "/api/v1/sellers/{id}/profile", Anyone),
    ("get", "/api/v1/products/{id}/reviews", Anyone),
    ("post", "/api/v1/products/{id}/reviews", User),
    ("get", "/api/v1/reviews", Anyone),
    ("post", "/api/v1/reviews/{id}/comments", User),
    ("get", "/api/v1/customers/{id}/profile", User),
    ("put", "/api/v1/customers/{id}/profile", User),
    ("get", "/api/v1/cart", User),
    ("delete", "/api/v1/cart", User),
    ("post", "/api/v1/cart/items", User),
    ("patch", "/api/v1/cart/items/{id}", User),
    ("delete", "/api/v1/cart/items/{id}", User),
    ("get", "/api/v1/products/wished", Anyone),
    ("get", "/api/v1/wishlists", User),
    ("post", "/api/v1/wishlists", User),
    ("get", "/api/v1/wishlists/{id}", User),
    ("patch", "/api/v1/wishlists/{id}", User),
    ("delete", "/api/v1/wishlists/{id}", User),
    ("post", "/api/v1/wishlists/{id}/items", User),
    ("delete", "/api/v1/wishlists/{id}/items/{product_id}", User),
    ("post", "/api/v1/orders", User),
    ("get", "/api/v1/orders", Anyone),
    ("get", "/api/v1/orders/{id}", Anyone),
    ("get", "/api/v1/orders/{id}/events", Anyone),
    ("post", "/api/v1/orders/{id}/pay", Anyone),
    ("post", "/api/v1/orders/{id}/ship", Anyone),
    ("post", "/api/v1/orders/{id}/deliver", Anyone),
    ("post", "/api/v1/orders/{id}/cancel", Anyone),
    ("get", "/api/v1/products/hot", Anyone),
    ("post", "/api/v1/events", Anyone),
    ("get", "/api/v1/analytics/sales", Anyone),
    ("get", "/api/v1/analytics/stock/{id}", Anyone),
    ("get", "/api/v1/analytics/performance", Anyone),
    ("get", "/api/v1/customers/{id}/insights", Anyone),
    ("get", "/health/live", Anyone),
    ("get", "/health/ready", Anyone),
    ("get", "/problems/{code}", Anyone),
];

#[tokio::test]
async fn every_route_has_a_row_and_keeps_to_it() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let document = server.get("/openapi.json").await.ok();
    let mut routes = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            routes += 1;
            let row = TABLE.iter().find(|row| row.0 == method && row.1 == path);
            let Some((_, _, who)) = row else { panic!("{method} {path} has no row in the table") };
            // The document says so, and the route does so.
            let required = operation["security"]
                .as_array()
                .is_some_and(|all| !all.is_empty() && all.iter().all(|one| one.get("user").is_some()));
            assert_eq!(required, *who == User, "the document on {method} {path}");
            let path = path
                .replace("{id}", "P001")
                .replace("{code}", "busy")
                .replace("{number}", "1")
                .replace("{product_id}", "P001");
            let method = method.to_uppercase();
            let body = matches!(method.as_str(), "PATCH" | "POST" | "PUT").then(|| json!({}));
            let answer = server.send(&method, &path, None, body.clone()).await;
            if *who == User {
                answer.is_problem(401, "identity-required");
                let named = server.send(&method, &path, Some("U001"), body).await;
                assert_ne!(named.status, 401, "{method} {path}");
            } else {
                assert_ne!(answer.status, 401, "{method} {path}");
            }
        }
    }
    assert_eq!(routes, TABLE.len(), "the table has rows for routes that do not exist");
}

#[tokio::test]
async fn a_cart_belongs_to_the_user_who_is_named() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let item = json!({"product_id": "P001", "quantity": 1});
    server.send("POST", "/api/v1/cart/items", Some("U001"), Some(item)).await.ok();
    let other = server.send("GET", "/api/v1/cart", Some("U002"), None).await.ok();
    assert_eq!(other["items"], json!([]));
    let path = "/api/v1/cart/items/P001";
    server.send("DELETE", path, Some("U002"), None).await.is_problem(404, "not-found");
    server.send("GET", "/api/v1/cart", Some("a b"), None).await.is_problem(400, "invalid-input");
}
