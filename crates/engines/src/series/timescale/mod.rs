//! Series on PostgreSQL with TimescaleDB: the activity feed in souk's own schema, facts in `<schema>_series`, a hypertable
//! and a table of sums for each generation.
//!
//! The URL is [`crate::remote::postgres`]'s, as `timescale://`. Opening does not need the server: whoever asks first
//! connects, and makes the extension and the tables where they are missing.
//!
//! What is left out: continuous aggregates, compression and retention policies, which only some builds of TimescaleDB may
//! use; souk's own sums (see [`facts`]) serve all of them.

mod aggregate;
mod facts;
mod feed;
#[cfg(test)]
mod tests;
mod writer;

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
use crate::remote::generations::{Generations, derived_on_a_server};
use crate::remote::postgres_registry::{Database, Records, Role, Tables};
use crate::table::Location;

const ROLE: Role = Role {
    name: "series",
    steps: &[include_str!("feed.sql"), include_str!("feed_2_mark.sql")],
    extension: Some("timescaledb"),
};

pub(super) async fn open(location: Location) -> Result<Arc<dyn Series>> {
    Ok(Arc::new(TimescaleSeries::new(&location)?))
}

struct TimescaleSeries {
    database: Arc<Database>,
    feed: Feed,
    generations: Arc<Generations<Records>>,
}

derived_on_a_server!(TimescaleSeries);

impl TimescaleSeries {
    fn new(location: &Location) -> Result<Self> {
        let database = Database::of(location, ROLE)?;
        let records = Records::new(database.clone(), facts::PLACES);
        let generations = Generations::new(ROLE.name, records);
        Ok(Self { feed: Feed::new(database.clone())?, generations, database })
    }

    fn tables(&self, series: ProjectionName, generation: Generation) -> Tables {
        self.generations.registry().tables(series, generation)
    }

    async fn described(&self) -> Result<String> {
        self.database.laid().await?;
        let sql = "SELECT extversion, current_setting('timescaledb.license', true), current_setting('server_version')
                   FROM pg_extension WHERE extname = 'timescaledb'";
        let rows = self.database.rows(sql, &[]).await?;
        let row = rows.first().ok_or_else(|| Error::internal(ROLE.name, "the extension is gone"))?;
        let license: Option<&str> = row.get(1);
        let server: &str = row.get(2);
        Ok(format!(
            "TimescaleDB {} ({}) in PostgreSQL {} at {}, schema `{}`",
            row.get::<_, &str>(0),
            license.unwrap_or("license not known"),
            server.split(' ').next().unwrap_or_default(),
            self.database.server.place,
            self.database.server.schema,
        ))
    }
}

#[async_trait]
impl Series for TimescaleSeries {
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
        let batch = &facts::Batch::new(facts);
        let write = |step| async move {
            facts::write(self.generations.registry(), series, generation, batch, &step).await
        };
        self.generations.together(series, generation, checkpoint, write).await
    }

    async fn aggregate(&self, series: ProjectionName, question: &Aggregate) -> Result<Vec<Aggregated>> {
        let extension = self.database.laid().await?;
        let ask = |live: Vec<Generation>| async move {
            aggregate::aggregate(&self.database, &self.tables(series, live[0]), extension, question).await
        };
        self.generations.ask(&[series], ask).await
    }

    async fn forget(&self, series: ProjectionName, generation: Generation, before: Timestamp) -> Result<()> {
        facts::forget(self.generations.registry(), series, generation, before).await
    }

    async fn scan(&self, series: ProjectionName, after: Option<FactKey>, limit: u32) -> Result<Vec<Fact>> {
        let ask = |live: Vec<Generation>| async move {
            facts::scan(&self.database, &self.tables(series, live[0]), after, limit).await
        };
        self.generations.ask(&[series], ask).await
    }

    fn owned(&self) -> Arc<dyn Owned> {
        self.feed.owned.clone()
    }
}
