//! The power goes while orders pour in: what was never synced is gone, and no acknowledged order with it.
//!
//! The server runs on `scripts/power-loss/forget.c`, which keeps what the disk would hold beside what the process has
//! written. SIGKILL and putting the one in the place of the other is the power cut.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::Rng;
use tokio::sync::watch;

use crate::books;
use crate::client::{self, Ordered};
use crate::process::{Folder, Server, times};
use crate::store_file;

const CALLERS: usize = 16;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_acknowledged_order_is_lost_with_the_power() {
    let folder = Folder::with_small_catalogue(50);
    let shim = Shim::build(folder.path());
    let length = || std::fs::metadata(folder.data().join("souk.db")).unwrap().len();
    let (before, mut acknowledged) = (length(), BTreeMap::new());
    for round in 1..=times(3, 6) {
        // By turns the disk forgets all that it was not asked to keep, and half of it.
        let keeps = if round % 2 == 0 { 50 } else { 0 };
        let lost_bytes = burst(&folder, &shim, round, keeps, None, &mut acknowledged).await;
        let books = books::of_the_store(&folder);
        assert_eq!(lost(&acknowledged, &store_file::numbers_by_key(&folder)), 0);
        println!("round {round}: {} orders, files differed in {lost_bytes} bytes", books.orders);
    }
    assert!(length() > before, "no checkpoint carried the WAL over, so only one file was at stake");
    // And souk goes on from there, with whatever became of the derived files.
    let server = folder.serve();
    let (_, api) = watch::channel(Some(server.api.clone()));
    let http = client::http();
    for (key, number) in &acknowledged {
        let (again, _) = client::order_surely(&http, &api, "U1", key, &client::items("P2", 10.0, 1)).await;
        assert!(matches!(again, Ordered::Placed { number: now, .. } if now == *number), "{key}: {again:?}");
    }
    books::wait_for_projections(&folder);
    server.stop();
    books::of_everything(&folder);
    books::rebuilds_change_nothing(&folder);
}

/// The same with a store that does not sync: if nothing were lost here, the test above would prove nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_syncing_acknowledged_orders_are_lost() {
    let folder = Folder::with_small_catalogue(50);
    let shim = Shim::build(folder.path());
    let mut acknowledged = BTreeMap::new();
    burst(&folder, &shim, 1, 0, Some("sqlite://souk.db?synchronous=off"), &mut acknowledged).await;
    books::of_the_store(&folder);
    let lost = lost(&acknowledged, &store_file::numbers_by_key(&folder));
    println!("{lost} of {} acknowledged orders are lost", acknowledged.len());
    assert!(lost > 0, "synchronous=off lost nothing, so the shim forgets nothing");
}

fn lost(acknowledged: &BTreeMap<String, u64>, there: &BTreeMap<String, u64>) -> usize {
    acknowledged.iter().filter(|(key, number)| there.get(*key) != Some(number)).count()
}

/// Lets callers order until the power goes, and notes what they were told; returns in how many bytes the disk then
/// differs from what the process had written.
async fn burst(
    folder: &Folder,
    shim: &Shim,
    round: u32,
    keeps: u32,
    store: Option<&str>,
    acknowledged: &mut BTreeMap<String, u64>,
) -> u64 {
    let shadows = folder.path().join(format!("shadows-{round}"));
    std::fs::create_dir(&shadows).unwrap();
    let mut serve = folder.command(&["serve"]);
    serve.env("LD_PRELOAD", &shim.0).env("FORGET_SHADOWS", &shadows).env("FORGET_KEEPS", keeps.to_string());
    if let Some(url) = store {
        serve.env("SOUK_STORE", url);
    }
    let server = Server::start(serve, &folder.log_file());

    let http = client::http();
    let told = Arc::new(Mutex::new(BTreeMap::new()));
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let (http, api, told) = (http.clone(), server.api.clone(), told.clone());
            tokio::spawn(async move {
                for at in 0.. {
                    let key = format!("round-{round}-{caller}-{at}");
                    let body = client::items("P2", 10.0, 1);
                    match client::order(&http, &api, "U1", &key, &body).await {
                        Ok(Ordered::Placed { number, .. }) => drop(told.lock().unwrap().insert(key, number)),
                        Ok(refused) => panic!("{refused:?}"),
                        Err(client::Unanswered::Busy) => {}
                        Err(client::Unanswered::NoAnswer) => return,
                    }
                }
            })
        })
        .collect();
    while told.lock().unwrap().len() < CALLERS {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let moment = rand::rng().random_range(Duration::ZERO..Duration::from_millis(500));
    tokio::time::sleep(moment).await;
    server.kill();
    for caller in callers {
        caller.await.unwrap();
    }
    acknowledged.append(&mut told.lock().unwrap());
    cut_power(&folder.data(), &shadows)
}

/// Puts what the disk holds in the place of what the process had written.
fn cut_power(data: &Path, shadows: &Path) -> u64 {
    let mut differing = 0;
    for path in files(data) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(".db-shm") {
            std::fs::remove_file(&path).unwrap();
        } else if [".db", ".db-wal", ".db-journal"].iter().any(|end| name.ends_with(end)) {
            let shadow = shadows.join(path.canonicalize().unwrap().to_string_lossy().replace('/', "%"));
            // A file that the process did not open is as it was.
            let Ok(durable) = std::fs::read(shadow) else { continue };
            let written = std::fs::read(&path).unwrap();
            let same = durable.iter().zip(&written).filter(|(one, other)| one == other).count();
            differing += (durable.len().max(written.len()) - same) as u64;
            std::fs::write(&path, durable).unwrap();
        }
    }
    differing
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

/// `forget.c`, compiled.
struct Shim(PathBuf);

impl Shim {
    fn build(folder: &Path) -> Self {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/power-loss/forget.c");
        let shim = folder.join("forget.so");
        let mut cc = Command::new("cc");
        cc.args(["-shared", "-fPIC", "-O2", "-o"]).arg(&shim).arg(&source).args(["-ldl", "-lpthread"]);
        let built = cc.output().expect("a C compiler, `cc`, is needed to try what a loss of power does");
        assert!(built.status.success(), "cc failed:\n{}", String::from_utf8_lossy(&built.stderr));
        Self(shim)
    }
}
