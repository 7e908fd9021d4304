//! Whatever is sent to whatever route: a refusal with a problem document or an honest answer, never a fault of souk's.

use serde_json::{Value, json};

use crate::souk::{Answer, Server, Souk, read};

/// Parts of paths and values of parameters that somebody may try, as they stand in a URL.
fn nasty_texts() -> Vec<String> {
    let mut all: Vec<String> = [
        "%00",
        "%ff",
        "%FF%FE",
        "..",
        "%2e%2e%2f",
        "name:%5B*%20TO",
        "%27%20OR%201=1--",
        "%22",
        "%5C",
        "-1",
        "0",
        "1e400",
        "NaN",
        "99999999999999999999",
        "18446744073709551616",
        "-9223372036854775809",
        "null",
        "%20",
        "%E2%80%AE",
        "%F0%9F%8F%BA",
        "%25",
        "*",
        "%7B%7D",
        "%3Cscript%3E",
        "a%0Ab",
        "P999999",
        "true",
        "00000000-0000-0000-0000-000000000000",
        "c8bb66b6e01e5a368c9441f197f5cb08",
    ]
    .map(str::to_owned)
    .to_vec();
    all.push("x".repeat(10_000));
    all.push("%C3%A4".repeat(3_000));
    all.push("bowl%20".repeat(1_400));
    all
}

fn nasty_values() -> Vec<Value> {
    let deep = (0..200).fold(json!(1), |inner, _| json!([inner]));
    vec![
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(1.5),
        json!(1e300),
        json!(-1e300),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(""),
        json!("\u{0}"),
        json!("P001\u{0}"),
        json!("'; DROP TABLE products; --"),
        json!("x".repeat(10_000)),
        json!("\u{202e}"),
        json!("=1+1"),
        json!("<b>x</b>"),
        json!([]),
        json!({}),
        json!([[]]),
        json!({"a": {"b": []}}),
        deep,
    ]
}

/// The answer is no fault of souk's, and a refusal is a problem document without words of an engine.
fn honest(answer: &Answer, what: &str) {
    assert!(answer.status < 500, "{what}: {answer:?}");
    if answer.status >= 400 {
        // Longer than what the HTTP library reads, which answers by itself.
        if answer.status == 414 || answer.status == 431 {
            return;
        }
        assert_eq!(answer.kind, "application/problem+json", "{what}: {answer:?}");
        let problem = answer.json();
        assert_eq!(problem["status"], answer.status, "{what}");
        let detail = problem["detail"].as_str().unwrap();
        for word in ["sqlite", "SQL", "tantivy", "panicked", "rusqlite", "Utf8Error", ".rs:"] {
            assert!(!detail.contains(word) || what.contains(word), "{what}: {detail}");
        }
    }
}

async fn state(server: &Server) -> Value {
    let product = server.get("/api/v1/products/P001").await.ok();
    let orders = server.get("/api/v1/orders?user_id=U001").await.ok();
    let total = server.get("/api/v1/products").await.ok()["total"].clone();
    json!([product, orders, total])
}

#[tokio::test]
async fn paths_and_queries() {
    let souk = Souk::to_read();
    let server = souk.serve();
    let before = state(&server).await;
    let paths = [
        ("GET", "/api/v1/products/{}"),
        ("PATCH", "/api/v1/products/{}"),
        ("DELETE", "/api/v1/products/x{}"),
        ("GET", "/api/v1/products/{}/history"),
        ("GET", "/api/v1/products/P001/history?page={}"),
        ("POST", "/api/v1/products/{}/variants"),
        ("GET", "/api/v1/variants/{}"),
        ("PATCH", "/api/v1/variants/{}"),
        ("DELETE", "/api/v1/variants/x{}"),
        ("GET", "/api/v1/categories/{}"),
        ("PATCH", "/api/v1/categories/{}"),
        ("DELETE", "/api/v1/categories/{}"),
        ("GET", "/api/v1/sellers/{}"),
        ("PATCH", "/api/v1/sellers/{}"),
        ("DELETE", "/api/v1/sellers/{}"),
        ("PATCH", "/api/v1/cart/items/{}"),
        ("DELETE", "/api/v1/cart/items/{}"),
        ("GET", "/api/v1/orders/{}"),
        ("GET", "/api/v1/orders/{}/events"),
        ("POST", "/api/v1/orders/{}/pay"),
        ("POST", "/api/v1/orders/{}/ship"),
        ("POST", "/api/v1/orders/{}/deliver"),
        ("POST", "/api/v1/orders/{}/cancel"),
        ("GET", "/problems/{}"),
        ("GET", "/{}"),
        ("GET", "/api/v1/{}"),
        ("GET", "/docs/{}"),
        ("GET", "/api/v1/products?category={}"),
        ("GET", "/api/v1/products?page={}"),
        ("GET", "/api/v1/products?limit={}"),
        ("GET", "/api/v1/products?brand={}"),
        ("GET", "/api/v1/products?seller={}"),
        ("GET", "/api/v1/products?tag={}"),
        ("GET", "/api/v1/products?option.color={}"),
        ("GET", "/api/v1/products?option.{}=red"),
        ("GET", "/api/v1/products?option[{}]=red"),
        ("GET", "/api/v1/products?min_price={}"),
        ("GET", "/api/v1/products?min_rating={}"),
        ("GET", "/api/v1/products?sort={}"),
        ("GET", "/api/v1/products/search?q={}"),
        ("GET", "/api/v1/products/search?sort={}"),
        ("GET", "/api/v1/products/search?tag={}"),
        ("GET", "/api/v1/products/search?q=bowl&sort={}"),
        ("GET", "/api/v1/products/search?category={}"),
        ("GET", "/api/v1/products/search?brand={}"),
        ("GET", "/api/v1/products/search?min_price={}"),
        ("GET", "/api/v1/products/search?max_price={}"),
        ("GET", "/api/v1/products/search?in_stock={}"),
        ("GET", "/api/v1/products/search?mode={}"),
        ("GET", "/api/v1/products/search?page={}"),
        ("GET", "/api/v1/products/search?limit={}"),
        ("GET", "/api/v1/orders?user_id={}"),
        ("GET", "/api/v1/orders?page={}"),
        ("GET", "/api/v1/orders?limit={}"),
        ("GET", "/api/v1/products/{}/similar"),
        ("GET", "/api/v1/products/{}/bought-together"),
        ("GET", "/api/v1/products/P001?with={}"),
        ("GET", "/api/v1/recommendations?user_id={}"),
        ("GET", "/api/v1/recommendations?k={}"),
        ("GET", "/api/v1/products/hot?limit={}"),
        ("GET", "/api/v1/analytics/sales?by={}"),
        ("GET", "/api/v1/analytics/sales?from={}"),
        ("GET", "/api/v1/analytics/sales?to={}&limit=1"),
        ("GET", "/api/v1/analytics/sales?limit={}"),
        ("GET", "/api/v1/analytics/stock/{}"),
        ("GET", "/api/v1/analytics/stock/P001?days={}"),
        ("GET", "/api/v1/analytics/performance?by={}"),
        ("GET", "/api/v1/analytics/performance?from={}"),
        ("GET", "/api/v1/customers/{}/insights"),
        ("GET", "/api/v1/customers/{}/profile"),
        ("PUT", "/api/v1/customers/{}/profile"),
        ("PUT", "/api/v1/sellers/{}/profile"),
        ("GET", "/api/v1/products/{}/specifications"),
        ("PUT", "/api/v1/products/{}/specifications"),
        ("GET", "/api/v1/products/{}/reviews"),
        ("GET", "/api/v1/products/P001/reviews?sort={}"),
        ("GET", "/api/v1/products/P001/reviews?page={}"),
        ("GET", "/api/v1/products/P001/reviews?limit={}"),
        ("POST", "/api/v1/products/{}/reviews"),
        ("GET", "/api/v1/reviews?user_id={}"),
        ("POST", "/api/v1/reviews/{}/comments"),
        ("POST", "/api/v1/products/{}/images"),
        ("PUT", "/api/v1/products/{}/images"),
        ("DELETE", "/api/v1/products/{}/images/1"),
        ("DELETE", "/api/v1/products/P001/images/{}"),
        ("GET", "/media/{}"),
        ("GET", "/api/v1/categories?{}"),
        ("GET", "/api/v1/cart?{}"),
    ];
    for (method, path) in paths {
        // The HTTP library takes `..` out of an address, and what is left of a picture's is its product's.
        for text in nasty_texts().into_iter().filter(|text| method != "DELETE" || text != "..") {
            let path = path.replace("{}", &text);
            // The URL goes out as it stands here: a client library would mend it.
            let body = matches!(method, "PATCH" | "POST" | "PUT").then(|| json!({}));
            let answer = server.send(method, &path, Some("U001"), body).await;
            // `/docs` is served by a library, which answers unknown files in plain text.
            if !path.starts_with("/docs") {
                honest(&answer, &format!("{method} {}", &path[..path.len().min(200)]));
            }
            assert!(answer.status < 500, "{method} {path}");
        }
    }
    assert_eq!(state(&server).await, before);
}

#[tokio::test]
async fn bodies() {
    let souk = Souk::to_read();
    let server = souk.serve();
    let before = state(&server).await;
    let address = json!({"name": "A", "line1": "B", "city": "C", "postal_code": "D", "country": "PT"});
    let item = json!({"product_id": "P001", "quantity": 1, "price": 0.01});
    // Each body would be refused as it is, so nothing may change whatever is put into it.
    let commands = [
        ("POST", "/api/v1/cart/items", json!({"product_id": "P999999", "variant_id": "X", "quantity": 1})),
        ("PATCH", "/api/v1/cart/items/P001", json!({"quantity": 1})),
        (
            "POST",
            "/api/v1/orders",
            json!({"shipping_address": address, "payment_method_id": "p", "items": [item]}),
        ),
        ("POST", "/api/v1/orders/1/pay", json!({"payment_id": "p", "amount": 1, "method": "card"})),
        ("POST", "/api/v1/orders/1/ship", json!({"tracking_number": "t"})),
        ("POST", "/api/v1/orders/1/deliver", json!({"x": 1})),
        ("POST", "/api/v1/orders/1/cancel", json!({"reason": "r"})),
        (
            "PATCH",
            "/api/v1/products/P999999",
            json!({"price": 1, "is_active": false, "name": "n", "stock_change": 1, "tags": ["a"],
                "stock_policy": "backorder", "backorder_allowance": 1}),
        ),
        (
            "PATCH",
            "/api/v1/products/P999999",
            json!({"category_id": "C01", "also_in": ["C02"], "seller_id": "S001", "status": "draft", "is_hidden": true,
                "options": ["a"], "default_variant": "v", "slug": "s", "seo_title": "t", "seo_description": "d",
                "metadata": {"a": "b"}, "materials": ["m"], "care": "c", "brand": "b"}),
        ),
        // No such category, so none of them comes about.
        (
            "POST",
            "/api/v1/products",
            json!({"name": "n", "price": 1, "category_id": "C999999", "external_id": "e", "images": [{"url": "/a"}],
                "stock": 1, "stock_policy": "backorder", "backorder_allowance": 1,
                "variants": [{"sku": "s", "stock": 1, "price_adjustment": 1}]}),
        ),
        (
            "POST",
            "/api/v1/products/P999999/variants",
            json!({"sku": "s", "stock": 1, "size": "s", "options": [{"name": "n", "value": "v"}], "list_price": 1,
                "sale": {"price": 1}, "gtin": "96385074", "weight_g": 1, "dimensions_mm": [1, 2, 3],
                "stock_policy": "backorder", "backorder_allowance": 1, "parts": []}),
        ),
        (
            "POST",
            "/api/v1/categories",
            json!({"name": " ", "parent": "C999999", "external_id": "e", "image": "/a"}),
        ),
        (
            "PATCH",
            "/api/v1/categories/C999999",
            json!({"name": "n", "parent": "C01", "description": "d", "image": "/a"}),
        ),
        (
            "POST",
            "/api/v1/sellers",
            json!({"name": " ", "user_id": "U999999", "country": "PT", "founded": 1900}),
        ),
        (
            "PATCH",
            "/api/v1/sellers/S999999",
            json!({"name": "n", "city": "c", "country": "PT", "founded": 1900}),
        ),
        (
            "PATCH",
            "/api/v1/variants/P999999",
            json!({"stock_change": 1, "stock_policy": "backorder", "backorder_allowance": 1, "price_adjustment": 1, "size": "s", "options": [], "is_retired": true,
                "list_price": 1, "sale": {"price": 1}, "gtin": "96385074", "weight_g": 1, "dimensions_mm": [1, 2, 3],
                "is_digital": true, "images": [], "metadata": {}, "parts": [{"variant_id": "v", "quantity": 1}]}),
        ),
        (
            "POST",
            "/api/v1/events",
            json!({"user_id": "a", "product_id": "P999999", "event_type": "view", "session_id": "s", "metadata": {}, "event_id": null}),
        ),
        (
            "POST",
            "/api/v1/products/P999999/reviews",
            json!({"rating": 5, "title": "t", "content": "c", "images": ["/media/x"]}),
        ),
        (
            "POST",
            "/api/v1/reviews/00000000-0000-7000-8000-000000000000/comments",
            json!({"content": "c", "parent_id": null}),
        ),
        (
            "PUT",
            "/api/v1/customers/U999999/profile",
            json!({"about": "a", "interests": ["b"], "sizes": [], "newsletter": true}),
        ),
        (
            "PUT",
            "/api/v1/sellers/S999999/profile",
            json!({"story": "s", "techniques": ["t"], "portfolio": []}),
        ),
        (
            "PUT",
            "/api/v1/products/P999999/specifications",
            json!({"specifications": [{"name": "n", "value": "v"}]}),
        ),
    ];
    for (method, path, body) in &commands {
        for value in nasty_values() {
            let mut bodies = vec![value.clone()];
            for key in body.as_object().unwrap().keys() {
                let mut changed = body.clone();
                changed[key] = value.clone();
                bodies.push(changed);
            }
            if body.get("items").is_some() {
                for key in ["product_id", "quantity", "price"] {
                    let mut changed = body.clone();
                    changed["items"][0][key] = value.clone();
                    bodies.push(changed);
                }
                for key in ["name", "country", "line2"] {
                    let mut changed = body.clone();
                    changed["shipping_address"][key] = value.clone();
                    bodies.push(changed);
                }
            }
            for body in bodies {
                let text = body.to_string();
                let answer = server.send(method, path, Some("U001"), Some(body)).await;
                honest(&answer, &format!("{method} {path} {}", text.chars().take(300).collect::<String>()));
            }
        }
        for (text, kind) in [
            ("", "application/json"),
            ("{", "application/json"),
            ("[1]", "application/json"),
            ("{\"a\":1,\"a\":2}", "application/json"),
            ("\u{feff}{}", "application/json"),
            ("{}", "text/plain"),
            ("a=b", "application/x-www-form-urlencoded"),
            ("{} {}", "application/json"),
            ("nul", "application/json"),
        ] {
            let request =
                server.request(method, path).header("X-User-Id", "U001").header("Content-Type", kind);
            honest(&read(request.body(text).send().await.unwrap()).await, &format!("{method} {path} {text}"));
        }
        let request = server.request(method, path).header("X-User-Id", "U001");
        let request = request.header("Content-Type", "application/json").body(vec![0xff_u8, 0xfe, 0x00]);
        honest(
            &read(request.send().await.unwrap()).await,
            &format!("{method} {path} with bytes that are no text"),
        );
    }
    assert_eq!(state(&server).await, before);
    assert_eq!(server.send("GET", "/api/v1/cart", Some("U001"), None).await.ok()["items"], json!([]));
}

/// A bug: `{"itmes": […]}` ordered the whole cart.
#[tokio::test]
async fn a_field_that_no_command_has_is_refused_by_its_name() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let item = json!({"product_id": "P001", "quantity": 1});
    server.send("POST", "/api/v1/cart/items", Some("U001"), Some(item.clone())).await.ok();
    let misspelt = |mut body: Value| {
        body["itmes"] = json!([]);
        body
    };
    let address = json!({"name": "A", "line1": "B", "city": "C", "postal_code": "D", "country": "PT"});
    let line = json!({"product_id": "P001", "quantity": 1, "price": 0.01});
    for (method, path, body) in [
        ("POST", "/api/v1/orders", misspelt(json!({}))),
        ("POST", "/api/v1/orders", json!({ "items": [misspelt(line)] })),
        ("POST", "/api/v1/orders", json!({ "shipping_address": misspelt(address) })),
        ("POST", "/api/v1/cart/items", misspelt(item)),
        ("PATCH", "/api/v1/cart/items/P001", misspelt(json!({"quantity": 2}))),
        ("POST", "/api/v1/orders/1/pay", misspelt(json!({"payment_id": "p", "amount": 1, "method": "card"}))),
        ("POST", "/api/v1/orders/1/ship", misspelt(json!({"tracking_number": "t"}))),
        ("POST", "/api/v1/orders/1/deliver", misspelt(json!({}))),
        ("POST", "/api/v1/orders/1/cancel", misspelt(json!({}))),
        ("PATCH", "/api/v1/products/P001", misspelt(json!({"stock_change": 1}))),
        ("PATCH", "/api/v1/variants/P001-NAT", misspelt(json!({"stock_change": 1}))),
        ("POST", "/api/v1/products", misspelt(json!({"name": "n", "category_id": "C01"}))),
        ("POST", "/api/v1/products/P001/variants", misspelt(json!({"sku": "s"}))),
        ("POST", "/api/v1/categories", misspelt(json!({"name": "n"}))),
        ("PATCH", "/api/v1/categories/C01", misspelt(json!({"name": "n"}))),
        ("POST", "/api/v1/sellers", misspelt(json!({"name": "n"}))),
        ("PATCH", "/api/v1/sellers/S001", misspelt(json!({"name": "n"}))),
        (
            "POST",
            "/api/v1/events",
            misspelt(json!({"user_id": "a", "product_id": "P001", "event_type": "view"})),
        ),
    ] {
        let problem =
            server.send(method, path, Some("U001"), Some(body)).await.is_problem(400, "invalid-input");
        assert!(problem["detail"].as_str().unwrap().contains("unknown field `itmes`"), "{path}: {problem}");
    }
    let cart = server.send("GET", "/api/v1/cart", Some("U001"), None).await.ok();
    assert_eq!(cart["items"][0]["quantity"], json!(1));
    assert_eq!(server.get("/api/v1/orders").await.ok()["total"], json!(0));
    // Nothing said is still the cart.
    server.send("POST", "/api/v1/orders", Some("U001"), Some(json!({}))).await.ok();
    server.send("POST", "/api/v1/orders/1/cancel", None, None).await.ok();
}

#[tokio::test]
async fn headers_methods_and_large_bodies() {
    let souk = Souk::to_read();
    let server = souk.serve();
    let large = "x".repeat(20_000_000);
    for (method, path) in [
        ("POST", "/api/v1/orders"),
        ("POST", "/api/v1/cart/items"),
        ("PATCH", "/api/v1/products/P001"),
        ("GET", "/api/v1/products/P001"),
        ("POST", "/api/v1/orders/1/cancel"),
        ("POST", "/nowhere"),
    ] {
        let request = server.request(method, path).header("X-User-Id", "U001");
        let request = request.header("Content-Type", "application/json").body(large.clone());
        read(request.send().await.unwrap()).await.is_problem(413, "payload-too-large");
    }
    for user in ["", " ", "a b", "\u{e9}", &"x".repeat(5_000)] {
        let request = server.request("GET", "/api/v1/cart").header("X-User-Id", user.as_bytes());
        read(request.send().await.unwrap()).await.is_problem(400, "invalid-input");
    }
    for key in ["", "a b", &"x".repeat(256)] {
        let request = server.request("POST", "/api/v1/orders").header("X-User-Id", "U001");
        let request = request.header("Idempotency-Key", key);
        read(request.send().await.unwrap()).await.is_problem(400, "invalid-input");
    }
    for parameter in ["/api/v1/products?pgae=2", "/api/v1/products/P001?wiht=reviews"] {
        let problem = server.get(parameter).await.is_problem(400, "invalid-input");
        assert!(problem["detail"].as_str().unwrap().contains("unknown field"), "{problem}");
    }
    for (method, path) in
        [("PUT", "/api/v1/products"), ("DELETE", "/api/v1/orders/1"), ("POST", "/health/live")]
    {
        server.send(method, path, None, None).await.is_problem(405, "method-not-allowed");
    }
    server.send("OPTIONS", "/nowhere", None, None).await.is_problem(404, "route-not-found");
    assert_eq!(server.send("HEAD", "/api/v1/products/P001", None, None).await.status, 200);
    let unknown = Some("U999999");
    let item = json!({"product_id": "P001", "quantity": 1});
    server.send("POST", "/api/v1/cart/items", unknown, Some(item)).await.is_problem(404, "not-found");
    let problem = server.get("/api/v1/products/P999999").await.is_problem(404, "not-found");
    assert!(problem["detail"].as_str().unwrap().contains("`P999999`"), "{problem}");
}
