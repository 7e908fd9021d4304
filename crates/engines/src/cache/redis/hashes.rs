//! Hashes with a time to live: one hash of Redis each, changed by scripts.
//!
//! ```text
//! souk:owned:hash:{0421}:cart:U7    version, expires_at, writes, and each field under `:name`
//! souk:owned:versions:{0421}        the last version given to a key of this bucket
//! souk:owned:closed:{0421}          there while the cache is being moved (see [`super::owned`])
//! ```
//! A script may touch the keys of one slot only, so keys fall into buckets that each lie in one slot, and versions come
//! from one counter a bucket: they rise over all lives of a key while no key leaves anything behind. The counter keeps up
//! with the server's clock, so neither does a version come back that was lost with a server.

use std::collections::BTreeMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use souk_kernel::Timestamp;
use souk_ports::cache::{Hash, HashWrite};
use souk_ports::{Error, Result};

use super::link::{Answer, Link};
use super::lua::{Lua, lua};
use super::mark;
use super::owned::OwnedHashes;

/// Enough to spread over a large cluster; changing it loses what is stored.
pub(super) const BUCKETS: u16 = 1024;
/// A hundred years: a longer life cannot be told to the server.
const MAX_TTL_MS: i64 = 100 * 366 * 24 * 60 * 60 * 1000;

lua!(WRITE, "write_hash.lua");
lua!(DELETE, "delete_hash.lua");

pub(super) struct Hashes {
    pub(super) link: Link,
    pub(super) prefix: String,
    /// How many replicas must have a write.
    pub(super) wait: u32,
    pub(super) owned: Arc<OwnedHashes>,
}

fn bucket(key: &str) -> u16 {
    let digest = Sha256::digest(key.as_bytes());
    u16::from_be_bytes([digest[0], digest[1]]) % BUCKETS
}

/// Of the hash, of its bucket's versions, and of what closes the bucket.
pub(super) fn keys(prefix: &str, key: &str) -> [String; 3] {
    let bucket = bucket(key);
    [hash_key(prefix, bucket, key), versions_key(prefix, bucket), closed_key(prefix, bucket)]
}

fn hash_key(prefix: &str, bucket: u16, key: &str) -> String {
    format!("{prefix}:owned:hash:{{{bucket:04}}}:{key}")
}

pub(super) fn versions_key(prefix: &str, bucket: u16) -> String {
    format!("{prefix}:owned:versions:{{{bucket:04}}}")
}

pub(super) fn closed_key(prefix: &str, bucket: u16) -> String {
    format!("{prefix}:owned:closed:{{{bucket:04}}}")
}

/// What is stored of a hash, in its own form; `None` when it is none of this program's.
fn read(stored: Vec<(String, String)>) -> Option<Hash> {
    let (mut version, mut expires_at, mut fields) = (None, None, BTreeMap::new());
    for (name, value) in stored {
        match (name.as_str(), name.strip_prefix(':')) {
            (_, Some(field)) => {
                fields.insert(field.to_owned(), value);
            }
            ("version", _) => version = value.parse().ok(),
            ("expires_at", _) => expires_at = value.parse().ok(),
            _ => {}
        }
    }
    Some(Hash { version: version?, fields, expires_at: Timestamp::from_ms(expires_at?) })
}

/// Reads a hash by its key in the server.
pub(super) async fn get(link: &Link, hash: &str) -> Result<Option<Hash>> {
    let stored: Vec<(String, String)> = link.read(redis::cmd("HGETALL").arg(hash)).await?;
    if stored.is_empty() {
        return Ok(None);
    }
    let foreign = || Error::internal(format!("reading `{hash}`"), "it is no hash of this program");
    read(stored).map(Some).ok_or_else(foreign)
}

impl Hashes {
    pub(super) async fn get(&self, key: &str) -> Result<Option<Hash>> {
        get(&self.link, &hash_key(&self.prefix, bucket(key), key)).await
    }

    pub(super) async fn write(&self, key: &str, seen: Option<u64>, write: HashWrite) -> Result<u64> {
        let seen = seen.map(|version| version.to_string()).unwrap_or_default();
        let ttl_ms = write.ttl_ms.clamp(0, MAX_TTL_MS);
        let mut arguments = vec![seen, mark(), ttl_ms.to_string(), write.remove.len().to_string()];
        arguments.extend(write.remove.iter().map(|name| format!(":{name}")));
        for (name, value) in write.set {
            arguments.extend([format!(":{name}"), value]);
        }
        let answer: Answer<Option<u64>> = self.run(&WRITE, &self.keys(key), &arguments).await?;
        match answer.said {
            Some(0) => Err(self.owned.closed().await),
            Some(version) => Ok(version),
            None => Err(self.refused(key, answer.repeated)),
        }
    }

    pub(super) async fn delete(&self, key: &str, seen: u64) -> Result<()> {
        let [hash, _, closed] = self.keys(key);
        let answer: Answer<i64> = self.run(&DELETE, &[hash, closed], &[seen.to_string()]).await?;
        match answer.said {
            1 => Ok(()),
            -2 => Err(self.owned.closed().await),
            _ => Err(self.refused(key, answer.repeated)),
        }
    }

    async fn run<T: redis::FromRedisValue>(
        &self,
        script: &Lua,
        keys: &[String],
        arguments: &[String],
    ) -> Result<Answer<T>> {
        match self.wait {
            0 => self.link.run(script, keys, arguments).await,
            replicas => self.link.run_and_wait(script, keys, arguments, replicas).await,
        }
    }

    /// After a try without an answer, the other version may be this very write's.
    fn refused(&self, key: &str, repeated: bool) -> Error {
        if repeated {
            return Error::Unavailable { what: self.link.what().to_owned(), source: None };
        }
        Error::Conflict { what: format!("`{key}`") }
    }

    pub(super) fn keys(&self, key: &str) -> [String; 3] {
        keys(&self.prefix, key)
    }
}
