//! Objects in a bucket of S3, or of a server that speaks like it: MinIO, Ceph, R2.
//!
//! `s3://BUCKET/PREFIX?option=value`
//!
//! | option | default | |
//! |---|---|---|
//! | `endpoint` | Amazon's | such as `https://minio.example:9000` |
//! | `public_endpoint` | `endpoint` | where shoppers reach it: links lead there |
//! | `region` | `us-east-1` | |
//! | `allow_http` | `false` | whether the endpoint may be spoken to without TLS |
//! | `access_key_id`, `secret_access_key` | the environment's | better left to the usual `AWS_…` variables |
//! | `timeout_ms` | 10000 | how long one call may take |
//! | `connections` | 64 | how many calls are on their way at once |
//! | `create_bucket` | `false` | make the bucket on first use, where that needs no more than its name |
//!
//! The server must keep conditions on writes (`If-Match`, `If-None-Match`) and be consistent: what was written is read
//! and listed at once. The rights needed: to get, put, delete and list below the prefix; without the right to list, a
//! missing object looks forbidden. What is owned lies there as it was put, with its content type, so that a CDN may
//! serve it. What is left out: uploads in parts, since a picture fits into one.
//!
//! Requests cost: while a generation is locked, its lease makes about two reads and two writes a second; a reader of what
//! is derived asks for the pointer as well. Whether anything is lost with a machine is the bucket's matter: S3 answers a
//! write when it is durable.

mod bucket;
mod layout;
mod owned;
mod registry;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::{ClientOptions, RetryConfig};
use souk_ports::derived::{Checkpoint, Generation, ProjectionName};
use souk_ports::moving::Owned;
use souk_ports::objects::{Object, ObjectInfo, ObjectKey, ObjectWrite, Objects, StoredObject};
use souk_ports::{Error, Result};

use self::bucket::{Bucket, Expect, Header};
use self::layout::Layout;
use self::owned::OwnedObjects;
use self::registry::Records;
use super::content::{checked, newest};
use crate::remote::generations::{Generations, derived_on_a_server};
use crate::remote::guard::Guard;
use crate::remote::tls;
use crate::table::Location;

const WHAT: &str = "objects";
const OPTIONS: [&str; 9] = [
    "endpoint",
    "public_endpoint",
    "region",
    "allow_http",
    "access_key_id",
    "secret_access_key",
    "timeout_ms",
    "connections",
    "create_bucket",
];
const CONNECT: Duration = Duration::from_secs(2);
/// Calls that one batch or one page makes side by side.
const AT_ONCE: usize = 16;
/// How often a write is tried that others get in the way of.
const ATTEMPTS: usize = 100;
/// How often a reader looks again when the generation it read was removed meanwhile.
const LOOKS: usize = 3;

/// An endpoint that the environment names stands back.
fn at(builder: AmazonS3Builder, endpoint: &str) -> AmazonS3Builder {
    builder.with_endpoint(endpoint).with_config(AmazonS3ConfigKey::S3Endpoint, endpoint)
}

pub(super) async fn open(location: Location) -> Result<Arc<dyn Objects>> {
    S3Objects::open(location).map(|objects| Arc::new(objects) as Arc<dyn Objects>)
}

struct S3Objects {
    /// For people, without what is secret.
    shown: String,
    bucket: Arc<Bucket>,
    layout: Layout,
    generations: Arc<Generations<Records>>,
    owned: Arc<OwnedObjects>,
}

impl S3Objects {
    /// It connects on first use.
    fn open(mut location: Location) -> Result<Self> {
        let url = location.url.split('?').next().unwrap_or_default().to_owned();
        location.url = url.clone();
        location.only_options(&OPTIONS)?;
        let rest = url.split_once("://").map_or("", |(_, rest)| rest);
        let (name, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let prefix = prefix.trim_end_matches('/');
        if name.is_empty() || name.contains('@') {
            return Err(Error::invalid(
                "the URL of a bucket is `s3://BUCKET/PREFIX`; keys of access are options",
            ));
        }
        let prefix = if prefix.is_empty() {
            String::new()
        } else {
            format!("{}/", ObjectKey::parse(prefix)?.as_str())
        };

        let option =
            |name: &str| location.options.iter().find(|(key, _)| key == name).map(|(_, value)| value);
        let number = |name: &str, default: u64| match option(name).map(|value| value.parse()) {
            None => Ok(default),
            Some(Ok(number)) => Ok(number),
            Some(Err(_)) => Err(Error::invalid(format!("`{name}` of {url} is no whole number"))),
        };
        let is = |name: &str| match option(name).map(String::as_str) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Error::invalid(format!("`{name}` of {url} is `true` or `false`"))),
        };
        let timeout = Duration::from_millis(number("timeout_ms", 10_000)?.max(1));
        let connections = number("connections", 64)?.clamp(1, 10_000) as usize;
        tls::choose_provider();
        let client = ClientOptions::new()
            .with_connect_timeout(CONNECT)
            .with_timeout(timeout)
            .with_allow_http(is("allow_http")?);
        for name in ["endpoint", "public_endpoint"] {
            let is_address = |given: &String| given.starts_with("http://") || given.starts_with("https://");
            if !option(name).is_none_or(is_address) {
                return Err(Error::invalid(format!("`{name}` of {url} begins with http:// or https://")));
            }
        }
        // A token in the environment belongs to the keys there, so they are not mixed.
        let mut builder = match (option("access_key_id"), option("secret_access_key")) {
            (Some(id), Some(secret)) => {
                AmazonS3Builder::new().with_access_key_id(id).with_secret_access_key(secret)
            }
            (None, None) => AmazonS3Builder::from_env(),
            _ => return Err(Error::invalid(format!("{url} has one of the two keys of access, not both"))),
        };
        if let Some(endpoint) = option("endpoint") {
            builder = at(builder, endpoint);
        }
        if let Some(region) = option("region") {
            builder = builder.with_region(region);
        }
        // The guard repeats, and knows when it is of no use.
        let retry = RetryConfig { max_retries: 0, ..RetryConfig::default() };
        let builder = builder.with_bucket_name(name).with_client_options(client.clone()).with_retry(retry);
        let build = |builder: AmazonS3Builder| {
            builder.build().map_err(|error| Error::invalid(format!("{url} cannot be used: {error}")))
        };
        // The server's name is part of what is signed.
        let links = match option("public_endpoint") {
            Some(endpoint) => build(at(builder.clone(), endpoint))?,
            None => build(builder.clone())?,
        };
        let store = build(builder)?;

        let shown = match option("endpoint") {
            Some(endpoint) => format!("{url} at {endpoint}"),
            None => url.clone(),
        };
        let what = format!("{WHAT} in {shown}");
        let guard = Guard::new(what.clone(), CONNECT + timeout);
        let made = is("create_bucket")?.then_some(client);
        let bucket = Arc::new(Bucket::new(what, store, links, guard, connections, made));
        let layout = Layout { prefix };
        let records = Records { bucket: bucket.clone(), layout: layout.clone(), tags: Mutex::default() };
        let owned = Arc::new(OwnedObjects { bucket: bucket.clone(), layout: layout.clone() });
        Ok(Self { shown, bucket, layout, generations: Generations::new(WHAT, records), owned })
    }

    async fn described(&self) -> Result<String> {
        Ok(self.shown.clone())
    }

    /// Writes one object unless one of a higher version is there.
    async fn write_one(&self, path: &str, write: &ObjectWrite) -> Result<()> {
        let (header, bytes) = match &write.content {
            Some(object) => (Header::of(object, write.version), object.bytes.clone()),
            None => (Header::deleted(write.version), Bytes::new()),
        };
        for _ in 0..ATTEMPTS {
            let expect = match self.bucket.head(path).await? {
                Some((stored, _)) if stored.version > write.version => return Ok(()),
                Some((_, tag)) => Expect::Tag(tag),
                None => Expect::Nothing,
            };
            if self.bucket.put(path, &header, &bytes, expect).await? {
                return Ok(());
            }
        }
        Err(Error::Unavailable { what: format!("{WHAT} `{}`", write.key.as_str()), source: None })
    }

    /// Reads from the live generation, and again when another one is live by then: as after a long sleep, what was
    /// there may have been removed.
    async fn read<T, F>(&self, collection: ProjectionName, read: impl Fn(String) -> F) -> Result<T>
    where
        F: Future<Output = Result<(T, bool)>>,
    {
        let mut generation = self.generations.readable(collection).await?;
        for _ in 0..LOOKS {
            let (found, is_sure) = read(self.layout.generation(collection, generation)).await?;
            if is_sure {
                return Ok(found);
            }
            let now = self.generations.readable(collection).await?;
            if now == generation {
                return Ok(found);
            }
            generation = now;
        }
        read(self.layout.generation(collection, generation)).await.map(|(found, _)| found)
    }

    /// Of one folder, without what is deleted: the list tells neither that nor the etags, so each is asked for.
    async fn etags(
        &self,
        folder: &str,
        after: Option<&ObjectKey>,
        limit: usize,
    ) -> Result<Vec<(ObjectKey, String)>> {
        let mut after = after.map(|key| layout::path(folder, key));
        let mut found = Vec::new();
        while found.len() < limit {
            let asked = limit - found.len();
            let page = self.bucket.list(folder, after.as_deref(), asked).await?;
            let is_last = page.len() < asked;
            after = page.last().map(|(path, _)| path.clone());
            let headers = stream::iter(page)
                .map(|(path, _)| async move {
                    let head = self.bucket.head(&path).await?;
                    Ok::<_, Error>((path, head))
                })
                .buffered(AT_ONCE)
                .try_collect::<Vec<_>>()
                .await?;
            for (path, head) in headers {
                if let (Some((header, _)), Some(key)) = (head, layout::key(folder, &path))
                    && !header.deleted
                {
                    found.push((key, header.into_etag()));
                }
            }
            if is_last {
                break;
            }
        }
        Ok(found)
    }
}

derived_on_a_server!(S3Objects);

#[async_trait]
impl Objects for S3Objects {
    async fn put(&self, key: &ObjectKey, object: Object) -> Result<()> {
        let object = checked(object)?;
        let path = layout::path(&self.layout.owned(), key);
        self.owned.check_open().await?;
        self.bucket.put(&path, &Header::of(&object, 0), &object.bytes, Expect::Anything).await?;
        self.owned.check_open().await
    }

    async fn get(&self, key: &ObjectKey) -> Result<Option<StoredObject>> {
        self.bucket.get(&layout::path(&self.layout.owned(), key)).await
    }

    async fn link(&self, key: &ObjectKey, expires_in: Duration) -> Result<Option<String>> {
        self.bucket.link(&layout::path(&self.layout.owned(), key), expires_in).await
    }

    async fn delete(&self, key: &ObjectKey) -> Result<bool> {
        let path = layout::path(&self.layout.owned(), key);
        // S3 itself does not say whether there was one.
        let was_there = self.bucket.head(&path).await?.is_some();
        self.owned.check_open().await?;
        if was_there {
            self.bucket.delete(&path).await?;
            self.owned.check_open().await?;
        }
        Ok(was_there)
    }

    async fn list(&self, prefix: &str, after: Option<&ObjectKey>, limit: u32) -> Result<Vec<ObjectInfo>> {
        let (folder, limit) = (self.layout.owned(), limit as usize);
        let first = format!("{folder}{prefix}");
        let mut after = after.map(|key| layout::path(&folder, key));
        let mut found = Vec::new();
        while found.len() < limit {
            let asked = limit - found.len();
            let page = self.bucket.list(&first, after.as_deref(), asked).await?;
            let is_last = page.len() < asked;
            for (path, size_bytes) in page {
                found.extend(layout::key(&folder, &path).map(|key| ObjectInfo { key, size_bytes }));
                after = Some(path);
            }
            if is_last {
                break;
            }
        }
        Ok(found)
    }

    async fn write(
        &self,
        collection: ProjectionName,
        generation: Generation,
        writes: Vec<ObjectWrite>,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let check = |mut write: ObjectWrite| {
            write.content = write.content.map(checked).transpose()?;
            Ok(write)
        };
        let writes = writes.into_iter().map(check).collect::<Result<Vec<_>>>()?;
        let writing = self.generations.writing(collection, generation).await?;
        let folder = self.layout.generation(collection, generation);
        let mut paths = Vec::with_capacity(writes.len());
        for write in newest(&writes) {
            paths.push((layout::path(&folder, &write.key), write.clone()));
        }
        stream::iter(paths)
            .map(|(path, write)| async move { self.write_one(&path, &write).await })
            .buffer_unordered(AT_ONCE)
            .try_collect::<()>()
            .await?;
        self.generations.written(collection, generation, writing, checkpoint).await
    }

    async fn get_derived(&self, collection: ProjectionName, key: &ObjectKey) -> Result<Option<StoredObject>> {
        let get = |folder: String| async move {
            let found = self.bucket.get(&layout::path(&folder, key)).await?;
            let is_sure = found.is_some();
            Ok((found, is_sure))
        };
        self.read(collection, get).await
    }

    async fn link_derived(
        &self,
        collection: ProjectionName,
        key: &ObjectKey,
        expires_in: Duration,
    ) -> Result<Option<String>> {
        let link = |folder: String| async move {
            let found = self.bucket.link(&layout::path(&folder, key), expires_in).await?;
            let is_sure = found.is_some();
            Ok((found, is_sure))
        };
        self.read(collection, link).await
    }

    async fn scan(
        &self,
        collection: ProjectionName,
        after: Option<&ObjectKey>,
        limit: u32,
    ) -> Result<Vec<(ObjectKey, String)>> {
        let scan = |folder: String| async move {
            let found = self.etags(&folder, after, limit as usize).await?;
            Ok((found, false))
        };
        self.read(collection, scan).await
    }

    fn owned(&self) -> Arc<dyn Owned> {
        self.owned.clone()
    }
}

#[cfg(test)]
mod tests;
