//! The cache in SQLite: hashes in `owned.db`, counts in one file per generation, so that counts can be dropped alone.
//!
//! What is left out: a copy in memory. A read takes microseconds as it is, and what another process has written is
//! seen at once.

mod counts;
mod hashes;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use souk_kernel::{Clock, SystemClock};
use souk_ports::cache::{Cache, CountWrite, Hash, HashWrite};
use souk_ports::derived::{Checkpoint, Generation, ProjectionName};
use souk_ports::moving::Owned;
use souk_ports::{Error, Result};
use uuid::Uuid;

use self::hashes::Hashes;
use crate::local::derived_file::DerivedFile;
use crate::local::derived_in_sqlite;
use crate::local::generations::{Contents, Generations};
use crate::local::sqlite::blocking;
use crate::table::Location;

const WHAT: &str = "cache";

pub(super) async fn open(location: Location) -> Result<Arc<dyn Cache>> {
    Ok(Arc::new(SqliteCache::open(location.path, Arc::new(SystemClock)).await?))
}

struct SqliteCache {
    path: PathBuf,
    hashes: Arc<Hashes>,
    generations: Arc<Generations<Counts>>,
}

impl SqliteCache {
    /// The clock says which hashes have run out.
    async fn open(path: PathBuf, clock: Arc<dyn Clock>) -> Result<Self> {
        let folder = path.clone();
        let hashes = blocking(WHAT, move || {
            std::fs::create_dir_all(&folder).map_err(|error| Error::internal(WHAT, error))?;
            Hashes::open(&folder.join("owned.db"), clock)
        });
        Ok(Self { hashes: Arc::new(hashes.await?), generations: Generations::new(WHAT, &path), path })
    }
}

struct Counts(DerivedFile);

impl Contents for Counts {
    fn create(folder: &Path) -> Result<()> {
        DerivedFile::create(WHAT, folder, counts::SCHEMA)
    }

    fn open(folder: &Path) -> Result<Self> {
        Ok(Self(DerivedFile::open(WHAT, folder)))
    }
}

derived_in_sqlite!(SqliteCache, format_args!("SQLite {}", rusqlite::version()));

#[async_trait]
impl Cache for SqliteCache {
    async fn hash(&self, key: &str) -> Result<Option<Hash>> {
        self.hashes.get(key).await
    }

    async fn write_hash(&self, key: &str, seen: Option<u64>, write: HashWrite) -> Result<u64> {
        let (hashes, key) = (self.hashes.clone(), key.to_owned());
        blocking(WHAT, move || hashes.write(&key, seen, write)).await
    }

    async fn delete_hash(&self, key: &str, seen: u64) -> Result<()> {
        let (hashes, key) = (self.hashes.clone(), key.to_owned());
        blocking(WHAT, move || hashes.delete(&key, seen)).await
    }

    async fn write_counts(
        &self,
        counts: ProjectionName,
        generation: Generation,
        writes: Vec<CountWrite>,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let target = self.generations.get(counts, generation)?;
        if writes.is_empty() && target.0.ahead().keep(checkpoint) {
            return Ok(());
        }
        blocking(WHAT, move || target.0.write(checkpoint, |transaction| counts::write(transaction, &writes)))
            .await
    }

    async fn counts(&self, counts: ProjectionName, ids: &[Uuid]) -> Result<Vec<Option<i64>>> {
        let live = self.generations.read(counts)?;
        let ids = ids.to_vec();
        let rows = ids.len() as u64;
        live.0.readers().read(rows, move |connection| counts::get(connection, &ids)).await
    }

    async fn scan_counts(
        &self,
        counts: ProjectionName,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<(Uuid, i64)>> {
        let live = self.generations.read(counts)?;
        live.0
            .readers()
            .read(u64::from(limit), move |connection| counts::scan(connection, after, limit))
            .await
    }

    fn owned(&self) -> Arc<dyn Owned> {
        self.hashes.owned.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use souk_kernel::{ManualClock, Timestamp};

    use souk_ports::derived::Derived;

    use super::*;

    fn field(name: &str, ttl_ms: i64) -> HashWrite {
        HashWrite { set: BTreeMap::from([(name.to_owned(), "1".to_owned())]), remove: Vec::new(), ttl_ms }
    }

    #[tokio::test]
    async fn a_hash_runs_out_to_the_millisecond_and_is_swept_by_later_writes() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(Timestamp::from_ms(1_000)));
        let cache = SqliteCache::open(folder.path().to_owned(), clock.clone()).await.unwrap();
        for number in 0..100 {
            cache.write_hash(&format!("cart-{number}"), None, field("a", 50)).await.unwrap();
        }
        clock.advance_ms(49);
        assert_eq!(cache.hash("cart-0").await.unwrap().unwrap().expires_at, Timestamp::from_ms(1_050));
        clock.advance_ms(1);
        assert_eq!(cache.hash("cart-0").await.unwrap(), None);
        for number in 0..10 {
            cache.write_hash(&format!("other-{number}"), None, field("a", 50)).await.unwrap();
        }
        assert_eq!(cache.hashes.stored().unwrap(), 10);
    }

    #[tokio::test]
    async fn versions_go_on_rising_when_the_clock_is_set_back_or_the_file_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(Timestamp::from_ms(5_000)));
        let cache = SqliteCache::open(folder.path().to_owned(), clock.clone()).await.unwrap();
        let first = cache.write_hash("cart", None, field("a", 50_000)).await.unwrap();
        clock.advance_ms(-3_000);
        let second = cache.write_hash("cart", Some(first), field("b", 50_000)).await.unwrap();
        assert!(second > first);
        drop(cache);

        clock.advance_ms(4_000);
        std::fs::remove_dir_all(folder.path()).unwrap();
        let cache = SqliteCache::open(folder.path().to_owned(), clock).await.unwrap();
        assert!(cache.write_hash("cart", None, field("a", 50)).await.unwrap() > second);
    }

    #[tokio::test]
    async fn counts_can_be_deleted_by_hand_without_touching_a_hash() {
        let folder = tempfile::tempdir().unwrap();
        let open = || SqliteCache::open(folder.path().to_owned(), Arc::new(SystemClock));
        let cache = open().await.unwrap();
        cache.write_hash("cart", None, field("a", 50_000)).await.unwrap();
        let written = cache.hash("cart").await.unwrap();
        let generation = cache.begin("stock").await.unwrap();
        cache.promote("stock", None, generation).await.unwrap();
        drop(cache);

        std::fs::remove_dir_all(folder.path().join("stock")).unwrap();
        let cache = open().await.unwrap();
        assert_eq!(cache.live("stock").await.unwrap(), None);
        assert_eq!(cache.hash("cart").await.unwrap(), written);
        let generation = cache.begin("stock").await.unwrap();
        cache.promote("stock", None, generation).await.unwrap();
        assert_eq!(cache.counts("stock", &[Uuid::nil()]).await.unwrap(), [None]);
    }
}
