//! A query that carries `Souk-Position` sees what the caller has written, or says that it may not.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::souk::{Answer, Server, Souk, read};

async fn at(server: &Server, path: &str, position: &str) -> Answer {
    let request = server.request("GET", path).header("Souk-Position", position);
    read(request.send().await.unwrap()).await
}

#[tokio::test]
async fn what_was_just_written_is_listed_found_and_shown() {
    let souk = Souk::loaded();
    let server = souk.serve();
    for round in 0..20 {
        let name = format!("Zyxwv {round} bowl");
        let body = json!({ "name": name, "stock_change": 1 });
        let changed = server.send("PATCH", "/api/v1/products/P005", None, Some(body)).await;
        let position = changed.position.clone().unwrap();
        let stock = changed.ok()["stock"].clone();
        let shown = at(&server, "/api/v1/products/P005", &position).await;
        assert!(!shown.stale);
        assert_eq!((&shown.ok()["name"], &shown.ok()["stock"]), (&json!(name), &stock));
        let found = at(&server, &format!("/api/v1/products/search?q=zyxwv+{round}"), &position).await;
        assert!(!found.stale);
        let results = found.ok()["results"].as_array().unwrap().clone();
        let hit = |hit: &&Value| hit["name"] == name.as_str() && hit["stock"] == stock;
        assert!(results.iter().any(|result| hit(&result)), "{results:?}");
    }
}

/// A bug: the counts come from the search index, but the query waited for the product pages.
#[tokio::test]
async fn categories_count_what_was_just_taken_out_and_put_back() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let category = server.get("/api/v1/products/P001").await.ok()["category_id"].clone();
    let counted = |answer: &Answer| {
        let all = answer.ok()["categories"].as_array().unwrap().clone();
        all.into_iter().find(|one| one["id"] == category).unwrap()["products"].as_u64().unwrap()
    };
    let before = counted(&server.get("/api/v1/categories").await);
    for round in 0..20 {
        let is_active = round % 2 == 1;
        let body = json!({ "is_active": is_active });
        let changed = server.send("PATCH", "/api/v1/products/P001", None, Some(body)).await;
        let answer = at(&server, "/api/v1/categories", &changed.position.unwrap()).await;
        assert!(!answer.stale);
        assert_eq!(counted(&answer), before - u64::from(!is_active), "round {round}");
    }
}

#[tokio::test]
async fn what_cannot_be_had_in_time_is_answered_and_marked() {
    let souk = Souk::loaded();
    let server = souk.serve_with(&[("SOUK_SERVER_READ_YOUR_WRITES_MS", "200")]);
    for path in [
        "/api/v1/products",
        "/api/v1/products/P001",
        "/api/v1/products/search?q=bowl",
        "/api/v1/orders",
        "/api/v1/orders?user_id=U001",
        "/api/v1/categories",
        "/api/v1/sellers/S001",
        "/api/v1/recommendations?user_id=U001",
        "/api/v1/products/P001/similar",
        "/api/v1/products/P001/bought-together",
        "/api/v1/products/P001?with=recommendations,reviews",
        "/api/v1/products/hot",
        "/api/v1/customers/U001/insights",
    ] {
        let begun = Instant::now();
        let answer = at(&server, path, "1-99999999").await;
        assert!(answer.stale && answer.status == 200, "{path}: {answer:?}");
        assert!(begun.elapsed() < Duration::from_secs(2), "{path}");
        assert!(!at(&server, path, "1-1").await.stale, "{path}");
        at(&server, path, "soon").await.is_problem(400, "invalid-input");
    }
}
