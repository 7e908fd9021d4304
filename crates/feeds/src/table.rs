//! A file as a table of rows, whatever it is: opened once to learn its columns, and again for each pass over it.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::bounds::Bounds;
use crate::bytes::{self, Encoding};
use crate::columns::folded;
use crate::csv::{self, Broken, Csv};
use crate::error::Error;
use crate::json::{self, Step};
use crate::map::Layout;
use crate::row::Row;
use crate::xml;

/// How many records of JSON and XML are looked at to learn their fields.
const SAMPLE: usize = 200;

/// A file and what was learned about it.
pub(crate) struct Table {
    pub(crate) path: PathBuf,
    pub(crate) file: u8,
    pub(crate) encoding: Encoding,
    pub(crate) columns: Vec<String>,
    pub(crate) kind: Kind,
    bounds: Bounds,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Csv { delimiter: u8, header: String },
    Json(json::Form),
    Xml { item: Option<String>, head: String, open: Vec<String> },
}

impl Table {
    pub(crate) fn open(path: &Path, file: u8, root: Option<&str>, bounds: &Bounds) -> Result<Self, Error> {
        let encoding = bytes::encoding(path, bounds)?;
        let mut head = Vec::new();
        let head_bytes = bounds.row_bytes as u64;
        bytes::open(path, encoding, bounds)?
            .take(head_bytes)
            .read_to_end(&mut head)
            .map_err(|error| bytes::of_io(path, error))?;
        let head = String::from_utf8_lossy(&head);
        let kind = match head.trim_start().chars().next() {
            None => return Err(Self::broken(path, 0, "is empty".to_owned())),
            Some('{' | '[') => {
                let input = bytes::open(path, encoding, bounds)?;
                Kind::Json(json::form(input, &head, bounds, root).map_err(|error| of(path, 0, error))?)
            }
            Some('<') => Kind::Xml { item: root.map(str::to_owned), head: String::new(), open: Vec::new() },
            Some(_) => {
                let header = head.lines().find(|line| !line.trim().is_empty() && separator(line).is_none());
                let said = head.lines().find(|line| !line.trim().is_empty()).and_then(separator);
                let delimiter = said.unwrap_or_else(|| csv::delimiter(header.unwrap_or_default()));
                Kind::Csv { delimiter, header: String::new() }
            }
        };
        let mut table =
            Self { path: path.to_owned(), file, encoding, columns: Vec::new(), kind, bounds: *bounds };
        table.learn_columns()?;
        if table.columns.len() > bounds.columns {
            let reason = format!("has more than {} columns", bounds.columns);
            return Err(Self::broken(path, 0, reason));
        }
        Ok(table)
    }

    pub(crate) fn layout(&self) -> Layout {
        match self.kind {
            Kind::Csv { .. } => Layout::Csv,
            Kind::Json(_) => Layout::Json,
            Kind::Xml { .. } => Layout::Xml,
        }
    }

    fn broken(path: &Path, line: u64, reason: String) -> Error {
        Error::Broken { file: bytes::name_of(path), line, reason }
    }

    fn input(&self) -> Result<Box<dyn Read + Send>, Error> {
        bytes::open(&self.path, self.encoding, &self.bounds)
    }

    fn learn_columns(&mut self) -> Result<(), Error> {
        let input = self.input()?;
        let path = self.path.clone();
        match &mut self.kind {
            Kind::Csv { delimiter, header } => {
                let mut csv = Csv::new(input, *delimiter, self.bounds.row_bytes);
                let row = read_header(&mut csv, *delimiter).map_err(|error| of(&path, csv.line(), error))?;
                *header = row.raw().to_owned();
                let names =
                    (0..row.cells.len()).map(|at| row.cell(at as u32).unwrap_or_default().trim().to_owned());
                self.columns = names.collect();
            }
            Kind::Json(form) => {
                let mut records = json::Records::new(input, form.clone(), &[], None, &self.bounds);
                let mut row = Row::default();
                for _ in 0..SAMPLE {
                    match records.next(&mut row).map_err(|error| of(&path, records.line(), error))? {
                        Step::Row => {
                            if let Ok(value) = serde_json::from_str(row.raw()) {
                                json::paths(&value, "", &mut self.columns, &self.bounds);
                            }
                        }
                        Step::Bad(_) => {}
                        Step::End => break,
                    }
                }
            }
            Kind::Xml { item, head, open } => {
                let mut records = xml::Records::new(input, item.as_deref(), &[], &self.bounds);
                for _ in 0..SAMPLE {
                    match records.fields() {
                        Ok(Some((_, _, fields))) => {
                            for (name, _) in fields {
                                // One more than may be: it is refused for it below.
                                if self.columns.len() <= self.bounds.columns && !self.columns.contains(&name)
                                {
                                    self.columns.push(name);
                                }
                            }
                        }
                        Ok(None) => break,
                        Err(error) => return Err(of(&path, records.line(), error)),
                    }
                }
                *item = records.item().map(str::to_owned);
                (*head, *open) = records.head();
                open.retain(|name| name != "\0");
            }
        }
        Ok(())
    }

    /// Fields that a map asks for and that the sample does not have: a later record may.
    pub(crate) fn add_columns<'a>(&mut self, names: impl Iterator<Item = &'a str>) {
        if self.layout() == Layout::Csv {
            return;
        }
        // Names that differ in case alone are one field.
        for name in names.filter(|name| !name.contains('{')) {
            if !self.columns.iter().any(|known| folded(known) == folded(name)) {
                self.columns.push(name.to_owned());
            }
        }
    }

    /// Reads the file again from its first row.
    pub(crate) fn rows(&self, variants: Option<&str>) -> Result<Rows, Error> {
        let input = self.input()?;
        let reader = match &self.kind {
            Kind::Csv { delimiter, .. } => {
                let mut csv = Csv::new(input, *delimiter, self.bounds.row_bytes);
                read_header(&mut csv, *delimiter).map_err(|error| of(&self.path, csv.line(), error))?;
                Reader::Csv { csv, columns: self.columns.len(), may_be_short: *delimiter == b'\t' }
            }
            Kind::Json(form) => {
                let form = form.clone();
                Reader::Json(Box::new(json::Records::new(input, form, &self.columns, variants, &self.bounds)))
            }
            Kind::Xml { item, .. } => {
                Reader::Xml(Box::new(xml::Records::new(input, item.as_deref(), &self.columns, &self.bounds)))
            }
        };
        Ok(Rows { reader, path: self.path.clone(), file: self.file })
    }
}

/// `sep=;`, which some spreadsheets write above the header.
fn separator(line: &str) -> Option<u8> {
    let sign = line.trim().strip_prefix("sep=")?;
    (sign.len() == 1).then(|| sign.as_bytes()[0])
}

fn read_header<R: Read>(csv: &mut Csv<R>, delimiter: u8) -> Result<Row, Broken> {
    let mut row = Row::default();
    loop {
        match csv.next(&mut row)? {
            csv::Next::End => return Err(Broken::Row("has no header".to_owned())),
            csv::Next::NotUtf8 => return Err(Broken::Row("has a header that is not UTF-8".to_owned())),
            csv::Next::Row if separator(row.raw()) == Some(delimiter) => {}
            csv::Next::Row => return Ok(row),
        }
    }
}

fn of(path: &Path, line: u64, broken: Broken) -> Error {
    match broken {
        Broken::Io(error) => bytes::of_io(path, error),
        Broken::Row(reason) => Error::Broken { file: bytes::name_of(path), line, reason },
    }
}

/// The rows of a table, one after another.
pub(crate) struct Rows {
    reader: Reader,
    path: PathBuf,
    file: u8,
}

enum Reader {
    Csv { csv: Csv<Box<dyn Read + Send>>, columns: usize, may_be_short: bool },
    Json(Box<json::Records>),
    Xml(Box<xml::Records>),
}

impl Rows {
    /// Reads the next row into `row`; fails when nothing after it can be read.
    pub(crate) fn next(&mut self, row: &mut Row) -> Result<Step, Error> {
        let step = match &mut self.reader {
            Reader::Csv { csv, columns, may_be_short } => match csv.next(row) {
                Ok(csv::Next::End) => Ok(Step::End),
                Ok(csv::Next::NotUtf8) => Ok(Step::Bad("is not UTF-8".to_owned())),
                Ok(csv::Next::Row) => Ok(checked(row, *columns, *may_be_short, csv.line())),
                Err(error) => Err(of(&self.path, csv.line(), error)),
            },
            Reader::Json(records) => records.next(row).map_err(|error| of(&self.path, records.line(), error)),
            Reader::Xml(records) => match records.next(row) {
                Ok(step) => Ok(step),
                Err(error) => Err(of(&self.path, records.line(), error)),
            },
        };
        row.file = self.file;
        step
    }
}

/// Cells beyond the header may be empty, and programs that write tabs leave out empty cells at the end.
fn checked(row: &mut Row, columns: usize, may_be_short: bool, next_line: u64) -> Step {
    let found = row.cells.len();
    let has_more = (columns..found).any(|at| row.cell(at as u32).is_some_and(|cell| !cell.trim().is_empty()));
    if has_more || (found < columns && !may_be_short) {
        let mut reason = format!("has {found} columns, not {columns}");
        if next_line > row.line + 1 {
            reason.push_str(&format!("; it runs on to line {}: is a quote left open?", next_line - 1));
        }
        return Step::Bad(reason);
    }
    while row.cells.len() < columns {
        row.push(Some(""));
    }
    Step::Row
}
