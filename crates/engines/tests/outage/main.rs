//! A server that is gone, frozen, and back: what the engines on servers owe their callers meanwhile. Each runs through a
//! proxy that can cut its connections, or hold what they carry. The store beside transactions that last, and replicas that are
//! behind or gone.
//!
//! A server that is not there is printed as ignored; with `REQUIRE_SERVERS=1` it is a failure.

mod proxy;
#[cfg(feature = "postgres")]
mod replicas;
#[cfg(feature = "postgres")]
mod store;

use std::path::Path;
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Failed, Trial};
use souk_engines::{Engine, Fresh};
use souk_ports::Error;
use souk_ports::derived::{Derived, Generation, ProjectionName};

use proxy::{Mode, Proxy};

const PROJECTION: ProjectionName = "outage";
/// What a call may take, with all its attempts.
const BOUND: Duration = Duration::from_secs(20);
/// How long a server may have been back before a call succeeds.
const BACK: Duration = Duration::from_secs(10);
/// How often what was on its way when the server froze may get in the way of a lock.
const RACES: usize = 10;

fn main() {
    // What is lost here is lost to whoever serves.
    souk_engines::hurry();
    let mut trials = Vec::new();
    add("documents", souk_engines::documents::ENGINES, &mut trials);
    add("graph", souk_engines::graph::ENGINES, &mut trials);
    add("search", souk_engines::search::ENGINES, &mut trials);
    add("vectors", souk_engines::vectors::ENGINES, &mut trials);
    add("series", souk_engines::series::ENGINES, &mut trials);
    #[cfg(feature = "postgres")]
    {
        store::add(&mut trials);
        replicas::add(&mut trials);
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn add<R: ?Sized + Derived + 'static>(
    role: &'static str,
    engines: &'static [Engine<R>],
    trials: &mut Vec<Trial>,
) {
    let folder = tempfile::tempdir().expect("a folder to try the engine in");
    for engine in engines {
        let fresh = (engine.fresh)(folder.path());
        // An engine in a folder has nobody to lose.
        let missing = match &fresh {
            Fresh::Url(url) if server(url).is_none() => continue,
            Fresh::Url(_) => false,
            Fresh::Missing(_) => true,
        };
        let trial = Trial::test(format!("{role}::{}", engine.scheme), move || match fresh {
            Fresh::Missing(why) => Err(Failed::from(why)),
            Fresh::Url(url) => run(lose(role, engines, &url)),
        });
        trials.push(trial.with_ignored_flag(missing && !required()));
    }
}

fn required() -> bool {
    std::env::var("REQUIRE_SERVERS").is_ok_and(|value| value == "1")
}

fn run(case: impl Future<Output = ()>) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(case);
    Ok(())
}

/// The address in a URL.
fn server(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    let rest = rest.split(['/', '?']).next()?;
    let address = rest.rsplit('@').next()?;
    address.contains(':').then_some(address)
}

async fn lose<R: ?Sized + Derived + 'static>(role: &str, engines: &[Engine<R>], url: &str) {
    let address = server(url).expect("a server's address");
    let proxy = Proxy::start(address).await;
    let url = url.replace(address, &proxy.address.to_string());
    proxy.set(Mode::Gone);
    let engine =
        souk_engines::open(role, engines, &url, Path::new("")).await.expect("opens without its server");
    fails_in_time(&*engine).await;

    proxy.set(Mode::Carries);
    let mut generation = back(async || engine.begin(PROJECTION).await).await;
    for mode in [Mode::Gone, Mode::Frozen] {
        let lock = engine.lock(PROJECTION, generation).await.unwrap().expect("nobody else is there");
        proxy.set(mode);
        fails_in_time(&*engine).await;
        // Others cannot be told, and have to wait until it has run out. This process knows.
        lock.release().await;
        proxy.set(Mode::Carries);
        back(async || engine.checkpoint(PROJECTION, generation).await).await;
        let mut lock = None;
        for _ in 0..RACES {
            // A connection that the fault has broken may still be given out.
            match engine.lock(PROJECTION, generation).await {
                Ok(Some(taken)) => {
                    lock = Some(taken);
                    break;
                }
                Ok(None) | Err(Error::Unavailable { .. }) => {}
                Err(error) => panic!("{error:?}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        lock.expect("what this process gave up is free").release().await;
        let next = back(async || engine.begin(PROJECTION).await).await;
        assert!(next > generation, "another server: {mode:?}");
        generation = next;
    }
}

/// Several calls, so that the breaker has opened by the end.
async fn fails_in_time<R: ?Sized + Derived>(engine: &R) {
    for _ in 0..3 {
        let begun = Instant::now();
        let result = engine.checkpoint(PROJECTION, Generation(1)).await;
        assert!(matches!(result, Err(Error::Unavailable { .. })), "{result:?}");
        assert!(begun.elapsed() < BOUND, "it took {:?}", begun.elapsed());
    }
}

async fn back<T>(call: impl AsyncFn() -> souk_ports::Result<T>) -> T {
    let begun = Instant::now();
    loop {
        match call().await {
            Ok(answer) => return answer,
            Err(error) => assert!(begun.elapsed() < BACK, "not back: {error:?}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
