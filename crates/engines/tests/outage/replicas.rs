//! The store on PostgreSQL with a replica that is behind, gone or frozen, under load; and PostgreSQL with TLS.

use std::net::ToSocketAddrs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use libtest_mimic::{Failed, Trial};
use souk_engines::Fresh;
use souk_engines::store::ENGINES;
use souk_kernel::UserId;
use souk_ports::rows::User;
use souk_ports::store::{Find, Store, Window};
use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_postgres::Client;

use super::proxy::{Mode, Proxy};
use super::store::{connect, open, write};
use super::{required, run, server};

/// How far a replica may be behind before it is left out.
const LAG: Duration = Duration::from_secs(5);
/// What a query may take while its replica does not answer.
const BOUND: Duration = Duration::from_secs(3);

pub(super) fn add(trials: &mut Vec<Trial>) {
    let primary =
        ENGINES.iter().find(|engine| engine.scheme == "postgres").map(|it| (it.fresh)(Path::new("")));
    let replica =
        std::env::var("SOUK_TEST_POSTGRES_REPLICA").unwrap_or_else(|_| "127.0.0.1:15433".to_owned());
    let reached = replica.to_socket_addrs().is_ok_and(|mut all| {
        all.any(|one| std::net::TcpStream::connect_timeout(&one, Duration::from_secs(2)).is_ok())
    });
    let (url, missing) = match primary {
        Some(Fresh::Url(url)) if reached => (url, None),
        Some(Fresh::Missing(why)) => (String::new(), Some(why)),
        _ => (String::new(), Some(format!("no replica at {replica} (SOUK_TEST_POSTGRES_REPLICA)"))),
    };
    let mut add = |name: &str, case: Box<dyn FnOnce() -> Result<(), Failed> + Send>| {
        let ignored = missing.is_some() && !required();
        let missing = missing.clone();
        let trial = Trial::test(name, move || missing.map_or_else(case, |why| Err(why.into())));
        trials.push(trial.with_ignored_flag(ignored));
    };
    let tls = url.clone();
    // One after another: they share the replica, and the first makes it stand still.
    add("store::replicas", Box::new(move || run(replicas(url, replica))));
    add("store::tls", Box::new(move || run(tls_by_certificate_only(tls))));
}

async fn replicas(url: String, replica: String) {
    let client = connect(&replica).await;
    resume(&client).await;
    behind(&url, &replica, &client).await;
    gone_or_frozen(&url, &replica).await;
}

/// A replica that stands still answers only what it may, and nobody misses what they wrote.
async fn behind(url: &str, replica: &str, client: &Client) {
    let store = open(&format!("{url}&replicas={replica}")).await;
    serves(&*store, 0).await;
    let load = Load::start(&store);
    let before = served(&*store).await;
    sleep(Duration::from_secs(1)).await;
    let going = served(&*store).await;
    assert!(going > before, "no query went to the replica");

    client.batch_execute("SELECT pg_wal_replay_pause()").await.unwrap();
    sleep(LAG + Duration::from_secs(2)).await;
    let (left_out, made) = (served(&*store).await, load.made());
    let state = store.replicas().await.remove(0).state.unwrap();
    assert!(state.lags && state.behind > 0, "{state:?}");
    sleep(Duration::from_secs(1)).await;
    assert_eq!(served(&*store).await, left_out, "the replica answered although it lacks what is seconds old");
    let still = load.made();
    assert!(still.0 > made.0 && still.1 > made.1, "the load stood still: {made:?}, {still:?}");

    resume(client).await;
    serves(&*store, left_out).await;
    let state = store.replicas().await.remove(0).state.unwrap();
    assert!(!state.lags, "{state:?}");
    let (written, read, longest) = load.stop().await;
    println!(
        "a replica that stood still: {written} written and read back, {read} queries, the longest {longest:?}"
    );
}

/// A replica that goes in the middle of queries, or hangs, makes none fail.
async fn gone_or_frozen(url: &str, replica: &str) {
    let proxy = Proxy::start(replica).await;
    let store = open(&format!("{url}&replicas={}", proxy.address)).await;
    serves(&*store, 0).await;
    let load = Load::start(&store);
    for mode in [Mode::Gone, Mode::Gone, Mode::Frozen] {
        sleep(Duration::from_millis(300)).await;
        let before = served(&*store).await;
        proxy.set(mode);
        sleep(Duration::from_secs(2)).await;
        let report = store.replicas().await.remove(0);
        assert!(report.state.is_err(), "{report:?}");
        let made = load.made();
        sleep(Duration::from_secs(1)).await;
        assert!(load.made().1 > made.1, "no query was answered while the replica was {mode:?}");
        proxy.set(Mode::Carries);
        serves(&*store, report.served.max(before)).await;
    }
    let (written, read, longest) = load.stop().await;
    println!(
        "a replica gone and frozen: {written} written and read back, {read} queries, the longest {longest:?}"
    );
    assert!(longest < BOUND, "a query took {longest:?}");
}

/// Writers who read what they have just written, and readers who have seen nothing; none may fail.
struct Load {
    stop: Arc<AtomicBool>,
    written: Arc<AtomicU64>,
    read: Arc<AtomicU64>,
    tasks: JoinSet<Duration>,
}

impl Load {
    fn start(store: &Arc<dyn Store>) -> Self {
        let (stop, written, read) = (Arc::default(), Arc::default(), Arc::default());
        let mut load = Self { stop, written, read, tasks: JoinSet::new() };
        for _ in 0..4 {
            let (shop, stop, written) = (store.clone(), load.stop.clone(), load.written.clone());
            load.tasks.spawn(async move {
                while !stop.load(Ordering::SeqCst) {
                    let user = UserId::new();
                    let position = write(&*shop, user).await;
                    let mut snapshot = shop.snapshot_from(position).await.unwrap();
                    assert!(snapshot.head().await.unwrap().head.position >= position);
                    let found = snapshot.one::<User>(user).await.unwrap();
                    assert!(found.is_some(), "the replica lacks what was written before");
                    written.fetch_add(1, Ordering::SeqCst);
                }
                Duration::ZERO
            });
            let (shop, stop, read) = (store.clone(), load.stop.clone(), load.read.clone());
            load.tasks.spawn(async move {
                let mut longest = Duration::ZERO;
                while !stop.load(Ordering::SeqCst) {
                    let begun = Instant::now();
                    let mut snapshot = shop.snapshot_from(0).await.unwrap();
                    let first = Window { offset: 0, limit: 1 };
                    let users = snapshot.find(&Find::Users, first).await.unwrap().total;
                    // Time for the replica to go away.
                    sleep(Duration::from_millis(5)).await;
                    let again = snapshot.find(&Find::Users, first).await.unwrap().total;
                    assert!(again >= users, "a later answer is older: {users}, {again}");
                    longest = longest.max(begun.elapsed());
                    read.fetch_add(1, Ordering::SeqCst);
                }
                longest
            });
        }
        load
    }

    fn made(&self) -> (u64, u64) {
        (self.written.load(Ordering::SeqCst), self.read.load(Ordering::SeqCst))
    }

    async fn stop(mut self) -> (u64, u64, Duration) {
        self.stop.store(true, Ordering::SeqCst);
        let mut longest = Duration::ZERO;
        while let Some(ended) = self.tasks.join_next().await {
            longest = longest.max(ended.unwrap());
        }
        let (written, read) = self.made();
        (written, read, longest)
    }
}

async fn resume(replica: &Client) {
    replica.batch_execute("SELECT pg_wal_replay_resume()").await.unwrap();
}

/// Of the only replica.
async fn served(store: &dyn Store) -> u64 {
    store.replicas().await[0].served
}

/// Asks until the replica has answered more than so many queries.
async fn serves(store: &dyn Store, before: u64) {
    let begun = Instant::now();
    while served(store).await <= before {
        store.snapshot_from(0).await.unwrap();
        let late = begun.elapsed() > Duration::from_secs(60);
        assert!(!late, "the replica does not serve: {:?}", store.replicas().await);
        sleep(Duration::from_millis(20)).await;
    }
}

/// Encrypted for whoever has the server's certificate, and nothing for anybody else.
async fn tls_by_certificate_only(url: String) {
    let address = server(&url).expect("a server's address");
    let plain = connect(address).await;
    let certificate =
        plain.query_one("SELECT pg_read_file(current_setting('ssl_cert_file'))", &[]).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("server.crt");
    std::fs::write(&file, certificate.get::<_, String>(0)).unwrap();
    let roots = format!("&sslrootcert={}", file.display());

    for mode in ["require", "verify-full"] {
        let url = format!("{url}&sslmode={mode}");
        let store = open(&format!("{url}{roots}")).await;
        write(&*store, UserId::new()).await;
        let encrypted = "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) \
                         WHERE ssl AND application_name = 'souk-writer'";
        let row = plain.query_one(encrypted, &[]).await.unwrap();
        assert!(row.get::<_, i64>(0) > 0, "what is written is not encrypted");

        let trusting = open(&url).await.snapshot().await;
        assert!(trusting.is_err(), "{mode}: a certificate that nobody vouches for was believed");
        let port = address.rsplit(':').next().unwrap();
        let elsewhere = url.replace(address, &format!("localhost:{port}"));
        let elsewhere = open(&format!("{elsewhere}{roots}")).await.snapshot().await;
        assert!(elsewhere.is_err(), "{mode}: a certificate for another name was believed");
    }
    for wrong in ["&sslmode=verify-full&sslrootcert=/none/there", "&sslmode=prefer", "&sslrootcert=x"] {
        let opened = souk_engines::open("store", ENGINES, &format!("{url}{wrong}"), Path::new("")).await;
        assert!(opened.is_err(), "{wrong}");
    }
}
