//! What the derived roles on PostgreSQL share: connections, tables laid when they are first needed, and the registry of
//! [`generations`](super::generations) as a table.
//!
//! What a role owns lies in souk's schema (`souk`), what it derives in one of its own (`souk_series`), so that it can be
//! dropped alone: `DROP SCHEMA souk_series CASCADE`, and start souk again. There each record is a row of `souk_records`,
//! and each generation has tables of its own, named by [`Tables`].
//!
//! A batch, its checkpoint and the check of the lease are one transaction: [`Records::step`] takes part in the
//! caller's.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use deadpool_postgres::{Object, Pool, Transaction};
use souk_ports::derived::{Generation, ProjectionName};
use souk_ports::{Error, Result};
use tokio::sync::OnceCell;
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};

use super::generations::{Record, Registry, Step};
use super::guard::Guard;
use super::postgres::{self, Server};
use crate::table::Location;

pub(crate) type Parameters<'p> = &'p [&'p (dyn ToSql + Sync)];

/// How long one attempt to write a batch may take. Its lease cannot be prolonged meanwhile.
const WRITING: Duration = Duration::from_secs(8);
/// Connections that write: batches of different projections do not wait for each other.
const WRITERS: usize = 4;

/// What one role needs of a database.
pub(crate) struct Role {
    /// For errors, and in the name of the schema of what is derived.
    pub(crate) name: &'static str,
    /// Lays what it owns, as in [`Server::migrate`].
    pub(crate) steps: &'static [&'static str],
    pub(crate) extension: Option<&'static str>,
}

/// A role's way to its database.
pub(crate) struct Database {
    pub(crate) server: Server,
    pub(crate) role: Role,
    /// The schema of what is derived.
    pub(crate) derived: String,
    /// Around each call that reads, and around single statements.
    pub(crate) guard: Guard,
    /// Around each transaction that writes.
    pub(crate) writing: Guard,
    readers: Pool,
    writers: Pool,
    /// The schema of the extension; there once everything is laid.
    laid: OnceCell<String>,
}

impl Database {
    /// Connects when it is first needed.
    pub(crate) fn of(location: &Location, role: Role) -> Result<Arc<Self>> {
        Self::with(location, role, &[])
    }

    /// As [`Self::of`], with these settings of each session that reads.
    pub(crate) fn with(location: &Location, role: Role, settings: &[&str]) -> Result<Arc<Self>> {
        let server = Server::of(location)?;
        let what = format!("{} on {}", role.name, server.place);
        Ok(Arc::new(Self {
            derived: format!("{}_{}", server.schema, role.name),
            guard: Guard::new(what.clone(), server.timeout),
            writing: Guard::new(what, WRITING),
            readers: server.readers(settings)?,
            writers: server.writers(WRITERS, WRITING, &[])?,
            laid: OnceCell::new(),
            server,
            role,
        }))
    }

    /// For what one statement does not answer; to be called inside [`Self::guard`], after [`Self::laid`].
    pub(crate) async fn reader(&self) -> Result<Connection> {
        Connection::of(self.role.name, &self.readers).await
    }

    /// For a transaction that writes; to be called inside [`Self::writing`], after [`Self::laid`].
    pub(crate) async fn writer(&self) -> Result<Connection> {
        Connection::of(self.role.name, &self.writers).await
    }

    /// What a statement reads that is the same text each time; called after [`Self::laid`].
    pub(crate) async fn rows(&self, sql: &str, parameters: Parameters<'_>) -> Result<Vec<Row>> {
        self.guard
            .repeat(|| {
                self.on_reader(async |client| {
                    let statement = client.prepare_cached(sql).await?;
                    client.query(&statement, parameters).await
                })
            })
            .await
    }

    /// As [`Self::rows`], for a statement whose text differs, or whose plan does with its parameters: nothing is kept
    /// prepared.
    pub(crate) async fn rows_of_one(
        &self,
        sql: &str,
        parameters: &[(&(dyn ToSql + Sync), Type)],
    ) -> Result<Vec<Row>> {
        self.guard.repeat(|| self.on_reader(async |client| client.query_typed(sql, parameters).await)).await
    }

    async fn on_reader<T>(
        &self,
        run: impl AsyncFnOnce(&mut Object) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T> {
        Connection::run(self.role.name, &self.readers, run).await
    }

    pub(crate) fn error(&self, error: tokio_postgres::Error) -> Error {
        postgres::error(self.role.name, error)
    }

    /// Lays what is missing, once a process. The schema of the extension, or souk's own where there is none.
    pub(crate) async fn laid(&self) -> Result<&str> {
        if let Some(extension) = self.laid.get() {
            return Ok(extension);
        }
        // The guard is outside, so that whoever waits for another's attempt does not wait for ever either.
        self.writing.once(async { self.laid.get_or_try_init(|| self.lay()).await }).await.map(String::as_str)
    }

    async fn lay(&self) -> Result<String> {
        // This connection ends afterwards: its session finds the extension, which the others need not.
        let mut connection = self.writer().await?;
        let connection = connection.client();
        let extension = match self.role.extension {
            Some(name) => self.server.extension(connection, name).await?,
            None => self.server.schema.clone(),
        };
        let search = format!("SET search_path = {}, {extension}", self.server.schema);
        connection.batch_execute(&search).await.map_err(|error| self.error(error))?;
        self.server.migrate(connection, self.role.name, self.role.steps).await?;
        let records = format!(
            "CREATE SCHEMA IF NOT EXISTS {0};
             CREATE TABLE IF NOT EXISTS {0}.souk_records
                (key text PRIMARY KEY, revision bigint NOT NULL, text text NOT NULL) WITH (fillfactor = 50)",
            self.derived
        );
        self.server.lay(connection, &records).await.map_err(|error| self.error(error))?;
        Ok(extension)
    }
}

/// A connection that is in use. Whoever drops it in the middle, because time ran out or something failed, ends it: the
/// next one must find itself neither inside a transaction nor behind a server that does not answer.
pub(crate) struct Connection(Option<Object>);

impl Connection {
    pub(crate) async fn of(what: &str, pool: &Pool) -> Result<Self> {
        Ok(Self(Some(postgres::connection(what, pool).await?)))
    }

    /// What one statement, or a few without a transaction, answer.
    pub(crate) async fn run<T>(
        what: &str,
        pool: &Pool,
        run: impl AsyncFnOnce(&mut Object) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T> {
        let mut connection = Self::of(what, pool).await?;
        let answer = run(connection.client()).await;
        connection.give_back();
        answer.map_err(|error| postgres::error(what, error))
    }

    pub(crate) fn client(&mut self) -> &mut Object {
        self.0.as_mut().expect("it is taken only in the end")
    }

    /// For the next one: everything is answered, and no transaction is open.
    pub(crate) fn give_back(mut self) {
        self.0 = None;
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(client) = self.0.take() {
            drop(Object::take(client));
        }
    }
}

/// How the tables of one generation are called.
pub(crate) struct Tables {
    pub(crate) schema: String,
    generation: String,
}

impl Tables {
    /// `souk_series.facts_stock_levels_3`, to stand in SQL as it is.
    pub(crate) fn name(&self, kind: &str) -> String {
        format!("{}.{}", self.schema, self.bare(kind))
    }

    /// The same without its schema, as it stands in the name of an index.
    pub(crate) fn bare(&self, kind: &str) -> String {
        format!("{kind}_{}", self.generation)
    }

    /// The name of an index on one of them.
    pub(crate) fn index(&self, kind: &str, by: &str) -> String {
        format!("{kind}_{}_{by}", self.generation)
    }
}

/// The tables of a generation, as scripts of SQL. The extension's schema is in the search path.
pub(crate) struct Places {
    /// Makes them, empty, if they are not there.
    pub(crate) create: fn(&Tables) -> String,
    /// Removes them, if they are there.
    pub(crate) clear: fn(&Tables) -> String,
}

pub(crate) struct Records {
    pub(crate) database: Arc<Database>,
    places: Places,
}

impl Records {
    pub(crate) fn new(database: Arc<Database>, places: Places) -> Self {
        Self { database, places }
    }

    pub(crate) fn tables(&self, projection: ProjectionName, generation: Generation) -> Tables {
        // A name has `a-z` and `-` only, so no two become one.
        let generation = format!("{}_{}", projection.replace('-', "_"), generation.0);
        Tables { schema: self.database.derived.clone(), generation }
    }

    /// Writes a generation's record within the caller's transaction, which therefore has the generation to itself until
    /// it ends; `false` where the record is not as the step has seen it. Then nothing else may be written.
    pub(crate) async fn step(
        &self,
        transaction: &Transaction<'_>,
        projection: ProjectionName,
        generation: Generation,
        step: &Step,
    ) -> Result<bool, tokio_postgres::Error> {
        let key = super::generations::key(projection, generation);
        let statement = transaction.prepare_cached(&self.replace()).await?;
        Ok(transaction.execute(&statement, &[&key, &(step.seen as i64), &step.text]).await? == 1)
    }

    /// Keeps other writers of a generation away until the caller's transaction ends; `false` where there is no such
    /// generation.
    pub(crate) async fn hold(
        &self,
        transaction: &Transaction<'_>,
        projection: ProjectionName,
        generation: Generation,
    ) -> Result<bool, tokio_postgres::Error> {
        let key = super::generations::key(projection, generation);
        let sql = format!("SELECT 1 FROM {}.souk_records WHERE key = $1 FOR UPDATE", self.database.derived);
        let statement = transaction.prepare_cached(&sql).await?;
        Ok(transaction.query_opt(&statement, &[&key]).await?.is_some())
    }

    fn replace(&self) -> String {
        format!(
            "UPDATE {}.souk_records SET revision = revision + 1, text = $3 WHERE key = $1 AND revision = $2",
            self.database.derived
        )
    }

    /// One statement on the records, by itself; how many it changed. Not repeated: the same once more would find its own
    /// traces.
    async fn change(&self, sql: &str, parameters: Parameters<'_>) -> Result<u64> {
        let database = &self.database;
        database.laid().await?;
        let run = database.on_reader(async |client| {
            let statement = client.prepare_cached(sql).await?;
            client.execute(&statement, parameters).await
        });
        database.guard.once(run).await
    }

    /// Runs a script that makes or removes tables.
    async fn lay(&self, script: &str) -> Result<()> {
        let database = &self.database;
        let extension = database.laid().await?;
        let search = format!("SET LOCAL search_path = {}, {extension}", database.derived);
        let script = format!("BEGIN; {search}; {script}; COMMIT");
        database
            .writing
            .repeat(|| async {
                let mut writer = database.writer().await?;
                writer.client().batch_execute(&script).await.map_err(|error| database.error(error))?;
                writer.give_back();
                Ok(())
            })
            .await
    }
}

#[async_trait]
impl Registry for Records {
    async fn read(&self, key: &str) -> Result<Option<Record>> {
        let database = &self.database;
        database.laid().await?;
        let sql = format!("SELECT revision, text FROM {}.souk_records WHERE key = $1", database.derived);
        let rows = database.rows(&sql, &[&key]).await?;
        Ok(rows.first().map(|row| Record { revision: row.get::<_, i64>(0) as u64, text: row.get(1) }))
    }

    async fn write(&self, key: &str, seen: u64, text: &str) -> Result<bool> {
        let changed = if seen == 0 {
            let sql = format!(
                "INSERT INTO {}.souk_records (key, revision, text) VALUES ($1, 1, $2) ON CONFLICT DO NOTHING",
                self.database.derived
            );
            self.change(&sql, &[&key, &text]).await?
        } else {
            self.change(&self.replace(), &[&key, &(seen as i64), &text]).await?
        };
        Ok(changed == 1)
    }

    async fn remove(&self, key: &str, seen: u64) -> Result<bool> {
        let sql =
            format!("DELETE FROM {}.souk_records WHERE key = $1 AND revision = $2", self.database.derived);
        Ok(self.change(&sql, &[&key, &(seen as i64)]).await? == 1)
    }

    async fn create(&self, projection: ProjectionName, generation: Generation) -> Result<()> {
        self.lay(&(self.places.create)(&self.tables(projection, generation))).await
    }

    async fn clear(&self, projection: ProjectionName, generation: Generation) -> Result<()> {
        self.lay(&(self.places.clear)(&self.tables(projection, generation))).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In a schema of its own; `None` where there is no server.
    fn records() -> Option<Records> {
        let location = postgres::fresh_location("postgres")?;
        let role = Role { name: "role", steps: &[], extension: None };
        let places = Places {
            create: |tables| format!("CREATE TABLE IF NOT EXISTS {} (id bigint)", tables.name("things")),
            clear: |tables| format!("DROP TABLE IF EXISTS {}", tables.name("things")),
        };
        Some(Records::new(Database::of(&location, role).unwrap(), places))
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn of_many_writers_of_one_revision_one_succeeds() {
        let Some(records) = records().map(Arc::new) else { return };
        for seen in 0..3 {
            let tasks: Vec<_> = (0..6)
                .map(|number: u64| {
                    let records = records.clone();
                    tokio::spawn(async move { records.write("it", seen, &number.to_string()).await.unwrap() })
                })
                .collect();
            let mut winners = Vec::new();
            for (number, task) in tasks.into_iter().enumerate() {
                if task.await.unwrap() {
                    winners.push(number.to_string());
                }
            }
            let record = records.read("it").await.unwrap().unwrap();
            assert_eq!((record.revision, vec![record.text]), (seen + 1, winners));
        }
        assert!(!records.remove("it", 2).await.unwrap());
        assert!(records.remove("it", 3).await.unwrap());
        assert_eq!(records.read("it").await.unwrap(), None);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_step_takes_effect_with_its_transaction_and_only_once() {
        let Some(records) = records() else { return };
        let (projection, generation) = ("some-things", Generation(7));
        records.create(projection, generation).await.unwrap();
        records.create(projection, generation).await.unwrap();
        assert!(records.write("some-things.7", 0, "begun").await.unwrap());
        let insert =
            format!("INSERT INTO {} VALUES (1)", records.tables(projection, generation).name("things"));
        let step = Step { seen: 1, text: "written".to_owned() };
        for (commit, stepped) in [(false, true), (true, true), (true, false)] {
            let mut writer = records.database.writer().await.unwrap();
            let transaction = writer.client().transaction().await.unwrap();
            assert!(records.hold(&transaction, projection, generation).await.unwrap());
            assert!(!records.hold(&transaction, projection, Generation(8)).await.unwrap());
            assert_eq!(records.step(&transaction, projection, generation, &step).await.unwrap(), stepped);
            transaction.batch_execute(&insert).await.unwrap();
            if commit && stepped {
                transaction.commit().await.unwrap();
            }
        }
        let record = records.read("some-things.7").await.unwrap().unwrap();
        assert_eq!((record.revision, record.text.as_str()), (2, "written"));
        let count = insert.replace("INSERT INTO", "SELECT count(*) FROM").replace(" VALUES (1)", "");
        let database = &records.database;
        assert_eq!(database.rows(&count, &[]).await.unwrap()[0].get::<_, i64>(0), 1);
        records.clear(projection, generation).await.unwrap();
        records.clear(projection, generation).await.unwrap();
        assert!(database.rows(&count, &[]).await.is_err());
    }
}
