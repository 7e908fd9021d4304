//! One generation: its file, what this process holds of it in memory, and how that keeps up.
//!
//! Nothing is read until somebody asks: most processes never look for neighbours. Then one task at a time catches up,
//! and the others wait for it once what is here is 20 ms old: with everything at first, later with what was changed since. Vectors are taken in ahead,
//! a few at a time, and nobody finds them until the entries of a write change over together. A thread of its own links
//! the vectors into the graph; it holds no lock for more than a millisecond or two.

use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, Weak};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use souk_hnsw::Index;
use souk_kernel::ProductId;
use souk_ports::derived::Checkpoint;
use souk_ports::vectors::{ContentHash, NearestQuery, Neighbour};
use souk_ports::{Error, Result};

use super::embeddings::{self, Embeddings};
use super::nearest::{EXACT_BELOW, nearest};
use super::slots::Slots;
use super::snapshot::Snapshot;
use super::{WHAT, entries};
use crate::local::derived_file::{DerivedFile, read_checkpoint};
use crate::local::generations::Contents;
use crate::local::sqlite::{self, blocking};

/// How long nothing is taken to have changed.
const BELIEVED: Duration = Duration::from_millis(10);
/// What another process has written is seen within this time: for as long, nobody waits for whoever is catching up.
const SEEN_WITHIN: Duration = Duration::from_millis(20);
/// How long to wait for whoever is just catching up: with a million entries, for the first time.
const TURN_TIMEOUT: Duration = Duration::from_secs(60);
/// How many vectors are taken in at a time.
const CHUNK: usize = 64;
/// How many vectors may be compared one by one because they are not linked yet: a tenth of what a search costs.
const UNLINKED: u32 = 64;
/// How many more must be linked for a snapshot to be worth writing.
const WORTH_SAVING: u32 = 1024;

pub(super) struct Collection {
    pub(super) file: DerivedFile,
    shared: Arc<Shared>,
}

/// What outlives the generation's being open for as long as something is still at work on it.
struct Shared {
    folder: PathBuf,
    /// Locked before `index` by whoever needs both.
    slots: RwLock<Slots>,
    index: RwLock<Index>,
    follower: Arc<tokio::sync::Mutex<Follower>>,
    checkpoint: Mutex<Checkpoint>,
    loaded: AtomicBool,
    seen: Seen,
    linking: AtomicBool,
    /// How many vectors are linked in the snapshot on disk.
    saved: AtomicU32,
}

/// How far the memory has followed the files.
#[derive(Default)]
struct Follower {
    change: i64,
    embedding: i64,
}

/// When it was last looked whether something has changed.
struct Seen {
    since: Instant,
    /// In nanoseconds after `since`; 0 is never.
    at: AtomicU64,
    /// What [`Embeddings::news`] was then.
    news: AtomicU64,
}

impl Contents for Collection {
    fn create(folder: &Path) -> Result<()> {
        DerivedFile::create(WHAT, folder, entries::SCHEMA)
    }

    fn open(folder: &Path) -> Result<Self> {
        let shared = Shared {
            folder: folder.to_owned(),
            slots: RwLock::default(),
            index: RwLock::default(),
            follower: Arc::default(),
            checkpoint: Mutex::default(),
            loaded: AtomicBool::new(false),
            seen: Seen { since: Instant::now(), at: AtomicU64::new(0), news: AtomicU64::new(0) },
            linking: AtomicBool::new(false),
            saved: AtomicU32::new(0),
        };
        Ok(Self { file: DerivedFile::open(WHAT, folder), shared: Arc::new(shared) })
    }
}

impl Collection {
    /// Whether this process holds it in memory.
    pub(super) fn is_loaded(&self) -> bool {
        self.shared.loaded.load(Ordering::Acquire)
    }

    /// As of the last time it caught up.
    pub(super) fn checkpoint(&self) -> Checkpoint {
        *self.shared.checkpoint.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn nearest(&self, query: &NearestQuery) -> Result<Vec<Neighbour>> {
        let (slots, index) = (self.shared.slots(), self.shared.index());
        let found = nearest(&slots, &index, query);
        if index.len() >= EXACT_BELOW && index.len() - index.linked() >= UNLINKED {
            Shared::start_linking(&self.shared);
        }
        found
    }

    pub(super) fn waiting(&self, limit: usize) -> Vec<(ProductId, ContentHash)> {
        self.shared.slots().waiting().iter().take(limit).map(|(id, hash)| (*id, *hash)).collect()
    }

    /// Catches up unless that was done a moment ago, or two moments ago and somebody is at it.
    pub(super) async fn refresh(&self, embeddings: &Embeddings) -> Result<()> {
        let seen = &self.shared.seen;
        let others_follow = || self.shared.follower.try_lock().is_err();
        if seen.is_within(BELIEVED, embeddings) || seen.is_within(SEEN_WITHIN, embeddings) && others_follow()
        {
            return Ok(());
        }
        self.follow(embeddings, false).await
    }

    /// Catches up with everything that is written now.
    pub(super) async fn catch_up(&self, embeddings: &Embeddings) -> Result<()> {
        self.follow(embeddings, true).await
    }

    async fn follow(&self, embeddings: &Embeddings, with_all: bool) -> Result<()> {
        let turn = self.shared.follower.clone().lock_owned();
        let Ok(mut follower) = tokio::time::timeout(TURN_TIMEOUT, turn).await else {
            return Err(Error::Busy { what: WHAT.to_owned() });
        };
        if !with_all && self.shared.seen.is_within(BELIEVED, embeddings) {
            return Ok(());
        }
        // Before it looks: what comes meanwhile is seen the next time.
        let (at, news) = (self.shared.seen.now(), embeddings.news());
        let (written, kept) = (self.file.readers().get().await?, embeddings.readers.get().await?);
        let error = |error| sqlite::error(WHAT, error);
        if self.shared.is_behind(&follower, &written, &kept).map_err(error)? {
            let shared = self.shared.clone();
            let work = move || shared.advance(&mut follower, &written, &kept).map_err(error);
            blocking(WHAT, work).await?;
        }
        self.shared.seen.set(at, news);
        Ok(())
    }
}

impl Shared {
    fn slots(&self) -> RwLockReadGuard<'_, Slots> {
        self.slots.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn slots_mut(&self) -> RwLockWriteGuard<'_, Slots> {
        self.slots.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn index(&self) -> RwLockReadGuard<'_, Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn index_mut(&self) -> RwLockWriteGuard<'_, Index> {
        self.index.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// A look that is cheap enough for whoever asks; a checkpoint that moved alone is taken over on the way.
    fn is_behind(
        &self,
        follower: &Follower,
        written: &Connection,
        kept: &Connection,
    ) -> rusqlite::Result<bool> {
        let moment = written.unchecked_transaction()?;
        let change = entries::last_change(&moment)?;
        if !self.loaded.load(Ordering::Acquire) || change != follower.change {
            return Ok(true);
        }
        self.set_checkpoint(read_checkpoint(&moment)?);
        Ok(!self.slots().waiting().is_empty() && embeddings::last(kept)? != follower.embedding)
    }

    fn advance(
        &self,
        follower: &mut Follower,
        written: &Connection,
        kept: &Connection,
    ) -> rusqlite::Result<()> {
        let moment = written.unchecked_transaction()?;
        let (change, checkpoint) = (entries::last_change(&moment)?, read_checkpoint(&moment)?);
        // Before any is looked up: one that is kept meanwhile has a higher number, and is looked at the next time.
        let embedding = embeddings::last(kept)?;
        if self.loaded.load(Ordering::Acquire) && !self.slots().has_many_unused() {
            self.take_changes(follower, embedding, &moment, kept)?;
        } else {
            self.load(&moment, kept)?;
        }
        *follower = Follower { change, embedding };
        self.set_checkpoint(checkpoint);
        self.loaded.store(true, Ordering::Release);
        Ok(())
    }

    fn set_checkpoint(&self, checkpoint: Checkpoint) {
        *self.checkpoint.lock().unwrap_or_else(PoisonError::into_inner) = checkpoint;
    }

    /// What was changed or kept since the last time.
    fn take_changes(
        &self,
        follower: &Follower,
        last_embedding: i64,
        written: &Connection,
        kept: &Connection,
    ) -> rusqlite::Result<()> {
        let mut changes = Vec::new();
        entries::changed_after(written, follower.change, &mut |change| {
            changes.push(change);
            Ok(())
        })?;
        let mut wanted = HashSet::new();
        {
            let slots = self.slots();
            let hashes = changes.iter().filter_map(|(_, entry)| Some(entry.as_ref()?.embedding));
            wanted.extend(hashes.filter(|hash| !slots.knows(hash)));
            if !slots.waiting().is_empty() {
                embeddings::between(kept, follower.embedding, last_embedding, |hash| {
                    wanted.extend(Some(hash).filter(|hash| slots.awaits(hash)));
                })?;
            }
        }
        let wanted: Vec<ContentHash> = wanted.into_iter().collect();
        for hashes in wanted.chunks(CHUNK) {
            let vectors =
                hashes.iter().map(|hash| embeddings::get(kept, hash)).collect::<Result<Vec<_>, _>>()?;
            let (mut slots, mut index) = (self.slots_mut(), self.index_mut());
            for (hash, vector) in hashes.iter().zip(vectors) {
                if let Some(vector) = vector {
                    slots.embed(&mut index, *hash, vector);
                }
            }
        }
        let mut slots = self.slots_mut();
        changes.into_iter().for_each(|change| slots.apply(change));
        Ok(())
    }

    /// Everything, in place of what is in memory.
    fn load(&self, written: &Connection, kept: &Connection) -> rusqlite::Result<()> {
        let snapshot = Snapshot::read(&self.folder);
        let (mut slots, mut index) = load(snapshot.as_ref(), written, kept)?;
        if slots.has_many_unused() {
            (slots, index) = load(None, written, kept)?;
        }
        self.saved.store(index.linked(), Ordering::Relaxed);
        let (mut former_slots, mut former_index) = (self.slots_mut(), self.index_mut());
        (*former_slots, *former_index) = (slots, index);
        Ok(())
    }

    /// Starts the thread that links, unless it is at work.
    fn start_linking(this: &Arc<Self>) {
        if this.linking.swap(true, Ordering::AcqRel) {
            return;
        }
        // Not of the runtime's: the end of the process does not wait for it.
        let guard = Linking(Arc::downgrade(this));
        let started = thread::Builder::new().name("vectors-linking".to_owned()).spawn(move || guard.run());
        if let Err(error) = started {
            tracing::warn!(%error, "vectors cannot be linked for want of a thread");
        }
    }

    /// Saves the graph where that would spare the next one to open it more than a tenth of the work.
    fn save(&self, worth: u32) {
        let snapshot = {
            let (slots, index) = (self.slots(), self.index());
            let linked = index.linked();
            // Fewer also after it was loaded anew.
            if linked.abs_diff(self.saved.load(Ordering::Relaxed)) < worth {
                return;
            }
            self.saved.store(linked, Ordering::Relaxed);
            Snapshot { hashes: slots.hashes()[..linked as usize].to_vec(), graph: index.graph() }
        };
        match snapshot.write(&self.folder) {
            // The generation was removed meanwhile.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => tracing::warn!(%error, "the graph of the vectors could not be saved"),
            Ok(()) => {}
        }
    }
}

fn load(
    snapshot: Option<&Snapshot>,
    written: &Connection,
    kept: &Connection,
) -> rusqlite::Result<(Slots, Index)> {
    let (mut slots, mut index) = (Slots::default(), Index::default());
    if let Some(snapshot) = snapshot {
        for hash in &snapshot.hashes {
            match embeddings::get(kept, hash)? {
                Some(vector) => slots.embed(&mut index, *hash, vector),
                None => break,
            }
        }
        let fits = index.len() as usize == snapshot.hashes.len();
        if !fits || index.restore(&snapshot.graph).is_err() {
            tracing::warn!("the snapshot of a graph is about other vectors and will be replaced");
            return load(None, written, kept);
        }
    }
    entries::changed_after(written, 0, &mut |(id, entry)| {
        if let Some(entry) = &entry
            && !slots.knows(&entry.embedding)
            && let Some(vector) = embeddings::get(kept, &entry.embedding)?
        {
            slots.embed(&mut index, entry.embedding, vector);
        }
        slots.apply((id, entry));
        Ok(())
    })?;
    Ok((slots, index))
}

/// The thread that links; whether it ends or breaks, the next one can be started.
struct Linking(Weak<Shared>);

impl Linking {
    fn run(self) {
        // Half of the cores: the others answer.
        let threads = thread::available_parallelism().map_or(1, |cores| cores.get() / 2).max(1);
        while let Some(shared) = self.0.upgrade() {
            let Some(plan) = souk_hnsw::plan(|| shared.index(), threads) else {
                let saved = shared.saved.load(Ordering::Relaxed);
                shared.save(WORTH_SAVING.max(saved / 10));
                return;
            };
            shared.index_mut().link(plan);
            let saved = shared.saved.load(Ordering::Relaxed);
            shared.save((WORTH_SAVING * 16).max(saved / 2));
        }
    }
}

impl Drop for Linking {
    fn drop(&mut self) {
        if let Some(shared) = self.0.upgrade() {
            shared.linking.store(false, Ordering::Release);
        }
    }
}

impl Seen {
    fn now(&self) -> u64 {
        self.since.elapsed().as_nanos() as u64
    }

    /// Whether it was looked so short a time ago, and this process has kept or written nothing since.
    fn is_within(&self, time: Duration, embeddings: &Embeddings) -> bool {
        let at = self.at.load(Ordering::Acquire);
        at > 0
            && self.now().saturating_sub(at) < time.as_nanos() as u64
            && self.news.load(Ordering::Acquire) == embeddings.news()
    }

    fn set(&self, at: u64, news: u64) {
        self.news.store(news, Ordering::Release);
        self.at.store(at.max(1), Ordering::Release);
    }
}

#[cfg(test)]
impl Collection {
    /// How many vectors are linked, of how many.
    pub(super) fn linked(&self) -> (u32, u32) {
        let index = self.shared.index();
        (index.linked(), index.len())
    }
}
