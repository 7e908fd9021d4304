//! Products set aside between the two times that an import goes through them, and given back in the order of their ids.
//!
//! Ids are hashes, and the store keeps its rows by id. In the order of the file each row would go to a page of its own, and
//! every page be written for every few rows; in the order of ids rows that lie together are written together.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use souk_feeds::shape::Product;
use souk_kernel::ProductId;

use super::Error;
use super::read::SourceRows;

/// What is set aside of a product.
#[derive(Serialize, Deserialize)]
pub(super) struct Aside {
    pub(super) line: u64,
    /// Of its variants.
    pub(super) lines: Vec<u64>,
    pub(super) rows: SourceRows,
    pub(super) product: Product,
}

/// Where a product lies in the file.
struct Entry {
    id: ProductId,
    at: u64,
    length: u32,
}

/// A file without a name, which is gone with the process however that ends.
pub(super) struct Spill {
    file: BufWriter<File>,
    end: u64,
    entries: Vec<Entry>,
    next: usize,
}

impl Spill {
    pub(super) fn new() -> Result<Self, Error> {
        let file = tempfile::tempfile().map_err(unusable)?;
        Ok(Self { file: BufWriter::with_capacity(1 << 20, file), end: 0, entries: Vec::new(), next: 0 })
    }

    pub(super) fn add(&mut self, id: ProductId, aside: &Aside) -> Result<(), Error> {
        let bytes = serde_json::to_vec(aside)
            .map_err(|error| souk_ports::Error::internal("setting a product aside", error))?;
        self.file.write_all(&bytes).map_err(unusable)?;
        let length = u32::try_from(bytes.len())
            .map_err(|error| souk_ports::Error::internal("setting a product aside", error))?;
        self.entries.push(Entry { id, at: self.end, length });
        self.end += u64::from(length);
        Ok(())
    }

    /// Back to the first one.
    pub(super) fn rewind(&mut self) -> Result<(), Error> {
        self.file.flush().map_err(unusable)?;
        self.entries.sort_unstable_by_key(|entry| (entry.id, entry.at));
        self.next = 0;
        Ok(())
    }

    pub(super) fn next(&mut self) -> Result<Option<Aside>, Error> {
        let Some(entry) = self.entries.get(self.next) else { return Ok(None) };
        self.next += 1;
        let mut bytes = vec![0; entry.length as usize];
        self.file.get_ref().read_exact_at(&mut bytes, entry.at).map_err(unusable)?;
        let aside = serde_json::from_slice(&bytes)
            .map_err(|error| souk_ports::Error::internal("reading a product that was set aside", error))?;
        Ok(Some(aside))
    }

    /// All ids, in order, once it was rewound.
    pub(super) fn ids(&self) -> impl Iterator<Item = ProductId> {
        self.entries.iter().map(|entry| entry.id)
    }

    pub(super) fn has(&self, id: ProductId) -> bool {
        self.entries.binary_search_by_key(&id, |entry| entry.id).is_ok()
    }
}

fn unusable(source: std::io::Error) -> Error {
    Error::Unwritable { path: PathBuf::from("a temporary file"), source }
}
