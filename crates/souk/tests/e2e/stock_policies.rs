//! Goods that are sold when there are none, through the real program.

use serde_json::{Value, json};
use tokio::sync::watch;

use crate::books;
use crate::client::{self, Ordered};
use crate::process::{Folder, Server, USERS};
use crate::souk::Souk;

const UNITS: u32 = 10;
const ALLOWANCE: usize = 5;
const BUYERS: usize = 64;

async fn send(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

/// Everybody orders one piece of `P1` at once; how many got one, and how many were told that there is none.
async fn rush(servers: &[&Server]) -> (usize, usize) {
    let http = client::http();
    let buyers: Vec<_> = (0..BUYERS)
        .map(|buyer| {
            let (_, api) = watch::channel(Some(servers[buyer % servers.len()].api.clone()));
            let http = http.clone();
            tokio::spawn(async move {
                let (user, key) = (format!("U{}", buyer % USERS + 1), format!("buyer-{buyer}"));
                let body = client::items("P1", 29.9, 1);
                client::order_surely(&http, &api, &user, &key, &body).await.0
            })
        })
        .collect();
    let (mut sold, mut refused) = (0, 0);
    for buyer in buyers {
        match buyer.await.unwrap() {
            Ordered::Placed { .. } => sold += 1,
            Ordered::Refused { code } => {
                assert_eq!(code, "out-of-stock");
                refused += 1;
            }
        }
    }
    (sold, refused)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exactly_what_is_there_and_allowed_is_sold_through_two_servers() {
    let folder = Folder::with_small_catalogue(UNITS);
    let servers = [folder.serve(), folder.serve()];
    let http = client::http();
    let api = &servers[0].api;
    let change = |body: Value| http.patch(format!("{api}/variants/ASH-1")).json(&body);
    let (status, variant) =
        send(change(json!({"stock_policy": "backorder", "backorder_allowance": ALLOWANCE}))).await;
    assert_eq!((status, &variant["availability"]), (200, &json!("in_stock")), "{variant}");

    let sold = UNITS as usize + ALLOWANCE;
    assert_eq!(rush(&[&servers[0], &servers[1]]).await, (sold, BUYERS - sold));
    assert_eq!(books::of_the_store(&folder).stock["ASH-1"], -(ALLOWANCE as i64));
    books::wait_for_projections(&folder);
    let (_, product) = send(http.get(format!("{api}/products/P1"))).await;
    assert_eq!(
        (&product["stock"], &product["in_stock"], &product["availability"]),
        (&json!(0), &json!(false), &json!("out_of_stock"))
    );

    // What is owed stays allowed; a cancelled order gives back.
    let (status, problem) = send(change(json!({"stock_policy": "counted"}))).await;
    assert_eq!((status, &problem["code"]), (409, &json!("still-needed")), "{problem}");
    let cancelled = http.post(format!("{api}/orders/1/cancel")).json(&json!({}));
    assert_eq!(send(cancelled).await.0, 200);
    let (_, variant) = send(http.get(format!("{api}/variants/ASH-1"))).await;
    assert_eq!((&variant["owed"], &variant["availability"]), (&json!(ALLOWANCE - 1), &json!("backorder")));

    // A limit is taken away in a merge patch alone.
    let unlimited = json!({"backorder_allowance": null});
    assert_eq!(send(change(unlimited.clone())).await.0, 400);
    let merge =
        http.patch(format!("{api}/variants/ASH-1")).header("Content-Type", "application/merge-patch+json");
    let (status, variant) = send(merge.body(unlimited.to_string())).await;
    assert_eq!((status, variant.get("backorder_allowance")), (200, None), "{variant}");

    books::wait_for_projections(&folder);
    servers.into_iter().for_each(Server::stop);
    books::of_everything(&folder);
    books::rebuilds_change_nothing(&folder);
}

#[test]
fn what_nobody_counts_is_created_and_sold_on_the_command_line() {
    let souk = Souk::loaded();
    let create = ["products", "create", "Woodcut print", "--category", "C01", "--price", "15"];
    let print =
        souk.json(&[&create[..], &["--external-id", "P910", "--stock-policy", "not_counted"]].concat());
    assert_eq!((&print["in_stock"], &print["availability"]), (&json!(true), &json!("in_stock")));
    for _ in 0..2 {
        souk.json(&["cart", "add", "U001", "P910", "--quantity", "700"]);
        souk.json(&["cart", "convert-to-order", "U001"]);
    }
    let shown = souk.json(&["products", "show", "P910"]);
    assert_eq!((&shown["stock"], &shown["in_stock"]), (&json!(0), &json!(true)));
    let found = souk.json(&["search", "text", "woodcut print", "--in-stock"]);
    assert_eq!(found["results"][0]["external_id"], json!("P910"), "{found}");
    let said = souk.run(&["products", "set", "P910", "--stock-policy", "counted", "--stock", "+3"]);
    assert!(said.code == 0 && said.out.contains("3 in stock"), "{} {}", said.out, said.err);
    let said = souk.run(&["products", "set", "P910", "--backorder-allowance", "2"]);
    assert!(said.code == 2 && said.err.contains("backorder_allowance"), "{}", said.err);
    let said = souk.run(&["products", "set", "P910", "--variant", "P910"]);
    assert!(said.code == 2 && said.err.contains("--stock"), "{}", said.err);
}
