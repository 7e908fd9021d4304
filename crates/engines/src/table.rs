//! Tables of engines, and how a URL picks one.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use souk_ports::{Error, Result};

use crate::secrets::without_secrets;

pub type Opening<R> = Pin<Box<dyn Future<Output = Result<Arc<R>>> + Send>>;

/// One way to fill a role.
pub struct Engine<R: ?Sized> {
    /// What a URL begins with.
    pub scheme: &'static str,
    /// For people.
    pub title: &'static str,
    /// Opens what the URL names, and creates it where it is missing.
    pub open: fn(Location) -> Opening<R>,
    /// A place for one contract case; the folder is empty, and the case's own.
    pub fresh: fn(&Path) -> Fresh,
}

/// Where a contract case may run.
pub enum Fresh {
    /// The URL of an empty namespace.
    Url(String),
    /// The server is not there, and why; the case is ignored, or fails when servers are required.
    Missing(String),
}

/// A URL, read together with the data folder.
#[derive(Debug, Clone)]
pub struct Location {
    pub url: String,
    /// For local engines: what follows `scheme://`, below the data folder unless it starts with `/`.
    pub path: PathBuf,
    /// What follows `?`, in `key=value` pairs.
    pub options: Vec<(String, String)>,
}

impl Location {
    /// Fails when the URL has an option that the engine does not know.
    pub fn only_options(&self, known: &[&str]) -> Result<()> {
        match self.options.iter().find(|(key, _)| !known.contains(&key.as_str())) {
            None => Ok(()),
            // The URL may hold a password.
            Some((key, _)) => {
                let scheme = self.url.split("://").next().unwrap_or_default();
                Err(Error::invalid(format!("the URL `{scheme}://…` has an unknown option `{key}`")))
            }
        }
    }
}

/// What the engine is called whose URLs may begin so: some servers have schemes that say how they are reached.
fn family(scheme: &str) -> &str {
    match scheme {
        "rediss" => "redis",
        "rediss-cluster" => "redis-cluster",
        "mongodb+srv" => "mongodb",
        "bolt" | "bolt+s" | "bolt+ssc" | "neo4j+s" | "neo4j+ssc" => "neo4j",
        "opensearchs" => "opensearch",
        other => other,
    }
}

/// The engines on servers, each with whether its driver was built.
const DRIVERS: [(&str, bool); 9] = [
    ("postgres", cfg!(feature = "postgres")),
    ("timescale", cfg!(feature = "postgres")),
    ("pgvector", cfg!(feature = "postgres")),
    ("redis", cfg!(feature = "redis")),
    ("redis-cluster", cfg!(feature = "redis")),
    ("mongodb", cfg!(feature = "mongodb")),
    ("neo4j", cfg!(feature = "neo4j")),
    ("opensearch", cfg!(feature = "opensearch")),
    ("s3", cfg!(feature = "s3")),
];

/// The URL of a place on an engine's server that nobody else has, for tests and measurements; why there is none, where the
/// server is not there, or the engine was not built.
pub fn fresh_place<R: ?Sized>(engines: &[Engine<R>], scheme: &str) -> std::result::Result<String, String> {
    let engine = engines.iter().find(|engine| engine.scheme == scheme);
    let engine = engine.ok_or_else(|| format!("no engine is called `{scheme}` here"))?;
    // On a thread of its own: an engine may clear away what earlier runs have left, with a runtime of its own.
    let fresh = || (engine.fresh)(Path::new(""));
    match std::thread::scope(|scope| scope.spawn(fresh).join().expect("looking for a server panicked")) {
        Fresh::Url(url) => Ok(url),
        Fresh::Missing(why) => Err(why),
    }
}

/// The same place, given more time than a shop gives it: for tests, which may come right after the server's start, or
/// several at once. Not for those of what a server that is away costs.
pub fn patient(url: String) -> String {
    if is_local(&url) {
        return url;
    }
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}timeout_ms=20000")
}

static HURRIES: AtomicBool = AtomicBool::new(false);

/// Says that this process answers many callers, who would all wait for a server that is slow: in engines that are opened
/// from here on, a read that can be answered from elsewhere is given up after a part of its timeout. A command that
/// ends with its answer keeps nobody waiting, and gives each read the whole.
pub fn hurry() {
    HURRIES.store(true, Ordering::Relaxed);
}

/// Whether [`hurry`] was said.
pub fn hurries() -> bool {
    HURRIES.load(Ordering::Relaxed)
}

/// Whether the URL names a folder rather than a server.
pub fn is_local(url: &str) -> bool {
    let scheme = url.split_once("://").map_or("", |(scheme, _)| scheme);
    ["sqlite", "hnsw", "tantivy", "file", "minilm"].contains(&scheme)
}

/// The file or folder that a URL of a local engine names; `None` for a server's.
pub fn local_path(url: &str, data_dir: &Path) -> Option<PathBuf> {
    let (_, rest) = url.split_once("://").filter(|_| is_local(url))?;
    Some(data_dir.join(rest.split('?').next().unwrap_or(rest)))
}

/// Opens the engine that the URL names; an unknown scheme is told which there are.
pub async fn open<R: ?Sized>(
    role: &str,
    engines: &[Engine<R>],
    url: &str,
    data_dir: &Path,
) -> Result<Arc<R>> {
    let known =
        || engines.iter().map(|engine| format!("{}://", engine.scheme)).collect::<Vec<_>>().join(", ");
    let Some((scheme, rest)) = url.split_once("://") else {
        return Err(Error::invalid(format!(
            "`{}` for {role} is not a URL; it starts with one of {}",
            without_secrets(url),
            known()
        )));
    };
    let Some(engine) = engines.iter().find(|engine| engine.scheme == family(scheme)) else {
        if DRIVERS.contains(&(family(scheme), false)) {
            return Err(Error::invalid(format!(
                "{role} is to be kept by `{scheme}`, and this souk was built without that driver; `cargo build --release` \
                 makes one that has all of them"
            )));
        }
        return Err(Error::invalid(format!(
            "no engine for {role} is called `{scheme}`; there are {}",
            known()
        )));
    };
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let options =
        pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(k, v)| (k.into(), v.into()));
    let location = Location { url: url.to_owned(), path: data_dir.join(path), options: options.collect() };
    (engine.open)(location).await
}
