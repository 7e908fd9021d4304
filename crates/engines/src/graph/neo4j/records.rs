//! The records of all generations, and the removal of what belongs to one.

use std::sync::Arc;

use async_trait::async_trait;
use neo4rs::{Query, query};
use souk_ports::Result;
use souk_ports::derived::{Generation, ProjectionName};

use super::server::{self, Server, first, get};
use crate::remote::generations::{Record, Registry};

/// Edges or nodes removed by one transaction.
const REMOVED_AT_ONCE: i64 = 10_000;

pub(super) struct Records(pub(super) Arc<Server>);

impl Records {
    pub(super) fn key(&self, key: &str) -> String {
        format!("{}/{key}", self.0.namespace())
    }

    /// The name that all of a generation's nodes bear; it is the key of its record.
    pub(super) fn graph(&self, projection: ProjectionName, generation: Generation) -> String {
        self.key(&format!("{projection}.{}", generation.0))
    }

    /// Of a change to one record; `false` where it is another by now, or none.
    async fn changed(&self, change: Query) -> Result<bool> {
        match self.0.change(change).await {
            Err(error) if server::is_gone(&error) => Ok(false),
            result => Ok(!result?.is_empty()),
        }
    }

    async fn remove_all(&self, statement: &str, graph: &str) -> Result<()> {
        loop {
            let some = query(statement).param("graph", graph).param("limit", REMOVED_AT_ONCE);
            if first::<i64>(&self.0.ask(some).await?, "removed")? < REMOVED_AT_ONCE {
                return Ok(());
            }
        }
    }
}

/// `SET r.lock = 0` takes the lock of a record, and stores nothing, since it is 0 already. So a reader waits until a
/// transaction that is being committed is there as a whole: what is read after a checkpoint is not older than it.
#[async_trait]
impl Registry for Records {
    async fn read(&self, key: &str) -> Result<Option<Record>> {
        let read = query(
            "MATCH (r:SoukRecord {key: $key}) SET r.lock = 0
             RETURN r.revision AS revision, r.text AS text",
        );
        let rows = match self.0.ask(read.param("key", self.key(key))).await {
            Err(error) if server::is_gone(&error) => return Ok(None),
            result => result?,
        };
        let record =
            |row| Ok(Record { revision: get::<i64>(row, "revision")? as u64, text: get(row, "text")? });
        rows.first().map(record).transpose()
    }

    async fn write(&self, key: &str, seen: u64, text: &str) -> Result<bool> {
        let (key, seen) = (self.key(key), seen as i64);
        if seen == 0 {
            let create =
                query("CREATE (:SoukRecord {key: $key, revision: 1, text: $text, lock: 0}) RETURN 1 AS done");
            return match self.changed(create.param("key", key).param("text", text)).await {
                Err(error) if server::has_code(&error, ".ConstraintValidationFailed") => Ok(false),
                result => result,
            };
        }
        let change = query(
            "MATCH (r:SoukRecord {key: $key}) SET r.lock = 0
             WITH r WHERE r.revision = $seen
             SET r.revision = $seen + 1, r.text = $text RETURN 1 AS done",
        );
        self.changed(change.param("key", key).param("seen", seen).param("text", text)).await
    }

    async fn remove(&self, key: &str, seen: u64) -> Result<bool> {
        let remove = query(
            "MATCH (r:SoukRecord {key: $key}) SET r.lock = 0
             WITH r WHERE r.revision = $seen DELETE r RETURN 1 AS done",
        );
        self.changed(remove.param("key", self.key(key)).param("seen", seen as i64)).await
    }

    /// A place is where its record is.
    async fn create(&self, _: ProjectionName, _: Generation) -> Result<()> {
        Ok(())
    }

    async fn clear(&self, projection: ProjectionName, generation: Generation) -> Result<()> {
        let graph = self.graph(projection, generation);
        for statement in [
            "MATCH (n:SoukNode)-[r]->() WHERE n.graph = $graph AND n.id >= ''
             WITH r LIMIT $limit DELETE r RETURN count(*) AS removed",
            "MATCH (n:SoukNode) WHERE n.graph = $graph AND n.id >= ''
             WITH n LIMIT $limit DELETE n RETURN count(*) AS removed",
            "MATCH (e:SoukEvent) WHERE e.graph = $graph AND e.position >= 0
             WITH e LIMIT $limit DELETE e RETURN count(*) AS removed",
        ] {
            self.remove_all(statement, &graph).await?;
        }
        Ok(())
    }
}
