//! A cluster that loses a primary, and one whose primary hangs: what is lost is a few seconds.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::tests::{Server, field, open};
use super::*;

/// Three primaries with a replica each.
async fn cluster() -> Option<Vec<Server>> {
    let mut servers = Vec::new();
    for _ in 0..6 {
        servers.push(Server::start(&["--cluster-enabled", "yes", "--cluster-node-timeout", "1000"])?);
    }
    let addresses: Vec<_> = servers.iter().map(|server| format!("127.0.0.1:{}", server.port)).collect();
    let since = Instant::now();
    loop {
        let made = Command::new("redis-cli")
            .args(["--cluster", "create"])
            .args(&addresses)
            .args(["--cluster-replicas", "1", "--cluster-yes"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if made.unwrap().success() {
            break;
        }
        assert!(since.elapsed() < Duration::from_secs(20), "no cluster came to be");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Some(servers)
}

fn cache(servers: &[Server], wait: u32) -> RedisCache {
    let addresses: Vec<_> = servers.iter().map(|server| format!("127.0.0.1:{}", server.port)).collect();
    open(&format!("redis-cluster://{}?timeout_ms=500&wait={wait}", addresses.join(",")))
}

/// Writes this cart once more, and again until it works; how long that took.
async fn written(cache: &RedisCache, key: &str) -> Duration {
    let since = Instant::now();
    loop {
        let tried = async {
            let seen = cache.hash(key).await?.map(|hash| hash.version);
            cache.write_hash(key, seen, field("1")).await
        };
        match tried.await {
            Ok(_) => return since.elapsed(),
            Err(Error::Unavailable { .. } | Error::Conflict { .. }) => {}
            Err(error) => panic!("{error:?}"),
        }
        assert!(since.elapsed() < Duration::from_secs(30), "`{key}` never came back");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn survives(lose: impl FnOnce(&mut Server)) {
    let Some(mut servers) = cluster().await else { return };
    // Once the only replica of a primary has become one itself, there is nobody left to wait for.
    let (sure, cache) = (cache(&servers, 1), cache(&servers, 0));
    let keys: Vec<_> = (0..60).map(|number| format!("cart-{number}")).collect();
    for key in &keys {
        written(&sure, key).await;
    }
    let mut before = Vec::new();
    for key in &keys {
        before.push(cache.hash(key).await.unwrap().unwrap().version);
    }
    // Of the first three, each is a primary.
    lose(&mut servers[0]);
    let mut longest = Duration::ZERO;
    for (key, before) in keys.iter().zip(before) {
        longest = longest.max(written(&cache, key).await);
        assert!(cache.hash(key).await.unwrap().unwrap().version > before, "`{key}` went back");
    }
    println!("the longest write took {longest:?}");
    assert!(longest > Duration::from_millis(300), "no key lay on the lost primary: this proved nothing");
}

#[tokio::test]
async fn a_cluster_goes_on_without_a_primary_that_was_killed() {
    survives(Server::kill).await;
}

#[tokio::test]
async fn a_cluster_goes_on_without_a_primary_that_hangs() {
    survives(|server| server.signal("-STOP")).await;
}
