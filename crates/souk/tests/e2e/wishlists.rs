//! Wishlists through the real program.

use serde_json::{Value, json};

use crate::souk::{Souk, read};

const PATH: &str = "/api/v1/wishlists";

fn named(name: &str) -> Option<Value> {
    Some(json!({ "name": name }))
}

fn wish(product: &str) -> Option<Value> {
    Some(json!({ "product_id": product }))
}

#[tokio::test]
async fn a_list_is_begun_filled_shown_and_deleted() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let created = server.send("POST", PATH, Some("U001"), named("For <b>Anna</b>")).await;
    assert_eq!(created.status, 201, "{created:?}");
    let view = created.ok();
    let path = format!("{PATH}/{}", view["id"].as_str().unwrap());
    let items = format!("{path}/items");
    server.send("POST", &items, Some("U001"), wish("P001")).await.ok();
    let added = server.send("POST", &items, Some("U001"), wish("P002")).await;
    assert_eq!(added.ok()["item_count"], 2);

    let position = added.position.clone().unwrap();
    let after = async |path: &str, user: &str| {
        let request = server.request("GET", path).header("X-User-Id", user);
        let answer = read(request.header("Souk-Position", &position).send().await.unwrap()).await;
        assert!(!answer.stale, "{answer:?}");
        answer.ok()
    };
    let shown = after(&path, "U001").await;
    assert_eq!(shown["name"], "For <b>Anna</b>");
    let product = server.get("/api/v1/products/P002").await.ok();
    assert_eq!(shown["items"][0]["product"]["name"], product["name"]);
    assert_eq!(shown["items"][0]["product"]["stock"], product["stock"]);
    assert_eq!(after(PATH, "U001").await["wishlists"][0]["item_count"], 2);
    let wished = after("/api/v1/products/wished?limit=1", "U001").await;
    assert_eq!((&wished["total"], &wished["products"][0]["wishlists"]), (&json!(2), &json!(1)));

    let renamed = server.send("PATCH", &path, Some("U001"), named("Anna")).await.ok();
    assert_eq!(renamed["name"], "Anna");
    let removed = server.send("DELETE", &format!("{items}/P001"), Some("U001"), None).await.ok();
    assert_eq!(removed["item_count"], 1);
    server.send("DELETE", &path, Some("U001"), None).await.ok();
    server.send("GET", &path, Some("U001"), None).await.is_problem(404, "not-found");
    assert_eq!(server.send("GET", PATH, Some("U001"), None).await.ok()["wishlists"], json!([]));
}

#[tokio::test]
async fn another_persons_list_is_not_found_and_stays_as_it_is() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let view = server.send("POST", PATH, Some("U001"), named("Mine")).await.ok();
    let path = format!("{PATH}/{}", view["id"].as_str().unwrap());
    let items = format!("{path}/items");
    server.send("POST", &items, Some("U001"), wish("P001")).await.ok();
    let before = server.send("GET", &path, Some("U001"), None).await.ok();
    for (method, path, body) in [
        ("GET", path.clone(), None),
        ("PATCH", path.clone(), named("Yours")),
        ("DELETE", path.clone(), None),
        ("POST", items.clone(), wish("P002")),
        ("DELETE", format!("{items}/P001"), None),
    ] {
        let problem = server.send(method, &path, Some("U002"), body.clone()).await;
        let problem = problem.is_problem(404, "not-found");
        assert!(!problem["detail"].as_str().unwrap().contains("Mine"), "{problem}");
        server.send(method, &path, None, body).await.is_problem(401, "identity-required");
    }
    assert_eq!(server.send("GET", &path, Some("U001"), None).await.ok(), before);
}

#[tokio::test]
async fn bad_wishes_are_refused_with_the_reason() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let post = async |body: Value| server.send("POST", PATH, Some("U001"), Some(body)).await;
    for bad in
        [json!({}), json!({"name": " "}), json!({"name": "x".repeat(61)}), json!({"name": "a", "b": 1})]
    {
        post(bad).await.is_problem(400, "invalid-input");
    }
    let view = post(json!({"name": "Kitchen"})).await.ok();
    let taken = post(json!({"name": "kitchen"})).await.is_problem(409, "wishlist-name-taken");
    assert_eq!(taken["type"], "/problems/wishlist-name-taken");
    let kind = server.get("/problems/wishlist-name-taken").await.ok();
    assert_eq!(kind["status"], 409, "what a feature declares is described like what all share");
    for at in 1..20 {
        post(json!({ "name": format!("List {at}") })).await.ok();
    }
    post(json!({"name": "One too many"})).await.is_problem(409, "wishlist-limit");
    let items = format!("{PATH}/{}/items", view["id"].as_str().unwrap());
    let unknown = server.send("POST", &items, Some("U001"), wish("P999")).await.is_problem(404, "not-found");
    assert!(unknown["detail"].as_str().unwrap().contains("P999"), "{unknown}");
    server.send("DELETE", &format!("{items}/P001"), Some("U001"), None).await.is_problem(404, "not-found");
    server.send("GET", &format!("{PATH}/a%20b"), Some("U001"), None).await.is_problem(400, "invalid-input");
    server.get("/api/v1/products/wished?limit=0").await.is_problem(400, "invalid-input");
}

#[tokio::test]
async fn the_same_key_makes_one_list() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let post = async |path: &str, body: Option<Value>| {
        let request =
            server.request("POST", path).header("X-User-Id", "U001").header("Idempotency-Key", "k1");
        read(request.json(&body).send().await.unwrap()).await
    };
    let (first, again) = (post(PATH, named("A")).await, post(PATH, named("A")).await);
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!((first.ok(), &first.position), (again.ok(), &again.position));
    post(PATH, named("B")).await.is_problem(422, "idempotency-key-reused");
    let lists = server.send("GET", PATH, Some("U001"), None).await.ok();
    assert_eq!(lists["wishlists"].as_array().unwrap().len(), 1);
}

#[test]
fn the_command_line_names_lists_by_their_names() {
    let souk = Souk::loaded();
    let begun = souk.json(&["wishlists", "create", "U001", "For the kitchen"]);
    souk.json(&["wishlists", "add", "U001", "for the KITCHEN", "P001"]);
    let shown = souk.json(&["wishlists", "show", "U001", begun["id"].as_str().unwrap()]);
    assert_eq!(shown["items"].as_array().unwrap().len(), 1);
    let said = souk.run(&["wishlists", "list", "U001"]);
    assert!(said.out.contains("For the kitchen, 1 product"), "{}", said.out);
    let wished = souk.json(&["wishlists", "wished"]);
    assert_eq!(wished["products"][0]["external_id"], "P001");
    let unknown = souk.run(&["wishlists", "show", "U002", "For the kitchen"]);
    assert_eq!(unknown.code, 3, "{}", unknown.err);
    let taken = souk.run(&["wishlists", "create", "U001", "for the kitchen"]);
    assert_eq!(taken.code, 4, "{}", taken.err);
    souk.json(&["wishlists", "remove", "U001", "For the kitchen", "P001"]);
    souk.json(&["wishlists", "delete", "U001", "For the kitchen"]);
    assert_eq!(souk.run(&["wishlists", "list", "U001"]).out.trim(), "No wishlists.");
}
