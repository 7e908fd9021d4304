//! Writing a generation. Tantivy's writer (a thread, its memory, its own file lock) is opened by the first write and
//! kept while this process holds the generation's lock; without the lock it is closed after each write.
//!
//! A process that dies leaves the last commit as it was: Tantivy replaces the file that names it by renaming, and its
//! lock is a `flock`, which ends with the process.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use souk_kernel::ProductId;
use souk_ports::derived::Checkpoint;
use souk_ports::search::SearchWrite;
use souk_ports::{Error, Result};
use tantivy::directory::error::LockError;
use tantivy::directory::{Directory, META_LOCK};
use tantivy::index::SegmentComponent;
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy};
use tantivy::{IndexWriter, TantivyError};

use super::index::Opened;
use super::snapshot::Snapshot;
use super::{failed, io_failed};
use crate::search::words::Words;

/// A commit costs a dozen syncs of the disk whatever it holds, so one without content waits this long for more.
const SETTLE: Duration = Duration::from_secs(1);
/// Enough for some ten thousand products in one commit without an extra segment.
const MEMORY_BYTES: usize = 48 << 20;

#[derive(Default)]
pub(super) struct Writer {
    /// Whether this process holds the generation's lock.
    pub(super) locked: bool,
    writer: Option<IndexWriter>,
    committed: Option<Instant>,
}

impl Writer {
    /// Writes everything or nothing. When it returns, the readers of this process see it.
    pub(super) fn write(
        &mut self,
        opened: &Opened,
        writes: Vec<SearchWrite>,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let recently = self.committed.is_some_and(|committed| committed.elapsed() < SETTLE);
        if writes.is_empty() && self.locked && recently {
            *opened.ahead.lock().unwrap_or_else(PoisonError::into_inner) = Some(checkpoint);
            return Ok(());
        }
        let mut writer = match self.writer.take() {
            Some(writer) => writer,
            None => open(opened)?,
        };
        // Only now that nobody else can write: which versions there are.
        let snapshot = opened.last_snapshot()?;
        // A writer that failed is dropped, and with it what it had not committed.
        commit(&mut writer, opened, &snapshot, writes, checkpoint)?;
        if self.locked {
            self.writer = Some(writer);
        }
        self.committed = Some(Instant::now());
        opened.last_snapshot()?;
        *opened.ahead.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(())
    }

    /// Commits the checkpoint that waits for more, if there is one.
    pub(super) fn settle(&mut self, opened: &Opened) -> Result<()> {
        let ahead = *opened.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(ahead) = ahead.filter(|_| self.locked) else { return Ok(()) };
        self.committed = None;
        self.write(opened, Vec::new(), ahead)
    }

    /// What was ahead of the last commit is followed again by whoever gets the lock next; it had no content.
    pub(super) fn close(&mut self, opened: &Opened) {
        *opened.ahead.lock().unwrap_or_else(PoisonError::into_inner) = None;
        *self = Self::default();
    }
}

fn open(opened: &Opened) -> Result<IndexWriter> {
    // One thread that indexes and one that merges: the shop needs the cores too.
    let options = IndexWriterOptions::builder()
        .num_worker_threads(1)
        .num_merge_threads(1)
        .memory_budget_per_thread(MEMORY_BYTES)
        .build();
    let writer: IndexWriter = opened.index.writer_with_options(options).map_err(|error| match error {
        TantivyError::LockFailure(LockError::LockBusy, _) => Error::Unavailable {
            what: "search".into(),
            source: Some("another process writes this index".into()),
        },
        error => failed(error),
    })?;
    // Each commit makes a segment, and each segment costs every search a little; merging costs the whole of what is
    // merged. Few layers, each at least four times the one below, keep both small.
    let mut policy = LogMergePolicy::default();
    policy.set_min_num_segments(5);
    policy.set_min_layer_size(2_000);
    policy.set_level_log_size(2.0);
    policy.set_del_docs_ratio_before_merge(0.25);
    writer.set_merge_policy(Box::new(policy));
    remove_unfinished_deletions(opened)?;
    Ok(writer)
}

/// A process that died within a commit leaves the deletions that it had written in files of the very names that the next
/// commit gives, which would fail on them for ever. Tantivy removes only what this process knows to have been written.
fn remove_unfinished_deletions(opened: &Opened) -> Result<()> {
    // Whoever is just opening an older commit may still need the files that it names.
    let _opening = opened
        .index
        .directory()
        .acquire_lock(&META_LOCK)
        .map_err(|error| Error::internal("search", error))?;
    let last = opened.index.load_metas().map_err(failed)?;
    let named: HashSet<PathBuf> =
        last.segments.iter().map(|segment| segment.relative_path(SegmentComponent::Delete)).collect();
    for entry in std::fs::read_dir(opened.folder()).map_err(io_failed)? {
        let path = entry.map_err(io_failed)?.path();
        let is_named = path.file_name().is_some_and(|name| named.contains(Path::new(name)));
        if path.extension().is_some_and(|extension| extension == "del") && !is_named {
            std::fs::remove_file(&path).map_err(io_failed)?;
        }
    }
    Ok(())
}

fn commit(
    writer: &mut IndexWriter,
    opened: &Opened,
    snapshot: &Snapshot,
    writes: Vec<SearchWrite>,
    checkpoint: Checkpoint,
) -> Result<()> {
    let mut words = Words::analyzers();
    for write in highest(writes) {
        let there = snapshot.version(&opened.fields, write.id)?;
        if there.is_some_and(|there| there > write.version) {
            continue;
        }
        if there.is_some() {
            writer.delete_term(opened.fields.id_term(write.id));
        }
        writer.add_document(opened.fields.document(&write, &mut words)?).map_err(failed)?;
    }
    let payload = serde_json::to_string(&checkpoint).map_err(|error| Error::internal("search", error))?;
    let mut prepared = writer.prepare_commit().map_err(failed)?;
    prepared.set_payload(&payload);
    prepared.commit().map(drop).map_err(failed)
}

/// Of each product the write with the highest version, of equal ones the last.
fn highest(writes: Vec<SearchWrite>) -> impl Iterator<Item = SearchWrite> {
    let mut highest: HashMap<ProductId, SearchWrite> = HashMap::with_capacity(writes.len());
    for write in writes {
        match highest.get(&write.id) {
            Some(there) if there.version > write.version => {}
            _ => drop(highest.insert(write.id, write)),
        }
    }
    highest.into_values()
}
