//! One generation of a derived collection: a tree of objects with versions, and the checkpoint beside it.
//!
//! The objects of a batch are written and synced first, then named, then their folders are synced, and only then the
//! checkpoint: after a crash it is never ahead of them. A checkpoint that came with no object is not synced: losing it
//! means that some events are read again.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use souk_ports::Result;
use souk_ports::derived::Checkpoint;
use souk_ports::objects::ObjectWrite;

use super::files::{Files, failed, sync};
use super::header::Header;
use crate::local::ahead::Ahead;
use crate::objects::content::newest;

/// How long to wait for another writer of the same generation.
const TURN: Duration = Duration::from_secs(10);

pub(super) struct Collection {
    folder: PathBuf,
    files: Files,
    ahead: Ahead,
}

impl Collection {
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), files: Files::at(folder), ahead: Ahead::default() }
    }

    pub(super) fn files(&self) -> &Files {
        &self.files
    }

    /// Checkpoints that are left for later.
    pub(super) fn ahead(&self) -> &Ahead {
        &self.ahead
    }

    pub(super) fn checkpoint(&self) -> Result<Checkpoint> {
        // In this order: a write that comes in between takes over what was kept.
        let kept = self.ahead.kept();
        Ok(Ahead::or_stored(kept, self.stored()?))
    }

    fn stored(&self) -> Result<Checkpoint> {
        match fs::read(self.checkpoint_file()) {
            Ok(json) => Ok(serde_json::from_slice(&json).unwrap_or_else(|error| {
                // Cut short by a loss of power: the log is read from its start, and writes what is there once more.
                tracing::warn!(file = %self.checkpoint_file().display(), %error, "the checkpoint cannot be read");
                Checkpoint::default()
            })),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Checkpoint::default()),
            Err(error) => Err(failed(error)),
        }
    }

    pub(super) fn write(&self, writes: &[ObjectWrite], checkpoint: Checkpoint) -> Result<()> {
        // Whoever compares versions must be the only one who does.
        let _turn = self.turn().map_err(failed)?;
        let newest = newest(writes);
        let mut begun = Vec::with_capacity(newest.len());
        for write in newest {
            if self.files.header(&write.key)?.is_some_and(|stored| stored.version > write.version) {
                continue;
            }
            let (header, bytes) = match &write.content {
                Some(object) => (Header::of(object, write.version), &object.bytes[..]),
                None => (Header::deleted(write.version), &[][..]),
            };
            begun.push((&write.key, self.files.begin(&header, bytes).map_err(failed)?));
        }
        let is_synced = !begun.is_empty();
        let place = || {
            let mut folders = BTreeSet::new();
            for (key, unfinished) in begun {
                folders.insert(self.files.place(unfinished, key)?);
            }
            folders.iter().try_for_each(|folder| sync(folder))?;
            self.store(checkpoint, is_synced)
        };
        place().map_err(failed)?;
        self.ahead.stored(checkpoint);
        Ok(())
    }

    /// Stores the checkpoint that was left for later, if there is one.
    pub(super) fn settle(&self) -> Result<()> {
        self.ahead.kept().map_or(Ok(()), |checkpoint| self.write(&[], checkpoint))
    }

    fn store(&self, checkpoint: Checkpoint, is_synced: bool) -> io::Result<()> {
        let unfinished = self.folder.join("checkpoint.json.new");
        let mut file = File::create(&unfinished)?;
        file.write_all(&serde_json::to_vec(&checkpoint)?)?;
        if is_synced {
            file.sync_all()?;
        }
        fs::rename(&unfinished, self.checkpoint_file())?;
        if is_synced { sync(&self.folder) } else { Ok(()) }
    }

    fn turn(&self) -> io::Result<File> {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.folder.join("write.lock"))?;
        let since = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) if since.elapsed() < TURN => {
                    std::thread::sleep(Duration::from_millis(1));
                }
                Err(TryLockError::WouldBlock) => return Err(ErrorKind::TimedOut.into()),
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
    }

    fn checkpoint_file(&self) -> PathBuf {
        self.folder.join("checkpoint.json")
    }
}
