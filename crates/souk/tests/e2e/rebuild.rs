//! What is derived can be deleted and comes back the same, and nobody who looks meanwhile sees less.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::Value;

use crate::books;
use crate::client;
use crate::process::Folder;

/// What may be deleted: each projection and the folder that its role keeps it in.
const DERIVED: [(&str, &str); 5] = [
    ("product-pages", "documents"),
    ("order-views", "documents"),
    ("stock-counters", "cache"),
    ("cart-spending", "cache"),
    ("search-index", "search"),
];

#[test]
fn what_was_deleted_comes_back_the_same_and_no_cart_is_lost() {
    let folder = Folder::with_small_catalogue(10);
    for user in ["U1", "U2"] {
        folder.run(&["cart", "add", user, "P1", "--quantity", "3"]);
        folder.run(&["cart", "convert-to-order", user]);
    }
    folder.run(&["cart", "add", "U3", "P2", "--quantity", "2"]);
    let cart = folder.json(&["cart", "show-cart", "U3"]);
    assert_eq!(cart["items"].as_array().unwrap().len(), 1, "{cart}");
    books::of_everything(&folder);
    assert_eq!(books::projections(&folder), DERIVED.map(|(name, _)| name));

    for (name, role) in DERIVED {
        let before = folder.run(&["projections", "dump", name]);
        assert_eq!(before.is_empty(), name == "cart-spending", "{name} has something to lose");
        std::fs::remove_dir_all(folder.data().join(role).join(name)).unwrap();
        folder.run(&["projections", "rebuild", name]);
        assert_eq!(folder.run(&["projections", "dump", name]), before, "{name}");
        assert_eq!(folder.json(&["cart", "show-cart", "U3"]), cart, "after {name}");
    }
    // A role that owns nothing can be deleted as a whole.
    for whole in ["documents", "search"] {
        std::fs::remove_dir_all(folder.data().join(whole)).unwrap();
        let lost = DERIVED.iter().filter(|(_, role)| *role == whole);
        lost.for_each(|(name, _)| drop(folder.run(&["projections", "rebuild", name])));
    }
    books::of_everything(&folder);
    assert_eq!(folder.json(&["cart", "show-cart", "U3"]), cart);
    // What was spent stays spent.
    assert_eq!(folder.json(&["cart", "show-cart", "U1"])["items"], Value::Array(Vec::new()));
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
        for (name, _) in DERIVED {
            let (commands, before) = (folder.clone(), asked.load(Ordering::Relaxed));
            let rebuilt =
                tokio::task::spawn_blocking(move || commands.json(&["projections", "rebuild", name]));
            let rebuilt = rebuilt.await.unwrap();
            // The server's follower has to find the new generation and go on with it.
            tokio::time::sleep(Duration::from_millis(100)).await;
            let during = asked.load(Ordering::Relaxed) - before;
            println!("{name}: generation {}, {during} questions meanwhile", rebuilt["generation"]);
            assert!(during > 0, "nobody asked meanwhile");
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
