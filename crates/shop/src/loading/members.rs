//! Which products the last import of a source had, so that the next one can tell which are gone.

use std::fmt::Write;

use serde::{Deserialize, Serialize};
use souk_kernel::ProductId;
use souk_ports::records::{self, Index, Record};
use souk_ports::rows::{RecordEntry, RecordRow};
use souk_ports::store::Snapshot;
use souk_ports::{Error, Result};
use uuid::Uuid;

use crate::declared::Declarations;

pub const DECLARED: Declarations =
    Declarations { records: &[<Part as Record>::KIND], ..Declarations::NOTHING };

/// Ids in a record, which is then half as long as one may be.
const IDS: usize = 15_000;
/// What a hexadecimal id takes.
const DIGITS: usize = 32;
/// The name space of the ids of the records; it can never change.
const SPACE: Uuid = Uuid::from_u128(0x2f1d_6a0e_7c44_4b0e_9a53_0d1f_5e6c_000f);

/// Some of the ids, in order.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Part {
    source: String,
    part: usize,
    /// Hexadecimal, one after the other.
    ids: String,
}

impl Record for Part {
    const KIND: &'static str = "import-members";
    const INDEXES: &'static [Index] = &[];

    fn id(&self) -> Uuid {
        id_of(&self.source, self.part)
    }

    fn entries(&self) -> Vec<RecordEntry> {
        Vec::new()
    }
}

fn id_of(source: &str, part: usize) -> Uuid {
    Uuid::new_v5(&SPACE, format!("{source}\u{1f}{part}").as_bytes())
}

/// What the store has of a source.
pub(super) struct Members {
    parts: Vec<Part>,
}

impl Members {
    pub(super) async fn of(snapshot: &mut dyn Snapshot, source: &str) -> Result<Self> {
        let mut parts = Vec::new();
        while let Some(part) = snapshot.record::<Part>(id_of(source, parts.len())).await? {
            parts.push(part.row);
        }
        Ok(Self { parts })
    }

    /// Those that are not there now.
    pub(super) fn gone(&self, is_there: impl Fn(ProductId) -> bool) -> Result<Vec<ProductId>> {
        let mut gone = Vec::new();
        for part in &self.parts {
            for digits in part.ids.as_bytes().chunks(DIGITS) {
                let id = Uuid::try_parse_ascii(digits)
                    .map_err(|source| Error::internal("reading what was imported last", source))?;
                if !is_there(ProductId(id)) {
                    gone.push(ProductId(id));
                }
            }
        }
        Ok(gone)
    }

    /// The rows that make it those of `ids`, which are in order; none where it is.
    pub(super) fn rows(&self, source: &str, ids: &[ProductId]) -> Result<Vec<RecordRow>> {
        let mut rows = Vec::new();
        let mut written = 0;
        for (part, ids) in ids.chunks(IDS).enumerate() {
            let mut digits = String::with_capacity(ids.len() * DIGITS);
            for id in ids {
                // Writing to a text cannot fail.
                let _ = write!(digits, "{}", id.0.simple());
            }
            let wanted = Part { source: source.to_owned(), part, ids: digits };
            if self.parts.get(part) != Some(&wanted) {
                rows.push(records::row(&wanted)?);
            }
            written += 1;
        }
        rows.extend((written..self.parts.len()).map(|part| records::deleted::<Part>(id_of(source, part))));
        Ok(rows)
    }
}
