//! What a contract cannot try: servers that go away and come back. Each test starts its own; without the program
//! `redis-server` it is told and passes, or fails where servers are required.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use souk_ports::derived::Derived;

use super::*;

/// A server in a folder of its own, killed when it is dropped.
pub(super) struct Server {
    folder: tempfile::TempDir,
    pub(super) port: u16,
    more: Vec<String>,
    process: Option<Child>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Server {
    /// `None`: there is no such program here.
    pub(super) fn start(more: &[&str]) -> Option<Self> {
        let found = Command::new("redis-server").arg("--version").stdout(Stdio::null()).status().is_ok();
        if !found {
            assert!(std::env::var("REQUIRE_SERVERS").as_deref() != Ok("1"), "there is no redis-server here");
            eprintln!("there is no redis-server here: nothing was tried");
            return None;
        }
        let port = free_port();
        let more = more.iter().map(|it| (*it).to_owned()).collect();
        let mut server = Self { folder: tempfile::tempdir().unwrap(), port, more, process: None };
        server.run();
        Some(server)
    }

    fn run(&mut self) {
        let port = self.port.to_string();
        let command = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &port, "--save", "", "--appendonly", "yes"])
            .args(["--appendfsync", "always", "--dir"])
            .arg(self.folder.path())
            .args(&self.more)
            .stdout(Stdio::null())
            .spawn();
        self.process = Some(command.unwrap());
    }

    pub(super) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    pub(super) fn signal(&self, name: &str) {
        let id = self.process.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    fn cache(&self, more: &str) -> RedisCache {
        open(&format!("redis://127.0.0.1:{}?timeout_ms=300{more}", self.port))
    }
}

pub(super) fn open(url: &str) -> RedisCache {
    try_open(url).unwrap()
}

fn try_open(url: &str) -> Result<RedisCache> {
    let options = url.split_once('?').map_or("", |(_, options)| options).split('&');
    let options = options.filter_map(|pair| pair.split_once('=')).map(|(k, v)| (k.to_owned(), v.to_owned()));
    RedisCache::open(Location { url: url.to_owned(), path: PathBuf::new(), options: options.collect() })
}

pub(super) fn field(value: &str) -> HashWrite {
    let set = BTreeMap::from([("a".to_owned(), value.to_owned())]);
    HashWrite { set, remove: Vec::new(), ttl_ms: 60_000 }
}

/// Nobody listens there; a node of a cluster listens on the port that is 10,000 higher too.
fn free_port() -> u16 {
    loop {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        if port < 55_000 && TcpListener::bind(("127.0.0.1", port + 10_000)).is_ok() {
            return port;
        }
    }
}

/// Waits until the server answers, for some seconds at most.
async fn when_back(cache: &RedisCache) -> Option<Hash> {
    let since = Instant::now();
    loop {
        match cache.hash("cart").await {
            Ok(hash) => return hash,
            Err(Error::Unavailable { .. }) => {}
            Err(error) => panic!("{error}"),
        }
        assert!(since.elapsed() < Duration::from_secs(10), "it never came back");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn is_away(cache: &RedisCache) {
    let since = Instant::now();
    let answer = cache.hash("cart").await;
    assert!(matches!(answer, Err(Error::Unavailable { .. })), "{answer:?}");
    assert!(since.elapsed() < Duration::from_secs(10), "{:?}", since.elapsed());
}

#[tokio::test]
async fn a_server_that_was_killed_is_away_and_then_back_with_its_carts() {
    let Some(mut server) = Server::start(&[]) else { return };
    let cache = server.cache("");
    assert_eq!(when_back(&cache).await, None);
    let version = cache.write_hash("cart", None, field("1")).await.unwrap();
    server.kill();
    is_away(&cache).await;
    assert!(matches!(
        cache.write_hash("cart", Some(version), field("2")).await,
        Err(Error::Unavailable { .. })
    ));
    server.run();
    assert_eq!(when_back(&cache).await.unwrap().version, version);
    assert!(cache.write_hash("cart", Some(version), field("2")).await.unwrap() > version);
}

#[tokio::test]
async fn a_server_that_hangs_is_away_and_what_it_was_told_counts_once() {
    let Some(server) = Server::start(&[]) else { return };
    let cache = server.cache("");
    assert_eq!(when_back(&cache).await, None);
    let version = cache.write_hash("cart", None, field("1")).await.unwrap();
    server.signal("-STOP");
    is_away(&cache).await;
    let unknown = cache.write_hash("cart", Some(version), field("2")).await;
    assert!(matches!(unknown, Err(Error::Unavailable { .. })), "{unknown:?}");
    server.signal("-CONT");
    let now = when_back(&cache).await.unwrap();
    assert!(["1", "2"].contains(&now.fields["a"].as_str()), "{now:?}");
}

#[tokio::test]
async fn an_engine_opens_without_its_server() {
    let Some(mut server) = Server::start(&[]) else { return };
    server.kill();
    let cache = server.cache("");
    is_away(&cache).await;
    assert!(cache.describe().await.is_err());
    server.run();
    assert_eq!(when_back(&cache).await, None);
}

/// The first answer is lost on the way, and the write is sent again: it counts once, and is told so.
#[tokio::test]
async fn a_write_that_is_sent_twice_counts_once() {
    let Some(server) = Server::start(&[]) else { return };
    let cache = server.cache("");
    assert_eq!(when_back(&cache).await, None);
    let keys = cache.hashes.keys("cart");
    let arguments = |seen: &str, mark: &str, value: &str| {
        ["", mark, "60000", "0", ":a", value]
            .map(|it| if it.is_empty() { seen.to_owned() } else { it.to_owned() })
    };
    let run = async |seen: &str, mark: &str, value: &str| {
        let arguments = arguments(seen, mark, value);
        cache.counts.link.run::<Option<u64>>(&hashes::WRITE, &keys, &arguments).await.unwrap().said
    };
    let first = run("", "0123456789abcdef", "1").await.unwrap();
    assert_eq!(run("", "0123456789abcdef", "1").await, Some(first));
    let mut last = first;
    for mark in ["1111111111111111", "2222222222222222", "3333333333333333"] {
        last = run(&last.to_string(), mark, "2").await.unwrap();
    }
    // Even when others have written since.
    assert_eq!(run("", "0123456789abcdef", "1").await, Some(first));
    assert_eq!(run(&first.to_string(), "4444444444444444", "9").await, None);
    let hash = cache.hash("cart").await.unwrap().unwrap();
    assert_eq!((hash.version, hash.fields["a"].as_str()), (last, "2"));
}

/// The clock went back, or the server's data was lost.
#[tokio::test]
async fn versions_rise_past_a_counter_that_is_ahead_of_the_clock() {
    let Some(server) = Server::start(&[]) else { return };
    let cache = server.cache("");
    assert_eq!(when_back(&cache).await, None);
    let first = cache.write_hash("cart", None, field("1")).await.unwrap();
    let ahead = first + 3_600_000_000;
    let [_, versions, _] = cache.hashes.keys("cart");
    cache.counts.link.read::<()>(redis::cmd("SET").arg(versions).arg(ahead)).await.unwrap();
    cache.delete_hash("cart", first).await.unwrap();
    assert_eq!(cache.write_hash("cart", None, field("2")).await.unwrap(), ahead + 1);
    cache.counts.link.read::<()>(&redis::cmd("FLUSHALL")).await.unwrap();
    assert!(cache.write_hash("cart", None, field("3")).await.unwrap() > first);
}

#[tokio::test]
async fn what_endangers_carts_is_described() {
    let Some(server) = Server::start(&["--maxmemory-policy", "allkeys-lru"]) else { return };
    let cache = server.cache("&prefix=there");
    when_back(&cache).await;
    let described = cache.describe().await.unwrap();
    assert!(described.contains("allkeys-lru") && described.contains("prefix `there`"), "{described}");
}

#[tokio::test]
async fn a_write_waits_for_replicas_and_says_when_they_are_missing() {
    let Some(primary) = Server::start(&[]) else { return };
    let cache = primary.cache("&wait=1");
    assert_eq!(when_back(&cache).await, None);
    let alone = cache.write_hash("cart", None, field("1")).await;
    assert!(matches!(alone, Err(Error::Unavailable { .. })), "{alone:?}");
    let port = primary.port.to_string();
    let replica = Server::start(&["--replicaof", "127.0.0.1", &port]).unwrap();
    let since = Instant::now();
    loop {
        let seen = cache.hash("cart").await.unwrap().map(|hash| hash.version);
        if cache.write_hash("cart", seen, field("2")).await.is_ok() {
            break;
        }
        assert!(since.elapsed() < Duration::from_secs(10), "the replica never had it");
    }
    // It may not be written, and says so; what it is told is no conflict.
    let written = replica.cache("").write_hash("other", None, field("1")).await;
    assert!(matches!(written, Err(Error::Unavailable { .. })), "{written:?}");
}

#[tokio::test]
async fn a_server_with_tls_is_reached_by_its_certificate_only() {
    let folder = tempfile::tempdir().unwrap();
    let Some((certificate, key)) = certificate(folder.path()) else { return };
    let tls_port = free_port().to_string();
    let more = ["--tls-port", &tls_port, "--tls-cert-file", &certificate, "--tls-key-file", &key];
    let more = [&more[..], &["--tls-ca-cert-file", &certificate, "--tls-auth-clients", "no"]].concat();
    let Some(_server) = Server::start(&more) else { return };
    let cache = open(&format!("rediss://127.0.0.1:{tls_port}?ca={certificate}"));
    assert_eq!(when_back(&cache).await, None);
    cache.write_hash("cart", None, field("1")).await.unwrap();
    let trusting = open(&format!("rediss://127.0.0.1:{tls_port}")).hash("cart").await;
    assert!(trusting.is_err(), "a certificate that nobody vouches for was believed");
}

/// A certificate for 127.0.0.1 that vouches for itself, and its key.
fn certificate(folder: &Path) -> Option<(String, String)> {
    let [certificate, key] = ["it.pem", "it.key"].map(|name| folder.join(name).display().to_string());
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=souk"])
        .args([
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
            "-keyout",
            &key,
            "-out",
            &certificate,
        ])
        .stderr(Stdio::null())
        .status();
    match made {
        Ok(status) if status.success() => Some((certificate, key)),
        _ => {
            assert!(std::env::var("REQUIRE_SERVERS").as_deref() != Ok("1"), "there is no openssl here");
            eprintln!("there is no openssl here: nothing was tried");
            None
        }
    }
}

#[test]
fn a_url_is_checked_and_its_password_never_shown() {
    for bad in [
        "redis://u:secret@h?what=1",
        "redis://u:secret@h?wait=x",
        "redis://u:secret@h?prefix=A{b}",
        "redis://u:secret@h?ca=/none/there",
        "redis://u:secret@h:port",
        "redis-cluster://u:secret@h:1,:x",
    ] {
        let error = try_open(bad).err().unwrap_or_else(|| panic!("{bad} was taken"));
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
    }
    for good in [
        "redis://u:secret@h/3",
        "rediss://h",
        "redis-cluster://:secret@h:1,i:2?wait=1",
        "rediss-cluster://h:1",
    ] {
        let cache = open(good);
        assert!(!cache.shown.contains("secret") && !cache.counts.link.what().contains("secret"));
    }
}
