//! The first line of an object's file: what is kept with the bytes, so that both are replaced by one rename.

use std::fs::File;
use std::io::{self, Read};

use serde::{Deserialize, Serialize};
use souk_kernel::Position;
use souk_ports::objects::Object;

use crate::objects::content;

/// A line is never longer, so the head of a file can be read at once.
const MAX_BYTES: usize = 512;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Header {
    pub(super) content_type: String,
    /// SHA-256 of the bytes, in hexadecimal.
    pub(super) etag: String,
    /// The log position it was made at; 0 for what is owned.
    pub(super) version: Position,
    /// It keeps its version and has no bytes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) deleted: bool,
}

impl Header {
    pub(super) fn of(object: &Object, version: Position) -> Self {
        let etag = content::etag(&object.bytes);
        Self { content_type: object.content_type.clone(), etag, version, deleted: false }
    }

    pub(super) fn deleted(version: Position) -> Self {
        Self { content_type: String::new(), etag: String::new(), version, deleted: true }
    }

    pub(super) fn line(&self) -> io::Result<Vec<u8>> {
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        Ok(line)
    }

    /// The header at the start of `bytes`, and its length.
    pub(super) fn read(bytes: &[u8]) -> io::Result<(Self, usize)> {
        let broken = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why.to_owned());
        let head = &bytes[..bytes.len().min(MAX_BYTES)];
        let end = head.iter().position(|byte| *byte == b'\n').ok_or_else(|| broken("no header"))?;
        let header =
            serde_json::from_slice(&head[..end]).map_err(|error| broken(&format!("its header: {error}")))?;
        Ok((header, end + 1))
    }

    /// The header of a file, and how many bytes follow it.
    pub(super) fn of_file(file: &File) -> io::Result<(Self, u64)> {
        let mut head = Vec::with_capacity(MAX_BYTES);
        file.take(MAX_BYTES as u64).read_to_end(&mut head)?;
        let (header, length) = Self::read(&head)?;
        Ok((header, file.metadata()?.len().saturating_sub(length as u64)))
    }
}
