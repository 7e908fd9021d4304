//! The cache on Redis or Valkey, on one server or in a cluster.
//!
//! ```text
//! redis://[user:password@]host[:port][/database]?option=value           rediss:// with TLS
//! redis-cluster://[user:password@]host:port,host:port,…?option=value    rediss-cluster:// with TLS
//! ```
//! | option | default | |
//! |---|---|---|
//! | `prefix` | `souk` | what every key begins with: `a-z 0-9 . _ -` |
//! | `timeout_ms` | 2000 | how long one answer may take |
//! | `wait` | 0 | how many replicas must have a write to a cart within half of `timeout_ms` |
//! | `ca` | the system's | a file of certificates (PEM) to trust instead |
//!
//! Keys that begin with `souk:owned:` are carts, those with `souk:derived:` can be dropped by hand at any time. Redis 6
//! or later, Valkey 7.2 or later. The server needs `maxmemory-policy noeviction` and `appendonly yes`; where it has them
//! not, a warning and `describe` say so.
//!
//! # What a failover may lose
//! Replication is asynchronous: a replica that becomes the primary lacks the last moments of the former one.
//! * Carts may lose their last changes. `wait` narrows that, at the price of one round trip to the replicas a write, but a
//!   replica that lags may still be chosen. With fewer replicas left than it asks for, carts can be read, not changed.
//! * Counts lose nothing for good: the checkpoint lies in the same slot and goes back with them, so what is missing is
//!   read from the log again.
//! * A promotion that is lost leaves readers without a generation until the counts are rebuilt; the store answers
//!   meanwhile.
//! * No version is given twice, as long as the nodes' clocks agree better than the lost moments are long. Lives are
//!   counted on the servers' clocks alone.

mod counts;
mod errors;
mod hashes;
mod link;
mod lua;
mod owned;
mod registry;
mod settings;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use redis::cluster::ClusterClient;
use redis::{Client, TlsCertificates};
use souk_ports::cache::{Cache, CountWrite, Hash, HashWrite};
use souk_ports::derived::{Checkpoint, Generation, ProjectionName};
use souk_ports::moving::Owned;
use souk_ports::{Error, Result};
use uuid::Uuid;

use self::counts::Counts;
use self::hashes::Hashes;
use self::link::{Link, Target};
use self::owned::OwnedHashes;
use self::registry::Records;
use crate::remote::address::Address;
use crate::remote::generations::{Generations, derived_on_a_server};
use crate::remote::tls;
use crate::table::Location;

const WHAT: &str = "cache";
const OPTIONS: [&str; 4] = ["prefix", "timeout_ms", "wait", "ca"];
/// How often a reader looks again when the generation it read was removed meanwhile.
const LOOKS: usize = 3;

pub(super) async fn open(location: Location) -> Result<Arc<dyn Cache>> {
    RedisCache::open(location).map(|cache| Arc::new(cache) as Arc<dyn Cache>)
}

struct RedisCache {
    /// For people, without what is secret.
    shown: String,
    hashes: Hashes,
    counts: Counts,
    generations: Arc<Generations<Records>>,
}

impl RedisCache {
    /// It connects on first use.
    fn open(mut location: Location) -> Result<Self> {
        let address = Address::read(&location.url)?;
        location.url = address.shown();
        location.only_options(&OPTIONS)?;
        let option =
            |name: &str| location.options.iter().find(|(key, _)| key == name).map(|(_, value)| value);

        let prefix = option("prefix").map_or("souk", String::as_str);
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-');
        if prefix.is_empty() || prefix.len() > 60 || !prefix.bytes().all(plain) {
            return Err(Error::invalid(format!(
                "a prefix of keys is 1 to 60 of `a-z 0-9 . _ -`, not `{prefix}`"
            )));
        }
        let number = |name: &str, default: u32| match option(name).map(|value| value.parse()) {
            None => Ok(default),
            Some(Ok(number)) => Ok(number),
            Some(Err(_)) => Err(Error::invalid(format!("`{name}` of {} is no whole number", location.url))),
        };
        let timeout = Duration::from_millis(number("timeout_ms", 2000)?.max(1).into());
        let wait = number("wait", 0)?;
        let (is_secure, is_cluster) =
            (address.scheme.starts_with("rediss"), address.scheme.ends_with("-cluster"));
        let certificates = match option("ca") {
            None => None,
            Some(file) => Some(TlsCertificates {
                client_tls: None,
                root_cert: Some(std::fs::read(file).map_err(|error| {
                    Error::invalid(format!("the certificates in `{file}` cannot be read: {error}"))
                })?),
            }),
        };
        if is_secure {
            tls::choose_provider();
        }

        // What follows the host is the number of a database.
        let database = address.slash_path();
        let scheme = if is_secure { "rediss" } else { "redis" };
        let url = |host: &str| address.with_secrets(scheme, &format!("{host}{database}"));
        let link = |timeout| {
            let target = if is_cluster {
                cluster(address.hosts.iter().map(|host| url(host)), certificates.clone(), timeout)
                    .map(|client| Target::Cluster(Box::new(client)))
            } else {
                one(url(&address.hosts.join(",")), certificates.clone())
                    .map(|client| Target::One(Box::new(client)))
            };
            let invalid = |error| Error::invalid(format!("`{}` is no address: {error}", location.url));
            Ok::<_, Error>(Link::new(
                format!("{WHAT} on {}", location.url),
                target.map_err(invalid)?,
                timeout,
            ))
        };
        let shared = link(timeout)?;
        // Whoever waits for replicas holds up everybody on the same connection.
        let owned = if wait == 0 { shared.clone() } else { link(timeout)? };
        let prefix = prefix.to_owned();
        let moved = Arc::new(OwnedHashes::new(shared.clone(), prefix.clone()));
        let records = Records { link: shared.clone(), prefix: prefix.clone() };
        Ok(Self {
            shown: format!("{}, prefix `{prefix}`", location.url),
            hashes: Hashes { link: owned, prefix: prefix.clone(), wait, owned: moved },
            counts: Counts { link: shared, prefix },
            generations: Generations::new(WHAT, records),
        })
    }

    async fn described(&self) -> Result<String> {
        let all = self.counts.link.info().await?;
        let mut described = format!("{} at {}", settings::version(&all), self.shown);
        for concern in settings::concerns(&all) {
            described.push_str("; it ");
            described.push_str(&concern);
        }
        Ok(described)
    }

    /// Reads from the live generation, and once more when that one went away meanwhile, as after a long sleep.
    async fn read<T, F>(&self, projection: ProjectionName, read: impl Fn(Generation) -> F) -> Result<T>
    where
        F: Future<Output = Result<Option<T>>>,
    {
        let mut generation = self.generations.readable(projection).await?;
        for _ in 1..LOOKS {
            if let Some(found) = read(generation).await? {
                return Ok(found);
            }
            generation = self.generations.readable(projection).await?;
        }
        read(generation).await?.ok_or_else(|| missing(projection, generation))
    }
}

fn one(url: String, certificates: Option<TlsCertificates>) -> redis::RedisResult<Client> {
    match certificates {
        None => Client::open(url),
        Some(certificates) => Client::build_with_tls(url, certificates),
    }
}

fn cluster(
    urls: impl Iterator<Item = String>,
    certificates: Option<TlsCertificates>,
    timeout: Duration,
) -> redis::RedisResult<ClusterClient> {
    // The driver follows slots that have moved by itself, within the time of one answer.
    let builder = ClusterClient::builder(urls)
        .connection_timeout(link::CONNECT)
        .response_timeout(timeout)
        .retries(4)
        .min_retry_wait(20)
        .max_retry_wait(200);
    match certificates {
        None => builder,
        Some(certificates) => builder.certs(certificates),
    }
    .build()
}

/// Tells one write from every other.
fn mark() -> String {
    format!("{:016x}", Uuid::new_v4().as_u128() as u64)
}

fn missing(projection: ProjectionName, generation: Generation) -> Error {
    Error::NotFound { what: format!("generation {} of {WHAT} `{projection}`", generation.0) }
}

derived_on_a_server!(RedisCache);

#[async_trait]
impl Cache for RedisCache {
    async fn hash(&self, key: &str) -> Result<Option<Hash>> {
        self.hashes.get(key).await
    }

    async fn write_hash(&self, key: &str, seen: Option<u64>, write: HashWrite) -> Result<u64> {
        self.hashes.write(key, seen, write).await
    }

    async fn delete_hash(&self, key: &str, seen: u64) -> Result<()> {
        self.hashes.delete(key, seen).await
    }

    async fn write_counts(
        &self,
        counts: ProjectionName,
        generation: Generation,
        writes: Vec<CountWrite>,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let writing = self.generations.writing(counts, generation).await?;
        if !self.counts.write(counts, generation, &writes).await? {
            return Err(missing(counts, generation));
        }
        self.generations.written(counts, generation, writing, checkpoint).await
    }

    async fn counts(&self, counts: ProjectionName, ids: &[Uuid]) -> Result<Vec<Option<i64>>> {
        self.read(counts, |generation| self.counts.get(counts, generation, ids)).await
    }

    async fn scan_counts(
        &self,
        counts: ProjectionName,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<(Uuid, i64)>> {
        self.read(counts, |generation| self.counts.scan(counts, generation, after, limit)).await
    }

    fn owned(&self) -> Arc<dyn Owned> {
        self.hashes.owned.clone()
    }
}

#[cfg(test)]
mod failover_tests;
#[cfg(test)]
mod tests;
