//! all-MiniLM-L6-v2 in this process, on its cores.
//!
//! The weights lie in a cache folder of the user's, or in the folder that the URL names. They are read when the first
//! text is embedded, never before: most commands need none. [`fetch`] brings them; the arithmetic is `souk_minilm`'s.

mod fetch;
mod files;
#[cfg(test)]
mod tests;

use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use souk_minilm::Model;
use souk_ports::embedder::{DIMENSIONS, Embedder, Progress};
use souk_ports::{Error, Result};
use tokio::sync::{OnceCell, Semaphore};

use self::files::{FILES, VOCABULARY, WEIGHTS};
use crate::local::sqlite::blocking;
use crate::table::Location;

const WHAT: &str = "the embedder";
/// The name, and the beginning of the weights' SHA-256.
const MODEL: &str = "all-MiniLM-L6-v2/53aa5117";
/// Calls that are worked on at once; each has a thread for every core, so that a question need not wait for a batch.
const CALLS: usize = 8;

const _: () = assert!(DIMENSIONS == souk_minilm::DIMENSIONS);

pub(super) struct Minilm {
    folder: PathBuf,
    model: OnceCell<Arc<Model>>,
    turns: Semaphore,
}

impl Minilm {
    pub(super) fn open(location: &Location) -> Result<Self> {
        location.only_options(&[])?;
        let named = location.url.trim_start_matches("minilm://");
        let folder = if named.is_empty() { cache_folder()? } else { location.path.clone() };
        Ok(Self::at(folder))
    }

    fn at(folder: PathBuf) -> Self {
        Self { folder, model: OnceCell::new(), turns: Semaphore::new(CALLS) }
    }

    async fn model(&self) -> Result<Arc<Model>> {
        let load = async || {
            if !self.is_here().await? {
                let what = "the model all-MiniLM-L6-v2 (run `souk model fetch` to get its weights)";
                return Err(Error::Unavailable { what: what.to_owned(), source: None });
            }
            let folder = self.folder.clone();
            blocking(WHAT, move || load(&folder)).await
        };
        self.model.get_or_try_init(load).await.cloned()
    }
}

/// Reads the model; what is damaged is not used.
fn load(folder: &Path) -> Result<Arc<Model>> {
    let broken = |source| Error::Unavailable {
        what: format!("the model in {} (run `souk model fetch` to mend it)", folder.display()),
        source: Some(source),
    };
    let read =
        |file: &files::File| std::fs::read(folder.join(file.name)).map_err(|error| broken(error.into()));
    let (weights, vocabulary) = (read(&WEIGHTS)?, read(&VOCABULARY)?);
    // Hashing takes as long as packing; both at once.
    let (checked, model) = std::thread::scope(|scope| {
        let checked = scope.spawn(|| WEIGHTS.check(&weights).and_then(|()| VOCABULARY.check(&vocabulary)));
        let model = Model::new(&weights, &String::from_utf8_lossy(&vocabulary));
        (checked.join(), model)
    });
    checked.unwrap_or_else(|_| Err("hashing failed".into())).map_err(broken)?;
    let model = model.map_err(|error| broken(error.into()))?;
    tracing::debug!(folder = %folder.display(), instructions = model.instructions(), "the embedder is loaded");
    Ok(Arc::new(model))
}

/// As the XDG base directory specification has it.
fn cache_folder() -> Result<PathBuf> {
    let named = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = named.or_else(|| Some(std::env::home_dir()?.join(".cache")));
    let cache = cache.ok_or_else(|| {
        Error::invalid("there is no home folder for the model's weights; name a folder: `minilm:///a/folder`")
    })?;
    Ok(cache.join("souk/models/all-MiniLM-L6-v2"))
}

/// Ends the work of a call that nobody waits for any more.
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[async_trait]
impl Embedder for Minilm {
    fn model(&self) -> &str {
        MODEL
    }

    async fn embed(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>> {
        let model = Self::model(self).await?;
        let _turn = self.turns.acquire().await.map_err(|closed| Error::internal(WHAT, closed))?;
        let guard = StopOnDrop(Arc::default());
        let stop = guard.0.clone();
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        let vectors = blocking(WHAT, move || Ok(model.embed(&texts, cores, &stop))).await?;
        vectors.ok_or_else(|| Error::internal(WHAT, "it was stopped"))
    }

    async fn is_here(&self) -> Result<bool> {
        Ok(FILES.iter().all(|file| file.is_in(&self.folder)))
    }

    async fn fetch(&self, progress: Progress<'_>) -> Result<()> {
        fetch::fetch(&self.folder, progress).await
    }

    async fn describe(&self) -> Result<String> {
        Ok(format!("all-MiniLM-L6-v2 in {}", self.folder.display()))
    }
}
