//! Which key of the bucket holds what.
//!
//! ```text
//! PREFIX/owned/images/5f2c…!                    what is owned, by key
//!       /mark                                   whether that is being moved
//!       /derived/image-sizes/g3/images/5f2c…!   what is derived, one folder per generation
//!               /_records/image-sizes.3         no projection's name holds a `_`
//! ```
//! Servers that keep objects in folders, such as MinIO, cannot list both `a` and `a/b`. So a key gets a `!` at its end,
//! which no key holds and which sorts before all that keys hold: their order stays.

use souk_ports::Result;
use souk_ports::derived::{Generation, ProjectionName};
use souk_ports::objects::ObjectKey;

use super::bucket::Bucket;

#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// Empty, or with a slash at its end.
    pub(super) prefix: String,
}

impl Layout {
    /// With a slash at its end, as every folder here.
    pub(super) fn owned(&self) -> String {
        format!("{}owned/", self.prefix)
    }

    pub(super) fn generation(&self, projection: ProjectionName, generation: Generation) -> String {
        format!("{}derived/{projection}/g{}/", self.prefix, generation.0)
    }

    pub(super) fn record(&self, key: &str) -> String {
        format!("{}derived/_records/{key}", self.prefix)
    }

    /// Whether the bucket is being moved.
    pub(super) fn mark(&self) -> String {
        format!("{}mark", self.prefix)
    }

    /// Those in which something lies.
    pub(super) async fn generations(
        &self,
        bucket: &Bucket,
        projection: ProjectionName,
    ) -> Result<Vec<Generation>> {
        let folders = bucket.folders(&format!("{}derived/{projection}/", self.prefix)).await?;
        let number = |folder: &String| folder.rsplit_once("/g")?.1.parse().ok().map(Generation);
        Ok(folders.iter().filter_map(number).collect())
    }
}

/// Where an object lies in a folder.
pub(super) fn path(folder: &str, key: &ObjectKey) -> String {
    format!("{folder}{}!", key.as_str())
}

/// The other way round; what was put there by hand may have a name that is no key.
pub(super) fn key(folder: &str, path: &str) -> Option<ObjectKey> {
    ObjectKey::parse(path.strip_prefix(folder)?.strip_suffix('!')?).ok()
}
