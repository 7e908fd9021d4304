//! The `objects` role: pictures and other files, by key.
//!
//! It *owns* what was uploaded or drawn, and *derives* collections of what is made from that, such as smaller sizes.
//!
//! # Promises
//! * [`Objects::put`] is atomic and durable: a reader sees the former object or the new one, never a part of one.
//! * What is owned and what is derived never share a key: dropping a derived collection touches no owned object.
//! * [`Objects::write`] is atomic per object, and its checkpoint is stored after all of them. It never replaces a higher
//!   version by a lower one; a deletion keeps its version.
//! * Equal content has an equal etag.
//! * A link, where there are any, leads anybody to the object's bytes past this process, as long as it lives.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use souk_kernel::Position;

use crate::derived::{Checkpoint, Derived, Generation, ProjectionName};
use crate::moving::Owned;
use crate::{Error, Result};

/// 1 to 200 of `a-z 0-9 . _ - /`; no part between slashes is empty or begins with a dot.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectKey(String);

impl ObjectKey {
    pub fn parse(text: &str) -> Result<Self> {
        let part = |part: &str| {
            let known =
                |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-');
            !part.is_empty() && !part.starts_with('.') && part.bytes().all(known)
        };
        if (1..=200).contains(&text.len()) && text.split('/').all(part) {
            return Ok(Self(text.to_owned()));
        }
        Err(Error::invalid("an object's key is 1 to 200 of `a-z 0-9 . _ - /`"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    pub bytes: Bytes,
    /// Such as `image/webp`.
    pub content_type: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredObject {
    pub object: Object,
    /// SHA-256 of the bytes, in hexadecimal.
    pub etag: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectInfo {
    pub key: ObjectKey,
    pub size_bytes: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectWrite {
    pub key: ObjectKey,
    /// The log position that the content was made at.
    pub version: Position,
    /// `None` deletes.
    pub content: Option<Object>,
}

#[async_trait]
pub trait Objects: Derived + 'static {
    async fn put(&self, key: &ObjectKey, object: Object) -> Result<()>;

    async fn get(&self, key: &ObjectKey) -> Result<Option<StoredObject>>;

    /// A URL of the object for whoever has it; `None` where there is no such object, or the engine has no URLs.
    async fn link(&self, key: &ObjectKey, expires_in: Duration) -> Result<Option<String>>;

    /// Whether there was one.
    async fn delete(&self, key: &ObjectKey) -> Result<bool>;

    /// Up to `limit` owned objects whose keys begin with `prefix`, after `after`, in the order of their keys.
    async fn list(&self, prefix: &str, after: Option<&ObjectKey>, limit: u32) -> Result<Vec<ObjectInfo>>;

    /// Writes to one generation of a derived collection, live or not. `NotFound` when there is no such generation.
    async fn write(
        &self,
        collection: ProjectionName,
        generation: Generation,
        writes: Vec<ObjectWrite>,
        checkpoint: Checkpoint,
    ) -> Result<()>;

    /// From the live generation; `NotFound` when there is none.
    async fn get_derived(&self, collection: ProjectionName, key: &ObjectKey) -> Result<Option<StoredObject>>;

    /// As [`Self::link`], from the live generation.
    async fn link_derived(
        &self,
        collection: ProjectionName,
        key: &ObjectKey,
        expires_in: Duration,
    ) -> Result<Option<String>>;

    /// Up to `limit` keys and etags after `after`, in the order of the keys.
    async fn scan(
        &self,
        collection: ProjectionName,
        after: Option<&ObjectKey>,
        limit: u32,
    ) -> Result<Vec<(ObjectKey, String)>>;

    /// What it owns, for moving it elsewhere.
    fn owned(&self) -> Arc<dyn Owned>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_leads_out_of_its_folder() {
        for good in ["a", "images/0f3c", "a/b-c_d.e/f", &"a".repeat(200)] {
            assert_eq!(ObjectKey::parse(good).unwrap().as_str(), good);
        }
        let long = "a".repeat(201);
        for bad in [
            "", "/", "/a", "a/", "a//b", ".", "..", "a/..", "../a", "a/../b", ".a", "a/.b", "A", "a b",
            "a\\b", "a\0", "ä", "a@", "a:b", "~a", "%2e%2e", &long,
        ] {
            assert!(ObjectKey::parse(bad).is_err(), "{bad:?}");
        }
    }
}
