//! The way to the server: one connection that all calls share, made on first use and again whenever it is lost.
//!
//! Redis answers in the order of its requests, so one connection (in a cluster one to each node) carries thousands of
//! calls a second side by side; a pool would only add sockets. What is left out: reading from replicas, which may lag
//! behind what was just written.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::cluster::ClusterClient;
use redis::cluster_async::ClusterConnection;
use redis::cluster_routing::{MultipleNodeRoutingInfo, RoutingInfo, SingleNodeRoutingInfo};
use redis::{AsyncConnectionConfig, Client, Cmd, FromRedisValue, RedisResult, Value};
use souk_ports::{Error, Result};

use super::errors::{is_lost, port_error};
use super::lua::Lua;
use super::settings;
use crate::remote::guard::Guard;

/// For a connection to stand, with all that is said at its beginning.
pub(super) const CONNECT: Duration = Duration::from_secs(2);

/// How many keys a server looks at before it answers others.
const SCANNED: u32 = 1000;

pub(super) enum Target {
    One(Box<Client>),
    Cluster(Box<ClusterClient>),
}

#[derive(Clone)]
pub(super) struct Link(Arc<Inner>);

struct Inner {
    /// For errors: the role and the servers, without what is secret.
    what: String,
    target: Target,
    timeout: Duration,
    guard: Guard,
    current: Mutex<Option<Numbered>>,
    /// Held by the one who connects, so that a server that comes back is not stormed.
    connecting: tokio::sync::Mutex<()>,
    is_renewing: AtomicBool,
}

#[derive(Clone)]
struct Numbered {
    number: u64,
    connection: Connection,
}

#[derive(Clone)]
enum Connection {
    One(MultiplexedConnection),
    Cluster(ClusterConnection),
}

/// What a server said, and whether it may have been asked before without an answer.
pub(super) struct Answer<T> {
    pub(super) said: T,
    pub(super) repeated: bool,
}

impl Link {
    /// Nothing is sent yet. `timeout` is for one answer.
    pub(super) fn new(what: String, target: Target, timeout: Duration) -> Self {
        Self(Arc::new(Inner {
            guard: Guard::new(what.clone(), CONNECT + timeout),
            what,
            target,
            timeout,
            current: Mutex::default(),
            connecting: tokio::sync::Mutex::default(),
            is_renewing: AtomicBool::new(false),
        }))
    }

    pub(super) fn what(&self) -> &str {
        &self.0.what
    }

    /// Sends a command that only reads, or one whose second run changes nothing more.
    pub(super) async fn read<T: FromRedisValue>(&self, command: &Cmd) -> Result<T> {
        self.repeat(|mut connection| async move { connection.send(command).await }).await.map(|it| it.said)
    }

    /// Runs a script whose second run changes nothing more.
    pub(super) async fn run<T: FromRedisValue>(
        &self,
        script: &Lua,
        keys: &[String],
        arguments: &[String],
    ) -> Result<Answer<T>> {
        self.repeat(|mut connection| async move {
            match connection.send(&script.by_hash(keys, arguments)).await {
                Err(error) if error.code() == Some("NOSCRIPT") => {
                    connection.send(&script.in_full(keys, arguments)).await
                }
                answer => answer,
            }
        })
        .await
    }

    /// As [`Self::run`], and then waits for so many replicas to have it, which holds up what follows on the connection.
    pub(super) async fn run_and_wait<T: FromRedisValue>(
        &self,
        script: &Lua,
        keys: &[String],
        arguments: &[String],
        replicas: u32,
    ) -> Result<Answer<T>> {
        let wait_ms = (self.0.timeout / 2).as_millis() as u64;
        // Both go over one connection: a server waits for what was said on the same one. In full, since a pipeline
        // cannot go on differently after its first answer.
        let mut both = redis::pipe();
        both.add_command(script.in_full(keys, arguments)).cmd("WAIT").arg(replicas).arg(wait_ms);
        let both = &both;
        let answer = self
            .repeat(|connection| async move {
                match connection {
                    Connection::One(mut one) => both.query_async::<(T, u32)>(&mut one).await,
                    Connection::Cluster(mut cluster) => both.query_async(&mut cluster).await,
                }
            })
            .await?;
        let (said, have) = answer.said;
        if have >= replicas {
            return Ok(Answer { said, repeated: answer.repeated });
        }
        let source = format!("only {have} of {replicas} replicas had the write within {wait_ms} ms");
        Err(Error::Unavailable { what: self.0.what.clone(), source: Some(source.into()) })
    }

    /// What each primary says about itself: its address, and the text of `INFO`.
    pub(super) async fn info(&self) -> Result<Vec<(String, String)>> {
        self.repeat(|mut connection| async move { connection.info().await }).await.map(|it| it.said)
    }

    /// The keys that fit a pattern, from all primaries, in the order of their bytes. Those that are there all the while
    /// are among them.
    pub(super) async fn keys(&self, pattern: &str) -> Result<BTreeSet<String>> {
        let nodes = match self.0.target {
            Target::One(_) => vec![None],
            Target::Cluster(_) => self.info().await?.into_iter().map(|(node, _)| Some(node)).collect(),
        };
        let mut all = BTreeSet::new();
        for node in &nodes {
            let mut cursor = 0;
            loop {
                let mut scan = redis::cmd("SCAN");
                scan.arg(cursor).arg("MATCH").arg(pattern).arg("COUNT").arg(SCANNED);
                let scan = &scan;
                let step = self.repeat(|mut connection| async move {
                    connection.send_to::<(u64, Vec<String>)>(node.as_deref(), scan).await
                });
                let (next, keys) = step.await?.said;
                all.extend(keys);
                cursor = next;
                if cursor == 0 {
                    break;
                }
            }
        }
        Ok(all)
    }

    async fn repeat<T, F>(&self, call: impl Fn(Connection) -> F) -> Result<Answer<T>>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let (inner, call, tries) = (&self.0, &call, &AtomicU32::new(0));
        let said = inner.guard.repeat(|| async move {
            let Numbered { number, connection } = inner.connection().await?;
            tries.fetch_add(1, Ordering::Relaxed);
            call(connection).await.map_err(|error| {
                if is_lost(&error) {
                    inner.lost(number);
                }
                port_error(&inner.what, error)
            })
        });
        Ok(Answer { said: said.await?, repeated: tries.load(Ordering::Relaxed) > 1 })
    }
}

impl Inner {
    async fn connection(self: &Arc<Self>) -> Result<Numbered> {
        if let Some(connection) = self.current() {
            return Ok(connection);
        }
        let _one_connects = self.connecting.lock().await;
        if let Some(connection) = self.current() {
            return Ok(connection);
        }
        let connection = self.connect().await.map_err(|error| port_error(&self.what, error))?;
        Ok(self.keep(connection))
    }

    async fn connect(&self) -> RedisResult<Connection> {
        let mut connection = match &self.target {
            Target::One(client) => {
                let config = AsyncConnectionConfig::new()
                    .set_connection_timeout(Some(CONNECT))
                    .set_response_timeout(Some(self.timeout));
                Connection::One(client.get_multiplexed_async_connection_with_config(&config).await?)
            }
            Target::Cluster(client) => Connection::Cluster(client.get_async_connection().await?),
        };
        // A server that does not tell its settings is used all the same.
        if let Ok(all) = connection.info().await {
            settings::warn_of(&all);
        }
        Ok(connection)
    }

    fn current(&self) -> Option<Numbered> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, connection: Connection) -> Numbered {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let number = current.as_ref().map_or(0, |former| former.number) + 1;
        current.insert(Numbered { number, connection }).clone()
    }

    /// A connection to one server is dropped, and the next call makes another. One to a cluster goes on serving the nodes
    /// that are well, until there is another that has learnt anew who has which slots.
    fn lost(self: &Arc<Self>, number: u64) {
        let is_cluster = matches!(self.target, Target::Cluster(_));
        {
            let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
            if current.as_ref().is_none_or(|current| current.number != number) {
                return;
            }
            if !is_cluster {
                *current = None;
                return;
            }
        }
        if self.is_renewing.swap(true, Ordering::SeqCst) {
            return;
        }
        let this = self.clone();
        tokio::spawn(async move {
            let renewed = tokio::time::timeout(CONNECT + this.timeout, this.connect()).await;
            if let Ok(Ok(connection)) = renewed {
                this.keep(connection);
            }
            this.is_renewing.store(false, Ordering::SeqCst);
        });
    }
}

impl Connection {
    async fn send<T: FromRedisValue>(&mut self, command: &Cmd) -> RedisResult<T> {
        match self {
            Self::One(one) => command.query_async(one).await,
            Self::Cluster(cluster) => command.query_async(cluster).await,
        }
    }

    /// To one node of a cluster, by its address.
    async fn send_to<T: FromRedisValue>(&mut self, node: Option<&str>, command: &Cmd) -> RedisResult<T> {
        let place = node.and_then(|node| node.rsplit_once(':'));
        match (self, place.and_then(|(host, port)| Some((host, port.parse().ok()?)))) {
            (Self::Cluster(cluster), Some((host, port))) => {
                let node = SingleNodeRoutingInfo::ByAddress { host: host.to_owned(), port };
                let value = cluster.route_command(command.clone(), RoutingInfo::SingleNode(node)).await?;
                Ok(redis::from_redis_value(value)?)
            }
            (connection, _) => connection.send(command).await,
        }
    }

    async fn info(&mut self) -> RedisResult<Vec<(String, String)>> {
        let command = redis::cmd("INFO");
        match self {
            Self::One(one) => Ok(vec![("it".to_owned(), command.query_async(one).await?)]),
            Self::Cluster(cluster) => {
                let primaries = RoutingInfo::MultiNode((MultipleNodeRoutingInfo::AllMasters, None));
                let value: Value = cluster.route_command(command, primaries).await?;
                Ok(redis::from_redis_value(value)?)
            }
        }
    }
}
