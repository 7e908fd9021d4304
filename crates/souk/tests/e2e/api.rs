//! Each route answers in its shape.

use serde_json::{Value, json};

use crate::souk::{Souk, read};

const USER: Option<&str> = Some("U001");

/// The object has at least these members.
fn has(value: &Value, members: &[&str]) {
    for member in members {
        assert!(value.get(member).is_some(), "no `{member}` in {value}");
    }
}

const PRODUCT: [&str; 15] = [
    "id",
    "external_id",
    "name",
    "description",
    "price",
    "currency",
    "category",
    "brand",
    "tags",
    "rating",
    "num_reviews",
    "stock",
    "in_stock",
    "images",
    "availability",
];

#[tokio::test]
async fn the_catalogue_is_listed_shown_and_found() {
    let souk = Souk::to_read();
    let server = souk.serve();

    let list = server.get("/api/v1/products?category=&page=&limit=").await.ok();
    has(&list, &["products", "total", "page", "pages"]);
    has(&list["products"][0], &PRODUCT);
    assert_eq!(list["products"].as_array().unwrap().len(), 20);
    let total = list["total"].as_u64().unwrap();
    assert_eq!(list["pages"].as_u64().unwrap(), total.div_ceil(20));
    let last = server.get("/api/v1/products?limit=100&page=100").await.ok();
    assert_eq!((&last["products"], &last["total"]), (&json!([]), &json!(total)));

    let by_id = server.get("/api/v1/products?category=C01&limit=100").await.ok();
    let name = by_id["products"][0]["category"].as_str().unwrap().to_owned();
    let categories = server.get("/api/v1/categories").await.ok();
    let categories = categories["categories"].as_array().unwrap().clone();
    assert!(categories.iter().any(|category| category["name"] == name.as_str()));
    let query = name.replace('&', "%26").replace(' ', "+");
    let by_name = server.get(&format!("/api/v1/products?category={query}")).await.ok();
    assert!(by_name["total"].as_u64().unwrap() > 0);

    let product = server.get("/api/v1/products/P001").await.ok();
    has(&product, &PRODUCT);
    has(
        &product["variants"][0],
        &["id", "sku", "size", "color", "price", "stock", "in_stock", "availability"],
    );
    let own_id = product["id"].as_str().unwrap();
    assert_eq!(server.get(&format!("/api/v1/products/{own_id}/")).await.ok(), product);
    let seller = product["seller"]["external_id"].as_str().unwrap();
    let seller = server.get(&format!("/api/v1/sellers/{seller}")).await.ok();
    assert_eq!(seller["name"], product["seller"]["name"]);

    let found = server.get("/api/v1/products/search?q=wodden+bowl&mode=text").await.ok();
    has(&found, &["results", "facets"]);
    has(&found["results"][0], &PRODUCT);
    assert!(found["results"][0]["name"].as_str().unwrap().contains("Bowl"), "{found}");
    has(&found["facets"], &["brands", "categories"]);
    let brands = found["facets"]["brands"].as_object().unwrap();
    assert!(brands.values().all(Value::is_u64) && !brands.is_empty());
}

#[tokio::test]
async fn a_cart_is_filled_changed_and_ordered_and_the_order_goes_its_way() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let send =
        |method: &'static str, path: &'static str, body: Option<Value>| server.send(method, path, USER, body);

    assert_eq!(send("GET", "/api/v1/cart", None).await.ok()["items"], json!([]));
    send("POST", "/api/v1/orders", None).await.is_problem(409, "empty-cart");
    let before = server.get("/api/v1/products/P001").await.ok();
    let cart = send("POST", "/api/v1/cart/items", Some(json!({"product_id": "P001", "quantity": 1}))).await;
    assert!(cart.position.is_some());
    let cart = cart.ok();
    has(
        &cart["items"][0],
        &["id", "product_id", "variant_id", "name", "quantity", "price", "subtotal", "added_at"],
    );
    let line = cart["items"][0]["id"].as_str().unwrap();
    let path = format!("/api/v1/cart/items/{line}");
    let cart = server.send("PATCH", &path, USER, Some(json!({"quantity": 3}))).await.ok();
    let price = before["price"].as_f64().unwrap();
    assert_eq!(cart["total"].as_f64().unwrap(), (price * 300.0).round() / 100.0);
    assert_eq!(send("DELETE", "/api/v1/cart/items/P001", None).await.ok()["items"], json!([]));
    send("POST", "/api/v1/cart/items", Some(json!({"product_id": "P001", "quantity": 2}))).await.ok();
    assert_eq!(send("DELETE", "/api/v1/cart", None).await.ok()["total"], json!(0.0));
    send("POST", "/api/v1/cart/items", Some(json!({"product_id": "P001", "quantity": 2}))).await.ok();

    let address = json!({"name": "Ada Byron", "line1": "12 Kiln Lane", "city": "Porto", "postal_code": "4050-253", "country": "PT"});
    let order = json!({"shipping_address": address, "payment_method_id": "pm_1"});
    let placed = send("POST", "/api/v1/orders", Some(order)).await;
    assert_eq!(placed.status, 201);
    let placed = placed.ok();
    has(&placed, &["order_id", "number", "status", "total"]);
    assert_eq!((&placed["number"], &placed["status"]), (&json!(1), &json!("pending")));
    assert_eq!(send("GET", "/api/v1/cart", None).await.ok()["items"], json!([]));
    send("POST", "/api/v1/orders", None).await.is_problem(409, "empty-cart");

    let order = format!("/api/v1/orders/{}", placed["order_id"].as_str().unwrap());
    let detail = server.get(&order).await.ok();
    has(&detail["items"][0], &["product_id", "variant_id", "name", "quantity", "price", "subtotal"]);
    assert_eq!(detail["shipping_address"], address);
    let list = server.get("/api/v1/orders?user_id=U001&page=1&limit=10").await.ok();
    has(&list["orders"][0], &["order_id", "number", "status", "total", "placed_at"]);
    assert_eq!((&list["total"], &list["page"], &list["pages"]), (&json!(1), &json!(1), &json!(1)));
    assert_eq!(server.get("/api/v1/orders?user_id=U002").await.ok()["total"], json!(0));

    server.send("POST", &format!("{order}/deliver"), None, None).await.is_problem(409, "order-state");
    let payment = json!({"payment_id": "pay_1", "amount": detail["total"], "method": "card"});
    assert_eq!(
        server.send("POST", &format!("{order}/pay"), None, Some(payment)).await.ok()["status"],
        "paid"
    );
    let shipment = json!({"tracking_number": "1Z"});
    assert_eq!(
        server.send("POST", "/api/v1/orders/1/ship", None, Some(shipment)).await.ok()["status"],
        "shipped"
    );
    assert_eq!(
        server.send("POST", &format!("{order}/deliver"), None, Some(json!({}))).await.ok()["status"],
        "delivered"
    );
    server.send("POST", &format!("{order}/cancel"), None, None).await.is_problem(409, "order-state");
    let events = server.get(&format!("{order}/events")).await.ok();
    has(&events["events"][0], &["type", "version", "data", "occurred_at", "recorded_at"]);
    assert_eq!(events["events"].as_array().unwrap().len(), 4);

    let after = server.get("/api/v1/products/P001").await.ok();
    assert_eq!(after["stock"].as_i64().unwrap(), before["stock"].as_i64().unwrap() - 2);
}

#[tokio::test]
async fn a_key_orders_once_a_changed_price_is_a_conflict_and_stock_is_never_oversold() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let price = server.get("/api/v1/products/P002").await.ok()["variants"][0]["price"].clone();
    let item = |quantity: u32, price: &Value| json!({"items": [{"product_id": "P002", "quantity": quantity, "price": price}]});
    let order = async |key: &str, body: Value| {
        let request = server.request("POST", "/api/v1/orders").header("X-User-Id", "U002");
        read(request.header("Idempotency-Key", key).json(&body).send().await.unwrap()).await
    };
    let first = order("k1", item(1, &price)).await.ok();
    assert_eq!(order("k1", item(1, &price)).await.ok(), first);
    order("k1", item(2, &price)).await.is_problem(422, "idempotency-key-reused");
    assert_eq!(server.get("/api/v1/orders?user_id=U002").await.ok()["total"], json!(1));
    let problem = order("k2", item(1, &json!(0.01))).await.is_problem(409, "price-changed");
    assert_eq!(problem["today"], price);
    let problem = order("k3", item(9_999, &price)).await.is_problem(409, "out-of-stock");
    assert!(problem["available"].as_i64().unwrap() < 9_999);
    // A refusal is no answer to keep: the key may be used for what can be had.
    let placed = order("k3", item(1, &price)).await;
    assert_eq!(placed.ok()["number"], json!(2));

    // What is cancelled returns.
    let before = server.get_after(&placed, "/api/v1/products/P002").await.ok()["stock"].as_i64().unwrap();
    let cancelled = server.send("POST", "/api/v1/orders/2/cancel", None, None).await;
    let after = server.get_after(&cancelled, "/api/v1/products/P002").await.ok()["stock"].as_i64().unwrap();
    assert_eq!(after, before + 1);
}

#[tokio::test]
async fn products_and_variants_are_changed() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let changed = server.send("PATCH", "/api/v1/products/P003", None, Some(json!({"price": 41.5}))).await;
    assert!(changed.position.is_some());
    assert_eq!((&changed.ok()["price"], &changed.json()["is_active"]), (&json!(41.5), &json!(true)));
    let variant = changed.json()["variants"][0].clone();
    let path = format!("/api/v1/variants/{}", variant["sku"].as_str().unwrap());
    let stock = variant["stock"].as_i64().unwrap();
    let body = json!({"stock_change": -stock});
    assert_eq!(server.send("PATCH", &path, None, Some(body)).await.ok()["stock"], json!(0));
    let body = json!({"stock_change": -1});
    server.send("PATCH", &path, None, Some(body)).await.is_problem(409, "out-of-stock");
    assert_eq!(server.send("PATCH", &path, None, None).await.ok()["in_stock"], json!(false));

    let gone = server.send("PATCH", "/api/v1/products/P003", None, Some(json!({"is_active": false}))).await;
    server.get_after(&gone, "/api/v1/products/P003").await.is_problem(404, "not-found");
    // A bug: what is no longer active was answered with its id and nothing else of what the document promises.
    let gone = gone.ok();
    has(&gone, &PRODUCT);
    has(&gone, &["category_id", "materials", "care", "seller", "variants"]);
    assert_eq!((&gone["is_active"], &gone["price"]), (&json!(false), &json!(41.5)));
    assert_eq!(gone["variants"][0]["stock"], json!(0));
    let body = json!({"product_id": "P003", "quantity": 1});
    server.send("POST", "/api/v1/cart/items", USER, Some(body)).await.is_problem(409, "not-for-sale");
    let remove = json!({"price": null});
    let refused = server.send("PATCH", "/api/v1/products/P004", None, Some(remove.clone())).await;
    let refused = refused.is_problem(400, "invalid-input");
    assert!(refused["detail"].as_str().unwrap().contains("`price` is null"), "{refused}");
    let patch = server.request("PATCH", "/api/v1/products/P004").body(remove.to_string());
    let patch = patch.header("Content-Type", "application/merge-patch+json");
    let on_request = read(patch.send().await.unwrap()).await.ok();
    assert_eq!((&on_request["price"], &on_request["price_on_request"]), (&Value::Null, &json!(true)));
    let body = json!({"product_id": "P004", "quantity": 1});
    server.send("POST", "/api/v1/cart/items", USER, Some(body)).await.is_problem(409, "price-on-request");
}

#[tokio::test]
async fn the_documentation_lists_every_route_and_health_tells_of_every_role() {
    let souk = Souk::empty();
    let server = souk.serve();
    let documentation = server.get("/").await;
    assert!(documentation.body.contains("Swagger UI"), "{documentation:?}");
    assert!(server.get("/docs").await.body.contains("Swagger UI"));
    let document = server.get("/openapi.json").await.ok();
    for path in [
        "/api/v1/products",
        "/api/v1/products/{id}",
        "/api/v1/products/search",
        "/api/v1/categories",
        "/api/v1/sellers/{id}",
        "/api/v1/cart",
        "/api/v1/cart/items",
        "/api/v1/cart/items/{id}",
        "/api/v1/orders",
        "/api/v1/orders/{id}",
        "/api/v1/orders/{id}/events",
        "/api/v1/orders/{id}/pay",
        "/api/v1/orders/{id}/ship",
        "/api/v1/orders/{id}/deliver",
        "/api/v1/orders/{id}/cancel",
        "/api/v1/variants/{id}",
        "/health/live",
        "/health/ready",
    ] {
        has(&document["paths"], &[path]);
    }
    assert_eq!(server.get("/health/live").await.ok()["status"], "live");
    // What follows activity nobody has shown yet is begun by the server, and servers take their time.
    let ready = server.ready().await;
    assert_eq!(ready["status"], "ready");
    has(&ready["roles"], &["store", "documents", "cache", "search"]);

    // An empty shop is no fault either.
    assert_eq!(server.get("/api/v1/products").await.ok()["total"], json!(0));
    assert_eq!(server.get("/api/v1/products/search?q=bowl").await.ok()["results"], json!([]));
    server.stop();
}
