//! Tables of engines, and how a URL picks one.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use souk_ports::{Error, Result};

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
}

/// Opens the engine that the URL names; an unknown scheme is told which there are.
pub async fn open<R: ?Sized>(
    role: &str,
    engines: &[Engine<R>],
    url: &str,
    data_dir: &Path,
) -> Result<Arc<R>> {
    let known = || engines.iter().map(|engine| format!("{}://", engine.scheme)).collect::<Vec<_>>().join(", ");
    let Some((scheme, rest)) = url.split_once("://") else {
        return Err(Error::invalid(format!("`{url}` for {role} is not a URL; it starts with one of {}", known())));
    };
    let Some(engine) = engines.iter().find(|engine| engine.scheme == scheme) else {
        return Err(Error::invalid(format!("no engine for {role} is called `{scheme}`; there are {}", known())));
    };
    let location = Location { url: url.to_owned(), path: data_dir.join(rest) };
    (engine.open)(location).await
}
