//! Records of generations, one small object each, written under the condition that it is still the one that was read.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use souk_ports::derived::{Generation, ProjectionName};
use souk_ports::objects::Object;
use souk_ports::{Error, Result};
use uuid::Uuid;

use super::bucket::{Bucket, Expect, Header};
use super::layout::Layout;
use crate::remote::generations::{Record, Registry};

pub(super) struct Records {
    pub(super) bucket: Arc<Bucket>,
    pub(super) layout: Layout,
    /// The server's tags of revisions that were read or written: a write needs no reading before it.
    pub(super) tags: Mutex<HashMap<String, (u64, String)>>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    revision: u64,
    /// Of the write that it comes from, so that a writer whose answer was lost knows its own.
    mark: Uuid,
    /// `None`: removed. S3 removes unconditionally, so a record is marked first and its object goes later.
    text: Option<String>,
}

impl Records {
    async fn kept(&self, key: &str) -> Result<Option<(Kept, String)>> {
        let Some((bytes, tag)) = self.bucket.bytes(&self.layout.record(key)).await? else { return Ok(None) };
        let kept = serde_json::from_slice::<Kept>(&bytes)
            .map_err(|error| Error::internal(format!("reading the record `{key}`"), error))?;
        self.tags().insert(key.to_owned(), (kept.revision, tag.clone()));
        Ok(Some((kept, tag)))
    }

    async fn replace(&self, key: &str, seen: u64, text: Option<&str>) -> Result<bool> {
        let known =
            self.tags().get(key).filter(|(revision, _)| *revision == seen).map(|(_, tag)| tag.clone());
        let expect = match (seen, known) {
            (0, _) => Expect::Nothing,
            (_, Some(tag)) => Expect::Tag(tag),
            (_, None) => match self.kept(key).await? {
                Some((kept, tag)) if kept.revision == seen => Expect::Tag(tag),
                _ => return Ok(false),
            },
        };
        let kept = Kept { revision: seen + 1, mark: Uuid::new_v4(), text: text.map(str::to_owned) };
        let json = serde_json::to_vec(&kept)
            .map_err(|error| Error::internal(format!("writing the record `{key}`"), error))?;
        let object = Object { bytes: Bytes::from(json), content_type: "application/json".to_owned() };
        let (path, header) = (self.layout.record(key), Header::of(&object, 0));
        if self.bucket.put(&path, &header, &object.bytes, expect).await? {
            return Ok(true);
        }
        // Or was it written by a try without an answer?
        self.tags().remove(key);
        Ok(self.kept(key).await?.is_some_and(|(now, _)| now.mark == kept.mark))
    }

    fn tags(&self) -> std::sync::MutexGuard<'_, HashMap<String, (u64, String)>> {
        self.tags.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn is_there(&self, projection: ProjectionName, generation: Generation) -> Result<bool> {
        let key = format!("{projection}.{}", generation.0);
        Ok(self.kept(&key).await?.is_some_and(|(kept, _)| kept.text.is_some()))
    }
}

#[async_trait]
impl Registry for Records {
    async fn read(&self, key: &str) -> Result<Option<Record>> {
        let Some((Kept { revision, text: Some(text), .. }, _)) = self.kept(key).await? else {
            return Ok(None);
        };
        Ok(Some(Record { revision, text }))
    }

    async fn write(&self, key: &str, seen: u64, text: &str) -> Result<bool> {
        self.replace(key, seen, Some(text)).await
    }

    async fn remove(&self, key: &str, seen: u64) -> Result<bool> {
        self.replace(key, seen, None).await
    }

    /// A folder is there as soon as something is in it. Former ones may still hold what a process put there that was
    /// frozen while its generation was removed.
    async fn create(&self, projection: ProjectionName, generation: Generation) -> Result<()> {
        for former in self.layout.generations(&self.bucket, projection).await? {
            if former < generation && !self.is_there(projection, former).await? {
                self.clear(projection, former).await?;
            }
        }
        Ok(())
    }

    async fn clear(&self, projection: ProjectionName, generation: Generation) -> Result<()> {
        // Whoever dropped all derived data by hand has made the numbers begin again.
        if self.is_there(projection, generation).await? {
            return Ok(());
        }
        let folder = self.layout.generation(projection, generation);
        loop {
            let found = self.bucket.list(&folder, None, 1000).await?;
            if found.is_empty() {
                break;
            }
            for part in found.chunks(super::AT_ONCE) {
                futures_util::future::try_join_all(part.iter().map(|(key, _)| self.bucket.delete(key)))
                    .await?;
            }
        }
        let key = format!("{projection}.{}", generation.0);
        self.tags().remove(&key);
        self.bucket.delete(&self.layout.record(&key)).await
    }
}
