//! What is owned in the bucket: its objects as records, and the mark that every write looks at.
//!
//! A bucket has no transactions, so a write looks at the mark twice: before it, and again before it is acknowledged.
//! What was acknowledged was there before the bucket was closed, and is copied. A write that met the closing is refused,
//! and its object may be found in the bucket all the same.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use souk_ports::moving::{Mark, Owned, Record, Room};
use souk_ports::objects::{Object, ObjectKey};
use souk_ports::{Error, Result};
use uuid::Uuid;

use super::bucket::{Bucket, Expect, Header};
use super::layout::{self, Layout};
use super::{AT_ONCE, WHAT};
use crate::objects::content::checked;
use crate::objects::owned::{OBJECTS, key, object, record};

pub(super) struct OwnedObjects {
    pub(super) bucket: Arc<Bucket>,
    pub(super) layout: Layout,
}

impl OwnedObjects {
    /// `Closed` while the bucket is being moved.
    pub(super) async fn check_open(&self) -> Result<()> {
        self.mark().await?.check_open(WHAT)
    }

    /// The mark, with the server's own tag of it.
    async fn read_mark(&self) -> Result<(Mark, Expect)> {
        match self.bucket.bytes(&self.layout.mark()).await? {
            None => Ok((Mark::default(), Expect::Nothing)),
            Some((bytes, tag)) => Ok((Mark::of_text(&String::from_utf8_lossy(&bytes))?, Expect::Tag(tag))),
        }
    }

    async fn keys(&self, after: Option<&ObjectKey>, limit: usize) -> Result<Vec<ObjectKey>> {
        let folder = self.layout.owned();
        let mut after = after.map(|key| layout::path(&folder, key));
        let mut found = Vec::new();
        loop {
            let asked = limit - found.len();
            let page = self.bucket.list(&folder, after.as_deref(), asked).await?;
            let is_last = page.len() < asked;
            after = page.last().map(|(path, _)| path.clone());
            found.extend(page.iter().filter_map(|(path, _)| layout::key(&folder, path)));
            if is_last || found.len() >= limit {
                return Ok(found);
            }
        }
    }
}

#[async_trait]
impl Owned for OwnedObjects {
    fn collections(&self) -> Vec<&'static str> {
        vec![OBJECTS]
    }

    async fn is_empty(&self) -> Result<bool> {
        Ok(self.keys(None, 1).await?.is_empty())
    }

    async fn count(&self, _: &str) -> Result<u64> {
        Ok(self.keys(None, usize::MAX).await?.len() as u64)
    }

    async fn page(&self, _: &str, after: Option<&str>, room: Room) -> Result<Vec<Record>> {
        let after = after.map(key).transpose()?;
        let (folder, keys) = (&self.layout.owned(), self.keys(after.as_ref(), room.records).await?);
        let mut found = stream::iter(keys)
            .map(|key| async move {
                let stored = self.bucket.get(&layout::path(folder, &key)).await?;
                Ok::<_, Error>((key, stored))
            })
            .buffered(AT_ONCE);
        let (mut records, mut bytes) = (Vec::new(), 0);
        while bytes < room.bytes
            && let Some(one) = found.next().await
        {
            // Deleted meanwhile.
            let (key, Some(stored)) = one? else { continue };
            let record = record(&key, stored)?;
            bytes += record.size_bytes();
            records.push(record);
        }
        Ok(records)
    }

    async fn put(&self, by: Uuid, _: &str, records: Vec<Record>) -> Result<()> {
        self.mark().await?.check_arriving(WHAT, by)?;
        let folder = &self.layout.owned();
        stream::iter(records)
            .map(|record| async move {
                let (key, unchecked) = object(record)?;
                let object: Object = checked(unchecked)?;
                let path = layout::path(folder, &key);
                let header = Header::of(&object, 0);
                self.bucket.put(&path, &header, &object.bytes, Expect::Anything).await.map(drop)
            })
            .buffer_unordered(AT_ONCE)
            .try_collect::<()>()
            .await?;
        self.mark().await?.check_arriving(WHAT, by)
    }

    async fn mark(&self) -> Result<Mark> {
        Ok(self.read_mark().await?.0)
    }

    async fn set_mark(&self, seen: &Mark, next: &Mark) -> Result<()> {
        let (mark, expect) = self.read_mark().await?;
        let bytes = Bytes::from(next.text());
        let content = Object { bytes: bytes.clone(), content_type: "application/json".to_owned() };
        if mark == *seen
            && self.bucket.put(&self.layout.mark(), &Header::of(&content, 0), &bytes, expect).await?
        {
            return Ok(());
        }
        // A try whose answer was lost may have set it.
        if self.mark().await? == *next {
            return Ok(());
        }
        Err(Error::Conflict { what: format!("the mark of {WHAT}") })
    }
}
