//! Recommendations over HTTP and on the command line, from orders that were placed a moment ago.

use serde_json::{Value, json};

use crate::souk::{Answer, Server, Souk, read};

async fn at(server: &Server, path: &str, position: &str) -> Answer {
    let request = server.request("GET", path).header("Souk-Position", position);
    read(request.send().await.unwrap()).await
}

/// One of each to a person; the position of the order.
async fn order(server: &Server, who: &str, products: &[&str]) -> String {
    let mut items = Vec::new();
    for product in products {
        let page = server.get(&format!("/api/v1/products/{product}")).await.ok();
        items.push(json!({ "product_id": page["id"], "quantity": 1, "price": page["variants"][0]["price"] }));
    }
    let address = json!({ "name": "Ada Byron", "line1": "12 Kiln Lane", "city": "Porto", "postal_code": "4050-253", "country": "PT" });
    let body = json!({ "items": items, "shipping_address": address, "payment_method_id": "pm_1" });
    let key = format!("{who}-{}", products.join("-"));
    let request = server.request("POST", "/api/v1/orders").header("X-User-Id", who);
    let placed = read(request.header("Idempotency-Key", key).json(&body).send().await.unwrap()).await;
    assert_eq!(placed.status, 201, "{placed:?}");
    placed.position.unwrap()
}

fn ids(products: &Value) -> Vec<&str> {
    products.as_array().unwrap().iter().map(|product| product["external_id"].as_str().unwrap()).collect()
}

/// Three products that can be bought.
async fn for_sale(server: &Server) -> Vec<String> {
    let list = server.get("/api/v1/products?limit=100").await.ok();
    let products = list["products"].as_array().unwrap().iter();
    let sold =
        products.filter(|product| product["stock"].as_i64().unwrap() > 20 && product["price"].is_number());
    sold.take(3).map(|product| product["external_id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn what_was_just_ordered_is_recommended_to_those_who_bought_the_same() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let new = server.get("/api/v1/recommendations?user_id=U001&k=3").await.ok();
    assert_eq!((&new["basis"], new["recommendations"].as_array().unwrap().len()), (&json!("newest"), 3));

    let products = for_sale(&server).await;
    let [cup, saucer, other] = [&*products[0], &*products[1], &*products[2]];
    order(&server, "U001", &[cup]).await;
    for who in ["U002", "U003", "U004"] {
        order(&server, who, &[cup, saucer]).await;
    }
    for at in 5..25 {
        order(&server, &format!("U{at:03}"), &[other]).await;
    }
    let position = order(&server, "U025", &[other]).await;
    let path = "/api/v1/recommendations?user_id=U001&k=2";
    let answer = at(&server, path, &position).await.ok();
    assert_eq!(answer["basis"], "purchases", "{answer}");
    assert_eq!(ids(&answer["recommendations"]), [saucer, other]);
    let first = &answer["recommendations"][0];
    assert_eq!((&first["reason"], &first["because"]["external_id"]), (&json!("also-bought"), &json!(cup)));
    assert_eq!(answer["recommendations"][1]["reason"], "best-seller", "nobody led there");
    for nobody in ["", "U999", "no-account"] {
        let answer = server.get(&format!("/api/v1/recommendations?user_id={nobody}&k=1")).await.ok();
        assert_eq!(
            (&answer["basis"], ids(&answer["recommendations"])),
            (&json!("best-sellers"), vec![other])
        );
    }

    let together = server.get(&format!("/api/v1/products/{cup}/bought-together")).await.ok();
    assert_eq!((&together["baskets"], ids(&together["products"])), (&json!(4), vec![saucer]), "{together}");
    assert_eq!(together["products"][0]["baskets"], 3);
    let similar = server.get(&format!("/api/v1/products/{cup}/similar?k=3")).await.ok();
    // Which it is depends on whether the model's weights are on this machine; an answer there always is.
    assert!(["similar-to", "nearest", "category"].contains(&similar["basis"].as_str().unwrap()), "{similar}");
    assert_eq!(similar["products"].as_array().unwrap().len(), 3, "{similar}");
    let plain = server.get(&format!("/api/v1/products/{cup}")).await.ok();
    let mut with = server.get(&format!("/api/v1/products/{cup}?with=recommendations")).await.ok();
    assert_eq!(with["bought_together"], together);
    let with = with.as_object_mut().unwrap();
    assert!(with.remove("similar").is_some() && with.remove("bought_together").is_some());
    assert_eq!(json!(with), plain, "and the page itself stays what it is");
    server.stop();

    let said = souk.json(&["recommend", "user", "U001", "--limit", "2"]);
    assert_eq!(said, answer, "the command says what HTTP says");
    assert_eq!(souk.json(&["recommend", "frequently-bought-together", cup]), together);
    assert_eq!(
        souk.json(&["recommend", "similar", cup, "--limit", "3"])["product_id"],
        similar["product_id"]
    );
    let said = souk.run(&["recommend", "user", "U001", "--limit", "2"]);
    assert!(said.out.contains("bought ") && said.out.contains("sells most"), "{}", said.out);
}

/// A bug: who answered waited for what finds the products, but not for their pages and quantities.
#[tokio::test]
async fn whoever_finds_products_shows_their_stock_as_it_was_just_written() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let products = for_sale(&server).await;
    let [cup, saucer, other] = [&*products[0], &*products[1], &*products[2]];
    for who in ["U001", "U002", "U003", "U004"] {
        order(&server, who, &[cup, saucer]).await;
    }
    // Together more often than by chance, as there are other orders.
    for at in 10..30 {
        order(&server, &format!("U{at:03}"), &[other]).await;
    }
    let similar = server.get(&format!("/api/v1/products/{cup}/similar?k=1")).await.ok();
    let similar = similar["products"][0]["external_id"].as_str().unwrap().to_owned();
    for (path, list, shown) in [
        ("/api/v1/recommendations?k=2".to_owned(), "/recommendations", other),
        (format!("/api/v1/products/{cup}/bought-together"), "/products", saucer),
        (format!("/api/v1/products/{cup}/similar?k=3"), "/products", &similar),
        (format!("/api/v1/products/{cup}?with=recommendations"), "/bought_together/products", saucer),
        ("/api/v1/products/hot".to_owned(), "/products", saucer),
        ("/api/v1/customers/U009/insights".to_owned(), "/suggestions/recommendations", other),
    ] {
        for round in 0..10 {
            souk.hold_the_cache();
            let change = Some(json!({ "stock_change": 1 }));
            let changed = server.send("PATCH", &format!("/api/v1/products/{shown}"), None, change).await;
            let answer = at(&server, &path, &changed.position.clone().unwrap()).await;
            assert!(!answer.stale, "{path}");
            let found = answer.ok();
            let mut items = found.pointer(list).unwrap().as_array().unwrap().iter();
            let item = items.find(|item| item["external_id"] == shown);
            let stock = item.map(|item| item["stock"].clone());
            assert_eq!(stock.as_ref(), Some(&changed.ok()["stock"]), "{path}, round {round}: {found}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_by_name() {
    let souk = Souk::loaded();
    let server = souk.serve();
    for path in ["recommendations?k=", "products/P001/similar?k=", "products/P001/bought-together?k="] {
        for k in ["0", "101", "-1", "1.5", "many", "99999999999"] {
            server.get(&format!("/api/v1/{path}{k}")).await.is_problem(400, "invalid-input");
        }
        server.get(&format!("/api/v1/{path}")).await.ok();
    }
    server.get("/api/v1/recommendations?user_id=a%20b").await.is_problem(400, "invalid-input");
    server.get("/api/v1/products/P001?with=everything").await.is_problem(400, "invalid-input");
    for path in ["similar", "bought-together"] {
        let problem =
            server.get(&format!("/api/v1/products/P999999/{path}")).await.is_problem(404, "not-found");
        assert!(problem["detail"].as_str().unwrap().contains("P999999"), "{problem}");
    }
    let said = souk.run(&["recommend", "similar", "P999999", "--json"]);
    assert_eq!((said.code, &said.problem()["code"]), (3, &json!("not-found")));
    assert_eq!(souk.run(&["recommend", "user", "U001", "--limit", "0"]).code, 2);
    let said = souk.run(&["eval", "recommendations"]);
    assert_eq!(said.code, 2, "nothing was sold yet: {}", said.err);
    assert!(said.err.contains("the orders of this shop"), "{}", said.err);
}

/// Each person's last purchases, foretold from what was bought before by all.
#[test]
fn what_people_buy_is_foretold_better_than_by_what_sells_most() {
    let souk = Souk::loaded();
    souk.json(&[
        "purchases",
        "generate",
        "--orders",
        "3000",
        "--seed",
        "7",
        "--until",
        "2026-11-20T12:00:00Z",
    ]);
    let measured = souk.json(&["eval", "recommendations"]);
    println!("{measured}");
    let hit_rate = |of: &str| measured[of]["hit_rate"].as_f64().unwrap_or_else(|| panic!("{of}: {measured}"));
    let (recommended, most_sold) = (hit_rate("recommended"), hit_rate("best_sellers"));
    assert!(recommended > 1.5 * most_sold, "{recommended} and {most_sold}");
}
