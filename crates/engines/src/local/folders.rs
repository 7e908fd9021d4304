//! The files of one projection's generations, and the file locks on them.
//!
//! ```text
//! <role>/<projection>/live.json         which generation is live; replaced as a whole
//!                     pointer.lock      held for a moment by whoever changes what lies here
//!                     g000001/          one generation: the engine's files
//!                     g000001.lock      held by the process that writes it
//!                     g000001.readers   shared by the processes that have it open
//! ```
//! Numbers are never used twice, so a lock file that was removed while someone had it open misleads nobody: whoever
//! gets the lock looks whether the folder is still there. A process may die between any two lines: folders get their
//! name when they are complete (`new-…`) and lose it before they are taken apart (`old-…`), and the next
//! [`Folders::begin`] clears away what was left. What is left out: what is in the folders, and any memory of it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use souk_ports::derived::Generation;

/// How long to wait for another process that changes the pointer.
const POINTER_TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Debug, Clone)]
pub(super) struct Folders {
    dir: PathBuf,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Pointer {
    generation: Option<Generation>,
    /// Counts the promotions.
    epoch: u64,
    /// The highest number that was ever given to a generation.
    begun: u64,
}

impl Folders {
    pub(super) fn new(role: &Path, projection: &str) -> Self {
        Self { dir: role.join(projection) }
    }

    pub(super) fn folder(&self, generation: Generation) -> PathBuf {
        self.dir.join(format!("g{:06}", generation.0))
    }

    /// The live generation; none also when its folder has been deleted by hand.
    pub(super) fn live(&self) -> io::Result<Option<Generation>> {
        Ok(self.pointer()?.generation.filter(|live| self.exists(*live)))
    }

    /// Clears away what nobody needs, lets `create` fill a folder, and makes it the next generation.
    pub(super) fn begin<E: From<io::Error>>(
        &self,
        create: impl FnOnce(&Path) -> Result<(), E>,
    ) -> Result<Generation, E> {
        fs::create_dir_all(&self.dir)?;
        let guard = self.change()?;
        let mut pointer = self.pointer()?;
        let highest = self.generations()?.into_iter().map(|generation| generation.0).max().unwrap_or(0);
        let next =
            Generation(pointer.begun.max(highest).max(pointer.generation.map_or(0, |live| live.0)) + 1);
        let live = pointer.generation;
        let removed = self.retire(|generation| Some(generation) != live)?;
        self.clear_leftovers()?;

        pointer.begun = next.0;
        self.write_pointer(&pointer)?;
        let unfinished = self.dir.join(format!("new-{}", next.0));
        fs::create_dir(&unfinished)?;
        create(&unfinished)?;
        File::open(&unfinished)?.sync_all()?;
        File::create(self.lock_file(next))?;
        File::create(self.readers_file(next))?;
        fs::rename(&unfinished, self.folder(next))?;
        self.sync()?;
        drop(guard);
        take_apart(&removed);
        Ok(next)
    }

    /// Makes `next` the live generation; false, and nothing has changed, when the live one is not `expected`.
    pub(super) fn promote(&self, expected: Option<Generation>, next: Generation) -> io::Result<bool> {
        if !self.exists(next) {
            return Err(ErrorKind::NotFound.into());
        }
        let guard = self.change()?;
        let mut pointer = self.pointer()?;
        if pointer.generation.filter(|live| self.exists(*live)) != expected {
            return Ok(false);
        }
        // Looked at again: until the guard was there, another process could remove it.
        if !self.exists(next) {
            return Err(ErrorKind::NotFound.into());
        }
        pointer.generation = Some(next);
        pointer.epoch += 1;
        self.write_pointer(&pointer)?;
        let removed = self.retire(|generation| generation < next)?;
        drop(guard);
        take_apart(&removed);
        Ok(true)
    }

    /// Removes generations before the live one that nobody writes or reads any more; leaves it to someone else when
    /// the pointer is being changed right now.
    pub(super) fn sweep(&self) -> io::Result<()> {
        let Some(live) = self.live()? else { return Ok(()) };
        if self.generations()?.into_iter().all(|generation| generation >= live) {
            return Ok(());
        }
        let guard = OpenOptions::new().write(true).open(self.dir.join("pointer.lock"))?;
        if !try_lock(&guard)? {
            return Ok(());
        }
        let Some(live) = self.live()? else { return Ok(()) };
        let removed = self.retire(|generation| generation < live)?;
        drop(guard);
        take_apart(&removed);
        Ok(())
    }

    /// The right to write, until the file is dropped; `None` when another holder has it, `NotFound` when there is no
    /// such generation.
    pub(super) fn lock(&self, generation: Generation) -> io::Result<Option<File>> {
        let file = OpenOptions::new().write(true).open(self.lock_file(generation))?;
        if !try_lock(&file)? {
            return Ok(None);
        }
        if self.exists(generation) { Ok(Some(file)) } else { Err(ErrorKind::NotFound.into()) }
    }

    /// Keeps the generation from being removed until the file is dropped; `NotFound` when there is no such generation.
    pub(super) fn read(&self, generation: Generation) -> io::Result<File> {
        let file = File::open(self.readers_file(generation))?;
        match file.try_lock_shared() {
            Ok(()) if self.exists(generation) => Ok(file),
            // Held alone only by someone who removes it.
            Ok(()) | Err(TryLockError::WouldBlock) => Err(ErrorKind::NotFound.into()),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    fn exists(&self, generation: Generation) -> bool {
        self.folder(generation).is_dir() && self.readers_file(generation).is_file()
    }

    fn lock_file(&self, generation: Generation) -> PathBuf {
        self.dir.join(format!("g{:06}.lock", generation.0))
    }

    fn readers_file(&self, generation: Generation) -> PathBuf {
        self.dir.join(format!("g{:06}.readers", generation.0))
    }

    fn pointer_file(&self) -> PathBuf {
        self.dir.join("live.json")
    }

    fn pointer(&self) -> io::Result<Pointer> {
        let text = match fs::read(self.pointer_file()) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Pointer::default()),
            Err(error) => return Err(error),
        };
        Ok(serde_json::from_slice(&text).unwrap_or_else(|error| {
            // Nothing is lost: what is derived can be derived again.
            tracing::warn!(file = %self.pointer_file().display(), %error, "the pointer cannot be read");
            Pointer::default()
        }))
    }

    /// Only under the guard of [`Self::change`].
    fn write_pointer(&self, pointer: &Pointer) -> io::Result<()> {
        let unfinished = self.dir.join("live.json.new");
        let mut file = File::create(&unfinished)?;
        file.write_all(&serde_json::to_vec(pointer)?)?;
        file.sync_all()?;
        fs::rename(&unfinished, self.pointer_file())?;
        self.sync()
    }

    /// The right to change what lies here, until it is dropped.
    fn change(&self) -> io::Result<File> {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.dir.join("pointer.lock"))?;
        let since = Instant::now();
        while !try_lock(&file)? {
            if since.elapsed() > POINTER_TIMEOUT {
                return Err(ErrorKind::TimedOut.into());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(file)
    }

    fn generations(&self) -> io::Result<Vec<Generation>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            let name = entry?.file_name();
            let number =
                name.to_str().and_then(|name| name.strip_prefix('g')).and_then(|rest| rest.parse().ok());
            found.extend(number.map(Generation));
        }
        Ok(found)
    }

    /// Takes their names from those generations of `which` that nobody writes or reads, and returns their folders.
    /// Only under the guard of [`Self::change`].
    fn retire(&self, which: impl Fn(Generation) -> bool) -> io::Result<Vec<PathBuf>> {
        let mut retired = Vec::new();
        for generation in self.generations()?.into_iter().filter(|generation| which(*generation)) {
            // The writer's first: so whoever holds the readers' file alone goes on to remove.
            let Some(_writer) = alone(&self.lock_file(generation))? else { continue };
            let Some(_readers) = alone(&self.readers_file(generation))? else { continue };
            let old = self.dir.join(format!("old-{}", generation.0));
            fs::rename(self.folder(generation), &old)?;
            remove_if_there(&self.lock_file(generation))?;
            remove_if_there(&self.readers_file(generation))?;
            retired.push(old);
        }
        Ok(retired)
    }

    /// Removes what processes that died have left. Only under the guard of [`Self::change`].
    fn clear_leftovers(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.dir)? {
            let path = entry?.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
            if name.starts_with("new-") || name.starts_with("old-") {
                take_apart(&[path]);
                continue;
            }
            let of_generation =
                name.starts_with('g') && (name.ends_with(".lock") || name.ends_with(".readers"));
            if of_generation && !path.with_extension("").is_dir() {
                remove_if_there(&path)?;
            }
        }
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        File::open(&self.dir)?.sync_all()
    }
}

/// The lock, where nobody else has it. A lock file that is not there is locked by nobody.
fn alone(path: &Path) -> io::Result<Option<Option<File>>> {
    match OpenOptions::new().write(true).open(path) {
        Ok(file) => Ok(try_lock(&file)?.then_some(Some(file))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Some(None)),
        Err(error) => Err(error),
    }
}

fn try_lock(file: &File) -> io::Result<bool> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Two processes may do it at once, and what one of them leaves, the next [`Folders::begin`] removes.
fn take_apart(folders: &[PathBuf]) {
    for folder in folders {
        if let Err(error) = fs::remove_dir_all(folder)
            && error.kind() != ErrorKind::NotFound
        {
            tracing::warn!(folder = %folder.display(), %error, "an old generation could not be removed");
        }
    }
}

#[cfg(test)]
#[path = "folders_tests.rs"]
mod tests;
