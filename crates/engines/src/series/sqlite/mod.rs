//! Series in SQLite: the activity feed in `feed.db`, facts in one file per generation, so that what is derived can be
//! dropped without touching the feed.

mod aggregate;
mod facts;
mod feed;
mod rollups;
#[cfg(test)]
mod tests;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use souk_kernel::{Position, Timestamp, UserId};
use souk_ports::derived::{Checkpoint, Generation, ProjectionName};
use souk_ports::moving::Owned;
use souk_ports::series::{
    Activity, ActivityKind, Aggregate, Aggregated, Appended, Fact, FactKey, RecordedActivity, Series,
};
use souk_ports::store::LogHead;
use souk_ports::{Error, Result};

use self::feed::Feed;
use super::check;
use crate::local::derived_file::DerivedFile;
use crate::local::derived_in_sqlite;
use crate::local::generations::{Contents, Generations};
use crate::local::sqlite::blocking;
use crate::table::Location;

const WHAT: &str = "series";
/// More than any read does on the calling task: nobody knows how many facts a question goes through.
const MANY_ROWS: u64 = u64::MAX;

pub(super) async fn open(location: Location) -> Result<Arc<dyn Series>> {
    Ok(Arc::new(SqliteSeries::open(location.path).await?))
}

struct SqliteSeries {
    path: PathBuf,
    feed: Feed,
    generations: Arc<Generations<Facts>>,
}

impl SqliteSeries {
    async fn open(path: PathBuf) -> Result<Self> {
        let folder = path.clone();
        let feed = blocking(WHAT, move || {
            std::fs::create_dir_all(&folder).map_err(|error| Error::internal(WHAT, error))?;
            Feed::open(&folder.join("feed.db"))
        });
        Ok(Self { feed: feed.await?, generations: Generations::new(WHAT, &path), path })
    }
}

struct Facts(DerivedFile);

impl Contents for Facts {
    fn create(folder: &Path) -> Result<()> {
        DerivedFile::create(WHAT, folder, facts::SCHEMA)
    }

    fn open(folder: &Path) -> Result<Self> {
        Ok(Self(DerivedFile::open(WHAT, folder)))
    }
}

derived_in_sqlite!(SqliteSeries, format_args!("SQLite {}", rusqlite::version()));

#[async_trait]
impl Series for SqliteSeries {
    async fn append(&self, activities: Vec<Activity>) -> Result<Appended> {
        check::activities(&activities)?;
        self.feed.append(activities).await
    }

    async fn activity_head(&self) -> Result<LogHead> {
        self.feed.head().await
    }

    async fn activity(&self, after: Position, limit: u32) -> Result<Vec<RecordedActivity>> {
        self.feed.after(after, limit).await
    }

    async fn wait_for_activity(&self, position: Position, patience: Duration) -> Result<()> {
        self.feed.wait(position, patience).await
    }

    async fn latest(&self, visitor: UserId, kinds: &[ActivityKind], limit: u32) -> Result<Vec<Activity>> {
        self.feed.latest(visitor, kinds, limit).await
    }

    async fn write(
        &self,
        series: ProjectionName,
        generation: Generation,
        facts: Vec<Fact>,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        check::facts(&facts)?;
        let target = self.generations.get(series, generation)?;
        if facts.is_empty() && target.0.ahead().keep(checkpoint) {
            return Ok(());
        }
        blocking(WHAT, move || target.0.write(checkpoint, |transaction| facts::write(transaction, &facts)))
            .await
    }

    async fn aggregate(&self, series: ProjectionName, question: &Aggregate) -> Result<Vec<Aggregated>> {
        let live = self.generations.read(series)?;
        let question = question.clone();
        live.0.readers().read(MANY_ROWS, move |connection| aggregate::aggregate(connection, &question)).await
    }

    async fn forget(&self, series: ProjectionName, generation: Generation, before: Timestamp) -> Result<()> {
        let target = self.generations.get(series, generation)?;
        blocking(WHAT, move || target.0.change(|transaction| facts::forget(transaction, before))).await
    }

    async fn scan(&self, series: ProjectionName, after: Option<FactKey>, limit: u32) -> Result<Vec<Fact>> {
        let live = self.generations.read(series)?;
        live.0.readers().read(u64::from(limit), move |connection| facts::scan(connection, after, limit)).await
    }

    fn owned(&self) -> Arc<dyn Owned> {
        self.feed.owned.clone()
    }
}
