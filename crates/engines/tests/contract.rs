//! Every case of every role, on every engine of that role's table.
//!
//! A server that is not there is printed as ignored; with `REQUIRE_SERVERS=1` it is a failure.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use souk_engines::{Engine, Fresh};
use souk_ports::contract::moving::{Sample, between, within};
use souk_ports::contract::{self, Case, Opener};
use tokio::runtime::Runtime;

#[cfg(feature = "opensearch")]
#[path = "contract/opensearch_leftovers.rs"]
mod opensearch_leftovers;
#[path = "contract/raw.rs"]
mod raw;

fn main() {
    #[cfg(feature = "opensearch")]
    if let Err(error) = opensearch_leftovers::clear() {
        eprintln!("what earlier runs have left on OpenSearch could not be removed: {error}");
    }
    let mut trials = Vec::new();
    add("store", souk_engines::store::ENGINES, contract::store::CASES, &mut trials);
    add_raw(&mut trials);
    add("documents", souk_engines::documents::ENGINES, contract::documents::CASES, &mut trials);
    add("cache", souk_engines::cache::ENGINES, contract::cache::CASES, &mut trials);
    add("graph", souk_engines::graph::ENGINES, contract::graph::CASES, &mut trials);
    add("search", souk_engines::search::ENGINES, contract::search::CASES, &mut trials);
    add("objects", souk_engines::objects::ENGINES, contract::objects::CASES, &mut trials);
    add("series", souk_engines::series::ENGINES, contract::series::CASES, &mut trials);
    add("vectors", souk_engines::vectors::ENGINES, contract::vectors::CASES, &mut trials);
    add("embedder", souk_engines::embedder::ENGINES, contract::embedder::CASES, &mut trials);
    add_moves("store", souk_engines::store::ENGINES, &mut trials);
    add_moves("cache", souk_engines::cache::ENGINES, &mut trials);
    add_moves("objects", souk_engines::objects::ENGINES, &mut trials);
    add_moves("series", souk_engines::series::ENGINES, &mut trials);
    add_moves("vectors", souk_engines::vectors::ENGINES, &mut trials);
    let mut cases = BTreeMap::<(String, bool), usize>::new();
    for trial in &trials {
        let engine = trial.name().rsplit_once("::").map_or("", |(engine, _)| engine);
        *cases.entry((engine.to_owned(), trial.has_ignored_flag())).or_default() += 1;
    }
    println!("cases on each engine:");
    for ((engine, ignored), count) in cases {
        println!(
            "  {engine:<36} {count:>3}{}",
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
    for engine in engines {
        let missing = missing(engine);
        for case in cases {
            let name = format!("{role}::{}::{}", engine.scheme, case.name);
            trials.push(trial(name, missing.clone(), move || {
                let folder = tempfile::tempdir()?;
                let opener = opener(role, engines, engine, folder.path())?;
                runtime()?.block_on((case.run)(opener));
                Ok(())
            }));
        }
    }
}

/// The cases of stores with somebody who writes their databases without souk.
fn add_raw(trials: &mut Vec<Trial>) {
    let engines = souk_engines::store::ENGINES;
    for engine in engines {
        let missing = missing(engine);
        for case in contract::store::RAW_CASES {
            let name = format!("store::{}::{}", engine.scheme, case.name);
            trials.push(trial(name, missing.clone(), move || {
                let folder = tempfile::tempdir()?;
                let url = url(engine, folder.path())?;
                let opener = opener_of("store", engines, url.clone(), folder.path());
                runtime()?.block_on(async { (case.run)(opener, raw::of(&url, folder.path())).await });
                Ok(())
            }));
        }
    }
}

/// The cases of moving: of each engine by itself, and from each to each.
fn add_moves<R: Sample + ?Sized>(role: &'static str, engines: &'static [Engine<R>], trials: &mut Vec<Trial>) {
    for from in engines {
        for to in engines {
            let missing = missing(from).or(missing(to));
            let mut cases = vec![between::<R>()];
            let mut path = format!("{} to {}", from.scheme, to.scheme);
            if from.scheme == to.scheme {
                cases.extend(within::<R>());
                path = format!("{} moving", from.scheme);
            }
            for case in cases {
                let name = format!("{role}::{path}::{}", case.name);
                trials.push(trial(name, missing.clone(), move || {
                    let folders = [tempfile::tempdir()?, tempfile::tempdir()?];
                    let from = opener(role, engines, from, folders[0].path())?;
                    let to = opener(role, engines, to, folders[1].path())?;
                    runtime()?.block_on((case.run)(from, to));
                    Ok(())
                }));
            }
        }
    }
}

/// Why an engine cannot be tried.
fn missing<R: ?Sized>(engine: &Engine<R>) -> Option<String> {
    let probe = tempfile::tempdir().expect("a folder to try the engine in");
    match (engine.fresh)(probe.path()) {
        Fresh::Url(_) => None,
        Fresh::Missing(why) => Some(why),
    }
}

fn trial(
    name: String,
    missing: Option<String>,
    run: impl FnOnce() -> Result<(), Failed> + Send + 'static,
) -> Trial {
    let required = std::env::var("REQUIRE_SERVERS").is_ok_and(|value| value == "1");
    let ignored = missing.is_some() && !required;
    let trial = Trial::test(name, move || match missing {
        Some(why) => Err(Failed::from(why)),
        None => run(),
    });
    trial.with_ignored_flag(ignored)
}

fn opener<R: ?Sized + Send + Sync + 'static>(
    role: &'static str,
    engines: &'static [Engine<R>],
    engine: &'static Engine<R>,
    folder: &Path,
) -> Result<Opener<R>, Failed> {
    Ok(opener_of(role, engines, url(engine, folder)?, folder))
}

fn url<R: ?Sized>(engine: &Engine<R>, folder: &Path) -> Result<String, Failed> {
    match (engine.fresh)(folder) {
        Fresh::Url(url) => Ok(souk_engines::patient(url)),
        Fresh::Missing(why) => Err(why.into()),
    }
}

fn opener_of<R: ?Sized + Send + Sync + 'static>(
    role: &'static str,
    engines: &'static [Engine<R>],
    url: String,
    folder: &Path,
) -> Opener<R> {
    let data_dir = folder.to_owned();
    Opener::new(move || {
        let (url, data_dir) = (url.clone(), data_dir.clone());
        Box::pin(async move {
            let opened = souk_engines::open(role, engines, &url, &data_dir).await;
            opened.unwrap_or_else(|error| panic!("cannot open {url}: {error}")) as Arc<R>
        })
    })
}

fn runtime() -> Result<Runtime, Failed> {
    Ok(tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?)
}
