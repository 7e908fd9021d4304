//! Carts on their way to another place, and what closes the cache meanwhile.
//!
//! The mark lies under one key. A script can look only at keys of its own slot, so each bucket has a key besides that is
//! there while the cache is closed; the scripts that change a hash look at it. All buckets are closed when
//! [`Owned::set_mark`] answers, and each of them at once for every process. What a failover loses of them is closed
//! again only when the move goes on; the comparison at its end finds what was written meanwhile.
//!
//! A server keeps no order of keys, so they are all read and ordered before the first page: some 100 bytes a cart.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use souk_kernel::Timestamp;
use souk_ports::moving::{Mark, Owned, Record, Room};
use souk_ports::{Error, Result};
use uuid::Uuid;

use super::WHAT;
use super::hashes::{self, BUCKETS, closed_key, versions_key};
use super::link::Link;
use super::lua::lua;

lua!(PUT_HASH, "put_hash.lua");
lua!(PUT_VERSION, "put_version.lua");
lua!(WRITE_MARK, "write_mark.lua");

const HASHES: &str = "hashes";
/// One record: the last version that was given to anything.
const VERSIONS: &str = "versions";
/// Calls that are on their way at once.
const AT_ONCE: usize = 64;

pub(super) struct OwnedHashes {
    link: Link,
    prefix: String,
    /// As they were before the first page.
    keys: Mutex<Arc<Vec<String>>>,
}

impl OwnedHashes {
    pub(super) fn new(link: Link, prefix: String) -> Self {
        Self { link, prefix, keys: Mutex::default() }
    }

    /// For a write that found its bucket closed.
    pub(super) async fn closed(&self) -> Error {
        match self.mark().await {
            Ok(mark) => match mark.check_open(WHAT) {
                Err(closed) => closed,
                Ok(()) => Error::Unavailable { what: WHAT.to_owned(), source: None },
            },
            Err(error) => error,
        }
    }

    fn mark_key(&self) -> String {
        format!("{}:owned:mark", self.prefix)
    }

    async fn in_each_bucket<F>(&self, call: impl Fn(u16) -> F) -> Result<()>
    where
        F: Future<Output = Result<()>>,
    {
        stream::iter(0..BUCKETS).map(call).buffer_unordered(AT_ONCE).try_collect().await
    }

    /// Reads the keys of all hashes, as callers know them, in order.
    async fn look(&self) -> Result<Arc<Vec<String>>> {
        let found = self.link.keys(&format!("{}:owned:hash:*", self.prefix)).await?;
        let key = |stored: String| Some(stored.split_once("}:")?.1.to_owned());
        let mut keys: Vec<String> = found.into_iter().filter_map(key).collect();
        keys.sort_unstable();
        let keys = Arc::new(keys);
        *self.keys.lock().unwrap_or_else(PoisonError::into_inner) = keys.clone();
        Ok(keys)
    }

    async fn hashes(&self, after: Option<&str>, room: Room) -> Result<Vec<Record>> {
        let known = self.keys.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let keys = if after.is_none() || known.is_empty() { self.look().await? } else { known };
        let mut from = match after {
            None => 0,
            Some(after) => {
                let [after]: [String; 1] = serde_json::from_str(after)
                    .map_err(|_| Error::invalid(format!("no hash has the key `{after}`")))?;
                keys.partition_point(|key| *key <= after)
            }
        };
        let (mut records, mut bytes) = (Vec::new(), 0);
        // All of a page may have run out meanwhile, and it is not the end.
        while records.is_empty() && from < keys.len() {
            let page = keys[from..].iter().take(room.records).cloned().collect::<Vec<_>>();
            from += page.len();
            let mut found = stream::iter(page)
                .map(|key| async move {
                    let hash = hashes::get(&self.link, &self.hash_key(&key)).await?;
                    Ok::<_, Error>((key, hash))
                })
                .buffered(AT_ONCE);
            while bytes < room.bytes
                && let Some(one) = found.next().await
            {
                let (key, Some(hash)) = one? else { continue };
                let record = record(&key, &hash)?;
                bytes += record.size_bytes();
                records.push(record);
            }
        }
        Ok(records)
    }

    fn hash_key(&self, key: &str) -> String {
        let [hash, ..] = hashes::keys(&self.prefix, key);
        hash
    }

    async fn last_version(&self) -> Result<u64> {
        let given = stream::iter(0..BUCKETS)
            .map(|bucket| async move {
                let key = versions_key(&self.prefix, bucket);
                Ok::<_, Error>(self.link.read::<Option<u64>>(redis::cmd("GET").arg(key)).await?.unwrap_or(0))
            })
            .buffer_unordered(AT_ONCE);
        given.try_fold(0, |most, one| async move { Ok(one.max(most)) }).await
    }

    async fn put_hash(&self, gate: &str, record: Record) -> Result<bool> {
        let parsed: Option<(String, u64, i64, String)> = serde_json::from_str(&record.value).ok();
        let parts = parsed.and_then(|(key, version, expires_at, fields)| {
            let fields: BTreeMap<String, String> = serde_json::from_str(&fields).ok()?;
            Some((key, version, expires_at, fields))
        });
        let Some((key, version, expires_at, fields)) = parts else {
            return Err(Error::invalid(format!("`{}` is no hash", record.key)));
        };
        let [hash, _, closed] = hashes::keys(&self.prefix, &key);
        let mut arguments = vec![gate.to_owned(), version.to_string(), expires_at.to_string()];
        for (name, value) in fields {
            arguments.extend([format!(":{name}"), value]);
        }
        Ok(self.link.run::<i64>(&PUT_HASH, &[hash, closed], &arguments).await?.said == 1)
    }
}

/// What the key of a bucket says while it is closed.
fn gate(mark: &Mark) -> Option<String> {
    match mark {
        Mark::Open { .. } => None,
        Mark::Leaving { id, .. } => Some(format!("leaving {id}")),
        Mark::Arriving { id, .. } => Some(arriving(*id)),
    }
}

fn arriving(id: Uuid) -> String {
    format!("arriving {id}")
}

fn record(key: &str, hash: &souk_ports::cache::Hash) -> Result<Record> {
    let text = |value: serde_json::Result<String>| {
        value.map_err(|error| Error::internal(format!("writing the hash `{key}`"), error))
    };
    let fields = text(serde_json::to_string(&hash.fields))?;
    Ok(Record {
        key: text(serde_json::to_string(&[key]))?,
        value: text(serde_json::to_string(&(key, hash.version, hash.expires_at.ms(), fields)))?,
        content: Bytes::new(),
        expires_at: Some(Timestamp::from_ms(hash.expires_at.ms())),
    })
}

#[async_trait]
impl Owned for OwnedHashes {
    fn collections(&self) -> Vec<&'static str> {
        vec![HASHES, VERSIONS]
    }

    async fn is_empty(&self) -> Result<bool> {
        Ok(self.look().await?.is_empty())
    }

    async fn count(&self, collection: &str) -> Result<u64> {
        if collection == VERSIONS { Ok(1) } else { Ok(self.look().await?.len() as u64) }
    }

    async fn page(&self, collection: &str, after: Option<&str>, room: Room) -> Result<Vec<Record>> {
        if collection != VERSIONS {
            return self.hashes(after, room).await;
        }
        if after.is_some() {
            return Ok(Vec::new());
        }
        let value = format!("[1,{}]", self.last_version().await?);
        Ok(vec![Record { key: "[1]".to_owned(), value, content: Bytes::new(), expires_at: None }])
    }

    async fn put(&self, by: Uuid, collection: &str, records: Vec<Record>) -> Result<()> {
        let gate = &arriving(by);
        let put = |record: Record| async move {
            if collection != VERSIONS {
                return self.put_hash(gate, record).await;
            }
            let (_, last): (u64, u64) = serde_json::from_str(&record.value)
                .map_err(|_| Error::invalid(format!("`{}` is no last version", record.value)))?;
            self.in_each_bucket(|bucket| async move {
                let keys = [versions_key(&self.prefix, bucket), closed_key(&self.prefix, bucket)];
                let arguments = [gate.clone(), last.to_string()];
                if self.link.run::<i64>(&PUT_VERSION, &keys, &arguments).await?.said == 1 {
                    return Ok(());
                }
                Err(self.closed().await)
            })
            .await
            .map(|()| true)
        };
        let puts = stream::iter(records).map(put).buffer_unordered(AT_ONCE);
        if puts.try_all(|is_put| async move { is_put }).await? {
            return Ok(());
        }
        self.mark().await?.check_arriving(WHAT, by)?;
        // It is this move's, and yet a bucket was not closed for it: a failover has lost that.
        Err(Error::Unavailable { what: self.link.what().to_owned(), source: None })
    }

    async fn mark(&self) -> Result<Mark> {
        let text: Option<String> = self.link.read(redis::cmd("GET").arg(self.mark_key())).await?;
        Mark::of_text(&text.unwrap_or_default())
    }

    async fn set_mark(&self, seen: &Mark, next: &Mark) -> Result<()> {
        let arguments = [seen.text(), next.text()];
        if self.link.run::<i64>(&WRITE_MARK, &[self.mark_key()], &arguments).await?.said != 1 {
            return Err(Error::Conflict { what: format!("the mark of {WHAT}") });
        }
        let (before, now) = (gate(seen), &gate(next));
        if before == *now && seen != next {
            return Ok(());
        }
        self.in_each_bucket(|bucket| async move {
            let key = closed_key(&self.prefix, bucket);
            let command = match now {
                Some(gate) => redis::cmd("SET").arg(key).arg(gate).to_owned(),
                None => redis::cmd("DEL").arg(key).to_owned(),
            };
            self.link.read::<redis::Value>(&command).await.map(drop)
        })
        .await
    }
}
