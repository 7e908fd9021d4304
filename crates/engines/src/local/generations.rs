//! Generations of derived data as folders, and what this process has open of them.
//!
//! [`Generations`] does for a local engine all of [`souk_ports::derived::Derived`] but the checkpoint: the engine says
//! how a folder is created and opened ([`Contents`]) and asks for the live one, or for one it writes. What is open is
//! kept open while it is live or locked by this process, and keeps its folder from being removed. What is left out:
//! the layout on disk ([`super::folders`]), and checkpoints, which lie in the engine's own files.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use souk_ports::derived::{Generation, Lock, ProjectionName};
use souk_ports::{Error, Result};

use super::folders::Folders;
use super::sqlite::blocking;

/// How long the pointer is believed before it is read again; another process's promotion is seen within 20 ms.
const BELIEVED: Duration = Duration::from_millis(10);
/// How often to read the pointer again when what it names has just been removed.
const ATTEMPTS: usize = 20;

/// The files of one generation, open.
pub(crate) trait Contents: Sized + Send + Sync + 'static {
    /// Fills an empty folder, and closes it again: the folder gets its final name afterwards.
    fn create(folder: &Path) -> Result<()>;

    fn open(folder: &Path) -> Result<Self>;
}

/// A generation that this process has open. The folder stays while it lives.
pub(crate) struct Opened<C> {
    pub(crate) generation: Generation,
    folders: Folders,
    /// Both taken only by `drop`.
    contents: Option<C>,
    reading: Option<File>,
}

impl<C> Deref for Opened<C> {
    type Target = C;

    fn deref(&self) -> &C {
        self.contents.as_ref().expect("they are taken only when the generation is dropped")
    }
}

impl<C> Drop for Opened<C> {
    fn drop(&mut self) {
        drop(self.contents.take());
        drop(self.reading.take());
        // The last reader of a former live generation clears it away; where that fails, the next `begin` does it.
        if let Err(error) = self.folders.sweep()
            && error.kind() != ErrorKind::NotFound
        {
            tracing::warn!(%error, "former generations could not be cleared away");
        }
    }
}

pub(crate) struct Generations<C> {
    /// The role, for errors.
    what: &'static str,
    path: PathBuf,
    known: Mutex<HashMap<ProjectionName, Known<C>>>,
}

/// What this process knows of a projection.
struct Known<C> {
    read_at: Option<Instant>,
    live: Option<Arc<Opened<C>>>,
    opened: Vec<Weak<Opened<C>>>,
}

impl<C: Contents> Generations<C> {
    /// `path` is the folder of the role; it need not exist.
    pub(crate) fn new(what: &'static str, path: &Path) -> Arc<Self> {
        Arc::new(Self { what, path: path.to_owned(), known: Mutex::default() })
    }

    /// What readers see. It costs a look into memory, and every few milliseconds one into a small file.
    pub(crate) fn live(&self, projection: ProjectionName) -> Result<Option<Arc<Opened<C>>>> {
        let former;
        let live = {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            let known = known.entry(projection).or_default();
            if known.read_at.is_some_and(|at| at.elapsed() < BELIEVED) {
                return Ok(known.live.clone());
            }
            let at = Instant::now();
            let live = self.read_live(projection, known)?;
            former = std::mem::replace(&mut known.live, live.clone());
            known.read_at = Some(at);
            live
        };
        // Only after the mutex: it may be the last of its kind, and then it is taken apart.
        drop(former);
        Ok(live)
    }

    /// Which one readers should see, whether or not it can be opened: whoever replaces a broken one has to name it.
    pub(crate) fn live_number(&self, projection: ProjectionName) -> Result<Option<Generation>> {
        match self.live(projection) {
            Ok(live) => Ok(live.map(|live| live.generation)),
            Err(Error::Internal { .. }) => self.folders(projection).live().map_err(|error| self.io(error)),
            Err(error) => Err(error),
        }
    }

    /// As [`Self::live`]; `NotFound` where there is none.
    pub(crate) fn read(&self, projection: ProjectionName) -> Result<Arc<Opened<C>>> {
        self.live(projection)?.ok_or_else(|| Error::NotFound {
            what: format!("the live generation of {} `{projection}`", self.what),
        })
    }

    /// Any generation, live or not; `NotFound` where there is no such one.
    pub(crate) fn get(&self, projection: ProjectionName, generation: Generation) -> Result<Arc<Opened<C>>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        self.open(projection, generation, known.entry(projection).or_default())
    }

    pub(crate) async fn begin(self: &Arc<Self>, projection: ProjectionName) -> Result<Generation> {
        let this = self.clone();
        blocking(self.what, move || {
            let begun = this.folders(projection).begin(|folder| C::create(folder).map_err(Failure::Port));
            begun.map_err(|failure| match failure {
                Failure::Io(error) => this.io(error),
                Failure::Port(error) => error,
            })
        })
        .await
    }

    pub(crate) async fn promote(
        self: &Arc<Self>,
        projection: ProjectionName,
        expected: Option<Generation>,
        next: Generation,
    ) -> Result<()> {
        let this = self.clone();
        blocking(self.what, move || {
            let promoted = this.folders(projection).promote(expected, next);
            if !promoted.map_err(|error| this.missing(projection, next, error))? {
                return Err(Error::Conflict {
                    what: format!("the live generation of {} `{projection}`", this.what),
                });
            }
            if let Some(known) = this.known.lock().unwrap_or_else(PoisonError::into_inner).get_mut(projection)
            {
                known.read_at = None;
            }
            // Lets go of the former one, where nobody reads it.
            this.live(projection).map(drop)
        })
        .await
    }

    pub(crate) async fn lock(
        self: &Arc<Self>,
        projection: ProjectionName,
        generation: Generation,
    ) -> Result<Option<Box<dyn Lock>>> {
        let this = self.clone();
        blocking(self.what, move || {
            let held = this.folders(projection).lock(generation);
            let Some(held) = held.map_err(|error| this.missing(projection, generation, error))? else {
                return Ok(None);
            };
            let opened = this.get(projection, generation)?;
            Ok(Some(Box::new(WriteLock { _held: held, _opened: opened }) as Box<dyn Lock>))
        })
        .await
    }

    fn read_live(&self, projection: ProjectionName, known: &mut Known<C>) -> Result<Option<Arc<Opened<C>>>> {
        let folders = self.folders(projection);
        for _ in 0..ATTEMPTS {
            let Some(generation) = folders.live().map_err(|error| self.io(error))? else { return Ok(None) };
            match self.open(projection, generation, known) {
                Ok(opened) => return Ok(Some(opened)),
                // Another process has promoted the next one meanwhile, and removed this one.
                Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Unavailable {
            what: format!("the live generation of {} `{projection}`", self.what),
            source: None,
        })
    }

    fn open(
        &self,
        projection: ProjectionName,
        generation: Generation,
        known: &mut Known<C>,
    ) -> Result<Arc<Opened<C>>> {
        let open =
            known.opened.iter().filter_map(Weak::upgrade).find(|opened| opened.generation == generation);
        if let Some(opened) = open {
            return Ok(opened);
        }
        let folders = self.folders(projection);
        let reading =
            folders.read(generation).map_err(|error| self.missing(projection, generation, error))?;
        let contents = C::open(&folders.folder(generation))?;
        let opened =
            Arc::new(Opened { generation, folders, contents: Some(contents), reading: Some(reading) });
        known.opened.retain(|former| former.strong_count() > 0);
        known.opened.push(Arc::downgrade(&opened));
        Ok(opened)
    }

    fn folders(&self, projection: ProjectionName) -> Folders {
        Folders::new(&self.path, projection)
    }

    fn missing(&self, projection: ProjectionName, generation: Generation, error: io::Error) -> Error {
        match error.kind() {
            ErrorKind::NotFound => Error::NotFound {
                what: format!("generation {} of {} `{projection}`", generation.0, self.what),
            },
            _ => self.io(error),
        }
    }

    fn io(&self, error: io::Error) -> Error {
        match error.kind() {
            ErrorKind::TimedOut | ErrorKind::StorageFull => {
                Error::Unavailable { what: self.what.to_owned(), source: Some(error.into()) }
            }
            _ => Error::internal(self.what, error),
        }
    }
}

impl<C> Default for Known<C> {
    fn default() -> Self {
        Self { read_at: None, live: None, opened: Vec::new() }
    }
}

/// The right to write a generation, which stays open as long.
struct WriteLock<C> {
    /// Let go of first, so that the generation can be cleared away with the other.
    _held: File,
    _opened: Arc<Opened<C>>,
}

impl<C: Send + Sync> Lock for WriteLock<C> {}

enum Failure {
    Io(io::Error),
    Port(Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
