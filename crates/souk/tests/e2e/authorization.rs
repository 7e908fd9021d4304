//! Who may do what, as every route of the OpenAPI document says it.

use serde_json::{Value, json};

use crate::accounts;
use crate::souk::Souk;

/// What the document says of who may ask.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Says {
    Anyone,
    /// It makes a difference who asks.
    Visitor,
    SignedIn,
    Staff,
}

fn says(operation: &Value) -> Says {
    let all = operation["security"].as_array().map_or(&[][..], Vec::as_slice);
    let told = operation["description"].as_str().unwrap_or_default();
    match all {
        [] => Says::Anyone,
        all if all.iter().any(|one| one == &json!({})) => Says::Visitor,
        _ if told.contains("Needs the permission") => Says::Staff,
        _ => Says::SignedIn,
    }
}

/// Each route with nobody, a customer and somebody who may do everything, in a shop that asks for accounts.
#[tokio::test]
async fn every_route_keeps_to_what_the_document_says() {
    let souk = Souk::loaded();
    let server = accounts::serve(&souk);
    let document = server.get("/openapi.json").await.ok();
    let customer = accounts::token(&souk, "U001");
    souk.json(&["users", "grant", "U002", "admin"]);
    let mut counts = [0; 4];
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let says = says(operation);
            counts[says as usize] += 1;
            // An order that is there is no help here: what is another's is looked at in `accounts`.
            let path = path
                .replace("{id}", "P001")
                .replace("{code}", "busy")
                .replace("{number}", "1")
                .replace("{product_id}", "P001");
            let method = method.to_uppercase();
            let body = || matches!(method.as_str(), "PATCH" | "POST" | "PUT").then(|| json!({}));
            let signs_in = path.contains("/sessions");
            // A session that asks to end all of its user's is of no use for the next route.
            let boss = accounts::token(&souk, "U002");
            let ends = method == "DELETE" && signs_in;
            let customer = if ends { &accounts::token(&souk, "U003") } else { &customer };
            let statuses = [
                accounts::send(&server, &method, &path, None, body()).await,
                accounts::send(&server, &method, &path, Some(customer), body()).await,
                accounts::send(&server, &method, &path, Some(&boss), body()).await,
            ]
            .map(|answer| answer.status);
            let passes = statuses.map(|status| !matches!(status, 401 | 403));
            let expected = match says {
                Says::Anyone | Says::Visitor => [true; 3],
                Says::SignedIn => [false, true, true],
                Says::Staff => [false, false, true],
            };
            assert_eq!(passes, expected, "{method} {path}: {statuses:?}, and the document says {says:?}");
            if says == Says::Staff {
                assert_eq!(statuses[..2], [401, 403], "{method} {path}");
            }
        }
    }
    let [anyone, visitor, signed_in, staff] = counts;
    println!("{anyone} routes for anyone, {visitor} for visitors, {signed_in} for people, {staff} for staff");
    assert!(anyone > 15 && visitor >= 2 && signed_in > 25 && staff > 20, "{counts:?}");
}

/// Where a shop does not ask for accounts yet, a call names its user.
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
