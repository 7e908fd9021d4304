//! Takes turns between processes that write the same store.
//!
//! SQLite's own write lock is not fair: a process that commits group after group would starve one that wants to commit
//! once. So each group passes two file locks: it takes `next`, then `write`, then gives `next` back. Whoever waits at
//! `next` gets the following turn. The locks end with their process; a process that is frozen while it holds one makes
//! the others give up after [`PATIENCE`], with nothing written.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

use souk_ports::{Error, Result};

const PATIENCE: Duration = Duration::from_secs(10);

pub(super) struct Turnstile {
    next: File,
    write: File,
}

/// A turn; dropping it ends it.
pub(super) struct Turn<'a>(&'a File);

impl Turnstile {
    pub(super) fn open(store: &Path) -> Result<Self> {
        let open = |suffix: &str| {
            let mut path = store.as_os_str().to_owned();
            path.push(suffix);
            let opened = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
            opened.map_err(|error| Error::internal("opening the store's lock files", error))
        };
        Ok(Self { next: open("-next.lock")?, write: open("-write.lock")? })
    }

    /// Waits for this process's turn.
    pub(super) fn pass(&self) -> Result<Turn<'_>> {
        let deadline = Instant::now() + PATIENCE;
        wait_for(&self.next, deadline)?;
        let writing = wait_for(&self.write, deadline);
        let released = self.next.unlock();
        writing?;
        let turn = Turn(&self.write);
        released.map_err(|error| Error::internal("releasing the store's turnstile", error))?;
        Ok(turn)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        // The lock goes with the file handle at the latest; there is nothing better to do about a failure here.
        let _ = self.0.unlock();
    }
}

/// `flock` has no time limit of its own, so this polls; without contention the first try succeeds.
fn wait_for(file: &File, deadline: Instant) -> Result<()> {
    let mut pause = Duration::from_micros(50);
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => {
                return Err(Error::internal("locking the store's turnstile", error));
            }
            Err(TryLockError::WouldBlock) if Instant::now() >= deadline => {
                let what = "the store (another process has held its write lock for 10 s; is it stopped?)";
                return Err(Error::Unavailable { what: what.to_owned(), source: None });
            }
            Err(TryLockError::WouldBlock) => {
                std::thread::sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(1));
            }
        }
    }
}
