//! What people do, from `POST /events` to the figures and commands that tell of it.

use serde_json::{Value, json};
use uuid::{NoContext, Timestamp, Uuid};

use crate::process::PATIENCE;
use crate::souk::{Server, Souk, read};

fn view(visitor: &str, product: &str) -> Value {
    json!({"user_id": visitor, "product_id": product, "event_type": "view"})
}

/// An id of so many seconds from now.
fn id_of(ahead_s: i64) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let seconds = now.checked_add_signed(ahead_s).unwrap();
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, 0)).to_string()
}

async fn send(server: &Server, body: Value) -> crate::souk::Answer {
    server.send("POST", "/api/v1/events", None, Some(body)).await
}

/// How many events were kept, seen from the position of one more.
async fn kept(server: &Server) -> u64 {
    send(server, view("counter", "P001")).await.ok()["position"].as_u64().unwrap()
}

#[tokio::test]
async fn events_count_once_and_are_accepted_when_they_are_durable() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let once = json!({
        "user_id": "U001", "product_id": "P002", "event_type": "add_to_cart", "session_id": "s-1",
        "metadata": {"list": "search", "place": 3}, "event_id": id_of(-60),
    });
    let answer = send(&server, once.clone()).await;
    assert_eq!(answer.status, 202, "{answer:?}");
    assert_eq!(answer.ok(), json!({"position": 1, "added": 1}));
    let again = send(&server, json!([once, view("somebody-else", "P001"), once])).await;
    assert_eq!(again.ok(), json!({"position": 2, "added": 1}));
    let many: Vec<Value> = (0..1_000).map(|_| view("U002", "P003")).collect();
    assert_eq!(send(&server, json!(many)).await.ok(), json!({"position": 1_002, "added": 1_000}));
    drop(server);

    // SIGKILL; what was acknowledged is there, and counts once still.
    let server = souk.serve();
    assert_eq!(send(&server, once).await.ok(), json!({"position": 1_002, "added": 0}));
    server.stop();
}

#[tokio::test]
async fn of_a_bad_list_nothing_is_kept_and_the_bad_event_is_named() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let with = |key: &str, value: Value| {
        let mut event = view("U001", "P001");
        event[key] = value;
        event
    };
    let bad = [
        (with("event_id", json!(id_of(600))), 400, "in the future"),
        (with("event_id", json!(id_of(-31 * 86_400))), 400, "more than 30 days ago"),
        (with("event_id", json!(Uuid::new_v4())), 400, "not a UUIDv7"),
        (with("event_id", json!("soon")), 400, "not valid"),
        (with("event_type", json!("wish")), 400, "unknown variant `wish`"),
        (with("event_type", json!(1)), 400, "not valid"),
        (with("session_id", json!("")), 400, "session_id"),
        (with("metadata", json!([1])), 400, "not a JSON object"),
        (with("metadata", json!({"a": "x".repeat(5_000)})), 400, "4096"),
        (with("user_id", json!("a b")), 400, "not valid"),
        (with("product_id", json!("P999999")), 404, "`P999999`"),
    ];
    for (event, status, part) in bad {
        let code = if status == 404 { "not-found" } else { "invalid-input" };
        let alone = send(&server, event.clone()).await.is_problem(status, code);
        assert!(alone["detail"].as_str().unwrap().contains(part), "{part}: {alone}");
        let listed = send(&server, json!([view("U001", "P001"), view("U001", "P002"), event])).await;
        let listed = listed.is_problem(status, code);
        assert_eq!(listed["index"], 2, "{listed}");
        assert!(listed["detail"].as_str().unwrap().contains(part), "{part}: {listed}");
    }
    send(&server, json!([])).await.is_problem(400, "invalid-input");
    let many: Vec<Value> = (0..1_001).map(|_| view("U", "P001")).collect();
    let refused = send(&server, json!(many)).await.is_problem(400, "invalid-input");
    assert!(refused["detail"].as_str().unwrap().contains("1001"), "{refused}");
    // A megabyte of metadata, and a million events at once.
    let large = with("metadata", json!({"a": "x".repeat(1 << 20)}));
    send(&server, large).await.is_problem(413, "payload-too-large");
    let million = format!("[{}{{}}]", "{},".repeat(999_999));
    let request = server.request("POST", "/api/v1/events").header("Content-Type", "application/json");
    read(request.body(million).send().await.unwrap()).await.is_problem(413, "payload-too-large");
    assert_eq!(kept(&server).await, 1, "only the one that asked");
    server.stop();
}

#[tokio::test]
async fn what_was_done_and_ordered_shows_in_every_figure() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let fresh = server.get("/api/v1/products/hot?limit=3").await.ok();
    assert_eq!((&fresh["basis"], fresh["products"].as_array().unwrap().len()), (&json!("newest"), 3));

    let product = server.get("/api/v1/products/P001").await.ok();
    let line = json!({"product_id": "P001", "quantity": 2, "price": product["variants"][0]["price"]});
    let placed = server.send("POST", "/api/v1/orders", Some("U001"), Some(json!({"items": [line]}))).await;
    let position = placed.position.clone().unwrap();
    let total = placed.ok()["total"].clone();
    send(&server, json!([view("U001", "P002"), view("U001", "P003"), view("U001", "P002")])).await.ok();

    let at = async |path: &str| {
        let request = server.request("GET", path).header("Souk-Position", &position);
        let answer = read(request.send().await.unwrap()).await;
        assert!(!answer.stale, "{answer:?}");
        answer.ok()
    };
    for by in ["day", "category", "seller"] {
        let sales = at(&format!("/api/v1/analytics/sales?by={by}")).await;
        assert_eq!(sales["total"], json!({"pieces": 2, "revenue": total}), "{sales}");
        assert_eq!(sales["rows"].as_array().unwrap().len(), 1, "{sales}");
    }
    let hot = at("/api/v1/products/hot").await;
    assert_eq!((&hot["products"][0]["external_id"], &hot["basis"]), (&json!("P001"), &json!("last-7-days")));
    assert!(hot["products"][0]["score"].as_i64().unwrap() >= 20, "{hot}");

    let stock = at("/api/v1/analytics/stock/P001?days=2").await;
    let now = at("/api/v1/products/P001").await["stock"].clone();
    assert_eq!(stock["days"][1]["level"], now, "{stock}");

    let insights = at("/api/v1/customers/U001/insights").await;
    assert_eq!((&insights["orders"], &insights["lifetime_value"]), (&json!(1), &total));
    let viewed: Vec<&Value> =
        insights["last_views"].as_array().unwrap().iter().map(|one| &one["external_id"]).collect();
    assert_eq!(viewed, [&json!("P002"), &json!("P003")]);
    server.get("/api/v1/customers/U9999/insights").await.is_problem(404, "not-found");
    server.get("/api/v1/analytics/stock/P999999").await.is_problem(404, "not-found");
    server
        .get("/api/v1/analytics/sales?from=2026-02-01&to=2026-01-01")
        .await
        .is_problem(400, "invalid-input");

    // What was counted is written every ten seconds, and when the server stops.
    server.stop();
    let speed = souk.json(&["analytics", "performance"]);
    let orders = speed["rows"].as_array().unwrap().iter().find(|row| row["route"] == "POST /api/v1/orders");
    assert_eq!(orders.unwrap()["requests"], 1, "{speed}");
    assert!(orders.unwrap()["p99_ms"].as_f64().unwrap() > 0.0);

    // The same on the command line.
    assert_eq!(souk.json(&["analytics", "sales"])["total"]["revenue"], total);
    assert_eq!(souk.json(&["analytics", "stock", "P001", "--days", "2"]), stock);
    assert_eq!(souk.json(&["customers", "insights", "U001"])["lifetime_value"], total);
    assert_eq!(souk.json(&["products", "hot", "--limit", "1"])["products"][0]["external_id"], "P001");
    for (arguments, code) in [
        (&["analytics", "stock", "P999999"][..], 3),
        (&["analytics", "sales", "--by", "colour"], 2),
        (&["analytics", "sales", "--from", "yesterday"], 2),
        (&["analytics", "sales", "--limit", "0"], 2),
        (&["analytics", "performance", "--by", "minute", "--from", "2026-01-01"], 2),
        (&["customers", "insights", "U9999"], 3),
    ] {
        assert_eq!(souk.run(arguments).code, code, "{arguments:?}");
    }
    for arguments in [
        &["analytics", "sales", "--by", "seller"][..],
        &["analytics", "stock", "P001"],
        &["analytics", "performance", "--by", "minute"],
        &["customers", "insights", "U001"],
        &["products", "hot"],
    ] {
        let said = souk.run(arguments);
        assert!(said.code == 0 && !said.out.is_empty(), "{arguments:?}: {}", said.err);
    }
}

#[tokio::test]
async fn the_interest_is_rebuilt_from_the_feed() {
    let souk = Souk::loaded();
    let server = souk.serve();
    send(&server, json!([view("U001", "P002"), view("U002", "P003")])).await.ok();
    server.stop();
    souk.json(&["products", "hot"]);
    let dump = || souk.run(&["projections", "dump", "interest"]).out;
    let since = std::time::Instant::now();
    while dump().lines().count() < 2 {
        assert!(since.elapsed() < PATIENCE, "{}", dump());
        souk.json(&["products", "hot"]);
    }
    let before = dump();
    souk.lose("series", "interest");
    assert_eq!(souk.run(&["projections", "rebuild", "interest"]).code, 0);
    assert_eq!(dump(), before);
}
