//! A server that is gone, frozen, and back: what the engines on servers owe their callers meanwhile. Each runs through a
//! proxy that can cut its connections, or hold what they carry.
//!
//! A server that is not there is printed as ignored; with `REQUIRE_SERVERS=1` it is a failure.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Failed, Trial};
use souk_engines::{Engine, Fresh};
use souk_ports::derived::{Derived, Generation, ProjectionName};
use souk_ports::{Error, Result};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

const PROJECTION: ProjectionName = "outage";
/// What a call may take, with all its attempts.
const BOUND: Duration = Duration::from_secs(20);
/// How long a server may have been back before a call succeeds.
const BACK: Duration = Duration::from_secs(10);

fn main() {
    let mut trials = Vec::new();
    add("documents", souk_engines::documents::ENGINES, &mut trials);
    add("graph", souk_engines::graph::ENGINES, &mut trials);
    add("search", souk_engines::search::ENGINES, &mut trials);
    add("vectors", souk_engines::vectors::ENGINES, &mut trials);
    add("series", souk_engines::series::ENGINES, &mut trials);
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn add<R: ?Sized + Derived + 'static>(
    role: &'static str,
    engines: &'static [Engine<R>],
    trials: &mut Vec<Trial>,
) {
    let required = std::env::var("REQUIRE_SERVERS").is_ok_and(|value| value == "1");
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
            Fresh::Url(url) => {
                let runtime =
                    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
                runtime.block_on(lose(role, engines, &url));
                Ok(())
            }
        });
        trials.push(trial.with_ignored_flag(missing && !required));
    }
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
    let generation = back(&*engine).await;
    for mode in [Mode::Gone, Mode::Frozen] {
        proxy.set(mode);
        fails_in_time(&*engine).await;
        proxy.set(Mode::Carries);
        assert!(back(&*engine).await > generation, "another server: {mode:?}");
    }
}

/// Several calls, so that the breaker has opened by the end.
async fn fails_in_time<R: ?Sized + Derived>(engine: &R) {
    for _ in 0..3 {
        let begun = Instant::now();
        let result: Result<_> = engine.checkpoint(PROJECTION, Generation(1)).await;
        assert!(matches!(result, Err(Error::Unavailable { .. })), "{result:?}");
        assert!(begun.elapsed() < BOUND, "it took {:?}", begun.elapsed());
    }
}

async fn back<R: ?Sized + Derived>(engine: &R) -> Generation {
    let begun = Instant::now();
    loop {
        match engine.begin(PROJECTION).await {
            Ok(generation) => return generation,
            Err(error) => assert!(begun.elapsed() < BACK, "not back: {error:?}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Carries,
    /// Takes connections, and is silent.
    Frozen,
    /// Closes every connection at once.
    Gone,
}

struct Proxy {
    address: SocketAddr,
    mode: Arc<watch::Sender<Mode>>,
}

impl Proxy {
    async fn start(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let (mode, server) = (Arc::new(watch::Sender::new(Mode::Carries)), server.to_owned());
        let modes = mode.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, server.clone(), modes.subscribe()));
            }
        });
        Self { address, mode }
    }

    fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }
}

/// Ends with the connection, or when the server is gone. What was on its way when it froze is lost.
async fn carry(mut client: TcpStream, server: String, mut mode: watch::Receiver<Mode>) {
    if *mode.borrow() == Mode::Gone {
        return;
    }
    let Ok(mut upstream) = TcpStream::connect(server).await else { return };
    loop {
        let now = *mode.borrow_and_update();
        tokio::select! {
            _ = copy_bidirectional(&mut client, &mut upstream), if now == Mode::Carries => return,
            changed = mode.changed() => if changed.is_err() { return },
        }
        if *mode.borrow() == Mode::Gone {
            return;
        }
    }
}
