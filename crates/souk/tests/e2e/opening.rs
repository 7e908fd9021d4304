//! A shop that opens at once and fills itself while it serves; and goes on with it, whenever it was killed.

use std::time::{Duration, Instant};

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::process::{Folder, PATIENCE, Server};
use crate::{books, client, profile};

/// How soon the port answers, and how soon something can be ordered: as promised for a release build.
const ANSWERS: Duration = Duration::from_secs(5);
const SELLS: Duration = Duration::from_secs(15);
const ORDERS: &str = "300";

fn demo(folder: &Folder, orders: &str, draws: bool) -> Server {
    let mut command = folder.command(&["demo", "--orders", orders]);
    command.env("SOUK_MEDIA_DRAW", draws.to_string());
    Server::start(command, &folder.log_file())
}

/// The server's answer to anything below its root.
async fn get(http: &reqwest::Client, server: &Server, path: &str) -> reqwest::Response {
    let base = server.api.trim_end_matches("/api/v1");
    http.get(format!("{base}{path}")).send().await.unwrap()
}

async fn ready(http: &reqwest::Client, server: &Server) -> Value {
    get(http, server, "/health/ready").await.json().await.unwrap()
}

/// `status`, `done` and `total` of a stage that is left, while any is.
fn stage(ready: &Value, name: &str) -> Option<(String, u64, u64)> {
    let stage = ready["filling"].as_array()?.iter().find(|stage| stage["stage"] == name)?;
    let number = |key: &str| stage[key].as_u64().unwrap_or(0);
    Some((stage["status"].as_str().unwrap().to_owned(), number("done"), number("total")))
}

/// Asks until the answer is what is waited for.
async fn wait(http: &reqwest::Client, server: &Server, what: impl Fn(&Value) -> bool) -> Value {
    let until = Instant::now() + 3 * PATIENCE;
    loop {
        let ready = ready(http, server).await;
        if what(&ready) {
            return ready;
        }
        assert!(Instant::now() < until, "{ready}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

fn is_filled(ready: &Value) -> bool {
    ready["status"] == "ready" && ready["filling"].is_null()
}

#[tokio::test]
async fn an_empty_folder_answers_at_once_sells_soon_and_draws_what_is_asked_for() {
    let (folder, http) = (Folder::new(), client::http());
    let begun = Instant::now();
    let server = demo(&folder, ORDERS, true);
    assert_eq!(get(&http, &server, "/health/live").await.status(), StatusCode::OK);
    if profile::is_embedded() {
        assert!(begun.elapsed() < ANSWERS, "{:?}", begun.elapsed());
    }
    let filling = ready(&http, &server).await;
    assert_eq!(filling["status"], "filling", "{filling}");
    let stages = ["catalogue", "purchases", "projections", "embeddings", "batches", "pictures"];
    let told: Vec<&str> =
        filling["filling"].as_array().unwrap().iter().map(|stage| stage["stage"].as_str().unwrap()).collect();
    assert_eq!(told, stages);

    // Somebody orders before the shop has made up its history, which is made up all the same, after a stop too.
    let order = client::items("P001", 35.0, 1);
    let ordered = loop {
        let sent = http.post(format!("{}/orders", server.api)).header("X-User-Id", "U001").json(&order);
        let answer = sent.header("Idempotency-Key", "early").send().await.unwrap();
        if answer.status().is_success() {
            break answer.json::<Value>().await.unwrap();
        }
        assert!(begun.elapsed() < PATIENCE, "{}", answer.text().await.unwrap());
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(ordered["status"], "pending", "{ordered}");
    if profile::is_embedded() {
        assert!(begun.elapsed() < SELLS, "{:?}", begun.elapsed());
    }

    // The page names its picture, and whoever asks for it gets it, long before its turn has come.
    let mut named = Value::Null;
    while !named.is_string() {
        let page: Value = get(&http, &server, "/api/v1/products/P001").await.json().await.unwrap();
        named = page["images"][0]["sizes"]["200"].clone();
        assert!(begun.elapsed() < PATIENCE, "{page}");
    }
    let name = named.as_str().unwrap();
    // Many ask at once, and all get the same.
    let url = format!("{}{name}", server.api.trim_end_matches("/api/v1"));
    let asked: Vec<_> = (0..8).map(|_| tokio::spawn(http.get(&url).send())).collect();
    let mut pictures = Vec::new();
    for answer in asked {
        let answer = answer.await.unwrap().unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        pictures.push(answer.bytes().await.unwrap());
    }
    assert!(pictures[0].starts_with(b"RIFF") && pictures.iter().all(|picture| *picture == pictures[0]));
    let original = get(&http, &server, &name.replace("-200.webp", ".webp")).await.bytes().await.unwrap();
    assert!(original.len() > pictures[0].len());
    let categories: Value = get(&http, &server, "/api/v1/categories").await.json().await.unwrap();
    let of_category = categories["categories"][0]["image"].as_str().unwrap();
    let shown = get(&http, &server, of_category).await;
    assert_eq!(
        (shown.status(), shown.headers()["content-type"].to_str().unwrap()),
        (StatusCode::OK, "image/webp")
    );
    // A name that nothing in the shop has is no picture, however much it looks like one.
    let other = name.replacen("product-", "category-", 1);
    assert_eq!(get(&http, &server, &other).await.status(), StatusCode::NOT_FOUND);

    // Told to stop in the middle, it does, and well.
    let filling = wait(&http, &server, |ready| {
        stage(ready, "purchases").is_none_or(|(status, ..)| status != "waiting")
    });
    assert!(!is_filled(&filling.await));
    server.stop();
    let server = demo(&folder, ORDERS, false);
    wait(&http, &server, is_filled).await;
    let orders: Value = get(&http, &server, "/api/v1/orders?limit=1").await.json().await.unwrap();
    assert_eq!(orders["total"], ORDERS.parse::<u64>().unwrap() + 1);
    server.stop();
}

/// In the middle of every stage in turn, and a moment after it began.
#[tokio::test]
async fn killed_at_any_point_of_filling_it_goes_on() {
    let (folder, http) = (Folder::new(), client::http());
    let moments = [
        ("catalogue", 0),
        ("catalogue", 40),
        ("catalogue", 160),
        ("purchases", 0),
        ("purchases", 100),
        ("projections", 0),
        ("projections", 50),
    ];
    let mut met = 0;
    for (name, pause_ms) in moments {
        let server = demo(&folder, ORDERS, false);
        let reached = wait(&http, &server, |ready| {
            is_filled(ready) || stage(ready, name).is_some_and(|(status, ..)| status != "waiting")
        });
        let was_filled = is_filled(&reached.await);
        tokio::time::sleep(Duration::from_millis(pause_ms)).await;
        met += u32::from(!was_filled && !is_filled(&ready(&http, &server).await));
        server.kill();
        if profile::is_embedded() {
            books::of_the_store(&folder);
        }
    }
    assert!(met >= 4, "only {met} kills met a shop that was filling itself");
    let server = demo(&folder, ORDERS, false);
    wait(&http, &server, is_filled).await;
    let orders: Value = get(&http, &server, "/api/v1/orders?limit=1").await.json().await.unwrap();
    assert_eq!(orders["total"], ORDERS.parse::<u64>().unwrap());
    server.stop();
    let again = folder.json(&["purchases", "generate", "--orders", ORDERS]);
    assert_eq!(
        (&again["orders_before"], &again["interrupted_before"]),
        (&json!(ORDERS.parse::<u64>().unwrap()), &Value::Null),
        "{again}"
    );
    let again = folder.json(&["load", "all"]);
    assert_eq!((&again["products"]["added"], &again["variants"]["added"]), (&json!(0), &json!(0)), "{again}");
    books::of_everything(&folder);
    println!("{met} of {} kills met a shop that was filling itself", moments.len());
}

/// Pictures that are left are drawn by whichever process serves next, and no picture twice.
#[tokio::test]
async fn killed_while_it_draws_it_goes_on_with_the_pictures_that_are_left() {
    let (folder, http) = (Folder::new(), client::http());
    let mut server = demo(&folder, "0", true);
    let mut left_before = u64::MAX;
    for _ in 0..3 {
        let drawing =
            wait(&http, &server, |ready| stage(ready, "pictures").is_some_and(|(_, done, _)| done >= 3));
        let (status, done, total) = stage(&drawing.await, "pictures").unwrap();
        assert_eq!(status, "filling");
        assert!(total < left_before, "{total} pictures left, and {left_before} before");
        left_before = total - done + 1;
        server.kill();
        let mut serve = folder.command(&["serve"]);
        serve.env("SOUK_MEDIA_DRAW", "true");
        server = Server::start(serve, &folder.log_file());
    }
    let page: Value = get(&http, &server, "/api/v1/products/P300").await.json().await.unwrap();
    let shown = get(&http, &server, page["images"][0]["url"].as_str().unwrap()).await;
    assert_eq!(shown.status(), StatusCode::OK);
    server.stop();
}
