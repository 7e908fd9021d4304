//! Rows that were refused: where they stand, why, and the file in which they are collected.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use souk_feeds::shape::Place;
use souk_feeds::{Fault, FaultKind};

use super::Error;
use super::read::SourceRows;

/// How many rejects a report shows; the file has all.
const SHOWN: usize = 100;
/// Characters of the refused row that are repeated.
const MAX_ROW: usize = 1_000;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reject {
    pub file: String,
    /// Of the file, from 1.
    pub line: u64,
    /// Empty where the row as a whole is wrong.
    pub column: String,
    /// Reads on from the column's name: `is missing`.
    pub reason: String,
    /// The row as it stood in the file, cut where it is long.
    pub row: String,
    /// All rows of its product, where the file is an export.
    #[serde(skip)]
    pub(super) rows: Option<Arc<SourceRows>>,
}

impl std::fmt::Display for Reject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: ", self.file, self.line)?;
        if !self.column.is_empty() {
            write!(f, "`{}` ", self.column)?;
        }
        f.write_str(&self.reason)
    }
}

/// Collects rejects: a few in memory, all of them in a file that appears when it is complete.
pub(super) struct Rejects {
    pub(super) count: u64,
    pub(super) first: Vec<Reject>,
    target: Option<PathBuf>,
    writer: Option<csv::Writer<BufWriter<File>>>,
    /// Of an export, which has its rejects in its own form.
    export: Option<souk_feeds::Rejects>,
    last: Option<Arc<SourceRows>>,
}

impl Rejects {
    pub(super) fn new(target: Option<PathBuf>) -> Self {
        Self { count: 0, first: Vec::new(), target, writer: None, export: None, last: None }
    }

    /// Of an export.
    pub(super) fn of_export(export: Option<souk_feeds::Rejects>) -> Self {
        let mut rejects = Self::new(None);
        rejects.export = export;
        rejects
    }

    pub(super) fn add(&mut self, mut reject: Reject) -> Result<(), Error> {
        if let Some((cut, _)) = reject.row.char_indices().nth(MAX_ROW) {
            reject.row.truncate(cut);
            reject.row.push('…');
        }
        self.write(&reject)?;
        self.count += 1;
        if self.first.len() < SHOWN {
            self.first.push(reject);
        }
        Ok(())
    }

    fn write(&mut self, reject: &Reject) -> Result<(), Error> {
        if let (Some(export), Some(rows)) = (&mut self.export, &reject.rows) {
            // A product's rows are written once, whatever else is wrong with it.
            if self.last.as_ref().is_none_or(|last| !Arc::ptr_eq(last, rows)) {
                let place = Place { file: rows.first().map_or(0, |(file, _)| *file), line: reject.line };
                let (column, reason) = (reject.column.clone(), reject.reason.clone());
                let faults = vec![Fault { kind: FaultKind::Shop, place, column, reason }];
                export.add(&souk_feeds::Reject { faults, rows: rows.to_vec() })?;
                self.last = Some(rows.clone());
            }
        }
        let Some(target) = &self.target else { return Ok(()) };
        let unwritable = |source: io::Error| Error::Unwritable { path: target.clone(), source };
        let writer = match &mut self.writer {
            Some(writer) => writer,
            none => {
                let file = File::create(unfinished(target)).map_err(unwritable)?;
                let mut writer = csv::Writer::from_writer(BufWriter::new(file));
                writer
                    .write_record(["file", "line", "column", "reason", "row"])
                    .map_err(|error| unwritable(error.into()))?;
                none.insert(writer)
            }
        };
        let line = reject.line.to_string();
        // A cell that begins like a formula would run in the spreadsheet of whoever looks at the rejects.
        let inert = if reject.row.starts_with(['=', '+', '-', '@', '\t']) { "'" } else { "" };
        let row = format!("{inert}{}", reject.row);
        writer
            .write_record([&reject.file, &line, &reject.column, &reject.reason, &row])
            .map_err(|error| unwritable(error.into()))
    }

    /// Gives the file its name, once it is complete and on the disk.
    pub(super) fn finish(&mut self) -> Result<Option<PathBuf>, Error> {
        if let Some(export) = self.export.take() {
            return Ok(export.finish()?.into_iter().next());
        }
        let (Some(target), Some(writer)) = (&self.target, self.writer.take()) else { return Ok(None) };
        let unwritable = |source: io::Error| Error::Unwritable { path: target.clone(), source };
        let buffered = writer.into_inner().map_err(|error| unwritable(error.into_error()))?;
        let file = buffered.into_inner().map_err(|error| unwritable(error.into_error()))?;
        file.sync_all().map_err(unwritable)?;
        std::fs::rename(unfinished(target), target).map_err(unwritable)?;
        Ok(Some(target.clone()))
    }
}

impl Drop for Rejects {
    /// A load that failed leaves no half file behind.
    fn drop(&mut self) {
        if let (Some(target), Some(_)) = (&self.target, self.writer.take()) {
            // It is of no use to anyone; if it cannot be removed, the next load overwrites it.
            let _ = std::fs::remove_file(unfinished(target));
        }
    }
}

fn unfinished(target: &Path) -> PathBuf {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(".unfinished");
    target.with_file_name(name)
}
