//! One generation on disk: opened for whoever reads it, and for writing by whoever holds its lock.
//!
//! A reader looks at the file in which Tantivy names the last commit, whenever it is asked: one `stat`, a microsecond.
//! So it sees what any process has committed, at once and without a thread that watches.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::SystemTime;

use souk_ports::derived::Checkpoint;
use souk_ports::{Error, Result};
use tantivy::Index;

use super::schema::Fields;
use super::snapshot::Snapshot;
use super::weighted::WeightedWords;
use super::write::Writer;
use super::{failed, io_failed};
use crate::local::generations::Contents;

pub(super) struct Opened {
    pub(super) index: Index,
    pub(super) fields: Fields,
    meta: PathBuf,
    current: RwLock<Current>,
    /// Held by whoever opens the next snapshot.
    opening: Mutex<()>,
    /// It has the fields of another version of souk: how far it got is known, and nothing else can be read or written.
    is_outdated: bool,
    pub(super) writer: Mutex<Writer>,
    /// How far the lock's holder has followed the log since the last commit, where nothing had to be written.
    pub(super) ahead: Mutex<Option<Checkpoint>>,
}

struct Current {
    stamp: Stamp,
    snapshot: Arc<Snapshot>,
}

/// Which commit the file names, as far as can be told without reading it. It is replaced by renaming, so the next one
/// is another file, also within the same tick of the file system's clock.
#[derive(PartialEq, Eq)]
struct Stamp {
    modified: SystemTime,
    file: u64,
    length: u64,
}

impl Stamp {
    fn of(path: &Path) -> Result<Self> {
        let stat = std::fs::metadata(path).map_err(io_failed)?;
        Ok(Self { modified: stat.modified().map_err(io_failed)?, file: stat.ino(), length: stat.len() })
    }
}

impl Contents for Opened {
    fn create(folder: &Path) -> Result<()> {
        Index::create_in_dir(folder, Fields::new().schema).map(drop).map_err(failed)
    }

    fn open(folder: &Path) -> Result<Self> {
        let (fields, index) = (Fields::new(), Index::open_in_dir(folder).map_err(failed)?);
        let is_outdated = index.schema() != fields.schema;
        index.tokenizers().register("default", WeightedWords);
        let meta = folder.join("meta.json");
        let stamp = Stamp::of(&meta)?;
        let snapshot = match is_outdated {
            true => Snapshot::unread(&index)?,
            false => Snapshot::open(&index, &fields, None)?,
        };
        let current = RwLock::new(Current { stamp, snapshot: Arc::new(snapshot) });
        Ok(Self {
            index,
            fields,
            meta,
            current,
            opening: Mutex::default(),
            is_outdated,
            writer: Mutex::default(),
            ahead: Mutex::default(),
        })
    }
}

impl Opened {
    pub(super) fn folder(&self) -> &Path {
        self.meta.parent().unwrap_or(&self.meta)
    }

    /// The last commit. While another thread is just opening it, the one before.
    pub(super) fn snapshot(&self) -> Result<Arc<Snapshot>> {
        self.check_fields()?;
        self.latest()
    }

    /// Whoever follows the log builds another generation in its place, because its content has another form.
    fn check_fields(&self) -> Result<()> {
        if self.is_outdated {
            let other = format!("{} has the fields of another version of souk", self.folder().display());
            return Err(Error::internal("search", other));
        }
        Ok(())
    }

    fn latest(&self) -> Result<Arc<Snapshot>> {
        match self.opening.try_lock() {
            Ok(guard) => self.refresh(guard),
            Err(_) => Ok(self.current().snapshot.clone()),
        }
    }

    /// How far this process's readers are.
    pub(super) fn checkpoint(&self) -> Result<Checkpoint> {
        // In this order: a commit that comes in between takes over what was ahead.
        let ahead = *self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        let stored = self.latest()?.checkpoint;
        Ok(match ahead {
            Some(ahead) if ahead.log == stored.log && ahead.at > stored.at => ahead,
            _ => stored,
        })
    }

    /// The last commit, and nothing less.
    pub(super) fn last_snapshot(&self) -> Result<Arc<Snapshot>> {
        self.check_fields()?;
        self.refresh(self.opening.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn refresh(&self, _opening: MutexGuard<'_, ()>) -> Result<Arc<Snapshot>> {
        // Before the commit is read: if there is another one in between, the next caller opens it once more.
        let stamp = Stamp::of(&self.meta)?;
        let former = {
            let current = self.current();
            if current.stamp == stamp || self.is_outdated {
                return Ok(current.snapshot.clone());
            }
            current.snapshot.clone()
        };
        let snapshot = Arc::new(Snapshot::open(&self.index, &self.fields, Some(&former))?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) =
            Current { stamp, snapshot: snapshot.clone() };
        Ok(snapshot)
    }

    fn current(&self) -> std::sync::RwLockReadGuard<'_, Current> {
        self.current.read().unwrap_or_else(PoisonError::into_inner)
    }
}
