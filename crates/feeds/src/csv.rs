//! Rows of CSV and TSV. It is a reader of our own because each row's text is kept as it stood, with its right line and
//! within a bound: rejects are given back in the source's own quoting, and an open quote cannot eat the file.

use std::io::Read;

use memchr::{memchr, memchr2};

use crate::row::Row;

/// What ends a file before its end; it reads on from the line.
#[derive(Debug)]
pub(crate) enum Broken {
    Io(std::io::Error),
    Row(String),
}

/// What came of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    Row,
    /// The row is there, with its wrong bytes replaced.
    NotUtf8,
    End,
}

pub(crate) struct Csv<R> {
    input: R,
    delimiter: u8,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    is_done: bool,
    line: u64,
    max_bytes: usize,
    /// Cells of the row at `start`: where they are, and whether they are written otherwise than they read.
    cells: Vec<(u32, u32, bool)>,
}

const CHUNK: usize = 256 * 1024;

impl<R: Read> Csv<R> {
    pub(crate) fn new(input: R, delimiter: u8, max_bytes: usize) -> Self {
        let buffer = vec![0; CHUNK];
        Self {
            input,
            delimiter,
            buffer,
            start: 0,
            end: 0,
            is_done: false,
            line: 1,
            max_bytes,
            cells: Vec::new(),
        }
    }

    /// The line of the row that comes next.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// Reads the next row that is not empty into `row`.
    pub(crate) fn next(&mut self, row: &mut Row) -> Result<Next, Broken> {
        loop {
            let Some(length) = self.scan()? else { return Ok(Next::End) };
            let record = &self.buffer[self.start..self.start + length];
            let is_blank = record.iter().all(|b| *b == self.delimiter || b.is_ascii_whitespace());
            row.line = self.line;
            self.line += memchr::memchr_iter(b'\n', record).count() as u64;
            if is_blank {
                self.start += length;
                continue;
            }
            let raw = record.strip_suffix(b"\n").unwrap_or(record);
            let raw = raw.strip_suffix(b"\r").unwrap_or(raw);
            row.text.clear();
            row.cells.clear();
            let next = match std::str::from_utf8(raw) {
                Ok(text) => {
                    row.text.push_str(text);
                    row.raw = raw.len();
                    self.take_cells(row);
                    Next::Row
                }
                Err(_) => {
                    row.text.push_str(&String::from_utf8_lossy(raw));
                    row.raw = row.text.len();
                    Next::NotUtf8
                }
            };
            self.start += length;
            return Ok(next);
        }
    }

    fn take_cells(&self, row: &mut Row) {
        row.cells.reserve(self.cells.len());
        for &(start, end, is_escaped) in &self.cells {
            if is_escaped {
                let cell = unescaped(&row.text[start as usize..end as usize]);
                row.push(Some(&cell));
            } else {
                row.cells.push((start, end));
            }
        }
    }

    /// The length of the row at the beginning of the buffer, with its line end; reads on as far as it must.
    fn scan(&mut self) -> Result<Option<usize>, Broken> {
        loop {
            if self.start < self.end
                && let Some(length) = self.record()
            {
                return Ok(Some(length));
            }
            if self.is_done {
                return Ok(None);
            }
            let kept = self.end - self.start;
            if kept > self.max_bytes {
                let reason = format!("a row is longer than {} bytes: is a quote left open?", self.max_bytes);
                return Err(Broken::Row(reason));
            }
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, kept);
            if self.buffer.len() - kept < CHUNK / 2 {
                // Doubled, so that a long row is not scanned from its beginning too often.
                self.buffer.resize((kept * 2).max(CHUNK), 0);
            }
            let read = self.input.read(&mut self.buffer[kept..]).map_err(Broken::Io)?;
            self.end += read;
            self.is_done = read == 0;
        }
    }

    fn record(&mut self) -> Option<usize> {
        let bytes = &self.buffer[self.start..self.end];
        self.cells.clear();
        let mut at = 0;
        loop {
            let field = at;
            while bytes.get(at) == Some(&b' ') {
                at += 1;
            }
            // A cell in quotes, with spaces around them as Vendure's documentation has it.
            if bytes.get(at) == Some(&b'"') {
                let open = at + 1;
                let mut is_escaped = false;
                let mut from = open;
                let close = loop {
                    match memchr(b'"', &bytes[from..]) {
                        Some(quote) if bytes.get(from + quote + 1) == Some(&b'"') => {
                            is_escaped = true;
                            from += quote + 2;
                        }
                        Some(quote) => break Some(from + quote),
                        None => break None,
                    }
                };
                let Some(close) = close else {
                    // The last row of a file may have an open quote: it is given as it is, and found wrong by its cells.
                    if !self.is_done {
                        return None;
                    }
                    self.cells.push((field as u32, bytes.len() as u32, false));
                    return Some(bytes.len());
                };
                if close + 1 == bytes.len() && !self.is_done {
                    return None;
                }
                let stop = memchr2(self.delimiter, b'\n', &bytes[close + 1..]).map(|stop| close + 1 + stop);
                let stop = stop.or_else(|| self.is_done.then_some(bytes.len()))?;
                if bytes[close + 1..stop].trim_ascii().is_empty() {
                    self.cells.push((open as u32, close as u32, is_escaped));
                } else {
                    // `"5" pipe"`: somebody wrote it without doubling the quotes.
                    self.cells.push((field as u32, trimmed(bytes, field, stop) as u32, false));
                }
                at = stop;
            } else {
                let stop = memchr2(self.delimiter, b'\n', &bytes[at..]).map(|stop| at + stop);
                let stop = stop.or_else(|| self.is_done.then_some(bytes.len()))?;
                self.cells.push((field as u32, trimmed(bytes, field, stop) as u32, false));
                at = stop;
            }
            match bytes.get(at) {
                Some(b'\n') => return Some(at + 1),
                None => return Some(at),
                Some(_) => at += 1,
            }
        }
    }
}

/// Without the carriage return of a line end.
fn trimmed(bytes: &[u8], start: usize, end: usize) -> usize {
    let ends_line = bytes.get(end).is_none_or(|byte| *byte == b'\n');
    if ends_line && end > start && bytes[end - 1] == b'\r' { end - 1 } else { end }
}

fn unescaped(cell: &str) -> String {
    cell.replace("\"\"", "\"")
}

/// The delimiter of a file whose header begins like this: the one that stands there most often outside quotes.
pub(crate) fn delimiter(header: &str) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    let mut is_quoted = false;
    for byte in header.bytes() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            _ => {
                if let Some((_, count)) = counts.iter_mut().find(|(delimiter, _)| *delimiter == byte) {
                    *count += 1;
                }
            }
        }
    }
    // The first of equals: `max_by_key` would give the last.
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
    counts.iter().find(|(_, count)| *count == most).map_or(b',', |(delimiter, _)| *delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(u64, Vec<String>)> {
        // One byte at a time: every place is the end of what was read once.
        struct Slow<'a>(&'a [u8]);
        impl Read for Slow<'_> {
            fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
                let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
                out[0] = *first;
                self.0 = rest;
                Ok(1)
            }
        }
        let mut csv = Csv::new(Slow(text.as_bytes()), b',', 1_000);
        let (mut row, mut rows) = (Row::default(), Vec::new());
        while csv.next(&mut row).unwrap() == Next::Row {
            let cells = (0..row.cells.len()).map(|at| row.cell(at as u32).unwrap().to_owned()).collect();
            rows.push((row.line, cells));
        }
        rows
    }

    #[test]
    fn cells_are_read_as_they_are_meant() {
        let cell = |line, cells: &[&str]| (line, cells.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>());
        assert_eq!(
            rows("\r\na,b\r\n\n\"x\ny\", \"1,\"\"2\"\"\" ,\n,,\n5\" pipe,\"6\"\" pipe\"\n\"7\" pipe,z\r\n"),
            [
                cell(2, &["a", "b"]),
                cell(4, &["x\ny", "1,\"2\"", ""]),
                cell(7, &["5\" pipe", "6\" pipe"]),
                cell(8, &["\"7\" pipe", "z"]),
            ]
        );
        assert_eq!(rows("a,b"), [cell(1, &["a", "b"])]);
        assert_eq!(rows("a,\"b"), [cell(1, &["a", "\"b"])]);
    }

    #[test]
    fn a_row_without_an_end_is_refused() {
        let text = format!("a,\"{}", "x".repeat(2_000_000));
        let mut csv = Csv::new(text.as_bytes(), b',', 1_000);
        assert!(matches!(csv.next(&mut Row::default()), Err(Broken::Row(_))));
    }

    #[test]
    fn the_delimiter_is_found_outside_quotes() {
        assert_eq!(delimiter("\"a,b,c\";d"), b';');
        assert_eq!(delimiter("a\tb"), b'\t');
        assert_eq!(delimiter("a"), b',');
    }
}
