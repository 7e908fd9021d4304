//! Objects as records, the same on every engine.

use souk_ports::moving::Record;
use souk_ports::objects::{Object, ObjectKey, StoredObject};
use souk_ports::{Error, Result};

use super::content::etag;

/// The one collection.
pub(super) const OBJECTS: &str = "objects";

pub(super) fn record(key: &ObjectKey, stored: StoredObject) -> Result<Record> {
    let failed = |error| Error::internal(format!("writing the object `{}`", key.as_str()), error);
    let StoredObject { object: Object { bytes, content_type }, etag } = stored;
    Ok(Record {
        key: serde_json::to_string(&[key.as_str()]).map_err(failed)?,
        value: serde_json::to_string(&[key.as_str(), &content_type, &etag]).map_err(failed)?,
        content: bytes,
        expires_at: None,
    })
}

/// `InvalidInput` when the bytes are not those that the etag was made of.
pub(super) fn object(record: Record) -> Result<(ObjectKey, Object)> {
    let [key, content_type, told]: [String; 3] = serde_json::from_str(&record.value)
        .map_err(|_| Error::invalid(format!("`{}` is no object", record.key)))?;
    if etag(&record.content) != told {
        return Err(Error::invalid(format!("the bytes of the object `{key}` are not those of its etag")));
    }
    Ok((ObjectKey::parse(&key)?, Object { bytes: record.content, content_type }))
}

/// The key that a page begins after.
pub(super) fn key(text: &str) -> Result<ObjectKey> {
    let [key]: [String; 1] =
        serde_json::from_str(text).map_err(|_| Error::invalid(format!("no object has the key `{text}`")))?;
    ObjectKey::parse(&key)
}
