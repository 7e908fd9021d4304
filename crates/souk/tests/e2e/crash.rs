//! SIGKILL, again and again: while a catalogue is loaded, and while orders pour in.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use rand::Rng;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::books::{self, Books};
use crate::client::{self, Ordered};
use crate::process::{Folder, times};
use crate::store_file;

const SHOPPERS: usize = 20;
/// The first ones order from their carts.
const WITH_CARTS: usize = 4;

#[test]
fn a_load_that_is_killed_goes_on_where_it_was() {
    let whole = Folder::new();
    let since = Instant::now();
    whole.run(&["load", "all"]);
    let takes = since.elapsed();

    // Of the kills some, at least, meet a load that has written some rows and not yet all.
    let (wanted, between_commits) = (times(3, 8), times(1, 2));
    let (mut kills, mut interrupted, mut tries) = (0, 0, 0);
    while kills < wanted || interrupted < between_commits {
        let killed = Folder::new();
        let mut unfinished = false;
        // Until a load is done before its end has come.
        let report = loop {
            let mut load = killed.command(&["load", "all", "--json"]);
            let mut load = load.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
            // Rather early than late: the store is written first, and filling the rest takes longer.
            std::thread::sleep(takes.mul_f64(rand::random::<f64>().powi(2)));
            let ended = load.try_wait().unwrap();
            load.kill().unwrap();
            let output = load.wait_with_output().unwrap();
            if ended.is_some() {
                break serde_json::from_slice::<Value>(&output.stdout).unwrap();
            }
            kills += 1;
            if store_file::is_there(&killed) {
                books::of_the_store(&killed);
                unfinished = store_file::load_is_unfinished(&killed);
                interrupted += u32::from(unfinished);
            }
        };
        assert_eq!(report["interrupted_before"].is_string(), unfinished, "{report}");
        tries += 1;
        assert!(tries < 30, "{kills} kills, of which {interrupted} met a load that was writing");
        killed.run(&["load", "all"]);
        for name in books::projections(&whole) {
            // What a load adds to the stock is dated, and two loads happen at two times.
            if name == "stock-levels" {
                continue;
            }
            let dumps = [&whole, &killed].map(|folder| folder.run(&["projections", "dump", &name]));
            assert!(dumps[0] == dumps[1], "the dump of {name} differs from that of a load in one go");
        }
        books::of_everything(&killed);
        books::rebuilds_change_nothing(&killed);
    }
    println!(
        "{kills} kills, {interrupted} of them between two commits of a load, {tries} loads came to their end"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_orders_survive_and_keys_order_once() {
    let folder = Folder::with_small_catalogue(times(10, 60));
    let (api, apis) = watch::channel(None);
    let shop = Arc::new(Shop::new(apis));
    let shoppers: Vec<_> = (0..SHOPPERS).map(|shopper| tokio::spawn(shop.clone().visit(shopper))).collect();

    for kill in 1..=times(4, 12) {
        let server = folder.serve();
        let before = shop.acknowledged().len();
        api.send_replace(Some(server.api.clone()));
        // Somewhere in the burst, not before it has begun.
        while shop.acknowledged().len() < before + SHOPPERS {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let moment = rand::rng().random_range(Duration::ZERO..Duration::from_millis(300));
        tokio::time::sleep(moment).await;
        api.send_replace(None);
        server.kill();
        let acknowledged = shop.acknowledged().clone();
        let books = books::of_the_store(&folder);
        check(&acknowledged, &books, &store_file::numbers_by_key(&folder));
        let unanswered = books.orders - acknowledged.len();
        println!("kill {kill}: {} orders, {unanswered} of them committed but not yet answered", books.orders);
    }

    let server = folder.serve();
    api.send_replace(Some(server.api.clone()));
    shop.closing.store(true, Ordering::SeqCst);
    for shopper in shoppers {
        shopper.await.unwrap();
    }
    // Whoever asks again, however late, gets the order that there is.
    let acknowledged = shop.acknowledged().clone();
    for (key, order) in &acknowledged {
        let again = client::order_surely(&shop.http, &shop.apis, &order.user, key, &order.body).await;
        assert_eq!(again.0, order.placed, "{key}");
    }
    // What an order took out of a cart is taken out by a projection, where a kill came between.
    books::wait_for_projections(&folder);
    for shopper in 0..WITH_CARTS {
        assert_eq!(shop.lines_in_cart(shopper).await, Some(0), "an order spends the cart");
    }
    server.stop();

    let books = books::of_everything(&folder);
    check(&acknowledged, &books, &store_file::numbers_by_key(&folder));
    assert_eq!(books.orders, acknowledged.len(), "in the end every order is acknowledged");
    assert_eq!(books.stock["ASH-1"], 0, "the last units were fought for");
    let sent_again = shop.sent_again.load(Ordering::SeqCst);
    println!("{} orders, {sent_again} answered only after a kill", books.orders);
    assert!(sent_again > 0, "no kill met an order on its way");
    books::rebuilds_change_nothing(&folder);
}

/// Each acknowledged order is there under its key, and no key has two.
fn check(acknowledged: &BTreeMap<String, Order>, books: &Books, by_key: &BTreeMap<String, u64>) {
    for (key, order) in acknowledged {
        let Ordered::Placed { number, .. } = &order.placed else { unreachable!("only those are noted") };
        assert_eq!(by_key.get(key), Some(number), "{key} was acknowledged as order {number}");
    }
    assert_eq!(books.orders, by_key.len(), "every order has its key, and every key one order");
}

/// What the shoppers know, and how they reach the server.
struct Shop {
    http: reqwest::Client,
    apis: watch::Receiver<Option<String>>,
    /// By their keys.
    acknowledged: Mutex<BTreeMap<String, Order>>,
    sent_again: AtomicUsize,
    closing: AtomicBool,
}

#[derive(Debug, Clone)]
struct Order {
    user: String,
    body: Value,
    placed: Ordered,
}

impl Shop {
    fn new(apis: watch::Receiver<Option<String>>) -> Self {
        Self {
            http: client::http(),
            apis,
            acknowledged: Mutex::default(),
            sent_again: AtomicUsize::new(0),
            closing: AtomicBool::new(false),
        }
    }

    fn acknowledged(&self) -> MutexGuard<'_, BTreeMap<String, Order>> {
        self.acknowledged.lock().unwrap()
    }

    /// Orders one thing after the other, each under a key of its own, until the shop closes.
    async fn visit(self: Arc<Self>, shopper: usize) {
        let user = user(shopper);
        for at in 0.. {
            if self.closing.load(Ordering::SeqCst) {
                return;
            }
            let key = format!("shopper-{shopper}-{at}");
            let body = if shopper < WITH_CARTS {
                self.fill_cart(shopper).await;
                json!({})
            } else if rand::rng().random_bool(0.25) {
                client::items("P1", 29.9, 1)
            } else {
                client::items("P2", 10.0, rand::rng().random_range(1..4))
            };
            let (placed, unanswered) = client::order_surely(&self.http, &self.apis, &user, &key, &body).await;
            self.sent_again.fetch_add(usize::from(unanswered > 0), Ordering::SeqCst);
            match &placed {
                Ordered::Placed { .. } => {
                    let order = Order { user: user.clone(), body, placed };
                    assert!(self.acknowledged().insert(key, order).is_none());
                }
                Ordered::Refused { code } => assert!(
                    // The order before this one may have spent the cart only after the restart.
                    code == "out-of-stock" || code == "empty-cart",
                    "{code}"
                ),
            }
        }
    }

    async fn fill_cart(&self, shopper: usize) {
        loop {
            match self.lines_in_cart(shopper).await {
                None => tokio::time::sleep(Duration::from_millis(20)).await,
                Some(0) => {
                    let item = json!({ "product_id": "P2", "quantity": 2 });
                    let request =
                        self.http.post(self.url("cart/items").await).header("X-User-Id", user(shopper));
                    // Whether it was added shows when the cart is looked at again.
                    let _ = request.json(&item).send().await;
                }
                Some(_) => return,
            }
        }
    }

    /// `None`: nobody answers.
    async fn lines_in_cart(&self, shopper: usize) -> Option<usize> {
        let request = self.http.get(self.url("cart").await).header("X-User-Id", user(shopper));
        let cart: Value = request.send().await.ok()?.json().await.ok()?;
        Some(cart["items"].as_array().unwrap_or_else(|| panic!("{cart}")).len())
    }

    async fn url(&self, path: &str) -> String {
        let mut apis = self.apis.clone();
        let api = apis.wait_for(Option::is_some).await.expect("the test goes on").clone();
        format!("{}/{path}", api.unwrap_or_default())
    }
}

fn user(shopper: usize) -> String {
    format!("U{}", shopper + 1)
}
