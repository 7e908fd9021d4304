//! Hashes with a time to live: one hash of Redis each, changed by scripts.
//!
//! ```text
//! souk:owned:hash:{0421}:cart:U7    version, expires_at, writes, and each field under `:name`
//! souk:owned:versions:{0421}        the last version given to a key of this bucket
//! ```
//! A script may touch the keys of one slot only, so keys fall into buckets that each lie in one slot, and versions come
//! from one counter a bucket: they rise over all lives of a key while no key leaves anything behind. The counter keeps up
//! with the server's clock, so neither does a version come back that was lost with a server.

use sha2::{Digest, Sha256};
use souk_kernel::Timestamp;
use souk_ports::cache::{Hash, HashWrite};
use souk_ports::{Error, Result};

use super::link::{Answer, Link};
use super::lua::{Lua, lua};
use super::mark;

/// Enough to spread over a large cluster; changing it loses what is stored.
const BUCKETS: u16 = 1024;
/// A hundred years: a longer life cannot be told to the server.
const MAX_TTL_MS: i64 = 100 * 366 * 24 * 60 * 60 * 1000;

lua!(WRITE, "write_hash.lua");
lua!(DELETE, "delete_hash.lua");

pub(super) struct Hashes {
    pub(super) link: Link,
    pub(super) prefix: String,
    /// How many replicas must have a write.
    pub(super) wait: u32,
}

impl Hashes {
    pub(super) async fn get(&self, key: &str) -> Result<Option<Hash>> {
        let [hash, _] = self.keys(key);
        let stored: Vec<(String, String)> = self.link.read(redis::cmd("HGETALL").arg(hash)).await?;
        if stored.is_empty() {
            return Ok(None);
        }
        let (mut version, mut expires_at, mut fields) = (None, None, Vec::new());
        for (name, value) in stored {
            match (name.as_str(), name.strip_prefix(':')) {
                (_, Some(field)) => fields.push((field.to_owned(), value)),
                ("version", _) => version = value.parse().ok(),
                ("expires_at", _) => expires_at = value.parse().ok(),
                _ => {}
            }
        }
        let (Some(version), Some(expires_at)) = (version, expires_at) else {
            return Err(Error::internal(format!("reading `{key}`"), "it is no hash of this program"));
        };
        let expires_at = Timestamp::from_ms(expires_at);
        Ok(Some(Hash { version, fields: fields.into_iter().collect(), expires_at }))
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
        answer.said.ok_or_else(|| self.refused(key, answer.repeated))
    }

    pub(super) async fn delete(&self, key: &str, seen: u64) -> Result<()> {
        let [hash, _] = self.keys(key);
        let answer: Answer<i64> = self.run(&DELETE, &[hash], &[seen.to_string()]).await?;
        if answer.said == 1 { Ok(()) } else { Err(self.refused(key, answer.repeated)) }
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

    pub(super) fn keys(&self, key: &str) -> [String; 2] {
        let digest = Sha256::digest(key.as_bytes());
        let bucket = u16::from_be_bytes([digest[0], digest[1]]) % BUCKETS;
        let prefix = &self.prefix;
        [
            format!("{prefix}:owned:hash:{{{bucket:04}}}:{key}"),
            format!("{prefix}:owned:versions:{{{bucket:04}}}"),
        ]
    }
}
