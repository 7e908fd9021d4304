//! What every engine does with an object before it stores it.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use souk_ports::objects::{Object, ObjectKey, ObjectWrite};
use souk_ports::{Error, Result};

const MAX_CONTENT_TYPE: usize = 100;

/// A content type goes into a header of HTTP some day, so it must be one word.
pub(super) fn checked(object: Object) -> Result<Object> {
    let kind = &object.content_type;
    let plain = kind.len() <= MAX_CONTENT_TYPE && kind.bytes().all(|b| b.is_ascii_graphic() && b != b'"');
    if plain && kind.contains('/') {
        return Ok(object);
    }
    Err(Error::invalid(format!(
        "`{}` is no content type",
        kind.escape_debug().take(MAX_CONTENT_TYPE).collect::<String>()
    )))
}

/// SHA-256 in hexadecimal.
pub(super) fn etag(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Of one key the highest version counts, and of equal ones the last.
pub(super) fn newest(writes: &[ObjectWrite]) -> Vec<&ObjectWrite> {
    let mut newest: BTreeMap<&ObjectKey, &ObjectWrite> = BTreeMap::new();
    for write in writes {
        let kept = newest.entry(&write.key).or_insert(write);
        if write.version >= kept.version {
            *kept = write;
        }
    }
    newest.into_values().collect()
}
