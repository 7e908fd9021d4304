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

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hash {
    /// Changes with every write.
    pub version: u64,
    pub fields: BTreeMap<String, String>,
    pub expires_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HashWrite {
    pub set: BTreeMap<String, String>,
    pub remove: Vec<String>,
    /// From now on the hash lives this long.
    pub ttl_ms: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountWrite {
    pub id: Uuid,
    /// The log position that the count was read at.
    pub version: Position,
    /// `None` deletes.
    pub count: Option<i64>,
}

#[async_trait]
pub trait Cache: Derived + 'static {
    async fn hash(&self, key: &str) -> Result<Option<Hash>>;

    /// Changes the hash if it is still at `seen` (`None`: there is none), and returns its new version. A hash without
    /// fields is gone.
    async fn write_hash(&self, key: &str, seen: Option<u64>, write: HashWrite) -> Result<u64>;

    /// Removes the hash if it is still at `seen`.
    async fn delete_hash(&self, key: &str, seen: u64) -> Result<()>;

    /// Writes counts to one generation, live or not. `NotFound` when there is no such generation.
    async fn write_counts(
        &self,
        counts: ProjectionName,
        generation: Generation,
        writes: Vec<CountWrite>,
        checkpoint: Checkpoint,
    ) -> Result<()>;

    /// Each count at the place of its id. `NotFound` when there is no live generation.
    async fn counts(&self, counts: ProjectionName, ids: &[Uuid]) -> Result<Vec<Option<i64>>>;

    /// Up to `limit` counts with ids after `after`, in the order of their ids.
    async fn scan_counts(
        &self,
        counts: ProjectionName,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<(Uuid, i64)>>;

    /// The hashes, for moving them elsewhere.
    fn owned(&self) -> Arc<dyn Owned>;
}
