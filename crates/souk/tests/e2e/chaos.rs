//! Every server in turn is stopped, killed, frozen and restarted under load: what goes on, what degrades and says so, how
//! soon it is noticed and over, and whether anything that was acknowledged is lost. `make chaos` runs it and writes its
//! table into docs/reliability.md.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio::time::sleep;
use uuid::Uuid;

use crate::books;
use crate::process::{Folder, Server};
use crate::profile;

/// How long a server is away.
const AWAY: Duration = Duration::from_secs(8);
/// How often each caller asks.
const PACE: Duration = Duration::from_millis(50);
/// How long everything may take to be well again: only to end a run that would hang.
const PATIENCE: Duration = Duration::from_secs(180);
/// What took longer than this, and until after the server was back, has waited for it.
const HANGS: Duration = Duration::from_secs(1);
/// So many good answers in a row are well.
const WELL: usize = 5;

/// The servers by the names of `scripts/engines`, with the roles that they fill.
const SERVERS: [(&str, &str); 7] = [
    ("postgres", "PostgreSQL: store, vectors, series"),
    ("postgres-replica", "its replica: queries of the store"),
    ("redis", "Redis: cache"),
    ("mongo", "MongoDB: documents"),
    ("opensearch", "OpenSearch: search"),
    ("neo4j", "Neo4j: graph"),
    ("s3", "S3: objects"),
];

/// What happens, what `scripts/engines` does for it, and what brings the server back.
const FAULTS: [(&str, &str, Option<&str>); 4] = [
    ("stopped", "down", Some("up")),
    ("killed", "kill", Some("up")),
    ("frozen", "freeze", Some("thaw")),
    ("restarted", "down", None),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "stops servers that others may be using: `make chaos`"]
async fn each_server_in_turn() {
    assert!(!profile::is_embedded(), "SOUK_TEST_PROFILE=servers: there is no server to stop");
    let folder = Folder::with_every_role().with_usual_timeouts();
    let server = folder.serve();
    let load = Load::start(&server).await;
    let only = std::env::var("SOUK_CHAOS_ONLY").ok();
    for (name, title) in SERVERS {
        if only.as_deref().is_some_and(|only| only != name) {
            continue;
        }
        for (what, strike, heal) in FAULTS {
            println!("{}", load.one(name, title, what, strike, heal).await);
        }
    }
    let placed = load.stop().await;
    books::wait_for_projections(&folder);
    let books = books::of_everything(&folder);
    assert_eq!(books.orders, placed, "every order is one that was acknowledged in the end");
    server.stop();
}

/// How an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Well,
    /// It says that it is stale, or made of something else than usual.
    Degraded,
    /// It came only when the server was back.
    Waited,
    /// 503: it says when to try again.
    Refused,
    /// Anything else: no answer, a fault of souk's.
    Failed,
}

struct Sample {
    sent: Instant,
    took: Duration,
    outcome: Outcome,
}

/// What callers have seen, by what they ask for.
type Seen = Arc<Mutex<BTreeMap<&'static str, Vec<Sample>>>>;

struct Load {
    http: Client,
    base: String,
    seen: Seen,
    /// The number of each acknowledged order, by its key.
    placed: Arc<Mutex<Vec<(String, u64)>>>,
    /// The id of the order that was acknowledged last, and its position.
    last: Arc<Mutex<Option<(String, String)>>>,
    cart: Arc<Cart>,
    /// The ids of the events that were acknowledged.
    events: Arc<Mutex<Vec<Uuid>>>,
    stop: Arc<AtomicBool>,
    callers: Vec<JoinHandle<()>>,
}

/// What was put into one cart: surely, and perhaps.
#[derive(Default)]
struct Cart {
    added: AtomicU64,
    unknown: AtomicU64,
}

/// What is asked for beside what shoppers ask for: it asks every role, however long that takes.
const HEALTH: &str = "health";
const BUYER: &str = "U1";
const CART_OF: &str = "U2";

impl Load {
    async fn start(server: &Server) -> Self {
        let base = server.api.trim_end_matches("/api/v1").to_owned();
        let load = Self {
            http: Client::builder().no_proxy().timeout(Duration::from_secs(20)).build().unwrap(),
            base,
            seen: Seen::default(),
            placed: Arc::default(),
            last: Arc::default(),
            cart: Arc::default(),
            events: Arc::default(),
            stop: Arc::default(),
            callers: Vec::new(),
        };
        let picture = load.get("/api/v1/products/P1").send().await.unwrap().json::<Value>().await.unwrap();
        let picture = picture["images"][0]["sizes"]["200"].as_str().expect("a picture").to_owned();
        let reads = [
            ("product page", "/api/v1/products/P1".to_owned()),
            ("list", "/api/v1/products?limit=5".to_owned()),
            ("search", "/api/v1/products/search?q=bowl".to_owned()),
            ("search by meaning", "/api/v1/products/search?q=bowl&mode=semantic".to_owned()),
            // Without the graph, this one says so; the next one has something else to say.
            ("bought together", "/api/v1/products/P2/bought-together".to_owned()),
            ("similar", "/api/v1/products/P1/similar".to_owned()),
            ("sales", "/api/v1/analytics/sales?by=day".to_owned()),
            ("picture", picture),
        ];
        let mut load = load;
        load.callers.push(load.watch_health());
        for (name, path) in reads {
            load.callers.push(load.read(name, path).await);
        }
        load.callers.push(load.order("orders", 0));
        load.callers.push(load.order("orders", 1));
        load.callers.push(load.see_own_order());
        load.callers.push(load.fill_cart());
        load.callers.push(load.send_events());
        load
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}{path}", self.base))
    }

    /// Asks for one page again and again; what it says when all is well is what it is compared with.
    async fn read(&self, name: &'static str, path: String) -> JoinHandle<()> {
        let usual = self.usual(name, &path).await;
        let (request, seen, stop) = (self.get(&path), self.seen.clone(), self.stop.clone());
        tokio::spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                let sent = Instant::now();
                let said = Said::of(request.try_clone().expect("it has no body")).await;
                note(&seen, name, sent, said.outcome(Some(&usual)));
                sleep(PACE).await;
            }
        })
    }

    /// What a page says once its servers are warm: the first question to one that has just begun may be answered without
    /// it, which a note tells.
    async fn usual(&self, name: &str, path: &str) -> Said {
        let (since, mut in_a_row) = (Instant::now(), 0);
        loop {
            let said = Said::of(self.get(path)).await;
            in_a_row = if said.status == 200 && said.json()["note"].is_null() { in_a_row + 1 } else { 0 };
            if in_a_row == WELL {
                return said;
            }
            assert!(since.elapsed() < PATIENCE, "{name}: {}: {}", said.status, said.body);
            sleep(PACE).await;
        }
    }

    /// Whether souk itself says that it is well.
    fn watch_health(&self) -> JoinHandle<()> {
        let (request, seen, stop) = (self.get("/health/ready"), self.seen.clone(), self.stop.clone());
        tokio::spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                let sent = Instant::now();
                let said = Said::of(request.try_clone().expect("it has no body")).await;
                let degraded = said.status == 200 && said.json()["status"] != "ready";
                note(&seen, HEALTH, sent, if degraded { Outcome::Degraded } else { said.outcome(None) });
                sleep(PACE).await;
            }
        })
    }

    /// Orders one piece after another, each with its key until it is acknowledged.
    fn order(&self, name: &'static str, caller: usize) -> JoinHandle<()> {
        let (http, url) = (self.http.clone(), format!("{}/api/v1/orders", self.base));
        let (seen, stop, placed) = (self.seen.clone(), self.stop.clone(), self.placed.clone());
        let last = self.last.clone();
        tokio::spawn(async move {
            let mut at = 0;
            let mut open = false;
            // What is under way is asked for until it is known what became of it.
            while open || !stop.load(Ordering::Relaxed) {
                let key = format!("chaos-{caller}-{at}");
                let request = ordering(&http, &url, &key);
                let sent = Instant::now();
                let said = Said::of(request).await;
                note(&seen, name, sent, said.outcome(None));
                open = said.status != 201;
                if !open {
                    let number = said.json()["number"].as_u64().expect("a number");
                    placed.lock().unwrap().push((key, number));
                    at += 1;
                    let id = said.json()["order_id"].as_str().expect("an id").to_owned();
                    *last.lock().unwrap() = Some((id, said.position));
                }
                sleep(PACE).await;
            }
        })
    }

    /// Asks for the last order that was acknowledged: whoever has ordered sees it, whichever server answers.
    fn see_own_order(&self) -> JoinHandle<()> {
        let (http, url) = (self.http.clone(), format!("{}/api/v1/orders", self.base));
        let (seen, stop, last) = (self.seen.clone(), self.stop.clone(), self.last.clone());
        tokio::spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                let placed = last.lock().unwrap().clone();
                if let Some((id, position)) = placed {
                    let own = http.get(format!("{url}/{id}")).header("X-User-Id", BUYER);
                    let sent = Instant::now();
                    let said = Said::of(own.header("Souk-Position", position)).await;
                    note(&seen, "own order", sent, said.outcome(None));
                }
                sleep(PACE).await;
            }
        })
    }

    /// Puts one more piece into a cart, and counts.
    fn fill_cart(&self) -> JoinHandle<()> {
        let (http, base) = (self.http.clone(), self.base.clone());
        let (seen, stop, cart) = (self.seen.clone(), self.stop.clone(), self.cart.clone());
        tokio::spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                let add = http.post(format!("{base}/api/v1/cart/items")).header("X-User-Id", CART_OF);
                let sent = Instant::now();
                let said = Said::of(add.json(&json!({ "product_id": "P2", "quantity": 1 }))).await;
                let count = if said.status / 100 == 2 { &cart.added } else { &cart.unknown };
                count.fetch_add(1, Ordering::Relaxed);
                note(&seen, "cart", sent, said.outcome(None));
                sleep(PACE).await;
            }
        })
    }

    fn send_events(&self) -> JoinHandle<()> {
        let (http, base) = (self.http.clone(), self.base.clone());
        let (seen, stop, events) = (self.seen.clone(), self.stop.clone(), self.events.clone());
        tokio::spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                let id = Uuid::now_v7();
                let sent = Instant::now();
                let said = Said::of(http.post(format!("{base}/api/v1/events")).json(&view(id))).await;
                if said.status == 202 {
                    events.lock().unwrap().push(id);
                }
                note(&seen, "events", sent, said.outcome(None));
                sleep(PACE).await;
            }
        })
    }

    /// One fault of one server, as a row of the table.
    async fn one(&self, name: &str, title: &str, what: &str, strike: &str, heal: Option<&str>) -> String {
        self.be_well().await;
        self.clear_cart().await;
        let known_before = self.placed.lock().unwrap().len();
        self.seen.lock().unwrap().clear();
        self.events.lock().unwrap().clear();

        let struck = Instant::now();
        engines(strike, name).await;
        // A restart has no time between going and coming.
        let mut away_since = struck;
        if heal.is_some() {
            away_since = Instant::now();
            sleep(AWAY).await;
        }
        let away_until = Instant::now();
        engines(heal.unwrap_or("up"), name).await;
        let healed = Instant::now();
        let well = self.be_well().await;

        let mut groups = BTreeMap::<Outcome, Vec<String>>::new();
        let mut first_bad = None;
        let (mut slowest, mut failed) = (Duration::ZERO, 0);
        for (name, samples) in &*self.seen.lock().unwrap() {
            let of_then = || samples.iter().filter(|sample| sample.sent < healed);
            let bad = of_then().filter(|sample| sample.outcome != Outcome::Well);
            first_bad = bad.map(|sample| sample.sent + sample.took).chain(first_bad).min();
            if *name == HEALTH {
                continue;
            }
            slowest = samples.iter().map(|sample| sample.took).chain([slowest]).max().unwrap_or_default();
            failed += samples.iter().filter(|sample| sample.outcome == Outcome::Failed).count();
            groups.entry(usual(samples, away_since..away_until)).or_default().push((*name).to_owned());
        }
        let lost = self.lost_since(known_before).await;
        for (outcome, how) in [(Outcome::Waited, "waits"), (Outcome::Failed, "fails")] {
            let names = groups.remove(&outcome).unwrap_or_default();
            if !names.is_empty() {
                let names = names.iter().map(|name| format!("{name} ({how})"));
                groups.entry(Outcome::Refused).or_default().extend(names);
            }
        }
        let of = |outcome| groups.get(&outcome).map_or("–".to_owned(), |names| names.join(", "));
        let seconds = |since: Instant, at: Instant| format!("{:.1} s", (at - since).as_secs_f64());
        let mut row = String::new();
        write!(
            row,
            "| {title} | {what} | {} | {} | {} | {} | {:.1} s | {} | {failed} | {lost} |",
            if groups.len() == 1 && groups.contains_key(&Outcome::Well) {
                "everything".to_owned()
            } else {
                of(Outcome::Well)
            },
            of(Outcome::Degraded),
            of(Outcome::Refused),
            first_bad.map_or("–".to_owned(), |at| seconds(struck, at)),
            slowest.as_secs_f64(),
            seconds(healed, well.max(healed)),
        )
        .unwrap();
        row
    }

    /// Returns when the last answers of all callers were as usual, and nothing is left to follow: the moment when the
    /// first of those was asked for.
    async fn be_well(&self) -> Instant {
        let since = Instant::now();
        loop {
            let ready = Said::of(self.get("/health/ready")).await;
            let follows = ready.status == 200 && {
                let ready = ready.json();
                let roles = ready["roles"].as_object().unwrap();
                let mut behind =
                    roles.values().flat_map(|role| role["behind"].as_object().into_iter().flatten());
                // Orders are being placed all the while.
                ready["status"] == "ready" && behind.all(|(_, behind)| behind.as_u64().unwrap() < 50)
            };
            let asked = {
                let seen = self.seen.lock().unwrap();
                let well_since = |samples: &Vec<Sample>| {
                    let bad = samples.iter().rposition(|sample| sample.outcome != Outcome::Well);
                    let good = &samples[bad.map_or(0, |bad| bad + 1)..];
                    (good.len() >= WELL).then(|| good[0].sent + good[0].took)
                };
                seen.values().map(well_since).collect::<Option<Vec<_>>>()
            };
            if follows && let Some(latest) = asked.and_then(|asked| asked.into_iter().max()) {
                return latest;
            }
            if since.elapsed() > PATIENCE {
                let mut last = String::new();
                for (name, samples) in &*self.seen.lock().unwrap() {
                    let outcomes: Vec<_> = samples.iter().rev().take(WELL).map(|one| one.outcome).collect();
                    writeln!(last, "{name}: {outcomes:?}").unwrap();
                }
                panic!("souk does not get well again:\n{last}{}", ready.body);
            }
            sleep(PACE).await;
        }
    }

    async fn clear_cart(&self) {
        // The caller goes on meanwhile: what it adds from here on is counted.
        let clear = self.http.delete(format!("{}/api/v1/cart", self.base)).header("X-User-Id", CART_OF);
        let before = self.cart.added.load(Ordering::SeqCst);
        assert!(clear.send().await.unwrap().status().is_success());
        let around = self.cart.added.load(Ordering::SeqCst) - before;
        self.cart.added.store(0, Ordering::SeqCst);
        // Whether those came before or after the cart was cleared is not known.
        self.cart.unknown.store(around + 1, Ordering::SeqCst);
    }

    /// What was acknowledged and is not there, in words.
    async fn lost_since(&self, known_before: usize) -> String {
        let url = format!("{}/api/v1/orders", self.base);
        let placed = self.placed.lock().unwrap().clone();
        let mut lost = 0;
        for (key, number) in &placed[known_before..] {
            let again = Said::of(ordering(&self.http, &url, key)).await;
            let there = again.status / 100 == 2 && again.json()["number"].as_u64() == Some(*number);
            lost += usize::from(!there);
        }
        // What is sent again and new was lost.
        let mut forgotten = 0;
        let events = self.events.lock().unwrap().clone();
        for some in events.chunks(1_000) {
            let again: Vec<Value> = some.iter().map(|id| view(*id)).collect();
            let events = format!("{}/api/v1/events", self.base);
            forgotten += loop {
                let said = Said::of(self.http.post(&events).json(&again)).await;
                if said.status == 202 {
                    break said.json()["added"].as_u64().expect("how many were new");
                }
                sleep(PACE).await;
            };
        }
        let added = self.cart.added.load(Ordering::SeqCst);
        let cart = Said::of(self.get("/api/v1/cart").header("X-User-Id", CART_OF)).await.json();
        let in_cart = cart["items"][0]["quantity"].as_u64().unwrap_or_default();
        let at_most = self.cart.added.load(Ordering::SeqCst) + self.cart.unknown.load(Ordering::SeqCst) + 1;
        let missing = added.saturating_sub(in_cart);
        assert!(in_cart <= at_most, "{in_cart} pieces in a cart that at most {at_most} were put into");
        match (lost, missing, forgotten) {
            (0, 0, 0) => "nothing".to_owned(),
            _ => format!("{lost} orders, {missing} pieces in carts, {forgotten} events"),
        }
    }

    /// Ends the load; how many orders were acknowledged.
    async fn stop(self) -> usize {
        self.stop.store(true, Ordering::Relaxed);
        for caller in self.callers {
            caller.await.unwrap();
        }
        self.placed.lock().unwrap().len()
    }
}

fn view(id: Uuid) -> Value {
    json!({ "event_id": id, "user_id": "U3", "product_id": "P1", "event_type": "view", "session_id": "s" })
}

/// What answers were for most of the time while the server was away, each for as long as it took and until the next was
/// asked for: one that hangs is a single one of many, and all there is for seconds.
fn usual(samples: &[Sample], away: Range<Instant>) -> Outcome {
    let mut times = BTreeMap::<Outcome, Duration>::new();
    for Sample { sent, took, outcome } in samples {
        let answered = *sent + *took;
        let (from, until) = ((*sent).max(away.start), (answered + PACE).min(away.end));
        let waited = *outcome == Outcome::Well && answered > away.end && *took > HANGS;
        let outcome = if waited { Outcome::Waited } else { *outcome };
        *times.entry(outcome).or_default() += until.saturating_duration_since(from);
    }
    let longest = times.into_iter().max_by_key(|(_, time)| *time);
    longest.map_or(Outcome::Waited, |(outcome, _)| outcome)
}

fn ordering(http: &Client, url: &str, key: &str) -> RequestBuilder {
    let request = http.post(url).header("X-User-Id", BUYER).header("Idempotency-Key", key);
    request.json(&crate::client::items("P2", 10.0, 1))
}

fn note(seen: &Seen, name: &'static str, sent: Instant, outcome: Outcome) {
    seen.lock().unwrap().entry(name).or_default().push(Sample { sent, took: sent.elapsed(), outcome });
}

/// What was answered; status 0 is no answer.
struct Said {
    status: u16,
    stale: bool,
    /// What whoever wants to see it has to ask for.
    position: String,
    body: String,
}

impl Said {
    async fn of(request: RequestBuilder) -> Self {
        let Ok(response) = request.send().await else {
            return Self { status: 0, stale: false, position: String::new(), body: String::new() };
        };
        let (status, stale) = (response.status().as_u16(), response.headers().contains_key("souk-stale"));
        let position = response.headers().get("souk-position").and_then(|position| position.to_str().ok());
        let position = position.unwrap_or_default().to_owned();
        // A picture is no text, and need not be.
        let body = response.bytes().await.unwrap_or_default();
        Self { status, stale, position, body: String::from_utf8_lossy(&body).into_owned() }
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    fn outcome(&self, usual: Option<&Said>) -> Outcome {
        let made_of = |said: &Said| {
            let said = said.json();
            (said["basis"].clone(), said["note"].clone())
        };
        match self.status {
            200..300 if self.stale || usual.is_some_and(|usual| made_of(usual) != made_of(self)) => {
                Outcome::Degraded
            }
            200..300 => Outcome::Well,
            503 => Outcome::Refused,
            _ => {
                println!("    failed with {}: {}", self.status, self.body);
                Outcome::Failed
            }
        }
    }
}

async fn engines(action: &str, name: &str) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/engines");
    let mut arguments = vec![action.to_owned(), name.to_owned()];
    // It went down with its primary.
    if (action, name) == ("up", "postgres") {
        arguments.push("postgres-replica".to_owned());
    }
    let done = tokio::task::spawn_blocking(move || Command::new(script).args(&arguments).output());
    let output = done.await.unwrap().expect("scripts/engines starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
