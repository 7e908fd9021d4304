//! SKUs that stand twice in an import, found in little memory: hashes with their lines, and more than a million of
//! them in files.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};

use foldhash::fast::FixedState;

use crate::dialect;
use crate::error::Error;
use crate::shape::Place;

const IN_MEMORY: usize = 1_000_000;
const PARTS: usize = 32;

/// A hash, and where it stands: the file in the upper byte, the line below.
type Entry = (u64, u64);

pub(crate) struct Doubles {
    hasher: FixedState,
    entries: Vec<Entry>,
    parts: Vec<BufWriter<File>>,
    temp: PathBuf,
}

impl Doubles {
    pub(crate) fn new(temp: Option<&Path>) -> Self {
        let temp = temp.map_or_else(std::env::temp_dir, Path::to_owned);
        Self { hasher: FixedState::with_seed(0), entries: Vec::new(), parts: Vec::new(), temp }
    }

    pub(crate) fn add(&mut self, sku: &str, place: Place) -> Result<(), Error> {
        let at = (u64::from(place.file) << 56) | (place.line & 0x00ff_ffff_ffff_ffff);
        self.entries.push((dialect::hash(&self.hasher, sku), at));
        if self.entries.len() < IN_MEMORY {
            return Ok(());
        }
        self.set_aside().map_err(|source| Error::Unwritable { path: self.temp.clone(), source })
    }

    fn set_aside(&mut self) -> std::io::Result<()> {
        while self.parts.len() < PARTS {
            self.parts.push(BufWriter::with_capacity(32 * 1024, tempfile::tempfile_in(&self.temp)?));
        }
        for (hash, at) in self.entries.drain(..) {
            let part = &mut self.parts[(hash >> 59) as usize];
            part.write_all(&hash.to_le_bytes())?;
            part.write_all(&at.to_le_bytes())?;
        }
        Ok(())
    }

    /// How many SKUs stand more than once, and where the first of them stand again.
    pub(crate) fn found(&mut self, shown: usize) -> Result<(u64, Vec<Place>), Error> {
        let mut found = (0, Vec::new());
        if self.parts.is_empty() {
            count(&mut self.entries, &mut found);
        } else {
            let temp = self.temp.clone();
            let unwritable = |source| Error::Unwritable { path: temp.clone(), source };
            self.set_aside().map_err(unwritable)?;
            for part in self.parts.drain(..) {
                let mut file = part.into_inner().map_err(|error| unwritable(error.into_error()))?;
                file.rewind().map_err(unwritable)?;
                let mut entries = read(file).map_err(unwritable)?;
                count(&mut entries, &mut found);
            }
        }
        found.1.sort_unstable();
        found.1.truncate(shown);
        Ok(found)
    }
}

fn read(file: File) -> std::io::Result<Vec<Entry>> {
    let mut bytes = Vec::new();
    BufReader::new(file).read_to_end(&mut bytes)?;
    let number = |part: &[u8]| part.iter().rev().fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
    Ok(bytes.chunks_exact(16).map(|entry| (number(&entry[..8]), number(&entry[8..]))).collect())
}

fn count(entries: &mut [Entry], found: &mut (u64, Vec<Place>)) {
    entries.sort_unstable();
    let mut is_counted = false;
    for pair in entries.windows(2) {
        if pair[0].0 != pair[1].0 {
            is_counted = false;
            continue;
        }
        found.0 += u64::from(!is_counted);
        is_counted = true;
        let at = pair[1].1;
        found.1.push(Place { file: (at >> 56) as u8, line: at & 0x00ff_ffff_ffff_ffff });
    }
}
