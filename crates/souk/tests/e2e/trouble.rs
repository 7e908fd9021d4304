//! What somebody broke, stopped, or started four times at once: souk answers what it can, and says what is wrong.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::process::{Folder, PATIENCE};
use crate::souk::{Server, Souk};

/// Overwrites the files of the live generations of a projection that end in `suffix`.
fn break_files(souk: &Souk, role: &str, projection: &str, suffix: &str) {
    let mut broken = 0;
    for generation in std::fs::read_dir(souk.data().join(role).join(projection)).unwrap() {
        let generation = generation.unwrap().path();
        if !generation.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(generation).unwrap() {
            let file = file.unwrap().path();
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            if name.ends_with("-wal") || name.ends_with("-shm") {
                std::fs::remove_file(&file).unwrap();
            } else if name.ends_with(suffix) {
                let size = std::fs::metadata(&file).unwrap().len().max(4096);
                std::fs::write(&file, vec![b'?'; size as usize]).unwrap();
                broken += 1;
            }
        }
    }
    assert!(broken > 0, "no `{suffix}` of {projection} to break");
}

async fn catalogue(server: &Server) -> [Value; 5] {
    let mut answers = Vec::new();
    for path in [
        "/api/v1/products?limit=5",
        "/api/v1/products?category=C01&limit=5",
        "/api/v1/products/P001",
        "/api/v1/products/search?q=wooden+bowl&limit=5",
        "/api/v1/categories",
    ] {
        answers.push(server.get(path).await.ok());
    }
    answers.try_into().unwrap()
}

/// What the doctor says is wrong, and what to do about it.
fn complaints(souk: &Souk) -> Vec<(String, String)> {
    let said = souk.run(&["doctor", "--json"]);
    let findings = said.json();
    let bad = findings["findings"].as_array().unwrap().iter().filter(|finding| finding["well"] == false);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let bad: Vec<_> = bad.map(|finding| (text(&finding["part"]), text(&finding["advice"]))).collect();
    assert_eq!((said.code, &findings["well"]), (i32::from(!bad.is_empty()), &json!(bad.is_empty())));
    bad
}

/// A bug: a file that was there but broken was a fault (500), where one that was missing had a fallback.
#[tokio::test]
async fn broken_files_of_derived_data_leave_the_answers_as_they_are() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let before = catalogue(&server).await;
    server.stop();
    for (role, projection) in [("documents", "product-pages"), ("cache", "stock-counters")] {
        break_files(&souk, role, projection, "data.db");
        let server = souk.serve();
        assert_eq!(catalogue(&server).await, before, "without {projection}");
        let ready = server.get("/health/ready").await.ok();
        assert_eq!((&ready["status"], &ready["roles"][role]["status"]), (&json!("degraded"), &json!("down")));
        // Who names a position is no worse off.
        let changed =
            server.send("PATCH", "/api/v1/products/P002", None, Some(json!({"stock_change": 1}))).await;
        let position = changed.position.clone().unwrap();
        let request = server.request("GET", "/api/v1/products?limit=5").header("Souk-Position", position);
        let listed = crate::souk::read(request.send().await.unwrap()).await;
        assert!(listed.status == 200 && !listed.stale, "{listed:?}");
        server.send("PATCH", "/api/v1/products/P002", None, Some(json!({"stock_change": -1}))).await.ok();
        server.stop();

        let rebuild = format!("run `souk projections rebuild {projection}`");
        assert_eq!(complaints(&souk), [(format!("projection {projection}"), rebuild)]);
        assert_eq!(souk.json(&["products", "list", "--limit", "5"]), before[0]);
        souk.json(&["projections", "rebuild", projection]);
        assert_eq!(complaints(&souk), []);
    }
}

/// A bug: a broken index was a fault (500). Nothing can stand in for it, which is what 503 says.
#[tokio::test]
async fn a_broken_index_is_unavailable_and_browsing_goes_on() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let before = catalogue(&server).await;
    server.stop();
    break_files(&souk, "search", "search-index", ".json");
    let server = souk.serve();
    let problem = server.get("/api/v1/products/search?q=bowl").await.is_problem(503, "unavailable");
    assert_eq!(problem["detail"], "the search index is not available");
    for (path, before) in [("/api/v1/products?limit=5", &before[0]), ("/api/v1/categories", &before[4])] {
        assert_eq!(server.get(path).await.ok(), *before, "{path}");
    }
    assert_eq!(server.get("/health/ready").await.ok()["roles"]["search"]["status"], "down");
    server.stop();
    let bad = complaints(&souk);
    assert!(
        bad.contains(&(
            "projection search-index".to_owned(),
            "run `souk projections rebuild search-index`".to_owned()
        )),
        "{bad:?}"
    );
    souk.json(&["projections", "rebuild", "search-index"]);
    assert_eq!(complaints(&souk), []);
}

/// A server that can be stopped in its tracks; it ends with the test.
struct Stoppable(Child);

impl Stoppable {
    fn serve(souk: &Souk) -> Self {
        let mut command = souk.command(&["serve", "--listen", "127.0.0.1:0", "--json"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.contains("address"), "{line:?}");
        Self(child)
    }

    fn signal(&self, signal: &str) {
        let told = Command::new("kill").args([signal, &self.0.id().to_string()]).status().unwrap();
        assert!(told.success());
    }
}

impl Drop for Stoppable {
    fn drop(&mut self) {
        // SIGKILL reaches a stopped process too.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A bug: whoever held the lock counted as following, a stopped process too.
#[test]
fn a_follower_that_is_stopped_is_found_by_the_doctor() {
    let souk = Souk::loaded();
    let server = Stoppable::serve(&souk);
    // What is opened at the start may be locked for a moment, and shall not be locked for ever.
    std::thread::sleep(Duration::from_secs(1));
    server.signal("-STOP");
    souk.json(&["products", "set", "P001", "--stock", "+1"]);
    let bad = complaints(&souk);
    assert!(bad.len() >= 3 && bad.iter().all(|(part, _)| part.starts_with("projection ")), "{bad:?}");
    assert!(bad.iter().all(|(_, advice)| advice.contains("stopped")), "{bad:?}");
    server.signal("-CONT");
    let begun = Instant::now();
    while souk.run(&["doctor"]).code != 0 {
        assert!(begun.elapsed() < PATIENCE, "it does not go on");
        std::thread::sleep(Duration::from_millis(50));
    }
    // One that works is not taken for one that stands still.
    souk.json(&["products", "set", "P001", "--stock", "+1"]);
    assert_eq!(complaints(&souk), []);
}

/// Does what another process that begins does to a generation that is neither live nor locked: removes it, but only
/// once. Says whether it found one before `until_done` was.
fn clear_away_once(projection: &Path, until_done: &AtomicBool) -> bool {
    while !until_done.load(Ordering::Relaxed) {
        let generation = projection.join("g000001");
        let Ok(lock) = std::fs::File::open(projection.join("g000001.lock")) else { continue };
        let live = || std::fs::read_to_string(projection.join("live.json")).unwrap_or_default();
        if generation.is_dir() && lock.try_lock().is_ok() {
            return !live().contains("\"generation\":1") && std::fs::remove_dir_all(generation).is_ok();
        }
    }
    false
}

/// A bug: what a process had begun and not locked yet was cleared away by another one that began, and it gave up.
#[test]
fn a_first_generation_that_another_process_clears_away_is_begun_again() {
    let folder = Folder::with_small_catalogue(7);
    let mut cleared = false;
    // The moment between beginning and locking is short, and may be missed.
    for _ in 0..50 {
        std::fs::remove_dir_all(folder.data()).unwrap();
        let done = AtomicBool::new(false);
        let projection = folder.data().join("documents").join("product-pages");
        cleared = std::thread::scope(|scope| {
            let other = scope.spawn(|| clear_away_once(&projection, &done));
            let output = folder.command(&["load", "all", "--from", "catalogue"]).output().unwrap();
            done.store(true, Ordering::Relaxed);
            assert!(output.status.success(), "{output:?}");
            other.join().unwrap()
        });
        assert_eq!(folder.json(&["doctor"])["well"], json!(true));
        if cleared {
            break;
        }
    }
    assert!(cleared, "nothing was ever cleared away in time");
}

#[test]
fn four_loads_at_once_into_an_empty_folder_all_succeed() {
    let folder = Folder::with_small_catalogue(7);
    for round in 0..3 {
        std::fs::remove_dir_all(folder.data()).unwrap();
        let load = || {
            let mut command = folder.command(&["load", "all", "--from", "catalogue"]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let loads: Vec<Child> = (0..4).map(|_| load()).collect();
        for load in loads {
            let output = load.wait_with_output().unwrap();
            assert!(output.status.success(), "round {round}: {output:?}");
        }
        assert_eq!(folder.json(&["products", "show", "P1"])["stock"], json!(7));
        assert_eq!(folder.json(&["doctor"])["well"], json!(true));
        assert!(!Path::new(&folder.path().join("catalogue.rejects.csv")).exists());
    }
}
