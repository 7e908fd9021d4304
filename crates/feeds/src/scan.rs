//! JSON byte by byte: where a record begins and ends, how deep it goes, and at which path a document has its list.

use std::io::{BufRead, BufReader, Read};

use crate::bounds::Bounds;
use crate::csv::Broken;

/// Keys under which documents keep their list of products, where no map says it.
const ROOTS: &[&str] = &["products", "items", "data", "results", "entries", "nodes", "edges", "value"];

/// Reads bytes one at a time and knows the line.
pub(crate) struct Scanner<R> {
    pub(crate) input: BufReader<R>,
    pub(crate) line: u64,
    depth: usize,
    pub(crate) bounds: Bounds,
}

pub(crate) type Scanned<T> = Result<T, Broken>;

pub(crate) fn broken<T>(reason: impl Into<String>) -> Scanned<T> {
    Err(Broken::Row(reason.into()))
}

impl<R: Read> Scanner<R> {
    pub(crate) fn new(input: R, bounds: &Bounds) -> Self {
        Self { input: BufReader::with_capacity(128 * 1024, input), line: 1, depth: 0, bounds: *bounds }
    }

    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    pub(crate) fn peek(&mut self) -> Scanned<Option<u8>> {
        Ok(self.input.fill_buf().map_err(Broken::Io)?.first().copied())
    }

    pub(crate) fn take(&mut self) -> Scanned<Option<u8>> {
        let byte = self.peek()?;
        if let Some(byte) = byte {
            self.input.consume(1);
            self.line += u64::from(byte == b'\n');
        }
        Ok(byte)
    }

    /// The next byte that is no space, left where it is.
    pub(crate) fn next_mark(&mut self) -> Scanned<Option<u8>> {
        while let Some(byte) = self.peek()? {
            if !byte.is_ascii_whitespace() {
                return Ok(Some(byte));
            }
            self.take()?;
        }
        Ok(None)
    }

    fn expect(&mut self, mark: u8) -> Scanned<()> {
        match self.next_mark()? {
            Some(byte) if byte == mark => self.take().map(|_| ()),
            _ => broken(format!("is no JSON: expected `{}`", char::from(mark))),
        }
    }

    /// Reads one value to its end, and into `out` where there is one.
    fn value(&mut self, mut out: Option<&mut Vec<u8>>) -> Scanned<()> {
        let (mut depth, mut is_text, mut is_escaped, mut is_scalar) = (self.depth, false, false, false);
        let base = depth;
        self.next_mark()?;
        loop {
            let Some(byte) = self.peek()? else {
                return if is_scalar && depth == base {
                    Ok(())
                } else {
                    broken("ends in the middle of a value")
                };
            };
            if !is_text
                && depth == base
                && is_scalar
                && matches!(byte, b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t')
            {
                return Ok(());
            }
            self.take()?;
            if let Some(out) = out.as_deref_mut() {
                if out.len() >= self.bounds.record_bytes {
                    return broken(format!("has a record longer than {} bytes", self.bounds.record_bytes));
                }
                out.push(byte);
            }
            if is_text {
                match byte {
                    _ if is_escaped => is_escaped = false,
                    b'\\' => is_escaped = true,
                    b'"' => is_text = false,
                    _ => continue,
                }
            } else {
                match byte {
                    b'"' => is_text = true,
                    b'{' | b'[' => {
                        depth += 1;
                        if depth > self.bounds.depth {
                            return broken(format!("goes deeper than {} levels", self.bounds.depth));
                        }
                    }
                    b'}' | b']' if depth == base => {
                        return broken("is no JSON: a bracket closes that is not open");
                    }
                    b'}' | b']' => depth -= 1,
                    _ if depth == base => is_scalar = true,
                    _ => {}
                }
            }
            if !is_text && depth == base && !is_scalar {
                return Ok(());
            }
        }
    }

    fn key(&mut self) -> Scanned<String> {
        if self.next_mark()? != Some(b'"') {
            return broken("is no JSON: expected a key");
        }
        let mut text = Vec::new();
        self.value(Some(&mut text))?;
        let key = serde_json::from_slice(&text).or_else(|_| broken("has a key that is no text"))?;
        self.expect(b':')?;
        Ok(key)
    }

    /// Goes to the list at a path; the bracket that opens it has been read.
    pub(crate) fn descend(&mut self, path: &[String]) -> Scanned<()> {
        let Some((first, rest)) = path.split_first() else {
            self.expect(b'[')?;
            self.depth += 1;
            return Ok(());
        };
        self.expect(b'{')?;
        self.depth += 1;
        loop {
            match self.next_mark()? {
                Some(b'}') | None => return broken(format!("has no list `{first}`")),
                Some(b',') => {
                    self.take()?;
                }
                _ => {
                    if self.key()? == *first {
                        return self.descend(rest);
                    }
                    self.value(None)?;
                }
            }
        }
    }

    /// The next element of the list that `descend` went to.
    pub(crate) fn element(&mut self, out: &mut Vec<u8>) -> Scanned<bool> {
        loop {
            match self.next_mark()? {
                Some(b',') => {
                    self.take()?;
                }
                Some(b']') => return Ok(false),
                None => return broken("ends before its list does"),
                Some(_) => {
                    self.value(Some(out))?;
                    return Ok(true);
                }
            }
        }
    }

    /// Looks for a list of objects under one of the usual keys.
    pub(crate) fn find_root(&mut self, path: &mut Vec<String>) -> Scanned<bool> {
        match self.next_mark()? {
            Some(b'[') => return Ok(true),
            Some(b'{') => {}
            _ => return Ok(false),
        }
        self.take()?;
        self.depth += 1;
        loop {
            match self.next_mark()? {
                Some(b'}') | None => {
                    self.take()?;
                    self.depth -= 1;
                    return Ok(false);
                }
                Some(b',') => {
                    self.take()?;
                }
                _ => {
                    let key = self.key()?;
                    if ROOTS.contains(&key.as_str()) && path.len() < 3 {
                        path.push(key);
                        if self.find_root(path)? {
                            return Ok(true);
                        }
                        path.pop();
                        if !matches!(self.next_mark()?, Some(b',' | b'}')) {
                            self.value(None)?;
                        }
                    } else {
                        self.value(None)?;
                    }
                }
            }
        }
    }
}
