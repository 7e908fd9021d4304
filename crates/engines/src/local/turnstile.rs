//! Takes turns between processes that write the same file.
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

pub(crate) struct Turnstile {
    /// What is written, as people know it: `the store`.
    what: &'static str,
    next: File,
    write: File,
}

/// A turn; dropping it ends it.
pub(crate) struct Turn<'a>(&'a File);

impl Turnstile {
    /// The locks lie beside the file.
    pub(crate) fn open(what: &'static str, file: &Path) -> Result<Self> {
        let open = |suffix: &str| {
            let mut path = file.as_os_str().to_owned();
            path.push(suffix);
            let opened = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
            opened.map_err(|error| Error::internal(format!("opening the lock files of {what}"), error))
        };
        Ok(Self { what, next: open("-next.lock")?, write: open("-write.lock")? })
    }

    /// Waits for this process's turn.
    pub(crate) fn pass(&self) -> Result<Turn<'_>> {
        let deadline = Instant::now() + PATIENCE;
        self.wait_for(&self.next, deadline)?;
        let writing = self.wait_for(&self.write, deadline);
        let released = self.next.unlock();
        writing?;
        let turn = Turn(&self.write);
        released
            .map_err(|error| Error::internal(format!("releasing the turnstile of {}", self.what), error))?;
        Ok(turn)
    }

    /// `flock` has no time limit of its own, so this polls; without contention the first try succeeds.
    fn wait_for(&self, file: &File, deadline: Instant) -> Result<()> {
        let mut pause = Duration::from_micros(50);
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(()),
                Err(TryLockError::Error(error)) => {
                    return Err(Error::internal(format!("locking the turnstile of {}", self.what), error));
                }
                Err(TryLockError::WouldBlock) if Instant::now() >= deadline => {
                    let what = format!(
                        "{} (another process has held its write lock for 10 s; is it stopped?)",
                        self.what
                    );
                    return Err(Error::Unavailable { what, source: None });
                }
                Err(TryLockError::WouldBlock) => {
                    std::thread::sleep(pause);
                    pause = (pause * 2).min(Duration::from_millis(1));
                }
            }
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        // The lock goes with the file handle at the latest; there is nothing better to do about a failure here.
        let _ = self.0.unlock();
    }
}
