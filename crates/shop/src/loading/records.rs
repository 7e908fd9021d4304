//! The records of a foreign file, one after another: CSV or NDJSON, gzipped or not, and never more than one of them
//! in memory.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;
use serde_json::{Map, Value};

use super::Error;
use super::columns::{Bad, Checked};
use super::map::Format;

/// The longest record that is read.
const MAX_RECORD: u64 = 1024 * 1024;
/// How much of a record is kept to be shown.
const SHOWN: usize = 1_000;
/// Rows end here alone, and a carriage return before it is taken off later: otherwise a row that is read would seem to
/// begin in the line before it.
pub(super) const LINE_FEED: csv::Terminator = csv::Terminator::Any(b'\n');

pub(super) struct Record {
    /// Of the file, unpacked, from 1.
    pub(super) line: u64,
    /// As it stood in the file, cut.
    pub(super) row: String,
    pub(super) fields: Checked<Map<String, Value>>,
}

pub(super) struct Records {
    /// For messages.
    file: String,
    line: u64,
    form: Form,
}

enum Form {
    Ndjson(Box<dyn BufRead + Send>),
    Csv { reader: csv::Reader<Box<dyn Read + Send>>, header: Vec<String>, pulled: Arc<AtomicU64> },
}

impl Records {
    /// Opens a file whose records have at least the fields `wanted`, as far as the format tells that beforehand.
    pub(super) fn open(path: &Path, format: Format, wanted: &[&str]) -> Result<Self, Error> {
        let unreadable = |source| Error::Unreadable { path: path.to_owned(), source };
        let file = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let plain = unpacked(File::open(path).map_err(unreadable)?).map_err(|error| match error.kind() {
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
                Error::Broken { file: file.clone(), line: 0, reason: error.to_string() }
            }
            _ => unreadable(error),
        })?;
        let mut records = match format {
            Format::Ndjson => Self { file, line: 0, form: Form::Ndjson(plain) },
            Format::Csv => {
                let pulled = Arc::new(AtomicU64::new(0));
                let limited: Box<dyn Read + Send> =
                    Box::new(Limited { inner: plain, pulled: pulled.clone() });
                let reader = csv::ReaderBuilder::new()
                    .has_headers(false)
                    .flexible(true)
                    .terminator(LINE_FEED)
                    .from_reader(limited);
                Self { file, line: 0, form: Form::Csv { reader, header: Vec::new(), pulled } }
            }
        };
        records.read_header(wanted)?;
        Ok(records)
    }

    fn read_header(&mut self, wanted: &[&str]) -> Result<(), Error> {
        let file = &self.file;
        let Form::Csv { reader, header, .. } = &mut self.form else { return Ok(()) };
        let mut record = csv::StringRecord::new();
        reader.read_record(&mut record).map_err(|error| Error::Broken {
            file: file.clone(),
            line: 0,
            reason: reason(&error),
        })?;
        *header = record.iter().map(|name| name.trim().to_owned()).collect();
        match wanted.iter().find(|name| !header.iter().any(|known| known == *name)) {
            Some(name) => Err(Error::Map {
                map: file.clone(),
                reason: format!("names the field `{name}`, but the file has only {}", header.join(", ")),
            }),
            None => Ok(()),
        }
    }

    /// `None` at the end. Fails when nothing after this can be read.
    pub(super) fn next(&mut self) -> Result<Option<Record>, Error> {
        let broken = |line, reason| Error::Broken { file: self.file.clone(), line, reason };
        match &mut self.form {
            Form::Ndjson(reader) => loop {
                let mut text = Vec::new();
                let read = (&mut *reader).take(MAX_RECORD + 1).read_until(b'\n', &mut text);
                if read.map_err(|error| broken(self.line, error.to_string()))? == 0 {
                    return Ok(None);
                }
                self.line += 1;
                let fields = if text.len() as u64 > MAX_RECORD {
                    skip_line(&mut **reader).map_err(|error| broken(self.line, error.to_string()))?;
                    Err(Bad::new("", format!("is longer than {MAX_RECORD} bytes")))
                } else if text.trim_ascii().is_empty() {
                    continue;
                } else {
                    object(&text)
                };
                return Ok(Some(Record { line: self.line, row: shown(&text), fields }));
            },
            Form::Csv { reader, header, pulled } => loop {
                let mut record = csv::ByteRecord::new();
                pulled.store(0, Ordering::Relaxed);
                let more = reader.read_byte_record(&mut record);
                if !more.map_err(|error| broken(self.line, reason(&error)))? {
                    return Ok(None);
                }
                self.line = record.position().map_or(self.line + 1, csv::Position::line);
                if record.len() == 1 && record.iter().all(|cell| cell.trim_ascii().is_empty()) {
                    continue;
                }
                let row = shown(&record.iter().collect::<Vec<_>>().join(&b','));
                return Ok(Some(Record { line: self.line, row, fields: cells(header, &record) }));
            },
        }
    }
}

/// Unpacks what begins like a gzip file, and takes a byte order mark away.
fn unpacked(file: File) -> io::Result<Box<dyn BufRead + Send>> {
    let mut raw = BufReader::new(file);
    let packed = raw.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    let mut plain: Box<dyn BufRead + Send> =
        if packed { Box::new(BufReader::new(MultiGzDecoder::new(raw))) } else { Box::new(raw) };
    if plain.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        plain.consume(3);
    }
    Ok(plain)
}

fn reason(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Io(error) => error.to_string(),
        _ => error.to_string(),
    }
}

fn object(text: &[u8]) -> Checked<Map<String, Value>> {
    let text = std::str::from_utf8(text).map_err(|_| Bad::new("", "is not UTF-8"))?;
    match serde_json::from_str(text) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(Bad::new("", "is no JSON object")),
        Err(error) => Err(Bad::new("", format!("is no JSON: {error}"))),
    }
}

fn cells(header: &[String], record: &csv::ByteRecord) -> Checked<Map<String, Value>> {
    if record.len() != header.len() {
        return Err(Bad::new("", format!("has {} columns, not {}", record.len(), header.len())));
    }
    let cell = |(name, cell): (&String, &[u8])| match std::str::from_utf8(cell) {
        Ok(text) => Ok((name.clone(), Value::String(text.trim_end_matches('\r').to_owned()))),
        Err(_) => Err(Bad::new(name, "is not UTF-8")),
    };
    header.iter().zip(record.iter()).map(cell).collect()
}

fn shown(row: &[u8]) -> String {
    let start = &row[..row.len().min(SHOWN)];
    String::from_utf8_lossy(start).trim_end().to_owned()
}

fn skip_line(reader: &mut dyn BufRead) -> io::Result<()> {
    loop {
        let buffer = reader.fill_buf()?;
        let (used, done) = match buffer.iter().position(|byte| *byte == b'\n') {
            Some(end) => (end + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        reader.consume(used);
        if done {
            return Ok(());
        }
    }
}

/// Ends a record that does not end: the CSV reader would take the rest of the file into memory after an open quote.
struct Limited {
    inner: Box<dyn BufRead + Send>,
    /// Since the last record began.
    pulled: Arc<AtomicU64>,
}

impl Read for Limited {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.pulled.load(Ordering::Relaxed) > MAX_RECORD {
            return Err(io::Error::other(format!(
                "a row is longer than {MAX_RECORD} bytes: is a quote left open?"
            )));
        }
        let read = self.inner.read(buffer)?;
        self.pulled.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
