//! Rendered product pages in this process's memory, and the rule by which one may still be shown.
//!
//! Each product falls into one of [`SHARDS`] shards. A follower of the log notes for each shard the position of the
//! last event that touched one of its products. A page is kept with the position that was surely in it when it was
//! read, and is shown only while that is not below its shard's. So nothing has to be thrown out when a product
//! changes, and a page that was read too early cannot be put in too late.
//!
//! Prices change without an event, too, when a sale begins or ends: a page is kept with the time that its prices are of,
//! and is shown only within it.
//!
//! A page is as old as the follower is late: at once for this process's own commits, 20 ms for those of others.
//! Without a follower nothing is kept.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use souk_kernel::{Position, ProductId, Timestamp};
use souk_ports::event::RecordedEvent;
use tokio::sync::{Mutex, MutexGuard};

use super::events::{self, Touched};
use super::show_product::RenderedPage;

const SHARDS: usize = 4096;
/// More turns than anyone misses at once.
const TURNS: usize = 256;
/// What an entry costs beside its bytes, roughly.
const ENTRY_BYTES: u64 = 176;
/// For the cache's first guess at how many pages there will be.
const TYPICAL_BYTES: u64 = 2_048;

/// A floor that no page reaches.
const NOT_FOLLOWING: Position = Position::MAX;

#[derive(Clone)]
pub(super) struct Rendered {
    pub(super) page: RenderedPage,
    pub(super) seen: Seen,
    /// The time that its prices are of.
    pub(super) holds: Range<Timestamp>,
}

/// What is surely in a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    UpTo(Position),
    Unknown,
}

#[derive(Clone)]
struct Entry {
    read_at: Position,
    holds: Range<Timestamp>,
    page: RenderedPage,
}

pub struct PageCache {
    pages: Cache<ProductId, Entry, ByBytes>,
    /// Per shard, the position of the last event that touched it.
    touched: Box<[AtomicU64]>,
    /// Nothing read before this position is shown: the follower saw only what came after.
    floor: AtomicU64,
    /// The last event that the follower has heard of.
    heard: AtomicU64,
    turns: Box<[Mutex<()>]>,
}

impl PageCache {
    /// Keeps about `max_bytes` of pages.
    pub fn new(max_bytes: u64) -> Self {
        let items = usize::try_from(max_bytes / TYPICAL_BYTES).unwrap_or(usize::MAX).max(16);
        Self {
            pages: Cache::with_weighter(items, max_bytes, ByBytes),
            touched: (0..SHARDS).map(|_| AtomicU64::new(0)).collect(),
            floor: AtomicU64::new(NOT_FOLLOWING),
            heard: AtomicU64::new(0),
            turns: (0..TURNS).map(|_| Mutex::new(())).collect(),
        }
    }

    /// From now on [`PageCache::follow`] is told of every event after `position`, so pages may be kept.
    pub fn follow_from(&self, position: Position) {
        self.heard.fetch_max(position, Ordering::AcqRel);
        self.floor.store(position, Ordering::Release);
    }

    /// The log is another one, or an older copy of itself: what was kept is of no use, and neither are positions that it has
    /// not reached again. From now on [`PageCache::follow`] is told of every event after `position`.
    pub fn start_over(&self, position: Position) {
        self.stop_following();
        for shard in &self.touched {
            shard.store(0, Ordering::Release);
        }
        self.pages.clear();
        self.heard.store(position, Ordering::Release);
        self.floor.store(position, Ordering::Release);
    }

    /// The log can no longer be followed: until [`PageCache::follow_from`] is called again nothing is shown from here.
    pub fn stop_following(&self) {
        self.floor.store(NOT_FOLLOWING, Ordering::Release);
    }

    /// Notes what these events touched. Events may come again, and in any order.
    pub fn follow(&self, recorded: &[Arc<RecordedEvent>]) {
        for event in recorded {
            match events::touched(event) {
                Ok(Touched::Nothing) => {}
                Ok(Touched::Product { id, .. }) => self.touch(id, event.position),
                Ok(Touched::Stock(moved)) => {
                    for (id, _) in moved {
                        self.touch(id, event.position);
                    }
                }
                // Which products these are, or what the event says at all, is not worth a question here.
                Ok(Touched::ProductsOfSeller(_) | Touched::ProductsOfCategory(_)) | Err(_) => {
                    for shard in &self.touched {
                        shard.fetch_max(event.position, Ordering::AcqRel);
                    }
                }
            }
            self.heard.fetch_max(event.position, Ordering::AcqRel);
        }
    }

    fn touch(&self, id: ProductId, position: Position) {
        self.touched[shard(id)].fetch_max(position, Ordering::AcqRel);
    }

    /// The page, if it holds everything known to have touched the product and everything up to `at_least`, and its prices
    /// are those of this moment.
    pub(super) fn get(&self, id: ProductId, at_least: Position, now: Timestamp) -> Option<RenderedPage> {
        let entry = self.pages.get(&id)?;
        let floor = self.floor.load(Ordering::Acquire);
        let must_hold = self.touched(id).max(floor).max(at_least);
        (entry.read_at >= must_hold && entry.holds.contains(&now)).then_some(entry.page)
    }

    /// The position that a page of this product must hold to be worth keeping.
    pub(super) fn must_hold(&self, id: ProductId) -> Position {
        let floor = self.floor.load(Ordering::Acquire);
        // Without a follower nothing is kept, and the documents are as good as anything.
        self.touched(id).max(if floor == NOT_FOLLOWING { 0 } else { floor })
    }

    /// Whether the follower has heard of the event at this position. Where it has not, what claims to be derived from it may
    /// be derived from a history that the log no longer has.
    pub(super) fn has_heard(&self, position: Position) -> bool {
        position <= self.heard.load(Ordering::Acquire)
    }

    fn touched(&self, id: ProductId) -> Position {
        self.touched[shard(id)].load(Ordering::Acquire)
    }

    pub(super) fn put(&self, id: ProductId, rendered: Rendered) {
        if let Seen::UpTo(read_at) = rendered.seen {
            self.pages.insert(id, Entry { read_at, holds: rendered.holds, page: rendered.page });
        }
    }

    /// Waits for the turn to read this product (or one that shares its place).
    pub(super) async fn turn(&self, id: ProductId) -> MutexGuard<'_, ()> {
        self.turns[shard(id) % TURNS].lock().await
    }
}

/// Ids are hashes or carry random bits at their end, so their last bytes spread well enough.
fn shard(id: ProductId) -> usize {
    let bytes = id.as_bytes();
    usize::from(u16::from_le_bytes([bytes[14], bytes[15]])) % SHARDS
}

#[derive(Clone)]
struct ByBytes;

impl Weighter<ProductId, Entry> for ByBytes {
    fn weight(&self, _: &ProductId, entry: &Entry) -> u64 {
        entry.page.json.len() as u64 + ENTRY_BYTES
    }
}
