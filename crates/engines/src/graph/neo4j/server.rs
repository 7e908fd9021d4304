//! One server: connected to when it is first needed, called through guards.
//!
//! Every statement is a transaction of its own, sent in one piece together with the wish for its answer, and the server ends
//! it at a time limit. So no process can hold a lock while it is frozen.

use std::time::Duration;

use futures_util::future::BoxFuture;
use neo4rs::{
    BoltMap, BoltString, BoltType, ConfigBuilder, Error as DriverError, Graph, Neo4jErrorKind, Query, Row,
    query,
};
use serde::de::DeserializeOwned;
use souk_ports::{Error, Result};
use tokio::sync::OnceCell;

use super::names;
use super::settings::Settings;
use crate::remote::guard::Guard;
use crate::remote::tls;

/// Rows that the server sends at once.
const FETCH: usize = 10_000;
/// How long it may take to lay what is missing, also on a server that has just been started.
const PREPARING: Duration = Duration::from_secs(20);
/// How long a constraint on nothing may take to be made.
const MAKING: Duration = Duration::from_secs(3);

pub(super) struct Server {
    settings: Settings,
    what: String,
    graph: Graph,
    reads: Guard,
    writes: Guard,
    preparing: Guard,
    prepared: OnceCell<()>,
}

impl Server {
    pub(super) fn new(settings: Settings) -> Result<Self> {
        tls::choose_provider();
        let what = format!("the graph on {}", settings.url);
        let mut config = ConfigBuilder::default()
            .uri(&settings.url)
            .user(&settings.user)
            .password(&settings.password)
            .max_connections(settings.pool as usize)
            .fetch_size(FETCH)
            // The driver's limit for each answer, too.
            .connection_timeout(settings.write_timeout.max(settings.timeout));
        if let Some(database) = &settings.database {
            config = config.db(database.as_str());
        }
        let graph = config
            .build()
            .and_then(Graph::connect)
            .map_err(|error| Error::invalid(format!("`{}` is not understood: {error}", settings.url)))?;
        let reads = Guard::new(&what, settings.timeout);
        let writes = Guard::new(&what, settings.write_timeout);
        let preparing = Guard::new(&what, PREPARING);
        Ok(Self { settings, what, graph, reads, writes, preparing, prepared: OnceCell::new() })
    }

    pub(super) fn shown(&self) -> &str {
        &self.settings.url
    }

    pub(super) fn namespace(&self) -> &str {
        &self.settings.namespace
    }

    /// A read, or a change that has the same effect twice.
    pub(super) async fn ask(&self, query: Query) -> Result<Vec<Row>> {
        self.prepared().await?;
        self.reads.repeat(|| self.rows(query.clone(), self.settings.timeout)).await
    }

    /// A read that others can answer, if not this server soon.
    pub(super) async fn read(&self, query: Query) -> Result<Vec<Row>> {
        self.prepared().await?;
        self.reads.read(|| self.rows(query.clone(), self.settings.timeout)).await
    }

    /// A change that is made once, in a short time.
    pub(super) async fn change(&self, query: Query) -> Result<Vec<Row>> {
        self.prepared().await?;
        self.reads.once(self.rows(query, self.settings.timeout)).await
    }

    /// A batch, made once.
    pub(super) async fn write(&self, query: Query) -> Result<Vec<Row>> {
        self.prepared().await?;
        self.writes.once(self.rows(query, self.settings.write_timeout)).await
    }

    /// Lays what is missing, once a process.
    async fn prepared(&self) -> Result<()> {
        if self.prepared.initialized() {
            return Ok(());
        }
        // The guard is outside, so that whoever waits for another's attempt does not wait for ever either.
        self.preparing.once(async { self.prepared.get_or_try_init(|| self.prepare()).await.copied() }).await
    }

    /// In a box, because the driver's futures are too deeply nested to be part of many others.
    fn rows(&self, query: Query, limit: Duration) -> BoxFuture<'_, Result<Vec<Row>>> {
        let query = query.extra("tx_timeout", limit.as_millis() as i64);
        Box::pin(async move {
            // Also what only reads goes where writes go: a follower may not know yet what was written.
            let mut answer = self.graph.execute(query).await.map_err(|error| self.failed(error))?;
            let mut rows = Vec::new();
            while let Some(row) = answer.next().await.map_err(|error| self.failed(error))? {
                rows.push(row);
            }
            Ok(rows)
        })
    }

    /// Makes the constraints and indexes that are not there yet.
    async fn prepare(&self) -> Result<()> {
        let schema = names::schema();
        let there = "SHOW INDEXES YIELD name, state, owningConstraint
                     WHERE name STARTS WITH 'souk_' AND state = 'ONLINE'
                       AND (owningConstraint IS NOT NULL OR NOT name IN $constraints)
                     RETURN count(*) AS there";
        let there = query(there).param("constraints", constraints());
        let there = self.rows(there, PREPARING).await?;
        if first::<i64>(&there, "there")? >= schema.len() as i64 {
            return Ok(());
        }
        self.remove_unowned().await?;
        for statement in schema {
            match self.rows(Query::new(statement), PREPARING).await {
                // Another process is doing the same.
                Err(error) if has_code(&error, "AlreadyExists") => {}
                result => drop(result?),
            }
        }
        let wait = format!("CALL db.awaitIndexes({})", PREPARING.as_secs());
        self.rows(Query::new(wait), PREPARING).await.map(drop)
    }

    /// A process that dies while the server makes a constraint leaves the constraint's index behind: it belongs to
    /// nothing, is never filled, and stands in the way of the constraint for ever.
    async fn remove_unowned(&self) -> Result<()> {
        let unowned = || async {
            let unowned = "SHOW INDEXES YIELD name, owningConstraint
                           WHERE name IN $constraints AND owningConstraint IS NULL RETURN name";
            let rows = self.rows(query(unowned).param("constraints", constraints()), PREPARING);
            rows.await?.iter().map(|row| get::<String>(row, "name")).collect::<Result<Vec<_>>>()
        };
        let before = unowned().await?;
        if before.is_empty() {
            return Ok(());
        }
        // It may be that of a constraint that another process is just making.
        tokio::time::sleep(MAKING).await;
        for name in unowned().await?.iter().filter(|name| before.contains(name)) {
            tracing::warn!(name, "an index that a process left behind unfinished is removed");
            self.rows(Query::new(format!("DROP INDEX {name} IF EXISTS")), PREPARING).await?;
        }
        Ok(())
    }

    fn failed(&self, error: DriverError) -> Error {
        let away = match &error {
            DriverError::IOError { .. }
            | DriverError::ConnectionError
            | DriverError::ConnectionTimedOut
            | DriverError::IncompleteBoltExchange
            | DriverError::Ignored(_)
            | DriverError::RequestIgnoredError => true,
            // Deadlocks, elections, a server that starts or stops, a time limit.
            DriverError::Neo4j(error) => {
                error.kind() == Neo4jErrorKind::Transient
                    || [".Cluster.NotALeader", ".TransactionTimedOut", ".Terminated", ".LockClientStopped"]
                        .iter()
                        .any(|ending| error.code().contains(ending))
            }
            _ => false,
        };
        if away {
            Error::Unavailable { what: self.what.clone(), source: Some(error.into()) }
        } else {
            Error::internal(self.what.clone(), error)
        }
    }
}

fn constraints() -> Vec<&'static str> {
    names::CONSTRAINTS.map(|(name, _)| name).to_vec()
}

/// Whether the server refused with a code of this kind.
pub(super) fn has_code(error: &Error, part: &str) -> bool {
    let Error::Internal { source, .. } = error else { return false };
    matches!(source.downcast_ref(), Some(DriverError::Neo4j(error)) if error.code().contains(part))
}

/// What had been found was removed by another transaction while this one waited for its lock.
pub(super) fn is_gone(error: &Error) -> bool {
    has_code(error, ".EntityNotFound")
}

pub(super) fn get<T: DeserializeOwned>(row: &Row, name: &str) -> Result<T> {
    row.get(name).map_err(|error| Error::internal(format!("reading `{name}` of an answer of Neo4j"), error))
}

/// Of the only row.
pub(super) fn first<T: DeserializeOwned>(rows: &[Row], name: &str) -> Result<T> {
    let row = rows.first().ok_or_else(|| Error::internal("an answer of Neo4j", "it has no row"))?;
    get(row, name)
}

pub(super) fn map<const N: usize>(fields: [(&str, BoltType); N]) -> BoltType {
    BoltType::Map(
        fields.into_iter().map(|(name, value)| (BoltString::from(name), value)).collect::<BoltMap>(),
    )
}
