//! Writing the catalogue through the real program.

use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};

use crate::souk::{Answer, Server, Souk, read};

const MERGE_PATCH: &str = "application/merge-patch+json";

async fn post(server: &Server, path: &str, body: Value) -> Answer {
    server.send("POST", path, None, Some(body)).await
}

async fn patch(server: &Server, path: &str, body: Value) -> Answer {
    server.send("PATCH", path, None, Some(body)).await
}

async fn answered(request: RequestBuilder) -> Response {
    request.send().await.unwrap()
}

fn header(response: &Response, name: &str) -> String {
    response.headers().get(name).unwrap_or_else(|| panic!("no {name}")).to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_product_lives_from_its_first_draft_to_the_archive() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let new = json!({
        "external_id": "P900", "name": "Plumwood basin", "price": 40.0, "category_id": "C01", "status": "draft",
        "options": ["Wood"],
        "variants": [
            {"sku": "P900-ASH", "stock": 3.0, "options": [{"name": "Wood", "value": "Ash"}]},
            {"sku": "P900-OAK", "stock": 2, "price_adjustment": 5, "options": [{"name": "Wood", "value": "Oak"}]},
        ],
    });
    let create = || server.request("POST", "/api/v1/products").header("Idempotency-Key", "p900").json(&new);
    let created = answered(create()).await;
    assert_eq!((created.status().as_u16(), header(&created, "etag")), (201, "\"1\"".to_owned()));
    let location = header(&created, "location");
    let created = read(created).await;
    let view = created.ok();
    assert_eq!((&view["status"], &view["stock"]), (&json!("draft"), &json!(5)));
    assert_eq!(read(answered(create()).await).await.ok()["id"], view["id"], "once");
    post(&server, "/api/v1/products", new.clone()).await.is_problem(409, "already-there");
    server.get_after(&created, &location).await.is_problem(404, "not-found");

    let published = patch(&server, &location, json!({"status": "active"})).await;
    let shown = server.get_after(&published, &location).await.ok();
    assert_eq!(shown["variants"][1]["options"], json!([{"name": "Wood", "value": "Oak"}]));
    assert_eq!((&shown["variants"][1]["price"], &shown["version"]), (&json!(45.0), &json!(2)));
    let found = server.get_after(&published, "/api/v1/products/search?q=plumwood+basin&mode=text").await.ok();
    assert_eq!(found["results"][0]["external_id"], "P900");

    // With what was seen, and not with what is no more.
    let seen = header(&answered(server.request("GET", "/api/v1/products/P900")).await, "etag");
    let rename = |tag: &str, name: &str| {
        let request = server.request("PATCH", "/api/v1/products/P900").header("If-Match", tag);
        answered(request.json(&json!({ "name": name })))
    };
    assert_eq!(rename(&seen, "Ash bowl").await.status(), 200);
    let late = read(rename(&seen, "Bowl").await).await.is_problem(412, "not-as-seen");
    assert!(late["detail"].as_str().unwrap().contains("product `P900` is at version 3"), "{late}");
    assert_eq!(rename("W/\"3\"", "Bowl").await.status(), 412);
    assert_eq!(rename("\"1\", \"3\"", "Salad bowl").await.status(), 200);
    assert_eq!(rename("*", "Bowl").await.status(), 200);

    // `null` removes what can be removed.
    patch(&server, "/api/v1/products/P900", json!({"care": "Oil it", "metadata": {"a": "1", "b": "2"}}))
        .await
        .ok();
    let merge = async |body: Value| {
        let request = server.request("PATCH", "/api/v1/products/P900").header("Content-Type", MERGE_PATCH);
        read(answered(request.body(body.to_string())).await).await
    };
    let merged = merge(json!({"care": null, "metadata": {"a": null}})).await.ok();
    assert_eq!((&merged["care"], &merged["metadata"]), (&Value::Null, &json!({"b": "2"})));
    let kept = merge(json!({"brand": null, "name": null})).await.is_problem(400, "invalid-input");
    assert!(kept["detail"].as_str().unwrap().contains("`name` is null, and cannot be removed"), "{kept}");
    let nested = patch(&server, "/api/v1/products/P900", json!({"metadata": {"b": null}})).await;
    let nested = nested.is_problem(400, "invalid-input");
    assert!(nested["detail"].as_str().unwrap().contains("`metadata.b` is null"), "{nested}");

    let archived = server.send("DELETE", "/api/v1/products/P900", None, None).await;
    assert_eq!(archived.ok()["status"], "archived");
    server.get_after(&archived, "/api/v1/products/P900").await.is_problem(404, "not-found");
    server.send("DELETE", "/api/v1/products/P999999", None, None).await.is_problem(404, "not-found");
}

#[tokio::test]
async fn what_was_ordered_of_an_archived_product_stays_readable() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let item = json!({"product_id": "P001", "quantity": 1});
    server.send("POST", "/api/v1/cart/items", Some("U001"), Some(item.clone())).await.ok();
    let placed = server.send("POST", "/api/v1/orders", Some("U001"), Some(json!({}))).await.ok();
    server.send("DELETE", "/api/v1/products/P001", None, None).await.ok();
    let order = server.get(&format!("/api/v1/orders/{}", placed["order_id"].as_str().unwrap())).await.ok();
    assert_eq!(order["items"][0]["quantity"], 1);
    let refused = server.send("POST", "/api/v1/cart/items", Some("U001"), Some(item)).await;
    refused.is_problem(409, "not-for-sale");
    server.send("POST", "/api/v1/orders/1/cancel", None, None).await.ok();
}

#[tokio::test]
async fn variants_are_added_shown_changed_and_retired() {
    let souk = Souk::loaded();
    let server = souk.serve();
    post(
        &server,
        "/api/v1/products",
        json!({"external_id": "P901", "name": "Cup", "category_id": "C01", "price": 9}),
    )
    .await
    .ok();
    let added = answered(
        server
            .request("POST", "/api/v1/products/P901/variants")
            .json(&json!({"sku": "P901-B", "size": "big", "stock": 1, "list_price": 12})),
    )
    .await;
    assert_eq!((added.status().as_u16(), header(&added, "etag")), (201, "\"1\"".to_owned()));
    let location = header(&added, "location");
    let added = read(added).await;
    let shown = answered(server.request("GET", &location)).await;
    assert_eq!(header(&shown, "etag"), "\"1\"");
    assert_eq!(read(shown).await.ok(), added.ok());
    let changed =
        patch(&server, "/api/v1/variants/P901-B", json!({"weight_g": 250.0, "gtin": "96385074"})).await;
    assert_eq!((&changed.ok()["weight_g"], &changed.json()["version"]), (&json!(250), &json!(2)));
    let page = server.get_after(&changed, "/api/v1/products/P901").await.ok();
    assert_eq!(
        (&page["variants"][1]["gtin"], &page["variants"][1]["list_price"]),
        (&json!("96385074"), &json!(12.0))
    );

    let retired = server.send("DELETE", "/api/v1/variants/P901", None, None).await;
    assert_eq!(retired.ok()["is_retired"], json!(true));
    let page = server.get_after(&retired, "/api/v1/products/P901").await.ok();
    assert_eq!(
        (&page["default_variant"], page["variants"].as_array().unwrap().len()),
        (&added.ok()["id"], 1)
    );
    server.send("DELETE", "/api/v1/variants/P901-B", None, None).await.is_problem(409, "still-needed");
    let late = server.request("DELETE", "/api/v1/variants/P901-B").header("If-Match", "\"1\"");
    read(answered(late).await).await.is_problem(412, "not-as-seen");
}

#[tokio::test]
async fn a_category_moves_with_what_lies_in_it_and_sellers_are_changed() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let create = async |id: &str, parent: Value| {
        let body = json!({"external_id": id, "name": format!("Shelf {id}"), "parent": parent});
        let created = post(&server, "/api/v1/categories", body).await;
        assert_eq!(created.status, 201, "{created:?}");
        created.ok()
    };
    let outer = create("C900", Value::Null).await;
    create("C901", json!("C900")).await;
    create("C902", json!("C901")).await;
    post(&server, "/api/v1/products", json!({"name": "Cup", "category_id": "C902"})).await.ok();
    let circle = patch(&server, "/api/v1/categories/C900", json!({"parent": "C902"})).await;
    let circle = circle.is_problem(400, "invalid-input");
    assert!(circle["detail"].as_str().unwrap().contains("cannot lie in itself"), "{circle}");
    create("C903", Value::Null).await;
    let moved = patch(&server, "/api/v1/categories/C901", json!({"parent": "C903"})).await;
    let into = server.get_after(&moved, "/api/v1/categories/C903").await.ok();
    assert_eq!((&into["products"], &into["version"]), (&json!(1), &json!(1)));
    assert_eq!(server.get_after(&moved, "/api/v1/categories/C900").await.ok()["products"], json!(0));
    let listed = server.get_after(&moved, "/api/v1/products?category=C903").await.ok();
    assert_eq!(listed["total"], json!(1));
    let shown = answered(server.request("GET", "/api/v1/categories/C901")).await;
    assert_eq!(header(&shown, "etag"), "\"2\"");
    post(&server, "/api/v1/categories", json!({"external_id": "C900", "name": "x"}))
        .await
        .is_problem(409, "already-there");
    assert!(outer["image"].is_string());

    let kiln = json!({"external_id": "S900", "name": "Kiln", "country": "PT", "founded": 1987.0});
    assert_eq!(post(&server, "/api/v1/sellers", kiln).await.status, 201);
    patch(&server, "/api/v1/sellers/S900", json!({"name": "The Kiln"})).await.ok();
    let seller = answered(server.request("GET", "/api/v1/sellers/S900")).await;
    assert_eq!(header(&seller, "etag"), "\"2\"");
    let seller = read(seller).await.ok();
    assert_eq!((&seller["name"], &seller["founded"]), (&json!("The Kiln"), &json!(1987)));
}

#[tokio::test]
async fn products_by_the_line_are_answered_by_the_line() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let total = server.get("/api/v1/products").await.ok()["total"].as_u64().unwrap();
    let mut body = String::new();
    for number in 0..50 {
        body +=
            &json!({"external_id": format!("B{number}"), "name": "Cup", "category_id": "C01"}).to_string();
        body.push('\n');
    }
    body += "\n{\"name\":\"\",\"category_id\":\"C01\"}\nnonsense\n";
    body += &format!("{{\"name\":\"{}\"}}\n", "x".repeat(300_000));
    body += "{\"external_id\":\"B0\",\"name\":\"Cup\",\"category_id\":\"C01\"}\n{\"name\":\"Last\",\"category_id\":\"C01\"}";
    let send = async |key: Option<&str>| {
        let mut request = server.request("POST", "/api/v1/products/bulk");
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        let answer =
            answered(request.header("Content-Type", "application/x-ndjson").body(body.clone())).await;
        assert_eq!(
            (answer.status().as_u16(), header(&answer, "content-type")),
            (200, "application/x-ndjson".into())
        );
        let lines = answer.text().await.unwrap();
        lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect::<Vec<_>>()
    };
    let first = send(Some("bulk-1")).await;
    let statuses: Vec<u64> = first.iter().map(|line| line["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses[..50], [201; 50]);
    assert_eq!(statuses[50..], [400, 400, 400, 409, 201]);
    assert_eq!((&first[50]["line"], &first[50]["problem"]["code"]), (&json!(52), &json!("invalid-input")));
    let again = send(Some("bulk-1")).await;
    assert_eq!(again[0], first[0], "the same request creates nothing more");
    assert_eq!(again.last(), first.last());
    let list = server.get("/api/v1/categories/C01").await.ok();
    assert!(list["products"].is_u64());
    let now = server.get("/api/v1/products?limit=1").await.ok()["total"].as_u64().unwrap();
    assert!(now <= total + 51, "{now}");
    let plain = server.request("POST", "/api/v1/products/bulk").json(&json!({}));
    read(answered(plain).await).await.is_problem(415, "unsupported-media-type");
}

#[tokio::test]
async fn the_history_of_a_price_is_told() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let before = server.get("/api/v1/products/P002").await.ok()["price"].clone();
    let changed =
        server.send("PATCH", "/api/v1/products/P002", Some("U001"), Some(json!({"price": 77.5}))).await;
    let history = server.get_after(&changed, "/api/v1/products/P002/history?limit=1").await.ok();
    let last = &history["changes"][0];
    assert_eq!((&last["from"], &last["to"], &last["by"]), (&before, &json!(77.5), &json!("user")));
    assert_eq!(history["total"], json!(2));
    server.get("/api/v1/products/P999999/history").await.is_problem(404, "not-found");
}

#[test]
fn products_are_created_and_archived_on_the_command_line() {
    let souk = Souk::loaded();
    let options = ["--category", "C01", "--price", "12.50", "--external-id", "P902", "--stock", "4"];
    let created = souk.json(&[&["products", "create", "Ash cup"][..], &options].concat());
    assert_eq!((&created["external_id"], &created["stock"]), (&json!("P902"), &json!(4)));
    assert_eq!(souk.json(&["products", "show", "P902"])["name"], json!("Ash cup"));
    assert_eq!(souk.json(&["products", "delete", "P902"])["status"], json!("archived"));
    assert_eq!(souk.run(&["products", "show", "P902"]).code, 3);
}

#[tokio::test]
async fn categories_and_sellers_are_deleted_once_they_are_empty() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let full =
        server.send("DELETE", "/api/v1/categories/C01", None, None).await.is_problem(409, "still-needed");
    assert!(full["detail"].as_str().unwrap().contains("products lie in it (`P"), "{full}");
    let selling =
        server.send("DELETE", "/api/v1/sellers/S001", None, None).await.is_problem(409, "still-needed");
    assert!(selling["detail"].as_str().unwrap().contains(" sells "), "{selling}");

    post(&server, "/api/v1/categories", json!({"external_id": "C900", "name": "Vases", "parent": "C01"}))
        .await;
    let with = |tag: &str, path: &str| answered(server.request("DELETE", path).header("If-Match", tag));
    let path = "/api/v1/categories/C900";
    read(with("\"2\"", path).await).await.is_problem(412, "not-as-seen");
    let gone = read(with("\"1\"", path).await).await;
    assert_eq!((&gone.ok()["name"], &gone.json()["products"]), (&json!("Vases"), &json!(0)));
    server.get_after(&gone, path).await.is_problem(404, "not-found");
    server.send("DELETE", path, None, None).await.is_problem(404, "not-found");
    let into = post(&server, "/api/v1/products", json!({"name": "Vase", "category_id": "C900"})).await;
    into.is_problem(400, "invalid-input");

    let seller = json!({"external_id": "S900", "name": "Elm & Co"});
    post(&server, "/api/v1/sellers", seller.clone()).await.ok();
    let told = json!({"story": "Two turners."});
    server.send("PUT", "/api/v1/sellers/S900/profile", None, Some(told)).await.ok();
    let gone = server.send("DELETE", "/api/v1/sellers/S900", None, None).await;
    assert_eq!(gone.ok()["profile"]["story"], "Two turners.");
    server.get_after(&gone, "/api/v1/sellers/S900").await.is_problem(404, "not-found");
    let again = post(&server, "/api/v1/sellers", seller).await;
    assert_eq!(server.get_after(&again, "/api/v1/sellers/S900").await.ok()["profile"], Value::Null);
}

/// A moment from now on, as the API takes it.
fn moment(ms: i64) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    souk_kernel::Timestamp::from_ms(now.as_millis() as i64 + ms).to_string()
}

#[tokio::test]
async fn a_sale_is_shown_and_charged_from_its_beginning_to_its_end() {
    const HOUR: i64 = 3_600_000;
    let souk = Souk::loaded();
    let server = souk.serve();
    let on = |from: Option<i64>, until: Option<i64>| json!({"price": 15, "from": from.map(moment), "until": until.map(moment)});
    let create = async |id: &str, sale: Value| {
        let variant = json!({"sku": id, "stock": 9, "sale": sale});
        let product = json!({"external_id": id, "name": format!("Vase {id}"), "category_id": "C01", "price": 20, "variants": [variant]});
        post(&server, "/api/v1/products", product).await
    };
    create("P910", on(Some(-2 * HOUR), Some(-HOUR))).await.ok();
    create("P911", on(Some(HOUR), None)).await.ok();
    let last = create("P912", on(Some(-HOUR), Some(HOUR))).await;
    last.ok();
    let refused = create("P914", json!({"price": 21})).await.is_problem(400, "invalid-input");
    assert!(refused["detail"].as_str().unwrap().contains("above the ordinary one of 20.00"), "{refused}");

    let order = async |id: &str, price: i64| {
        let body = json!({"items": [{"product_id": id, "quantity": 2, "price": price}]});
        server.send("POST", "/api/v1/orders", Some("U001"), Some(body)).await
    };
    for (id, is_on) in [("P910", false), ("P911", false), ("P912", true)] {
        let page = server.get_after(&last, &format!("/api/v1/products/{id}")).await.ok();
        let (price, list) = if is_on { (json!(15.0), json!(20.0)) } else { (json!(20.0), Value::Null) };
        assert_eq!((&page["price"], &page["list_price"]), (&price, &list), "{id}");
        assert_eq!(
            (&page["variants"][0]["price"], &page["variants"][0]["list_price"]),
            (&price, &list),
            "{id}"
        );
        let (right, wrong) = if is_on { (15, 20) } else { (20, 15) };
        order(id, wrong).await.is_problem(409, "price-changed");
        assert_eq!(order(id, right).await.ok()["total"], 2.0 * f64::from(right as i32));
    }
    let found = server.get_after(&last, "/api/v1/products/search?q=vase+P912&mode=text").await.ok();
    assert_eq!(
        (&found["results"][0]["price"], &found["results"][0]["list_price"]),
        (&json!(15.0), &json!(20.0))
    );
    let listed = server.get_after(&last, "/api/v1/products?category=C01&limit=100").await.ok();
    let listed = listed["products"].as_array().unwrap().clone();
    let on_sale = listed.iter().find(|product| product["external_id"] == "P912").unwrap();
    assert_eq!((&on_sale["price"], &on_sale["list_price"]), (&json!(15.0), &json!(20.0)));
    let told = souk.run(&["products", "show", "P912"]);
    assert!(told.out.contains("15.00 EUR instead of 20.00"), "{}", told.out);

    // What is searched by price follows within seconds.
    create("P915", on(Some(1_000), None)).await.ok();
    let cheap = "/api/v1/products/search?q=vase&mode=text&max_price=15&limit=100";
    let ids = |found: &Value| -> Vec<String> {
        let results = found["results"].as_array().unwrap().iter();
        results.map(|found| found["external_id"].as_str().unwrap().to_owned()).collect()
    };
    let until = std::time::Instant::now() + crate::process::PATIENCE;
    let found = loop {
        let found = ids(&server.get(cheap).await.ok());
        if found.iter().any(|id| id == "P915") {
            break found;
        }
        assert!(std::time::Instant::now() < until, "{found:?}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    let is_found = ["P910", "P911", "P912"].map(|id| found.iter().any(|found| found == id));
    assert_eq!(is_found, [false, false, true], "{found:?}");
    assert_eq!(ids(&souk.json(&["search", "text", "vase", "--max-price", "15", "--limit", "100"])), found);

    // One that begins and ends while it is looked at, out of memory too. Its end is set once it has been seen: a machine that
    // is busy may be slower than any sale is short.
    create("P913", on(Some(2_000), None)).await.ok();
    let costs = async |price: f64| {
        let until = std::time::Instant::now() + crate::process::PATIENCE;
        loop {
            let page = server.get("/api/v1/products/P913").await.ok();
            if page["price"] == json!(price) {
                break;
            }
            assert!(std::time::Instant::now() < until, "{page}");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    costs(15.0).await;
    let ends = json!({"sale": {"until": moment(2_000)}});
    patch(&server, "/api/v1/variants/P913", ends).await.ok();
    costs(20.0).await;
}

#[tokio::test]
async fn a_bundle_is_sold_with_its_parts() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let part = json!({"external_id": "P910", "name": "Teapot", "category_id": "C01", "price": 30,
        "variants": [{"sku": "POT", "stock": 3}]});
    post(&server, "/api/v1/products", part).await.ok();
    let cups = json!({"external_id": "P911", "name": "Cup", "category_id": "C01", "price": 5,
        "variants": [{"sku": "CUP", "stock": 9}]});
    post(&server, "/api/v1/products", cups).await.ok();
    let parts = json!([{"variant_id": "POT", "quantity": 1}, {"variant_id": "CUP", "quantity": 4}]);
    let set = json!({"external_id": "P912", "name": "Plumwood tea set", "category_id": "C01", "price": 45,
        "variants": [{"sku": "SET", "parts": parts}]});
    let created = post(&server, "/api/v1/products", set).await;
    assert_eq!(created.ok()["stock"], 2);
    let shown = server.get_after(&created, "/api/v1/products/P912").await.ok();
    let (parts, stock) = (&shown["variants"][0]["parts"], &shown["variants"][0]["stock"]);
    assert_eq!((parts[1]["quantity"].clone(), stock), (json!(4), &json!(2)));

    let stock = async |after: &Answer| {
        let mut all = Vec::new();
        for product in ["P910", "P911", "P912"] {
            let page = server.get_after(after, &format!("/api/v1/products/{product}")).await.ok();
            all.push(page["stock"].as_i64().unwrap());
        }
        all
    };
    let item = json!({"product_id": "P912", "quantity": 1, "price": 45.0});
    let placed = server.send("POST", "/api/v1/orders", Some("U001"), Some(json!({"items": [item]}))).await;
    assert_eq!(stock(&placed).await, [2, 5, 1]);
    let counted = server.get_after(&placed, "/api/v1/analytics/stock/P911").await.ok();
    assert_eq!(counted["days"].as_array().unwrap().last().unwrap()["level"], 5, "{counted}");
    // Cups that are sold alone are in no set.
    let item = json!({"product_id": "P911", "quantity": 2, "price": 5.0});
    let alone = server.send("POST", "/api/v1/orders", Some("U002"), Some(json!({"items": [item]}))).await;
    assert_eq!(stock(&alone).await, [2, 3, 0]);
    let found =
        server.get_after(&alone, "/api/v1/products/search?q=plumwood+tea+set&in_stock=true").await.ok();
    assert!(
        found["results"].as_array().unwrap().iter().all(|found| found["external_id"] != "P912"),
        "{found}"
    );
    let item = json!({"product_id": "P912", "quantity": 1});
    let refused = server.send("POST", "/api/v1/cart/items", Some("U001"), Some(item)).await;
    refused.is_problem(409, "out-of-stock");

    let order = placed.ok()["order_id"].as_str().unwrap().to_owned();
    let cancelled =
        server.send("POST", &format!("/api/v1/orders/{order}/cancel"), None, Some(json!({}))).await;
    assert_eq!(stock(&cancelled).await, [3, 7, 1]);
    for (path, body, detail) in [
        ("variants/SET", json!({"stock_change": 1}), "that of its parts"),
        ("variants/CUP", json!({"parts": [{"variant_id": "SET", "quantity": 1}]}), "a bundle itself"),
        ("variants/SET", json!({"parts": [{"variant_id": "LID", "quantity": 1}]}), "no such variant"),
        ("variants/SET", json!({"parts": [{"variant_id": "CUP"}]}), "missing field `quantity`"),
    ] {
        let problem = patch(&server, &format!("/api/v1/{path}"), body).await;
        let problem = problem.is_problem(400, "invalid-input");
        assert!(problem["detail"].as_str().unwrap().contains(detail), "{problem}");
    }
    let pot =
        patch(&server, "/api/v1/variants/POT", json!({"parts": [{"variant_id": "CUP", "quantity": 1}]}))
            .await;
    pot.is_problem(409, "still-needed");
}
