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

/// The name of an object: 1 to 200 of `a-z 0-9 . _ - /`; no part between slashes is empty or begins with a dot.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectKey(String);

impl ObjectKey {
    /// `InvalidInput` for any other text.
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

    /// As it was parsed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A file, with what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// All of it; may be empty.
    pub bytes: Bytes,
    /// A media type of up to 100 bytes, such as `image/webp`; `InvalidInput` when it is none.
    pub content_type: String,
}

/// An object as it was put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredObject {
    /// The whole of it.
    pub object: Object,
    /// SHA-256 of the bytes, in hexadecimal.
    pub etag: String,
}

/// What a list says of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectInfo {
    /// Which object.
    pub key: ObjectKey,
    /// Of its content.
    pub size_bytes: u64,
}

/// Puts or deletes one derived object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectWrite {
    /// Among the objects of the collection.
    pub key: ObjectKey,
    /// The log position that the content was made at.
    pub version: Position,
    /// `None` deletes.
    pub content: Option<Object>,
}

/// Pictures, as they were uploaded and in the sizes that are made of them:
///
/// ```
/// use std::time::Duration;
///
/// use bytes::Bytes;
/// use souk_ports::objects::{Object, ObjectKey, Objects};
///
/// /// Keeps a picture. Where a browser fetches it from, if the engine lets browsers in.
/// async fn upload(objects: &dyn Objects, name: &str, bytes: Bytes) -> souk_ports::Result<Option<String>> {
///     let key = ObjectKey::parse(&format!("images/{name}"))?;
///     objects.put(&key, Object { bytes, content_type: "image/webp".to_owned() }).await?;
///     objects.link(&key, Duration::from_secs(3_600)).await
/// }
///
/// /// The small size of a picture where it has been made, else the picture itself.
/// async fn small(objects: &dyn Objects, key: &ObjectKey) -> souk_ports::Result<Option<Bytes>> {
///     let found = match objects.get_derived("image-sizes", key).await? {
///         Some(small) => Some(small),
///         None => objects.get(key).await?,
///     };
///     Ok(found.map(|stored| stored.object.bytes))
/// }
/// ```
#[async_trait]
pub trait Objects: Derived + 'static {
    /// Owns an object, in place of the one with this key.
    async fn put(&self, key: &ObjectKey, object: Object) -> Result<()>;

    /// An owned object; `None` where there is none.
    async fn get(&self, key: &ObjectKey) -> Result<Option<StoredObject>>;

    /// A URL of the owned object, good for `expires_in` for whoever has it; `None` where there is no such object, or
    /// the engine has no URLs.
    async fn link(&self, key: &ObjectKey, expires_in: Duration) -> Result<Option<String>>;

    /// Whether there was an owned object with this key.
    async fn delete(&self, key: &ObjectKey) -> Result<bool>;

    /// Up to `limit` owned objects whose keys begin with `prefix`, after `after` (`None`: from the first), in the order
    /// of their keys.
    async fn list(&self, prefix: &str, after: Option<&ObjectKey>, limit: u32) -> Result<Vec<ObjectInfo>>;

    /// Writes to one generation of a derived collection, live or not. `NotFound` when there is no such generation.
    async fn write(
        &self,
        collection: ProjectionName,
        generation: Generation,
        writes: Vec<ObjectWrite>,
        checkpoint: Checkpoint,
    ) -> Result<()>;

    /// A derived object from the live generation; `NotFound` when there is no live generation, `None` when it has no
    /// such object.
    async fn get_derived(&self, collection: ProjectionName, key: &ObjectKey) -> Result<Option<StoredObject>>;

    /// As [`Self::link`], for a derived object of the live generation; `NotFound` when there is none.
    async fn link_derived(
        &self,
        collection: ProjectionName,
        key: &ObjectKey,
        expires_in: Duration,
    ) -> Result<Option<String>>;

    /// Up to `limit` keys and etags of derived objects after `after` (`None`: from the first), in the order of the
    /// keys.
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
