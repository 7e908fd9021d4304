//! The `cache` role: small things that are read and written all the time.
//!
//! It *owns* hashes with a time to live (carts), and *derives* counts (live stock).
//!
//! # Promises
//! * A hash is written by compare-and-set on its version: of two writers that saw the same version, one gets
//!   `Conflict`. A write is atomic over all its fields.
//! * A hash that has run out is as good as absent, and its key may be used again; its versions go on rising from a
//!   point no former life of the key had reached, so a writer that saw a former life never passes for the present one.
//! * Hashes survive a restart and a crash of the process. They may lose the last moments before a loss of power.
//! * A count is replaced only by one of an equal or higher version, and written together with the checkpoint.
//! * Dropping derived counts never touches a hash.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use souk_kernel::{Position, Timestamp};
use uuid::Uuid;

use crate::Result;
use crate::derived::{Checkpoint, Derived, Generation, ProjectionName};
use crate::moving::Owned;

/// Names and values under one key, which live and run out together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hash {
    /// Higher with every write, and what the next writer must have seen.
    pub version: u64,
    /// Names and values, any text.
    pub fields: BTreeMap<String, String>,
    /// From this moment on the hash is absent; a write moves it.
    pub expires_at: Timestamp,
}

/// Changes some fields of a hash, and leaves the others as they are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HashWrite {
    /// Fields that are there afterwards, also where `remove` names them.
    pub set: BTreeMap<String, String>,
    /// Fields that are gone afterwards; one that is not there is no error.
    pub remove: Vec<String>,
    /// From this write on the hash lives so long.
    pub ttl_ms: i64,
}

/// Puts or deletes one count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountWrite {
    /// Of the thing that is counted: a variant.
    pub id: Uuid,
    /// The log position that the count was read at.
    pub version: Position,
    /// `None` deletes.
    pub count: Option<i64>,
}

/// Hashes that are changed by compare-and-set, and counts of a projection. A writer who meets another one looks again:
///
/// ```
/// use std::collections::BTreeMap;
///
/// use souk_ports::cache::{Cache, HashWrite};
/// use souk_ports::{Error, Result};
///
/// const DAY_MS: i64 = 86_400_000;
///
/// /// Puts one more piece into a cart, which then lives a day. How many there are now.
/// async fn add(cache: &dyn Cache, cart: &str, sku: &str) -> Result<u32> {
///     loop {
///         let hash = cache.hash(cart).await?;
///         let pieces = hash.as_ref().and_then(|hash| hash.fields.get(sku)?.parse().ok()).unwrap_or(0) + 1;
///         let set = BTreeMap::from([(sku.to_owned(), pieces.to_string())]);
///         let write = HashWrite { set, remove: Vec::new(), ttl_ms: DAY_MS };
///         match cache.write_hash(cart, hash.map(|hash| hash.version), write).await {
///             Ok(_) => return Ok(pieces),
///             Err(Error::Conflict { .. }) => {}
///             Err(error) => return Err(error),
///         }
///     }
/// }
/// ```
#[async_trait]
pub trait Cache: Derived + 'static {
    /// `None` where there is none, also when it has run out.
    async fn hash(&self, key: &str) -> Result<Option<Hash>>;

    /// Changes the hash if it is still at `seen` (`None`: there is none), and returns its new version; `Conflict`
    /// otherwise. A hash without fields is gone.
    async fn write_hash(&self, key: &str, seen: Option<u64>, write: HashWrite) -> Result<u64>;

    /// Removes the hash if it is still at `seen`; `Conflict` otherwise.
    async fn delete_hash(&self, key: &str, seen: u64) -> Result<()>;

    /// Writes counts to one generation, live or not. `NotFound` when there is no such generation.
    async fn write_counts(
        &self,
        counts: ProjectionName,
        generation: Generation,
        writes: Vec<CountWrite>,
        checkpoint: Checkpoint,
    ) -> Result<()>;

    /// Each count at the place of its id; `None` where there is none. `NotFound` when there is no live generation.
    async fn counts(&self, counts: ProjectionName, ids: &[Uuid]) -> Result<Vec<Option<i64>>>;

    /// Up to `limit` counts with ids after `after` (`None`: from the first), in the order of their ids.
    async fn scan_counts(
        &self,
        counts: ProjectionName,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<(Uuid, i64)>>;

    /// The hashes, for moving them elsewhere.
    fn owned(&self) -> Arc<dyn Owned>;
}
