//! What is derived can be deleted and comes back the same, and nobody who looks meanwhile sees less.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::books;
use crate::client;
use crate::media::picture;
use crate::process::Folder;

/// What may be deleted: each projection and the folder that its role keeps it in.
const DERIVED: [(&str, &str); 18] = [
    ("product-pages", "documents"),
    ("order-views", "documents"),
    ("reviews", "documents"),
    ("specifications", "documents"),
    ("seller-profiles", "documents"),
    ("customer-profiles", "documents"),
    ("wished-products", "documents"),
    ("stock-counters", "cache"),
    ("cart-spending", "cache"),
    ("search-index", "search"),
    ("product-vectors", "vectors"),
    ("purchase-graph", "graph"),
    ("view-graph", "graph"),
    ("similar-products", "graph"),
    ("sales", "series"),
    ("stock-levels", "series"),
    ("interest", "series"),
    ("image-sizes", "objects"),
];

#[tokio::test]
async fn what_was_deleted_comes_back_the_same_and_nothing_owned_is_lost() {
    let folder = Folder::with_every_role();
    for user in ["U1", "U2"] {
        folder.run(&["cart", "add", user, "P1", "--quantity", "3"]);
        folder.run(&["cart", "convert-to-order", user]);
    }
    folder.run(&["orders", "cancel", "2"]);
    folder.run(&["cart", "add", "U3", "P2", "--quantity", "2"]);
    folder.run(&["wishlists", "create", "U3", "Table"]);
    folder.run(&["wishlists", "add", "U3", "Table", "P1"]);
    // Of a picture that was brought the sizes are derived; those of a drawn one lie beside it.
    std::fs::write(folder.path().join("picture.png"), picture(40, 30)).unwrap();
    folder.run(&["products", "set-image", "P2", "picture.png"]);
    let server = folder.serve();
    let seen = json!([
        {"user_id": "U3", "product_id": "P1", "event_type": "view", "session_id": "s1"},
        {"user_id": "somebody", "product_id": "P2", "event_type": "click", "session_id": "s2"},
    ]);
    let sent = client::http().post(format!("{}/events", server.api)).json(&seen).send().await.unwrap();
    assert_eq!(sent.status(), 202);
    server.stop();
    folder.run(&["load", "graph", "--from", "catalogue"]);
    // What a command without a server finds behind, it brings up to date.
    folder.run(&["products", "list"]);
    let owned = || {
        let cart = folder.json(&["cart", "show-cart", "U3"]);
        assert_eq!(cart["items"].as_array().unwrap().len(), 1, "{cart}");
        (cart, files(&folder.data().join("objects/owned.files")))
    };
    let before_all = owned();
    assert_eq!(
        before_all.1, 7,
        "of a product and a category a drawing in three sizes, and a picture that was brought"
    );
    books::of_everything(&folder);
    assert_eq!(books::projections(&folder), DERIVED.map(|(name, _)| name));

    for (name, role) in DERIVED {
        let before = folder.run(&["projections", "dump", name]);
        assert_eq!(before.is_empty(), name == "cart-spending", "{name} has something to lose");
        std::fs::remove_dir_all(folder.data().join(role).join(name)).unwrap();
        folder.run(&["projections", "rebuild", name]);
        assert_eq!(folder.run(&["projections", "dump", name]), before, "{name}");
        assert_eq!(owned(), before_all, "after {name}");
    }
    // A role that owns nothing can be deleted as a whole.
    for whole in ["documents", "search", "graph"] {
        std::fs::remove_dir_all(folder.data().join(whole)).unwrap();
        let lost = DERIVED.iter().filter(|(_, role)| *role == whole);
        lost.for_each(|(name, _)| drop(folder.run(&["projections", "rebuild", name])));
    }
    books::of_everything(&folder);
    assert_eq!(owned(), before_all);
    // What was spent stays spent.
    assert_eq!(folder.json(&["cart", "show-cart", "U1"])["items"], Value::Array(Vec::new()));
    // Embeddings were never made again: without the model's weights everything is still near what it was near.
    let near = folder.command(&["recommend", "similar", "P1", "--json"]);
    let near = { near }.env("SOUK_EMBEDDER", "minilm://no-weights").output().unwrap();
    assert!(near.status.success(), "{}", String::from_utf8_lossy(&near.stderr));
}

/// How many files there are in a folder and below it, without the mark that says whether it may be written.
fn files(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    let entries = entries.filter(|entry| !entry.file_name().to_string_lossy().starts_with("mark"));
    entries.map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { 1 }).sum()
}

/// Searches, lists and orders are asked for all the time, while each projection is built anew by another process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_during_searches_never_shows_less() {
    const SEARCHERS: usize = 4;
    let folder = Arc::new(Folder::new());
    folder.run(&["load", "all"]);
    folder.run(&["cart", "add", "U001", "P001"]);
    folder.run(&["cart", "convert-to-order", "U001"]);
    let server = folder.serve();
    let http = client::http();
    let questions =
        ["products/search?q=wooden+bowl", "products?category=C01", "orders", "products/search?q="];
    let mut totals = Vec::new();
    for question in questions {
        totals.push(total(&http, &format!("{}/{question}", server.api)).await);
    }
    assert!(totals.iter().all(|total| *total > 0), "{totals:?}");

    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::new(AtomicUsize::new(0));
    let searchers: Vec<_> = (0..SEARCHERS)
        .map(|searcher| {
            let (http, stop, asked) = (http.clone(), stop.clone(), asked.clone());
            let (url, expected) = (format!("{}/{}", server.api, questions[searcher]), totals[searcher]);
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    assert_eq!(total(&http, &url).await, expected, "{url}");
                    asked.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    for _ in 0..2 {
        // Without embeddings nothing is alike.
        for (name, _) in DERIVED.into_iter().filter(|(name, _)| *name != "similar-products") {
            let (commands, before) = (folder.clone(), asked.load(Ordering::Relaxed));
            let rebuilt =
                tokio::task::spawn_blocking(move || commands.json(&["projections", "rebuild", name]));
            let rebuilt = rebuilt.await.unwrap();
            // The server's follower has to find the new generation and go on with it.
            tokio::time::sleep(Duration::from_millis(100)).await;
            // However slow the day, it is also asked after the rebuild.
            let enough = asked.load(Ordering::Relaxed) + 2 * SEARCHERS;
            while asked.load(Ordering::Relaxed) < enough {
                assert!(searchers.iter().all(|searcher| !searcher.is_finished()), "a searcher gave up");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            let during = asked.load(Ordering::Relaxed) - before;
            println!("{name}: generation {}, {during} questions meanwhile", rebuilt["generation"]);
        }
    }
    stop.store(true, Ordering::Relaxed);
    for searcher in searchers {
        searcher.await.unwrap();
    }
    server.stop();
    books::of_everything(&folder);
}

async fn total(http: &reqwest::Client, url: &str) -> u64 {
    let response = http.get(url).send().await.unwrap();
    let status = response.status();
    let answer: Value = response.json().await.unwrap();
    answer["total"].as_u64().unwrap_or_else(|| panic!("{status} {url}: {answer}"))
}
