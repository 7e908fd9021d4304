//! What is wrong with a product, and the file of refused rows: in the source's own header and quoting, with a reason,
//! so that it can be mended and imported again.
//!
//! The rule: what decides what is sold, at what price, how many of it and whether at all refuses the product, with all
//! of its rows. Any other fault is told, and its field counts as not being there.

use std::fmt;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::shape::Place;
use crate::table::{Kind, Table};

/// The column of a file of rejects that says why; an import passes over it.
pub(crate) const REASON: &str = "reject_reason";

/// Kinds of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FaultKind {
    /// A row that cannot be read.
    Row,
    /// A row of no product.
    NoKey,
    /// A product without a name.
    NoName,
    /// A price that is none.
    Amount,
    /// A stock that is no count.
    Stock,
    /// A word that says neither yes nor no, neither on sale nor off.
    Word,
    /// A product of too many rows.
    TooLarge,
    /// A variant whose parent is in no row.
    Orphan,
    /// A kind of product that is no single thing.
    Kind,
    /// Two variants that differ in nothing.
    Options,
    /// A weight or a length that is none.
    Measure,
    /// A number under a bar code that is none.
    Gtin,
    /// Another number or date that is none.
    Number,
    /// A variant that is switched off.
    Off,
    /// A SKU that stands twice.
    DoubledSku,
    /// A SKU that the source lacks.
    MadeSku,
    /// A pair of names and values that is none.
    Pair,
    /// Something that the shop it is for does not take.
    Shop,
}

impl FaultKind {
    /// Whether the product is refused.
    pub fn refuses(self) -> bool {
        use FaultKind::{Amount, Kind, NoKey, NoName, Options, Orphan, Row, Shop, Stock, TooLarge, Word};
        matches!(
            self,
            Row | NoKey | NoName | Amount | Stock | Word | TooLarge | Orphan | Kind | Options | Shop
        )
    }
}

impl FaultKind {
    /// `3 rows cannot be read`, without the number.
    pub fn told(self, count: u64) -> &'static str {
        let (one, many) = match self {
            Self::Row => ("row cannot be read", "rows cannot be read"),
            Self::NoKey => ("row belongs to no product", "rows belong to no product"),
            Self::NoName => ("product has no name", "products have no name"),
            Self::Amount => ("price is no amount", "prices are no amounts"),
            Self::Stock => ("stock is no count", "stocks are no counts"),
            Self::Word => ("word is not known", "words are not known"),
            Self::TooLarge => ("product has too many rows", "products have too many rows"),
            Self::Orphan => ("variant has no parent in the file", "variants have no parent in the file"),
            Self::Kind => ("product is a set or a link", "products are sets or links"),
            Self::Options => ("variant has the options of another", "variants have the options of another"),
            Self::Measure => ("weight or length was left out", "weights or lengths were left out"),
            Self::Gtin => ("bar code was left out", "bar codes were left out"),
            Self::Number => ("number was left out", "numbers were left out"),
            Self::Off => {
                ("variant is switched off and was left out", "variants are switched off and were left out")
            }
            Self::DoubledSku => ("SKU stands twice", "SKUs stand twice"),
            Self::MadeSku => {
                ("SKU was made, because there was none", "SKUs were made, because there were none")
            }
            Self::Pair => ("property was left out", "properties were left out"),
            Self::Shop => ("product is not taken by the shop", "products are not taken by the shop"),
        };
        if count == 1 { one } else { many }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Of which kind.
    pub kind: FaultKind,
    /// Where.
    pub place: Place,
    /// In which column; empty where it is about the whole row.
    pub column: String,
    /// Reads on from the column's name: `is no amount: …`.
    pub reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.place.line)?;
        if !self.column.is_empty() {
            write!(f, "`{}` ", self.column)?;
        }
        f.write_str(&self.reason)
    }
}

/// A product that was refused, or a row of none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// What is wrong; the first of them refused it.
    pub faults: Vec<Fault>,
    /// Its rows as they stood in the file: which file, and the text.
    pub rows: Vec<(u8, String)>,
}

/// Writes refused rows, one file for each file of the import; a file appears when it has something in it.
pub struct Rejects {
    files: Vec<Target>,
}

struct Target {
    path: PathBuf,
    kind: Kind,
    writer: Option<BufWriter<File>>,
}

impl Rejects {
    pub(crate) fn new(path: &Path, tables: &[Table]) -> Self {
        let target = |(at, table): (usize, &Table)| {
            let path = match at {
                0 => path.to_owned(),
                at => path.with_extension(match path.extension() {
                    Some(extension) => format!("{at}.{}", extension.to_string_lossy()),
                    None => at.to_string(),
                }),
            };
            Target { path, kind: table.kind.clone(), writer: None }
        };
        Self { files: tables.iter().enumerate().map(target).collect() }
    }

    /// Writes the rows of a refused product.
    pub fn add(&mut self, reject: &Reject) -> Result<(), Error> {
        let reason = reject.faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        for (file, row) in &reject.rows {
            let Some(target) = self.files.get_mut(usize::from(*file)) else { continue };
            if !row.is_empty() {
                target.add(row, &reason).map_err(|source| target.unwritable(source))?;
            }
        }
        Ok(())
    }

    /// Ends the files; gives those that were written.
    pub fn finish(self) -> Result<Vec<PathBuf>, Error> {
        let mut paths = Vec::new();
        for mut target in self.files {
            let Some(mut writer) = target.writer.take() else { continue };
            let end = match &target.kind {
                Kind::Xml { open, .. } => {
                    open.iter().rev().map(|name| format!("</{name}>")).collect::<String>() + "\n"
                }
                _ => String::new(),
            };
            writer
                .write_all(end.as_bytes())
                .and_then(|()| writer.flush())
                .map_err(|source| target.unwritable(source))?;
            paths.push(target.path);
        }
        Ok(paths)
    }
}

impl Target {
    fn unwritable(&self, source: std::io::Error) -> Error {
        Error::Unwritable { path: self.path.clone(), source }
    }

    fn add(&mut self, row: &str, reason: &str) -> std::io::Result<()> {
        let is_first = self.writer.is_none();
        let writer = match &mut self.writer {
            Some(writer) => writer,
            none => none.insert(BufWriter::new(File::create(&self.path)?)),
        };
        match &self.kind {
            Kind::Csv { delimiter, header } => {
                let delimiter = char::from(*delimiter);
                if is_first {
                    writeln!(writer, "{header}{delimiter}{REASON}")?;
                }
                writeln!(writer, "{row}{delimiter}\"{}\"", reason.replace('"', "\"\""))
            }
            Kind::Json(_) => {
                let reason = serde_json::to_string(reason)?;
                match row.trim_start().strip_prefix('{') {
                    // One object a line, whatever the document was: such a file is read again too.
                    Some(fields) => {
                        let comma = if fields.trim_start().starts_with('}') { "" } else { "," };
                        writeln!(
                            writer,
                            "{{\"{REASON}\":{reason}{comma}{}",
                            fields.replace(['\n', '\r'], " ")
                        )
                    }
                    None => writeln!(writer, "{}", row.replace(['\n', '\r'], " ")),
                }
            }
            Kind::Xml { head, .. } => {
                if is_first {
                    writeln!(writer, "{head}")?;
                }
                let reason = quick_xml::escape::escape(reason);
                match row.rfind("</") {
                    Some(end) => {
                        writeln!(writer, "{}<{REASON}>{reason}</{REASON}>{}", &row[..end], &row[end..])
                    }
                    None => writeln!(writer, "{row}"),
                }
            }
        }
    }
}
