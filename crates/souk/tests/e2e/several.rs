//! Several processes on the same servers: whoever dies or hangs under load, nothing that was acknowledged is lost or
//! doubled, and the others carry on what it did. And several nodes that each keep engines of their own beside one store.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::sleep;

use crate::books;
use crate::client::{self, Ordered};
use crate::process::{Folder, PATIENCE, Running, Server, USERS};
use crate::profile;

const CALLERS: usize = 16;

/// What happens to the process that holds every projection.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    Kill,
    Freeze,
}

/// Which of the processes holds every projection.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Victim {
    Worker,
    Server,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_dies_or_hangs_is_replaced_and_nothing_is_lost() {
    let Some(settings) = profile::on_servers() else { return };
    let folder = Folder::with_settings(settings);
    folder.load_small_catalogue(1_000_000);
    let shop = Shop::new();
    for (round, (victim, fault)) in [
        (Victim::Worker, Fault::Kill),
        (Victim::Worker, Fault::Freeze),
        (Victim::Server, Fault::Kill),
        (Victim::Server, Fault::Freeze),
    ]
    .into_iter()
    .enumerate()
    {
        shop.one_round(&folder, round, victim, fault).await;
    }
    books::wait_for_projections(&folder);
    let acknowledged = shop.acknowledged.lock().unwrap().clone();
    let books = books::of_everything(&folder);
    assert_eq!(books.orders, acknowledged.len(), "every order is one that was acknowledged");
    books::rebuilds_change_nothing(&folder);
}

/// What the callers know.
struct Shop {
    http: reqwest::Client,
    /// For orders: a process that hangs answers nobody, and callers turn to another one soon.
    impatient: reqwest::Client,
    /// The number of each order, by its key.
    acknowledged: Arc<Mutex<BTreeMap<String, u64>>>,
}

impl Shop {
    fn new() -> Self {
        let impatient = client::http_within(Duration::from_secs(2));
        Self { http: client::http(), impatient, acknowledged: Arc::default() }
    }

    /// Two that serve and two that work, of which the one that came first holds every projection, until it dies or
    /// hangs while everybody orders.
    async fn one_round(&self, folder: &Folder, round: usize, victim: Victim, fault: Fault) {
        let mut servers = Vec::new();
        let mut workers = Vec::new();
        match victim {
            Victim::Worker => workers.push(work(folder)),
            Victim::Server => servers.push(folder.serve()),
        }
        books::wait_for_projections(folder);
        while servers.len() < 2 {
            servers.push(folder.serve());
        }
        while workers.len() < 2 {
            workers.push(work(folder));
        }
        let survivor = servers[1].api.clone();

        let (send, apis) = watch::channel(Some(servers[0].api.clone()));
        let (stop, stopped) = watch::channel(false);
        let callers: Vec<_> = (0..CALLERS)
            .map(|caller| {
                let name = format!("round-{round}-{caller}");
                // Half of them are at the other server from the beginning.
                let apis = if caller % 2 == 0 { apis.clone() } else { always(&survivor) };
                tokio::spawn(order_on(
                    self.impatient.clone(),
                    apis,
                    name,
                    caller,
                    self.acknowledged.clone(),
                    stopped.clone(),
                ))
            })
            .collect();
        let before = self.acknowledged.lock().unwrap().len();
        let since = Instant::now();
        while self.acknowledged.lock().unwrap().len() < before + 2 * CALLERS {
            assert!(since.elapsed() < PATIENCE, "nobody's order is placed\n{}", folder.log());
            sleep(Duration::from_millis(5)).await;
        }

        let struck = Instant::now();
        let frozen = match (victim, fault) {
            (Victim::Worker, Fault::Kill) => {
                workers.remove(0).kill();
                None
            }
            (Victim::Server, Fault::Kill) => {
                servers.remove(0).kill();
                None
            }
            (Victim::Worker, Fault::Freeze) => Some(workers.remove(0)),
            (Victim::Server, Fault::Freeze) => Some(servers.remove(0).into_running()),
        };
        frozen.iter().for_each(Running::freeze);
        send.send_replace(Some(survivor.clone()));
        // Somewhat more is ordered and looked at that only a successor can carry on.
        let seen = json!([{"user_id": "U1", "product_id": "P1", "event_type": "view", "session_id": "s"}]);
        let sent = self.http.post(format!("{survivor}/events")).json(&seen).send().await.unwrap();
        assert_eq!(sent.status(), 202);
        sleep(Duration::from_millis(500)).await;
        stop.send_replace(true);
        for caller in callers {
            caller.await.unwrap();
        }
        let taken_over = self.all_followed(&survivor, folder).await - struck;
        println!(
            "{victim:?}, {fault:?}: all projections were carried on after {:.1} s",
            taken_over.as_secs_f64()
        );

        if let Some(frozen) = frozen {
            // It wakes up with everything that it was about to write, while others have written on.
            frozen.thaw();
            for at in 0..20 {
                let (key, body) = (format!("round-{round}-thawed-{at}"), client::items("P2", 10.0, 1));
                let (ordered, _) =
                    client::order_surely(&self.http, &always(&survivor), "U1", &key, &body).await;
                let Ordered::Placed { number, .. } = ordered else { panic!("{ordered:?}") };
                self.acknowledged.lock().unwrap().insert(key, number);
            }
            self.all_followed(&survivor, folder).await;
            frozen.stop();
        }
        let acknowledged = self.acknowledged.lock().unwrap().clone();
        for (key, number) in
            acknowledged.iter().filter(|(key, _)| key.starts_with(&format!("round-{round}-0")))
        {
            let body = client::items("P2", 10.0, 1);
            let (again, _) = client::order_surely(&self.http, &always(&survivor), "U1", key, &body).await;
            assert!(
                matches!(again, Ordered::Placed { number: now, .. } if now == *number),
                "{key}: {again:?}"
            );
        }
        servers.into_iter().for_each(Server::stop);
        workers.into_iter().for_each(Running::stop);
    }

    /// When no projection had anything left to follow.
    async fn all_followed(&self, api: &str, folder: &Folder) -> Instant {
        let url = format!("{}/health/ready", api.trim_end_matches("/api/v1"));
        let since = Instant::now();
        loop {
            let ready: Value = self.http.get(&url).send().await.unwrap().json().await.unwrap();
            let roles = ready["roles"].as_object().unwrap();
            let behind: Vec<_> = roles
                .values()
                .flat_map(|role| role["behind"].as_object().into_iter().flatten())
                .filter(|(_, behind)| **behind != 0)
                .collect();
            if ready["status"] == "ready" && behind.is_empty() {
                return Instant::now();
            }
            assert!(since.elapsed() < PATIENCE, "{behind:?} behind\n{}", folder.log());
            sleep(Duration::from_millis(20)).await;
        }
    }
}

/// One caller, who orders until it is told to stop, and then knows what became of its last order.
async fn order_on(
    http: reqwest::Client,
    apis: watch::Receiver<Option<String>>,
    name: String,
    caller: usize,
    acknowledged: Arc<Mutex<BTreeMap<String, u64>>>,
    stopped: watch::Receiver<bool>,
) {
    let user = if caller == 0 { "U1".to_owned() } else { format!("U{}", caller % USERS + 1) };
    for at in 0.. {
        if *stopped.borrow() {
            return;
        }
        let (key, body) = (format!("{name}-{at}"), client::items("P2", 10.0, 1));
        let (ordered, _) = client::order_surely(&http, &apis, &user, &key, &body).await;
        let Ordered::Placed { number, .. } = ordered else { panic!("{key}: {ordered:?}") };
        acknowledged.lock().unwrap().insert(key, number);
    }
}

fn always(api: &str) -> watch::Receiver<Option<String>> {
    watch::channel(Some(api.to_owned())).1
}

fn work(folder: &Folder) -> Running {
    let (worker, printed) = Running::start(folder.command(&["worker"]), &folder.log_file());
    assert!(printed["projections"].as_array().is_some_and(|all| !all.is_empty()), "{printed}");
    worker
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_node_feeds_the_engines_that_it_keeps_beside_a_shared_store() {
    let Some(settings) = profile::on_servers() else { return };
    let shared: Vec<_> =
        settings.into_iter().filter(|(name, _)| ["SOUK_STORE", "SOUK_CACHE"].contains(name)).collect();
    let nodes = [Folder::with_settings(shared.clone()), Folder::with_settings(shared)];
    nodes[0].load_small_catalogue(2);
    let servers = [nodes[0].serve(), nodes[1].serve()];
    let http = client::http();
    let (_stays, at_one) = watch::channel(Some(servers[0].api.clone()));
    let (ordered, _) =
        client::order_surely(&http, &at_one, "U1", "the-last-two", &client::items("P1", 29.9, 2)).await;
    assert!(matches!(ordered, Ordered::Placed { number: 1, .. }), "{ordered:?}");
    for (node, server) in nodes.iter().zip(&servers) {
        books::wait_for_projections(node);
        let found =
            http.get(format!("{}/products/search?q=bowl&in_stock=true", server.api)).send().await.unwrap();
        let found: Value = found.json().await.unwrap();
        assert_eq!(found["total"], 1, "{found}");
        let page = http.get(format!("{}/products/P1", server.api)).send().await.unwrap();
        let page: Value = page.json().await.unwrap();
        assert_eq!((&page["stock"], &page["in_stock"]), (&json!(0), &json!(false)), "{page}");
        books::of_everything(node);
    }
    servers.into_iter().for_each(Server::stop);
}
