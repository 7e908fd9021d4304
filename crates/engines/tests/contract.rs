//! Every case of every role, on every engine of that role's table.
//!
//! A server that is not there is printed as ignored; with `REQUIRE_SERVERS=1` it is a failure.

use std::collections::BTreeMap;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use souk_engines::{Engine, Fresh};
use souk_ports::contract::{self, Case, Opener};

fn main() {
    let mut trials = Vec::new();
    add("store", souk_engines::store::ENGINES, contract::store::CASES, &mut trials);
    add("documents", souk_engines::documents::ENGINES, contract::documents::CASES, &mut trials);
    add("cache", souk_engines::cache::ENGINES, contract::cache::CASES, &mut trials);
    add("graph", souk_engines::graph::ENGINES, contract::graph::CASES, &mut trials);
    add("search", souk_engines::search::ENGINES, contract::search::CASES, &mut trials);
    add("objects", souk_engines::objects::ENGINES, contract::objects::CASES, &mut trials);
    add("series", souk_engines::series::ENGINES, contract::series::CASES, &mut trials);
    add("vectors", souk_engines::vectors::ENGINES, contract::vectors::CASES, &mut trials);
    add("embedder", souk_engines::embedder::ENGINES, contract::embedder::CASES, &mut trials);
    let mut cases = BTreeMap::<(String, bool), usize>::new();
    for trial in &trials {
        let engine = trial.name().rsplit_once("::").map_or("", |(engine, _)| engine);
        *cases.entry((engine.to_owned(), trial.has_ignored_flag())).or_default() += 1;
    }
    println!("cases on each engine:");
    for ((engine, ignored), count) in cases {
        println!(
            "  {engine:<26} {count:>3}{}",
            if ignored { "  ignored: its server is not there" } else { "" }
        );
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn add<R: ?Sized + Send + Sync + 'static>(
    role: &'static str,
    engines: &'static [Engine<R>],
    cases: &'static [Case<R>],
    trials: &mut Vec<Trial>,
) {
    let required = std::env::var("REQUIRE_SERVERS").is_ok_and(|value| value == "1");
    for engine in engines {
        let probe = tempfile::tempdir().expect("a folder to try the engine in");
        let missing = match (engine.fresh)(probe.path()) {
            Fresh::Url(_) => None,
            Fresh::Missing(why) => Some(why),
        };
        for case in cases {
            let name = format!("{role}::{}::{}", engine.scheme, case.name);
            let missing = missing.clone();
            let ignored = missing.is_some() && !required;
            let trial = Trial::test(name, move || match missing {
                Some(why) => Err(Failed::from(why)),
                None => run(role, engines, engine, case),
            });
            trials.push(trial.with_ignored_flag(ignored));
        }
    }
}

fn run<R: ?Sized + Send + Sync + 'static>(
    role: &'static str,
    engines: &'static [Engine<R>],
    engine: &'static Engine<R>,
    case: &'static Case<R>,
) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let data_dir = folder.path().to_owned();
    let url = match (engine.fresh)(&data_dir) {
        Fresh::Url(url) => url,
        Fresh::Missing(why) => return Err(why.into()),
    };
    let opener = Opener::new(move || {
        let (url, data_dir) = (url.clone(), data_dir.clone());
        Box::pin(async move {
            let opened = souk_engines::open(role, engines, &url, &data_dir).await;
            opened.unwrap_or_else(|error| panic!("cannot open {url}: {error}")) as Arc<R>
        })
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on((case.run)(opener));
    Ok(())
}
