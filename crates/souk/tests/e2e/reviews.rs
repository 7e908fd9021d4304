//! Reviews, specifications and profiles through the real program.

use serde_json::{Value, json};

use crate::souk::{Answer, Server, Souk, read};

const PATH: &str = "/api/v1/products/P001/reviews";

fn review(rating: impl Into<Value>) -> Value {
    json!({"rating": rating.into(), "title": "Fine <b>bowl</b>", "content": "A \"quote\" & <script>alert(1)</script>"})
}

/// Somebody who has not written about P001 yet.
async fn newcomers(server: &Server) -> Vec<String> {
    let written = server.get(&format!("{PATH}?limit=100")).await.ok();
    let written = written["reviews"].as_array().unwrap().clone();
    let mut newcomers = Vec::new();
    for number in 1..60 {
        let user = format!("U{number:03}");
        let own = server.get(&format!("/api/v1/reviews?user_id={user}&limit=100")).await.ok();
        let own = own["reviews"].as_array().unwrap();
        if !own.iter().any(|own| written.iter().any(|review| review["id"] == own["id"])) {
            newcomers.push(user);
        }
    }
    newcomers
}

async fn after(server: &Server, path: &str, written: &Answer) -> Value {
    let position = written.position.as_deref().unwrap();
    let answer =
        read(server.request("GET", path).header("Souk-Position", position).send().await.unwrap()).await;
    assert!(!answer.stale, "{answer:?}");
    answer.ok()
}

#[tokio::test]
async fn what_is_told_comes_with_the_catalogue_and_is_added_once() {
    let souk = Souk::to_read();
    let again = souk.json(&["load", "all"]);
    assert_eq!((&again["reviews"]["added"], &again["reviews"]["unchanged"]), (&json!(0), &json!(3000)));
    assert_eq!(
        (&again["comments"]["added"], &again["specifications"]["unchanged"]),
        (&json!(0), &json!(703))
    );
    let server = souk.serve();
    let shown = server.get("/api/v1/products/P001").await.ok();
    let count = shown["num_reviews"].as_u64().unwrap();
    assert!(count >= 8, "{shown}");
    assert_eq!(shown["reviews"]["count"].as_u64(), Some(count));
    assert_eq!(shown["rating"], shown["reviews"]["average"]);
    let specifications = shown["specifications"].as_array().unwrap();
    assert!(specifications.iter().any(|entry| entry["name"] == "Wood"), "{shown}");
    let alone = server.get("/api/v1/products/P001/specifications").await.ok();
    assert_eq!(alone["specifications"], shown["specifications"]);

    let page = server.get(&format!("{PATH}?limit=3&sort=lowest")).await.ok();
    assert_eq!(page["summary"], shown["reviews"]);
    assert_eq!(page["total"].as_u64(), Some(count));
    let stars: Vec<u64> =
        page["reviews"].as_array().unwrap().iter().map(|review| review["rating"].as_u64().unwrap()).collect();
    assert!(stars.len() == 3 && stars.is_sorted(), "{stars:?}");
    let author = page["reviews"][0]["author"].as_str().unwrap();
    assert!(author.ends_with('.') && author.contains(' '), "{author}");

    let seller = server.get("/api/v1/sellers/S001").await.ok();
    assert!(seller["profile"]["portfolio"].as_array().unwrap().len() > 1, "{seller}");
    let list = server.get("/api/v1/products?limit=100").await.ok();
    assert!(list["products"].as_array().unwrap().iter().any(|product| product["rating"].is_number()));
}

#[tokio::test]
async fn a_review_is_posted_once_commented_and_counted_everywhere() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let [first, second] = &newcomers(&server).await[..2] else { panic!("everybody has written") };
    let before = server.get("/api/v1/products/P001").await.ok();

    let posted = server.send("POST", PATH, Some(first), Some(review(1))).await;
    assert_eq!(posted.status, 201, "{posted:?}");
    let view = posted.json();
    assert_eq!((&view["verified"], &view["title"]), (&json!(false), &json!("Fine <b>bowl</b>")));
    assert_eq!(view["content"], "A \"quote\" & <script>alert(1)</script>", "as it was written");
    server.send("POST", PATH, Some(first), Some(review(5))).await.is_problem(409, "already-reviewed");

    let comments = format!("/api/v1/reviews/{}/comments", view["id"].as_str().unwrap());
    let said = server.send("POST", &comments, Some(second), Some(json!({"content": "Really?"}))).await;
    assert_eq!(said.status, 201, "{said:?}");
    let parent = said.json()["id"].clone();
    let body = json!({"content": "Really.", "parent_id": parent});
    let said = server.send("POST", &comments, Some(first), Some(body)).await;
    let page = after(&server, &format!("{PATH}?sort=newest"), &said).await;
    assert_eq!(page["reviews"][0]["id"], view["id"]);
    assert_eq!(page["reviews"][0]["comments"][0]["comments"][0]["content"], "Really.");
    let with = after(&server, "/api/v1/products/P001?with=reviews,recommendations", &said).await;
    assert_eq!(json!(with["newest_reviews"]), json!(page["reviews"].as_array().unwrap()[..5]));
    assert!(with["similar"].is_object() && with["bought_together"].is_object(), "{with}");

    let count = before["num_reviews"].as_u64().unwrap() + 1;
    let shown = after(&server, "/api/v1/products/P001", &said).await;
    assert_eq!(shown["num_reviews"], count);
    assert!(shown["rating"].as_f64() < before["rating"].as_f64());
    let name = shown["name"].as_str().unwrap().replace(' ', "%20");
    let found = after(&server, &format!("/api/v1/products/search?q={name}"), &said).await;
    let product = found["results"].as_array().unwrap().iter().find(|found| found["external_id"] == "P001");
    assert_eq!(product.unwrap()["rating"], shown["rating"]);

    // Who buys it is marked, and who cancels is not.
    let price = shown["variants"][0]["price"].clone();
    let order = json!({"items": [{"product_id": "P001", "quantity": 1, "price": price}]});
    let placed = server.send("POST", "/api/v1/orders", Some(first), Some(order)).await;
    let page = after(&server, PATH, &placed).await;
    assert_eq!(page["reviews"][0]["verified"], true);
    let cancel = format!("/api/v1/orders/{}/cancel", placed.ok()["order_id"].as_str().unwrap());
    let cancelled = server.send("POST", &cancel, None, Some(json!({}))).await;
    let page = after(&server, PATH, &cancelled).await;
    assert_eq!(page["reviews"][0]["verified"], false);
}

#[tokio::test]
async fn what_is_told_is_set_and_shown() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let told = json!({"specifications": [{"name": "Width", "value": "31", "unit": "cm"}]});
    let path = "/api/v1/products/P001/specifications";
    let set = server.send("PUT", path, None, Some(told.clone())).await;
    assert_eq!(set.ok(), told);
    assert_eq!(after(&server, path, &set).await, told);
    assert_eq!(after(&server, "/api/v1/products/P001", &set).await["specifications"], told["specifications"]);

    let profile = json!({"story": "Anew.", "techniques": ["turning"], "portfolio": []});
    let set = server.send("PUT", "/api/v1/sellers/S001/profile", None, Some(profile.clone())).await;
    assert_eq!(set.ok()["profile"], profile);
    assert_eq!(after(&server, "/api/v1/sellers/S001", &set).await["profile"], profile);

    let own = "/api/v1/customers/U001/profile";
    let shown = server.send("GET", own, Some("U001"), None).await.ok();
    assert!(!shown["interests"].as_array().unwrap().is_empty());
    server.send("GET", own, Some("U002"), None).await.is_problem(404, "not-found");
    server.send("PUT", own, Some("U002"), Some(json!({}))).await.is_problem(404, "not-found");
    let set = server.send("PUT", own, Some("U001"), Some(json!({"interests": ["tea"]}))).await;
    assert_eq!(set.ok()["interests"], json!(["tea"]));
    for (path, bad) in [
        (path, json!({"specifications": [{"name": "", "value": "1"}]})),
        (path, json!({"specifications": [{"name": "A", "value": "1"}, {"name": "a", "value": "2"}]})),
        ("/api/v1/sellers/S001/profile", json!({"story": "a\u{0}b"})),
        (
            "/api/v1/sellers/S001/profile",
            json!({"story": "x", "portfolio": [{"title": "x", "year": 99_999}]}),
        ),
    ] {
        server.send("PUT", path, None, Some(bad)).await.is_problem(400, "invalid-input");
    }
}

#[tokio::test]
async fn bad_reviews_are_refused_and_change_nothing() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let newcomer = newcomers(&server).await.remove(0);
    let user = Some(newcomer.as_str());
    let before = server.get(PATH).await.ok();
    let with = |field: &str, value: Value| {
        let mut body = review(4);
        body[field] = value;
        body
    };
    let mut bodies: Vec<Value> =
        [json!(0), json!(6), json!(-1), json!(3.5), json!("5"), json!(null), json!(1e9), json!([5])]
            .map(review)
            .to_vec();
    bodies.extend([
        json!({}),
        with("title", json!("x".repeat(201))),
        with("title", json!("")),
        with("title", json!("two\nlines")),
        with("content", json!("x".repeat(5_001))),
        with("content", json!("bell\u{7}")),
        with("images", json!(["https://elsewhere.example/a.png"])),
        with("images", json!(["/media/../../etc/passwd"])),
        with("images", json!(vec!["/media/a.webp"; 6])),
        with("stars", json!(5)),
    ]);
    for body in bodies {
        server.send("POST", PATH, user, Some(body)).await.is_problem(400, "invalid-input");
    }
    let megabyte = with("content", json!("x".repeat(1 << 20)));
    server.send("POST", PATH, user, Some(megabyte)).await.is_problem(413, "payload-too-large");
    server.send("POST", PATH, Some("U999999"), Some(review(4))).await.is_problem(404, "not-found");
    let unknown = "/api/v1/products/P999999/reviews";
    server.send("POST", unknown, user, Some(review(4))).await.is_problem(404, "not-found");
    server.get(unknown).await.is_problem(404, "not-found");
    server.get(&format!("{PATH}?sort=best")).await.is_problem(400, "invalid-input");
    server.get(&format!("{PATH}?limit=101")).await.is_problem(400, "invalid-input");
    server.get("/api/v1/reviews").await.is_problem(400, "invalid-input");

    let id = before["reviews"][0]["id"].as_str().unwrap().to_owned();
    let comments = format!("/api/v1/reviews/{id}/comments");
    let nobody = "/api/v1/reviews/c8bb66b6-e01e-4a36-8c94-41f197f5cb08/comments";
    server.send("POST", nobody, user, Some(json!({"content": "x"}))).await.is_problem(404, "not-found");
    for (parent, status, code) in
        [("nonsense", 404, "not-found"), ("a b", 400, "invalid-input"), (id.as_str(), 404, "not-found")]
    {
        let body = json!({"content": "x", "parent_id": parent});
        server.send("POST", &comments, user, Some(body)).await.is_problem(status, code);
    }
    server
        .send("POST", &comments, user, Some(json!({"content": " "})))
        .await
        .is_problem(400, "invalid-input");
    assert_eq!(server.get(PATH).await.ok(), before);

    // A hundred deep: it goes as deep as it may, and then is told so.
    let (mut parent, mut depth) = (Value::Null, 0);
    loop {
        let body = json!({"content": "Deeper.", "parent_id": parent});
        let said = server.send("POST", &comments, user, Some(body)).await;
        if said.status != 201 {
            let problem = said.is_problem(400, "invalid-input");
            assert!(problem["detail"].as_str().unwrap().contains("8 answers deep"), "{problem}");
            break;
        }
        depth += 1;
        parent = said.json()["id"].clone();
    }
    assert_eq!(depth, 8);
}

#[test]
fn reviews_are_listed_and_written_on_the_command_line() {
    let souk = Souk::loaded();
    let list = souk.run(&["reviews", "list", "P001", "--sort", "highest", "--limit", "2"]);
    assert!(list.code == 0 && list.out.contains("of 5") && list.out.contains("*****"), "{}", list.out);
    let json = souk.json(&["reviews", "list", "P001", "--limit", "100"]);
    let written = json["reviews"].as_array().unwrap();
    let ids: Vec<&str> = written.iter().map(|review| review["user_id"].as_str().unwrap()).collect();
    let newcomer = (1..60).map(|number| format!("U{number:03}")).find(|user| {
        let own = souk.json(&["reviews", "list", "--user", user, "--limit", "100"]);
        own["reviews"]
            .as_array()
            .unwrap()
            .first()
            .is_none_or(|own| !ids.contains(&own["user_id"].as_str().unwrap()))
    });
    let user = newcomer.unwrap();
    let post =
        ["reviews", "post", "P001", "--user", &user, "--rating", "5", "--title", "-Fine", "--content", "Yes"];
    let posted = souk.json(&post);
    assert_eq!((&posted["rating"], &posted["title"]), (&json!(5), &json!("-Fine")));
    let again = souk.run(&post);
    assert_eq!(again.code, 4);
    assert!(
        again.err.contains(&format!("user `{user}` has reviewed product `P001` already")),
        "{}",
        again.err
    );
    let id = posted["id"].as_str().unwrap();
    let said = souk.run(&["reviews", "comment", id, "--user", "U002", "--content", "Quite so"]);
    assert!(said.code == 0 && said.out.contains("Quite so"), "{}{}", said.out, said.err);
    let list = souk.run(&["reviews", "list", "P001", "--limit", "1"]);
    assert!(list.out.contains("-Fine") && list.out.contains("    Quite so"), "{}", list.out);
    assert_eq!(souk.run(&["reviews", "list", "P999999"]).code, 3);
    assert_eq!(souk.run(&["reviews", "list"]).code, 2);
}
