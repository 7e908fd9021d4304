//! The graph on disk, so that opening an index does not link it anew.
//!
//! It says nothing about entries: it holds the hashes of the vectors in the order of their numbers, and their links.
//! Whatever is not in it is linked later, and without it everything is; so it may be old, and one that is damaged is
//! passed over. It is replaced by write, sync, rename.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use sha2::{Digest, Sha256};
use souk_ports::vectors::ContentHash;

const MAGIC: &[u8] = b"souk graph 1\n";
const FILE: &str = "graph.snapshot";
const HASH: usize = 32;

pub(super) struct Snapshot {
    pub(super) hashes: Vec<ContentHash>,
    /// As [`souk_hnsw::Index::graph`] has it.
    pub(super) graph: Vec<u8>,
}

impl Snapshot {
    /// `None` where there is none that can be used.
    pub(super) fn read(folder: &Path) -> Option<Self> {
        let path = folder.join(FILE);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return None,
            Err(error) => {
                tracing::warn!(file = %path.display(), %error, "the snapshot of a graph cannot be read");
                return None;
            }
        };
        let snapshot = Self::parse(&bytes);
        if snapshot.is_none() {
            tracing::warn!(file = %path.display(), "the snapshot of a graph is damaged and will be replaced");
        }
        snapshot
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (content, digest) = bytes.split_at_checked(bytes.len().checked_sub(HASH)?)?;
        if Sha256::digest(content).as_slice() != digest {
            return None;
        }
        let (count, rest) = content.strip_prefix(MAGIC)?.split_first_chunk::<4>()?;
        let (hashes, graph) = rest.split_at_checked(u32::from_le_bytes(*count) as usize * HASH)?;
        let hashes = hashes.as_chunks::<HASH>().0.iter().map(|hash| ContentHash(*hash)).collect();
        Some(Self { hashes, graph: graph.to_vec() })
    }

    /// Leaves it to the other process where one is just writing.
    pub(super) fn write(&self, folder: &Path) -> io::Result<()> {
        let lock =
            OpenOptions::new().create(true).truncate(false).write(true).open(folder.join("graph.lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        let mut content = MAGIC.to_vec();
        content.extend((self.hashes.len() as u32).to_le_bytes());
        content.extend(self.hashes.iter().flat_map(|hash| hash.0));
        content.extend(&self.graph);
        content.extend(Sha256::digest(&content));
        let unfinished = folder.join("graph.new");
        let mut file = File::create(&unfinished)?;
        file.write_all(&content)?;
        file.sync_all()?;
        fs::rename(&unfinished, folder.join(FILE))?;
        File::open(folder)?.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_a_changed_byte_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Snapshot::read(folder.path()).is_none());
        let hashes = vec![ContentHash([1; HASH]), ContentHash([2; HASH])];
        Snapshot { hashes: hashes.clone(), graph: vec![7; 100] }.write(folder.path()).unwrap();
        let read = Snapshot::read(folder.path()).unwrap();
        assert_eq!((read.hashes, read.graph), (hashes, vec![7; 100]));

        let path = folder.path().join(FILE);
        let whole = fs::read(&path).unwrap();
        for at in [0, MAGIC.len(), MAGIC.len() + 40, whole.len() - HASH - 1, whole.len() - 1] {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            fs::write(&path, &bytes).unwrap();
            assert!(Snapshot::read(folder.path()).is_none(), "byte {at}");
        }
        for length in [0, HASH, whole.len() - 1] {
            fs::write(&path, &whole[..length]).unwrap();
            assert!(Snapshot::read(folder.path()).is_none(), "{length} bytes");
        }
    }
}
