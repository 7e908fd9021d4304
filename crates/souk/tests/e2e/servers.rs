//! The same shop with its roles on servers, by nothing but URLs: it loads, sells, finds and rebuilds as it does on files,
//! from two processes at once, and through the death of one; and it loads while a server is away.
//!
//! A server that is missing leaves the test out, and says so; with `REQUIRE_SERVERS=1` it is a failure.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::books;
use crate::client::{self, Ordered};
use crate::process::{Folder, Server, USERS};
use crate::profile;

const UNITS: u32 = 300;
const CALLERS: usize = 40;
/// How often each caller orders one unit: together more than there are.
const ORDERS: usize = 10;
/// When this many are sold, one of the two processes is killed.
const BEFORE_THE_KILL: usize = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_on_servers_sells_as_one_on_files_does() {
    let Some(settings) = profile::on_servers() else { return };
    let folder = Folder::with_settings(settings);
    folder.load_small_catalogue(UNITS);

    let (one, other) = (folder.serve(), folder.serve());
    let http = client::http();
    let (kill, killed) = watch::channel(Some(one.api.clone()));
    let (_stays, second) = watch::channel(Some(other.api.clone()));
    let placed = Arc::new(AtomicUsize::new(0));
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let placed = placed.clone();
            let api = if caller % 2 == 0 { killed.clone() } else { second.clone() };
            let http = http.clone();
            tokio::spawn(async move {
                let user = format!("U{}", caller % USERS + 1);
                let mut answers = Vec::with_capacity(ORDERS);
                for order in 0..ORDERS {
                    let (key, body) = (format!("{caller}-{order}"), client::items("P1", 29.9, 1));
                    let answer = client::order_surely(&http, &api, &user, &key, &body).await;
                    let is_placed = matches!(answer.0, Ordered::Placed { .. });
                    placed.fetch_add(usize::from(is_placed), Ordering::Relaxed);
                    answers.push(answer);
                }
                answers
            })
        })
        .collect();
    // Those who were at the first one go on at the other, with the same keys.
    while placed.load(Ordering::Relaxed) < BEFORE_THE_KILL {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    one.kill();
    kill.send_replace(Some(other.api.clone()));

    let mut numbers = BTreeSet::new();
    let (mut refused, mut asked_again) = (0, 0);
    for caller in callers {
        for (ordered, unanswered) in caller.await.unwrap() {
            asked_again += unanswered;
            match ordered {
                Ordered::Placed { number, .. } => assert!(numbers.insert(number), "order {number} twice"),
                Ordered::Refused { code } => {
                    assert_eq!(code, "out-of-stock");
                    refused += 1;
                }
            }
        }
    }
    assert_eq!(numbers, (1..=u64::from(UNITS)).collect::<BTreeSet<_>>());
    assert_eq!(refused, CALLERS * ORDERS - UNITS as usize);
    println!("{asked_again} requests were asked again after the kill");
    assert!(asked_again > 0, "the kill met nobody: this proved nothing");

    books::wait_for_projections(&folder);
    assert_eq!(sold(&http, &other).await, UNITS as usize);
    let page: Value = get(&http, &other, "products/P1").await;
    assert_eq!(page["in_stock"], false, "{page}");
    let found = get(&http, &other, "products/search?q=bowl").await;
    assert_eq!(found["total"], 2, "{found}");
    let spelt_wrong = get(&http, &other, "products/search?q=bwol").await;
    assert_eq!(spelt_wrong["total"], 2, "{spelt_wrong}");
    let facets = get(&http, &other, "products/search?q=bowl&in_stock=true").await;
    assert_eq!(facets["total"], 1, "{facets}");
    let ready = format!("{}/health/ready", other.api.trim_end_matches("/api/v1"));
    let ready: Value = http.get(ready).send().await.unwrap().json().await.unwrap();
    let replica = &ready["roles"]["store"]["replicas"][0];
    assert!(replica["status"] == "up" && replica["behind"].is_u64(), "{ready}");
    other.stop();

    books::rebuilds_change_nothing(&folder);
    let well = folder.run(&["doctor"]);
    let servers = [
        "PostgreSQL",
        "replica at 127.0.0.1:15433",
        "TimescaleDB",
        "pgvector",
        "MongoDB",
        "Redis",
        "OpenSearch",
        "Neo4j",
        "s3://",
    ];
    for server in servers {
        assert!(well.contains(server), "the doctor does not name {server}:\n{well}");
    }
    assert!(!well.contains("souk-test-password"), "the doctor tells a password:\n{well}");
}

/// How many orders there are.
async fn sold(http: &reqwest::Client, server: &Server) -> usize {
    let orders = get(http, server, "orders?limit=1").await;
    orders["total"].as_u64().unwrap_or_else(|| panic!("{orders}")) as usize
}

async fn get(http: &reqwest::Client, server: &Server, path: &str) -> Value {
    let response = http.get(format!("{}/{path}", server.api)).send().await.unwrap();
    assert!(response.status().is_success(), "{path}: {}", response.status());
    response.json().await.unwrap()
}

/// Whoever fills projections asks a server that does not answer again, and goes on when it is back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_load_goes_on_when_a_server_that_was_away_is_back() {
    let Some(settings) = profile::on_servers() else { return };
    let (setting, url) = settings.into_iter().find(|(name, _)| *name == "SOUK_CACHE").expect("a cache");
    let server = url.split(['/', '?']).nth(2).expect("its address").to_owned();
    let gate = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = url.replace(&server, &gate.local_addr().unwrap().to_string());
    let (open, is_open) = watch::channel(false);
    tokio::spawn(async move {
        while let Ok((mut client, _)) = gate.accept().await {
            if *is_open.borrow() {
                let mut upstream = TcpStream::connect(&server).await.expect("the server is there");
                tokio::spawn(async move { copy_bidirectional(&mut client, &mut upstream).await });
            }
        }
    });

    let folder = Folder::with_settings(vec![(setting, url)]);
    folder.write_catalogue(UNITS);
    let mut load = folder.command(&["load", "all", "--from", "catalogue"]);
    let mut load = load.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut says = BufReader::new(load.stderr.take().unwrap()).lines().map(Result::unwrap);
    let mut told: Vec<String> = says.by_ref().take_while(|line| !line.ends_with("trying again")).collect();
    open.send_replace(true);
    told.extend(says);
    assert!(load.wait().unwrap().success(), "{told:?}");
    assert_eq!(folder.json(&["doctor"])["well"], json!(true));
    assert_eq!(folder.json(&["products", "show", "P1"])["stock"], json!(UNITS));
}
