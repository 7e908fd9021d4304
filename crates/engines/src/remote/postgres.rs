//! Connections to PostgreSQL, the same for every role that may lie there: what the URL says, a pool, and its errors.
//!
//! The URL is `postgres://USER:PASSWORD@HOST:PORT/DATABASE` (or another scheme, where a role wants an extension), with
//! `?schema=NAME` for all of souk's tables (`souk` when not given, created when missing), `pool=N` for the connections
//! that read (16, on each server), `timeout_ms=N` for how long one call may take (2000), `sslmode=require` or
//! `verify-full` for TLS (see [`super::postgres_tls`]; without it nothing is encrypted) with `sslrootcert=FILE`, and,
//! where a role can use them, `replicas=HOST:PORT,HOST:PORT` for copies with the same users, database and TLS.

use std::time::Duration;

use deadpool_postgres::{
    Manager, ManagerConfig, Object, Pool, PoolError, QueueMode, RecyclingMethod, Runtime, TimeoutType,
};
use souk_ports::{Error, Result};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Config, NoTls};

use super::postgres_tls::Tls;
use crate::remote::address::Address;
use crate::table::Location;

/// How long what is done on the side may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(2);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a caller waits for a connection of the pool.
const POOL_WAIT: Duration = Duration::from_secs(2);
/// Before anything is laid. The key is `souk` in ASCII; one lock for all schemas of a database is enough for what is
/// done once.
const LAYING: &str = "SET LOCAL lock_timeout = '30s'; SELECT pg_advisory_xact_lock(1936684395)";
/// The same for a replica, whose callers can go elsewhere; and what one of its answers may take.
const REPLICA_POOL_WAIT: Duration = Duration::from_millis(100);
const REPLICA_TIMEOUT: Duration = Duration::from_millis(500);

/// What a URL says.
#[derive(Clone)]
pub(crate) struct Server {
    config: Config,
    pub(crate) schema: String,
    pub(crate) timeout: Duration,
    pool: usize,
    pool_wait: Duration,
    tls: Option<Tls>,
    /// Host, port and database, for people.
    pub(crate) place: String,
}

impl Server {
    pub(crate) fn of(location: &Location) -> Result<Self> {
        let address = Address::read(&location.url)?;
        location.only_options(&["schema", "pool", "timeout_ms", "sslmode", "sslrootcert"])?;
        let option = |name: &str| {
            location.options.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
        };
        let number = |name: &str, default: usize| match option(name).map(str::parse) {
            None => Ok(default),
            Some(Ok(number)) if number > 0 => Ok(number),
            Some(_) => {
                Err(Error::invalid(format!("`{name}` in the URL of a PostgreSQL is no number above 0")))
            }
        };
        let schema = option("schema").unwrap_or("souk").to_owned();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if schema.is_empty() || schema.len() > 50 || !schema.chars().all(plain) {
            return Err(Error::invalid(format!("`{schema}` cannot name a schema: a-z, 0-9 and _ only")));
        }
        let tls = match (option("sslmode"), option("sslrootcert")) {
            (None | Some("disable"), None) => None,
            (Some("require" | "verify-full"), roots) => Some(Tls::new(roots)?),
            (mode, _) => {
                let mode = mode.map_or_else(|| "no `sslmode`".to_owned(), |mode| format!("`sslmode={mode}`"));
                return Err(Error::invalid(format!(
                    "the URL of a PostgreSQL says {mode}: there is `disable`, and `require` or `verify-full`, which both \
                     check the certificate, with or without `sslrootcert`"
                )));
            }
        };
        // The driver's own message may repeat the URL with its password.
        let url = address.with_secrets("postgres", &address.hosts.join(",")) + &address.slash_path();
        let mut config: Config = url.parse().map_err(|_| {
            Error::invalid(
                "the URL of a PostgreSQL cannot be read: postgres://USER:PASSWORD@HOST:PORT/DATABASE",
            )
        })?;
        config.connect_timeout(CONNECT_TIMEOUT).keepalives_idle(Duration::from_secs(10));
        config.ssl_mode(if tls.is_some() { SslMode::Require } else { SslMode::Disable });
        let hosts: Vec<String> = config
            .get_hosts()
            .iter()
            .zip(config.get_ports().iter().copied().chain(std::iter::repeat(5432)))
            .map(|(host, port)| match host {
                Host::Tcp(name) => format!("{name}:{port}"),
                Host::Unix(path) => path.display().to_string(),
            })
            .collect();
        let place = format!("{}/{}", hosts.join(","), config.get_dbname().unwrap_or("postgres"));
        let timeout = Duration::from_millis(number("timeout_ms", 2_000)? as u64);
        Ok(Self {
            config,
            schema,
            timeout,
            pool: number("pool", 16)?,
            pool_wait: POOL_WAIT.min(timeout / 2),
            tls,
            place,
        })
    }

    /// For a role that reads from replicas: the primary, and those.
    pub(crate) fn with_replicas(location: &Location) -> Result<(Self, Vec<Self>)> {
        let (named, options): (Vec<_>, Vec<_>) =
            location.options.iter().cloned().partition(|(key, _)| key == "replicas");
        let location = Location { options, ..location.clone() };
        let address = Address::read(&location.url)?;
        let hosts = named.iter().flat_map(|(_, hosts)| hosts.split(','));
        let replicas = hosts.map(|host| {
            let url = address.with_secrets("postgres", host) + &address.slash_path();
            let replica = Self::of(&Location { url, ..location.clone() })?;
            let timeout = replica.timeout.min(REPLICA_TIMEOUT);
            Ok(Self { timeout, pool_wait: REPLICA_POOL_WAIT, ..replica })
        });
        Ok((Self::of(&location)?, replicas.collect::<Result<_>>()?))
    }

    /// A pool of `size` connections, each with these settings of its session (`lock_timeout=5s`).
    fn pool_of(&self, name: &str, size: usize, settings: &[&str]) -> Result<Pool> {
        let mut config = self.config.clone();
        config.application_name(name);
        let mut options = format!("-c search_path={}", self.schema);
        for setting in settings {
            options.push_str(&format!(" -c {setting}"));
        }
        config.options(options);
        let manager = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = match &self.tls {
            None => Manager::from_config(config, NoTls, manager),
            Some(tls) => Manager::from_config(config, tls.clone(), manager),
        };
        Pool::builder(manager)
            .max_size(size)
            // As few sessions as there are callers stay in use, each with its plans and caches warm.
            .queue_mode(QueueMode::Lifo)
            .wait_timeout(Some(self.pool_wait))
            .create_timeout(Some(CONNECT_TIMEOUT * 2))
            .recycle_timeout(Some(CONNECT_TIMEOUT))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| Error::internal("the pool of PostgreSQL", error))
    }

    /// For reading. A connection that is left inside a transaction is ended by the server.
    pub(crate) fn readers(&self, settings: &[&str]) -> Result<Pool> {
        let statement = format!("statement_timeout={}", self.timeout.as_millis());
        let own = [&statement, "idle_in_transaction_session_timeout=60s"];
        self.pool_of("souk", self.pool, &[&own, settings].concat())
    }

    /// For writing: short, so that a process that is frozen in the middle holds nobody up for long. The server ends
    /// what takes longer than `attempt`, so nothing goes on there with its locks that has been given up here.
    pub(crate) fn writers(&self, size: usize, attempt: Duration, settings: &[&str]) -> Result<Pool> {
        let statement = format!("statement_timeout={}", attempt.as_millis());
        let transaction = format!("transaction_timeout={}", attempt.as_millis());
        let own = [&statement, "lock_timeout=5s", "idle_in_transaction_session_timeout=2s", &transaction];
        self.pool_of("souk-writer", size, &[&own, settings].concat())
    }

    /// The schema in which an extension lies; makes it where it is missing. It is the database's, not the schema's, so
    /// several roles may share it.
    pub(crate) async fn extension(&self, connection: &mut Object, name: &str) -> Result<String> {
        let run = async {
            let transaction = connection.transaction().await?;
            transaction.batch_execute(LAYING).await?;
            let found = "SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = $1";
            let schema = match transaction.query_opt(found, &[&name]).await? {
                Some(row) => row.get(0),
                None => {
                    let create = format!("CREATE EXTENSION {name} WITH SCHEMA public");
                    transaction.batch_execute(&create).await?;
                    "public".to_owned()
                }
            };
            transaction.commit().await?;
            Ok(schema)
        };
        run.await.map_err(|error: tokio_postgres::Error| match error.code() {
            Some(code) if !is_away(code) => Error::Unavailable {
                what: format!(
                    "the extension `{name}` of the database {} (install it on the server, and let a superuser run \
                     `CREATE EXTENSION {name}` in the database), without which this role",
                    self.place
                ),
                source: Some(error.into()),
            },
            _ => self::error(name, error),
        })
    }

    /// Runs a script that makes or removes tables as one transaction, while no other process does the like.
    pub(crate) async fn lay(
        &self,
        connection: &mut Object,
        script: &str,
    ) -> Result<(), tokio_postgres::Error> {
        let transaction = connection.transaction().await?;
        transaction.batch_execute(LAYING).await?;
        transaction.batch_execute(script).await?;
        transaction.commit().await
    }

    /// Lays tables by steps, of which the schema remembers how many it has. Processes that come at the same time wait
    /// for each other. `name` is what is laid: several roles may share a schema.
    pub(crate) async fn migrate(&self, connection: &mut Object, name: &str, steps: &[&str]) -> Result<()> {
        let run = async {
            let transaction = connection.transaction().await?;
            transaction.batch_execute(LAYING).await?;
            transaction
                .batch_execute(&format!(
                    "CREATE SCHEMA IF NOT EXISTS {0};
                     CREATE TABLE IF NOT EXISTS {0}.souk_schema (name text PRIMARY KEY, steps bigint NOT NULL)",
                    self.schema
                ))
                .await?;
            let done =
                transaction.query_opt("SELECT steps FROM souk_schema WHERE name = $1", &[&name]).await?;
            let done = done.map_or(0, |row| row.get::<_, i64>(0)) as usize;
            if done < steps.len() {
                // A step that goes through whole tables takes as long as it takes.
                transaction.batch_execute("SET LOCAL statement_timeout = 0").await?;
                for step in &steps[done..] {
                    transaction.batch_execute(step).await?;
                }
                transaction
                    .execute(
                        "INSERT INTO souk_schema VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET steps = excluded.steps",
                        &[&name, &(steps.len() as i64)],
                    )
                    .await?;
            }
            transaction.commit().await?;
            Ok(done)
        };
        let done = run.await.map_err(|error| self::error(name, error))?;
        if done > steps.len() {
            return Err(Error::invalid(format!(
                "schema `{}` of {} has {done} steps of {name}; this souk knows {}",
                self.schema,
                self.place,
                steps.len()
            )));
        }
        Ok(())
    }
}

/// A connection of the pool.
pub(crate) async fn connection(what: &str, pool: &Pool) -> Result<Object> {
    pool.get().await.map_err(|error| match error {
        PoolError::Timeout(TimeoutType::Wait) => Error::Busy { what: what.to_owned() },
        PoolError::Backend(error) => self::error(what, error),
        other => Error::Unavailable { what: what.to_owned(), source: Some(other.into()) },
    })
}

/// What the driver reported, as a port says it.
pub(crate) fn error(what: &str, error: tokio_postgres::Error) -> Error {
    match error.code() {
        None => Error::Unavailable { what: what.to_owned(), source: Some(error.into()) },
        Some(code) if is_away(code) => {
            Error::Unavailable { what: what.to_owned(), source: Some(error.into()) }
        }
        // Data that no column takes, such as a text with a zero byte.
        Some(code) if code.code().starts_with("22") => {
            let reason = error.as_db_error().map_or("the data", |error| error.message());
            Error::invalid(format!("{what} cannot keep it: {reason}"))
        }
        Some(_) => Error::internal(what, error),
    }
}

/// Whether the server is gone, going, starting, full, or took too long, or others were in the way: the same again may
/// pass.
fn is_away(code: &SqlState) -> bool {
    let class = &code.code()[..2];
    class == "08"
        || class == "57"
        || class == "53"
        || class == "58"
        || *code == SqlState::READ_ONLY_SQL_TRANSACTION
        || *code == SqlState::LOCK_NOT_AVAILABLE
        || *code == SqlState::T_R_DEADLOCK_DETECTED
        || code.code() == "25P03"
        || code.code() == "25P04"
}

/// A schema of its own for a contract case.
pub(crate) fn fresh(scheme: &str) -> crate::table::Fresh {
    super::fresh::fresh("SOUK_TEST_POSTGRES", "127.0.0.1:15432", |address, name| {
        format!("{scheme}://postgres@{address}/postgres?schema={name}")
    })
}

/// A schema of its own for a unit test; `None` where there is no server, which is told, and with `REQUIRE_SERVERS=1` is a
/// failure.
#[cfg(test)]
pub(crate) fn fresh_location(scheme: &str) -> Option<Location> {
    match fresh(scheme) {
        crate::table::Fresh::Url(url) => {
            let schema = url.split_once("?schema=").expect("as `fresh` makes it").1.to_owned();
            Some(Location { url, path: "".into(), options: vec![("schema".to_owned(), schema)] })
        }
        crate::table::Fresh::Missing(why) => {
            assert!(std::env::var("REQUIRE_SERVERS").as_deref() != Ok("1"), "{why}");
            eprintln!("{why}: nothing was tried");
            None
        }
    }
}
