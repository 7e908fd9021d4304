//! One server: connected to when it is first needed, called through guards.
//!
//! Every statement is a transaction of its own, sent in one piece together with the wish for its answer, and the server ends
//! it at a time limit. So no process can hold a lock while it is frozen.

use std::time::Duration;

use futures_util::future::BoxFuture;
use neo4rs::{
    BoltMap, BoltString, BoltType, ConfigBuilder, Error as DriverError, Graph, Neo4jErrorKind, Query, Row,
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
/// How long an index of what is there already may take to build, in seconds.
const INDEXING_S: u64 = 60;

pub(super) struct Server {
    settings: Settings,
    what: String,
    graph: Graph,
    reads: Guard,
    writes: Guard,
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
        Ok(Self { settings, what, graph, reads, writes, prepared: OnceCell::new() })
    }

    pub(super) fn shown(&self) -> &str {
        &self.settings.url
    }

    pub(super) fn namespace(&self) -> &str {
        &self.settings.namespace
    }

    /// A read, or a change that has the same effect twice.
    pub(super) async fn ask(&self, query: Query) -> Result<Vec<Row>> {
        self.reads.repeat(|| self.prepared_rows(query.clone(), self.settings.timeout)).await
    }

    /// A change that is made once, in a short time.
    pub(super) async fn change(&self, query: Query) -> Result<Vec<Row>> {
        self.reads.once(self.prepared_rows(query, self.settings.timeout)).await
    }

    /// A batch, made once.
    pub(super) async fn write(&self, query: Query) -> Result<Vec<Row>> {
        self.writes.once(self.prepared_rows(query, self.settings.write_timeout)).await
    }

    async fn prepared_rows(&self, query: Query, limit: Duration) -> Result<Vec<Row>> {
        self.prepared.get_or_try_init(|| self.prepare()).await?;
        self.rows(query, limit).await
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
        let there = "SHOW INDEXES YIELD name, state
                     WHERE name STARTS WITH 'souk_' AND state = 'ONLINE' RETURN count(*) AS there";
        let there = self.rows(Query::new(there.to_owned()), self.settings.timeout).await?;
        if first::<i64>(&there, "there")? >= schema.len() as i64 {
            return Ok(());
        }
        for statement in schema {
            match self.rows(Query::new(statement), self.settings.write_timeout).await {
                // Another process is doing the same.
                Err(error) if has_code(&error, "AlreadyExists") => {}
                result => drop(result?),
            }
        }
        let wait = format!("CALL db.awaitIndexes({INDEXING_S})");
        self.rows(Query::new(wait), self.settings.write_timeout).await.map(drop)
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
