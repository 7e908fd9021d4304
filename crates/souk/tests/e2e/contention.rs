//! Many want the last units at once, and nobody gets one that is not there.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::sync::{Barrier, watch};

use crate::books;
use crate::client::{self, Ordered};
use crate::process::{Folder, PATIENCE, Server, USERS};

const CALLERS: usize = 1_000;
const UNITS: u32 = 100;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_units_go_to_exactly_as_many_through_one_server() {
    let folder = Folder::with_small_catalogue(UNITS);
    let server = folder.serve();
    rush(&folder, &[&server]).await;
    books::wait_for_projections(&folder);
    server.stop();
    books::of_everything(&folder);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_units_go_to_exactly_as_many_through_two_servers() {
    let folder = Folder::with_small_catalogue(UNITS);
    let servers = [folder.serve(), folder.serve()];
    rush(&folder, &[&servers[0], &servers[1]]).await;
    books::wait_for_projections(&folder);
    servers.into_iter().for_each(Server::stop);
    books::of_everything(&folder);
}

/// Each of two changes is right beside what was there; together they would sell a variant for less than nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_changes_at_once_none_makes_a_price_of_nothing() {
    let folder = Folder::with_small_catalogue(UNITS);
    let servers = [folder.serve(), folder.serve()];
    let http = client::http();
    let change = |server: &Server, what: &str, to: serde_json::Value| {
        let asked = http.patch(format!("{}/{what}", server.api)).json(&to).send();
        async move { asked.await.unwrap().status().as_u16() }
    };
    for round in 0..20 {
        assert_eq!(change(&servers[0], "variants/ASH-1", json!({"price_adjustment": 0})).await, 200);
        assert_eq!(change(&servers[1], "products/P1", json!({"price": 30})).await, 200);
        let mut answers: [u16; 2] = tokio::join!(
            change(&servers[0], "products/P1", json!({"price": 15})),
            change(&servers[1], "variants/ASH-1", json!({"price_adjustment": -20})),
        )
        .into();
        answers.sort_unstable();
        assert_eq!(answers, [200, 400], "round {round}");
    }
    servers.into_iter().for_each(Server::stop);
}

/// Everybody orders one unit at the same time; the servers are left running.
async fn rush(folder: &Folder, servers: &[&Server]) {
    let http = client::http();
    let barrier = Arc::new(Barrier::new(CALLERS));
    // How many are waiting for an answer, and how many were when a refusal came.
    let (waiting, beside_refusals) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let most = Arc::new(AtomicUsize::new(0));
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let (http, barrier) = (http.clone(), barrier.clone());
            let (waiting, beside_refusals, most) = (waiting.clone(), beside_refusals.clone(), most.clone());
            let (_, api) = watch::channel(Some(servers[caller % servers.len()].api.clone()));
            tokio::spawn(async move {
                let (user, key) = (format!("U{}", caller % USERS + 1), format!("caller-{caller}"));
                barrier.wait().await;
                most.fetch_max(waiting.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                let body = client::items("P1", 29.9, 1);
                let (ordered, _) = client::order_surely(&http, &api, &user, &key, &body).await;
                let others = waiting.fetch_sub(1, Ordering::SeqCst) - 1;
                if others > 0 && matches!(ordered, Ordered::Refused { .. }) {
                    beside_refusals.fetch_add(1, Ordering::SeqCst);
                }
                ordered
            })
        })
        .collect();
    let mut numbers = BTreeSet::new();
    let mut refused = 0;
    for caller in callers {
        match caller.await.unwrap() {
            Ordered::Placed { number, .. } => assert!(numbers.insert(number), "order {number} twice"),
            Ordered::Refused { code } => {
                assert_eq!(code, "out-of-stock");
                refused += 1;
            }
        }
    }
    assert_eq!(numbers, (1..=u64::from(UNITS)).collect());
    assert_eq!(refused, CALLERS - UNITS as usize);

    let (most, beside_refusals) = (most.load(Ordering::SeqCst), beside_refusals.load(Ordering::SeqCst));
    println!(
        "up to {most} orders were under way at once; {beside_refusals} refusals came while others waited"
    );
    assert!(most >= CALLERS / 2, "only {most} orders were under way at once");
    assert!(beside_refusals >= CALLERS / 2, "only {beside_refusals} refusals came while others waited");

    assert_eq!(books::of_the_store(folder).stock["ASH-1"], 0);
    for server in servers {
        let product = http.get(format!("{}/products/P1", server.api)).send().await.unwrap();
        let product: serde_json::Value = product.json().await.unwrap();
        assert_eq!((&product["stock"], &product["in_stock"]), (&0.into(), &false.into()), "{product}");
    }
}

/// The goal is a second; what is asserted is only that it is not starved.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_orders_beside_64_callers_on_the_server() {
    let folder = Folder::with_small_catalogue(UNITS);
    let server = folder.serve();
    let http = client::http();
    let stop = Arc::new(AtomicBool::new(false));
    let placed = Arc::new(AtomicUsize::new(0));
    let callers: Vec<_> = (0..64)
        .map(|caller| {
            let (http, stop, placed) = (http.clone(), stop.clone(), placed.clone());
            let (_, api) = watch::channel(Some(server.api.clone()));
            tokio::spawn(async move {
                for at in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let (user, key) = (format!("U{}", caller % USERS + 1), format!("caller-{caller}-{at}"));
                    let body = client::items("P2", 10.0, 1);
                    let (ordered, _) = client::order_surely(&http, &api, &user, &key, &body).await;
                    assert!(matches!(ordered, Ordered::Placed { .. }), "{ordered:?}");
                    placed.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    while placed.load(Ordering::Relaxed) < 64 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let folder = Arc::new(folder);
    for _ in 0..5 {
        let (before, since) = (placed.load(Ordering::Relaxed), Instant::now());
        let commands = folder.clone();
        let converted = tokio::task::spawn_blocking(move || {
            commands.run(&["cart", "add", "U1", "P1"]);
            let added = since.elapsed();
            commands.run(&["cart", "convert-to-order", "U1"]);
            (added, since.elapsed() - added)
        });
        let (added, converted) = converted.await.unwrap();
        // Orders are answered in groups: those that were under way beside a short command may be told just after it.
        let until = Instant::now() + PATIENCE;
        while placed.load(Ordering::Relaxed) == before {
            assert!(Instant::now() < until, "the server was to be kept busy");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let beside = placed.load(Ordering::Relaxed) - before;
        println!(
            "cart add {:.2} s, convert-to-order {:.2} s, {beside} orders placed by the server meanwhile",
            added.as_secs_f64(),
            converted.as_secs_f64()
        );
        assert!(converted < Duration::from_secs(10), "the command waited for {converted:?}");
    }
    stop.store(true, Ordering::Relaxed);
    for caller in callers {
        caller.await.unwrap();
    }
    // At once: what the last orders touched must be written before the server ends.
    server.stop();
    books::of_everything(&folder);
}
