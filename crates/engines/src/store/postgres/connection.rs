//! The connection that commits: statements prepared once, and what its errors mean for a group.

use std::time::Instant;

use deadpool_postgres::Object;
use souk_ports::{BoxError, Error, Result};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, Statement};

use super::WHAT;
use super::arrays::Bound;
use crate::remote::postgres;
use crate::store::constraints::Constraint;

/// How many statements stay prepared. What groups ask and write together makes one each, and a plan takes the server up to
/// some hundred KiB.
const STATEMENTS: usize = 128;

/// Whoever drops it in the middle of something, because time ran out, ends it: the next one must not find itself inside
/// a transaction.
pub(super) struct Connection {
    /// Taken only in the end.
    client: Option<Object>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            drop(Object::take(client));
        }
    }
}

/// By value, so that a question can be put now and awaited later.
type Parameters<'p, const N: usize> = [&'p (dyn ToSql + Sync); N];

impl Connection {
    pub(super) fn new(client: Object) -> Self {
        Self { client: Some(client) }
    }

    /// When its session began, which tells it from the sessions before and after it.
    pub(super) fn began(&self) -> Instant {
        Object::metrics(self.client()).created
    }

    /// Whatever is sent after this, `sql` is not held up by being prepared.
    pub(super) async fn prepare(&self, sql: &str) -> Result<Statement, Failure> {
        Ok(self.client().prepare_cached(sql).await?)
    }

    pub(super) async fn rows<const N: usize>(
        &self,
        sql: &str,
        parameters: Parameters<'_, N>,
    ) -> Result<Vec<Row>, Failure> {
        let statement = self.prepare(sql).await?;
        Ok(self.client().query(&statement, &parameters).await?)
    }

    pub(super) async fn rows_of(&self, bound: &Bound) -> Result<Vec<Row>, Failure> {
        let statement = self.prepare(&bound.sql).await?;
        Ok(self.client().query(&statement, &bound.arrays.parameters()).await?)
    }

    /// How many rows it found or wrote. It is on its way once this has been polled.
    pub(super) async fn execute(
        &self,
        statement: &Statement,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<u64, Failure> {
        Ok(self.client().execute(statement, parameters).await?)
    }

    /// `BEGIN`, `COMMIT`, `ROLLBACK`.
    pub(super) async fn control(&self, sql: &str) -> Result<(), Failure> {
        Ok(self.client().batch_execute(sql).await?)
    }

    /// For the next one: no transaction is open.
    pub(super) fn give_back(mut self) {
        let statements = &self.client().statement_cache;
        if statements.size() > STATEMENTS {
            statements.clear();
        }
        self.client = None;
    }

    fn client(&self) -> &Object {
        self.client.as_ref().expect("it is taken only in the end")
    }
}

/// Why a group did not commit.
#[derive(Debug)]
pub(super) enum Failure {
    /// Others were in the way; the same again may pass.
    Contended(Error),
    /// Another process has written since: the log is not where it was expected to be.
    Outrun,
    /// It was not as guessed; all must be asked for.
    Guessed,
    /// There is a row with a key that was taken to be new.
    Taken(Error),
    /// The server cannot be reached; what it did last is not known.
    Lost(Error),
    /// The store is being moved, or has been: nobody writes.
    Closed(Error),
    /// A member asks for what cannot be written, or something is wrong with the store.
    Refused(Error),
}

impl Failure {
    pub(super) fn corrupt(source: BoxError) -> Self {
        Self::Refused(Error::internal(WHAT, source))
    }

    pub(super) fn into_error(self) -> Error {
        match self {
            Self::Contended(error) | Self::Lost(error) | Self::Closed(error) => error,
            Self::Refused(error) | Self::Taken(error) => error,
            Self::Outrun | Self::Guessed => Error::Busy { what: WHAT.to_owned() },
        }
    }
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        let contended = [
            SqlState::T_R_SERIALIZATION_FAILURE,
            SqlState::T_R_DEADLOCK_DETECTED,
            SqlState::LOCK_NOT_AVAILABLE,
        ];
        let code = error.code().cloned();
        let broken = error.as_db_error().and_then(|said| said.constraint()).and_then(Constraint::named);
        let error = broken.map_or_else(|| postgres::error(WHAT, error), Constraint::refused);
        match (code, &error) {
            (Some(code), _) if contended.contains(&code) => Self::Contended(error),
            (Some(code), _) if code == SqlState::UNIQUE_VIOLATION => Self::Taken(error),
            (_, Error::Unavailable { .. }) => Self::Lost(error),
            _ => Self::Refused(error),
        }
    }
}
