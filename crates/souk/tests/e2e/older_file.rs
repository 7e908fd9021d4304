//! An older copy of what one role owns, put back under everything else: souk sees it, says so, and goes on.
//!
//! What is derived from a history that is gone is built anew; what other roles own is compared with the store. Nobody
//! waits for a place that a log has not reached.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::books;
use crate::client;
use crate::media::picture;
use crate::process::{Folder, PATIENCE};

/// How long an order may take, whatever was put back.
const PROMPT: Duration = Duration::from_secs(5);

/// The files below the data folder whose names begin with one of these, as they are now.
struct Copy(Vec<(PathBuf, Vec<u8>)>);

impl Copy {
    /// Nobody may be using them.
    fn of(folder: &Folder, file: &str) -> Self {
        let files = with_siblings(folder, file);
        Self(files.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect())
    }

    /// Whatever lies there now is gone, with its log of changes.
    fn put_back(&self, folder: &Folder, file: &str) {
        for path in with_siblings(folder, file) {
            std::fs::remove_file(path).unwrap();
        }
        for (path, bytes) in &self.0 {
            std::fs::write(path, bytes).unwrap();
        }
    }
}

/// A file of SQLite and what belongs to it.
fn with_siblings(folder: &Folder, file: &str) -> Vec<PathBuf> {
    let all = ["", "-wal", "-shm"].map(|suffix| folder.data().join(format!("{file}{suffix}")));
    all.into_iter().filter(|path| path.exists()).collect()
}

fn order(folder: &Folder, user: &str, product: &str) {
    folder.run(&["cart", "add", user, product]);
    folder.run(&["cart", "convert-to-order", user]);
}

fn order_promptly(folder: &Folder, user: &str, product: &str) {
    folder.run(&["cart", "add", user, product]);
    let begin = Instant::now();
    folder.run(&["cart", "convert-to-order", user]);
    assert!(begin.elapsed() < PROMPT, "an order took {:?}", begin.elapsed());
}

/// What the doctor finds wrong: the part, and what it says of it.
fn complaints(folder: &Folder) -> Vec<(String, String)> {
    let said = folder.command(&["doctor", "--json"]).output().unwrap();
    let findings: Value = serde_json::from_slice(&said.stdout).unwrap();
    let bad = findings["findings"].as_array().unwrap().iter().filter(|finding| finding["well"] == false);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let bad: Vec<_> = bad
        .map(|finding| {
            assert_ne!(text(&finding["advice"]), "", "there is something to be done: {finding}");
            (text(&finding["part"]), text(&finding["says"]))
        })
        .collect();
    assert_eq!((said.status.success(), &findings["well"]), (bad.is_empty(), &json!(bad.is_empty())));
    bad
}

/// Every projection of the log is found to belong to another history.
fn all_stray(folder: &Folder, says: &str) {
    let bad = complaints(folder);
    let follow = |name: &str| !["view-graph", "interest", "similar-products"].contains(&name);
    let names = books::projections(folder).into_iter().filter(|name| follow(name));
    for part in names.map(|name| format!("projection {name}")) {
        let found = bad.iter().find(|(bad, _)| *bad == part);
        assert!(found.is_some_and(|(_, said)| said.contains(says)), "{part}: {found:?}");
    }
    let status = folder.run(&["projections", "status"]);
    assert!(status.contains("another history"), "{status}");
}

/// A bug: the order never returned, the rebuild never ended, and the doctor called it well.
#[tokio::test]
async fn an_older_store_under_newer_data() {
    const STORE: &str = "souk.db";
    let folder = Folder::with_small_catalogue(1_000);
    order(&folder, "U1", "P1");
    let older = Copy::of(&folder, STORE);
    let another = folder.copy();
    for user in ["U1", "U2", "U3"] {
        order(&folder, user, "P1");
    }
    // The doctor first, then an order: it and all that it brings up to date.
    older.put_back(&folder, STORE);
    all_stray(&folder, "is an older copy");
    // This cart remembers an order that the store has lost.
    order_promptly(&folder, "U1", "P2");
    // It does not wait for what has to be built anew; who reads that does.
    all_stray(&folder, "is an older copy");
    folder.run(&["products", "list"]);
    assert_eq!(complaints(&folder), []);
    books::of_everything(&folder);

    // A rebuild of each.
    for user in ["U1", "U2", "U3"] {
        order(&folder, user, "P2");
    }
    older.put_back(&folder, STORE);
    for name in books::projections(&folder) {
        if name == "similar-products" {
            continue;
        }
        let begin = Instant::now();
        let rebuilt = folder.json(&["projections", "rebuild", &name]);
        assert!(begin.elapsed() < PATIENCE, "{rebuilt} after {:?}", begin.elapsed());
    }
    assert_eq!(complaints(&folder), []);
    books::of_everything(&folder);

    // A server, with an order over HTTP.
    for user in ["U4", "U5", "U6"] {
        order(&folder, user, "P1");
    }
    older.put_back(&folder, STORE);
    serves_and_orders(&folder).await;

    // Its copy has sold other things since, and more of them.
    for user in ["U7", "U8", "U9", "U10", "U11", "U12"] {
        order(&another, user, "P2");
    }
    Copy::of(&another, STORE).put_into(&folder, STORE);
    all_stray(&folder, "has grown since");
    serves_and_orders(&folder).await;
}

impl Copy {
    /// In the place of another folder's.
    fn put_into(self, folder: &Folder, file: &str) {
        let files = self.0.into_iter();
        let there = files.map(|(path, bytes)| (folder.data().join(path.file_name().unwrap()), bytes));
        Copy(there.collect()).put_back(folder, file);
    }
}

/// Serves, and takes an order that every reader sees; nothing is wrong then, and nobody is busy.
async fn serves_and_orders(folder: &Folder) {
    let server = folder.serve();
    let http = client::http();
    let lost = http.get(format!("{}/products/P1", server.api)).header("Souk-Position", "1-100000");
    let begin = Instant::now();
    let lost = lost.send().await.unwrap();
    assert!(lost.status().is_success() && begin.elapsed() < PROMPT);
    assert!(lost.headers().contains_key("souk-stale"), "nobody can have seen so much of this log");

    let page = async || -> Value {
        http.get(format!("{}/products/P1", server.api)).send().await.unwrap().json().await.unwrap()
    };
    let body = json!({ "items": [{ "product_id": "P1", "quantity": 1, "price": 29.9 }] });
    let begin = Instant::now();
    let placed = http
        .post(format!("{}/orders", server.api))
        .header("X-User-Id", "U20")
        .json(&body)
        .send()
        .await
        .unwrap();
    assert!(placed.status().is_success(), "{}", placed.text().await.unwrap());
    assert!(begin.elapsed() < PROMPT, "an order took {:?}", begin.elapsed());
    let until = Instant::now() + PATIENCE;
    loop {
        let bad = complaints(folder);
        if bad.is_empty() {
            break;
        }
        assert!(Instant::now() < until, "{bad:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let stock = folder.json(&["products", "show", "P1"])["stock"].clone();
    assert_eq!(page().await["stock"], stock);
    server.stop();
    books::of_everything(folder);
}

#[tokio::test]
async fn older_carts_under_newer_orders() {
    const CARTS: &str = "cache/owned.db";
    let folder = Folder::with_small_catalogue(1_000);
    folder.run(&["cart", "add", "U1", "P1"]);
    let older = Copy::of(&folder, CARTS);
    folder.run(&["cart", "convert-to-order", "U1"]);
    older.put_back(&folder, CARTS);
    assert_eq!(folder.json(&["cart", "show-cart", "U1"])["items"].as_array().unwrap().len(), 1);
    let bad = complaints(&folder);
    assert!(bad.len() == 1 && bad[0].0 == "carts" && bad[0].1.starts_with("1 of 1 "), "{bad:?}");
    // What was ordered is not sold once more.
    let again = folder.command(&["cart", "convert-to-order", "U1"]).output().unwrap();
    assert!(!again.status.success(), "{}", String::from_utf8_lossy(&again.stdout));
    older.put_back(&folder, CARTS);
    order_promptly(&folder, "U2", "P1");
    folder.run(&["projections", "rebuild", "cart-spending"]);
    assert_eq!(complaints(&folder), []);
    assert_eq!(folder.json(&["cart", "show-cart", "U1"])["items"], Value::Array(Vec::new()));
    books::of_everything(&folder);
}

#[tokio::test]
async fn an_older_feed_under_newer_series_and_graphs() {
    const FEED: &str = "series/feed.db";
    let folder = Folder::with_small_catalogue(1_000);
    let look = async |times: usize, session: &str| {
        let server = folder.serve();
        for _ in 0..times {
            let seen =
                json!([{"user_id": "U3", "product_id": "P1", "event_type": "view", "session_id": session}]);
            let sent =
                client::http().post(format!("{}/events", server.api)).json(&seen).send().await.unwrap();
            assert_eq!(sent.status(), 202);
        }
        server.stop();
        folder.run(&["products", "list"]);
    };
    let strays = |says: &str| {
        let bad = complaints(&folder);
        let parts: Vec<_> = bad.iter().map(|(part, _)| part.as_str()).collect();
        assert_eq!(parts, ["projection view-graph", "projection interest"], "{bad:?}");
        assert!(bad.iter().all(|(_, said)| said.contains(says)), "{bad:?}");
    };
    look(1, "before").await;
    let older = Copy::of(&folder, FEED);
    let another = folder.copy();
    look(3, "lost").await;
    older.put_back(&folder, FEED);
    strays("is an older copy");
    order_promptly(&folder, "U1", "P1");
    folder.run(&["products", "list"]);
    assert_eq!(complaints(&folder), []);
    assert_eq!(folder.run(&["projections", "dump", "interest"]).lines().count(), 1);

    look(3, "lost again").await;
    {
        let server = another.serve();
        for _ in 0..6 {
            let seen =
                json!([{"user_id": "U4", "product_id": "P2", "event_type": "view", "session_id": "other"}]);
            client::http().post(format!("{}/events", server.api)).json(&seen).send().await.unwrap();
        }
        server.stop();
    }
    let grown = Copy::of(&another, FEED);
    let there = grown
        .0
        .into_iter()
        .map(|(path, bytes)| (folder.data().join("series").join(path.file_name().unwrap()), bytes));
    Copy(there.collect()).put_back(&folder, FEED);
    strays("has grown since");
    for name in ["interest", "view-graph"] {
        folder.run(&["projections", "rebuild", name]);
    }
    assert_eq!(complaints(&folder), []);
    assert_eq!(folder.run(&["projections", "dump", "interest"]).lines().count(), 7);
}

#[tokio::test]
async fn older_embeddings_and_objects_under_newer_products() {
    const EMBEDDINGS: &str = "vectors/embeddings.db";
    let folder = Folder::with_every_role();
    assert_eq!(complaints(&folder), []);
    let older = Copy::of(&folder, EMBEDDINGS);
    let server = folder.serve();
    let change = json!({ "name": "Elm tray", "description": "Something else altogether." });
    let changed =
        client::http().patch(format!("{}/products/P2", server.api)).json(&change).send().await.unwrap();
    assert!(changed.status().is_success());
    server.stop();
    // It embeds what waits, as any command that writes.
    order(&folder, "U3", "P1");
    assert_eq!(complaints(&folder), []);

    older.put_back(&folder, EMBEDDINGS);
    let bad = complaints(&folder);
    assert!(bad.len() == 1 && bad[0].0 == "embeddings" && bad[0].1.starts_with("1 missing"), "{bad:?}");
    folder.run(&["projections", "rebuild", "product-vectors"]);
    order_promptly(&folder, "U1", "P2");
    assert_eq!(complaints(&folder), []);

    // An older folder of objects lacks the picture that was brought last. What souk draws itself it draws again.
    std::fs::write(folder.path().join("picture.png"), picture(40, 30)).unwrap();
    folder.run(&["products", "set-image", "P2", "picture.png"]);
    assert_eq!(complaints(&folder), []);
    let pictures = std::fs::read_dir(folder.data().join("objects/owned.files/tree/images")).unwrap();
    let is_brought = |path: &std::path::PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        !name.starts_with("product-") && !name.starts_with("category-")
    };
    let newest =
        pictures.map(|entry| entry.unwrap().path()).find(is_brought).expect("a picture that was brought");
    let picture = std::fs::read(&newest).unwrap();
    std::fs::remove_file(&newest).unwrap();
    let bad = complaints(&folder);
    assert!(bad.len() == 1 && bad[0].0 == "pictures" && bad[0].1.starts_with("1 of 1 "), "{bad:?}");
    order_promptly(&folder, "U2", "P2");
    folder.run(&["projections", "rebuild", "image-sizes"]);
    std::fs::write(&newest, picture).unwrap();
    assert_eq!(complaints(&folder), []);
}
