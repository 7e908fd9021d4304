//! Records of JSON: one object a line, or the elements of a list somewhere in a document, one after another. A document
//! is never in memory as a whole.

use std::io::{self, BufRead, BufReader, Read};

use serde_json::Value;

use crate::bounds::Bounds;
use crate::csv::Broken;
use crate::row::{LIST, Row};

/// Keys under which documents keep their list of products, where no map says it.
const ROOTS: &[&str] = &["products", "items", "data", "results", "entries", "nodes", "edges", "value"];

/// How the records of a file stand in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Form {
    /// One object a line.
    Lines,
    /// A list, at this path from the top.
    List(Vec<String>),
}

/// Reads bytes one at a time and knows the line.
pub(crate) struct Scanner<R> {
    input: BufReader<R>,
    line: u64,
    depth: usize,
    bounds: Bounds,
}

type Scanned<T> = Result<T, Broken>;

fn broken<T>(reason: impl Into<String>) -> Scanned<T> {
    Err(Broken::Row(reason.into()))
}

impl<R: Read> Scanner<R> {
    pub(crate) fn new(input: R, bounds: &Bounds) -> Self {
        Self { input: BufReader::with_capacity(128 * 1024, input), line: 1, depth: 0, bounds: *bounds }
    }

    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    fn peek(&mut self) -> Scanned<Option<u8>> {
        Ok(self.input.fill_buf().map_err(Broken::Io)?.first().copied())
    }

    fn take(&mut self) -> Scanned<Option<u8>> {
        let byte = self.peek()?;
        if let Some(byte) = byte {
            self.input.consume(1);
            self.line += u64::from(byte == b'\n');
        }
        Ok(byte)
    }

    /// The next byte that is no space, left where it is.
    fn next_mark(&mut self) -> Scanned<Option<u8>> {
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
    fn descend(&mut self, path: &[String]) -> Scanned<()> {
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
    fn element(&mut self, out: &mut Vec<u8>) -> Scanned<bool> {
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
    fn find_root(&mut self, path: &mut Vec<String>) -> Scanned<bool> {
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

/// How the records of a file stand in it; `head` is its beginning.
pub(crate) fn form(
    input: Box<dyn Read + Send>,
    head: &str,
    bounds: &Bounds,
    root: Option<&str>,
) -> Scanned<Form> {
    if let Some(root) = root {
        return Ok(Form::List(root.split('.').map(str::to_owned).collect()));
    }
    let mut lines = head.lines().filter(|line| !line.trim().is_empty());
    let is_object = |line: &str| line.trim_start().starts_with('{') && line.trim_end().ends_with('}');
    let first = lines.next().is_some_and(is_object);
    if first && lines.next().is_some_and(|line| line.trim_start().starts_with('{')) {
        return Ok(Form::Lines);
    }
    let mut path = Vec::new();
    match Scanner::new(input, bounds).find_root(&mut path) {
        Ok(true) => Ok(Form::List(path)),
        // One line that is broken: the reader of lines says how.
        Ok(false) if head.trim_start().starts_with('{') => Ok(Form::Lines),
        Ok(false) => broken("has no list of products"),
        Err(_) if first => Ok(Form::Lines),
        Err(error) => Err(error),
    }
}

/// The records of a file as rows.
pub(crate) struct Records {
    scanner: Scanner<Box<dyn Read + Send>>,
    form: Form,
    is_open: bool,
    columns: Vec<Vec<String>>,
    /// The path of the variants: each is a row.
    variants: Vec<String>,
    waiting: std::collections::VecDeque<Row>,
}

/// What came of one record.
pub(crate) enum Step {
    Row,
    Bad(String),
    End,
}

impl Records {
    pub(crate) fn new(
        input: Box<dyn Read + Send>,
        form: Form,
        columns: &[String],
        variants: Option<&str>,
        bounds: &Bounds,
    ) -> Self {
        let split = |path: &str| -> Vec<String> { path.split('.').map(str::to_owned).collect() };
        Self {
            scanner: Scanner::new(input, bounds),
            form,
            is_open: false,
            columns: columns.iter().map(|column| split(column)).collect(),
            variants: variants.map(split).unwrap_or_default(),
            waiting: std::collections::VecDeque::new(),
        }
    }

    pub(crate) fn line(&self) -> u64 {
        self.scanner.line()
    }

    pub(crate) fn next(&mut self, row: &mut Row) -> Scanned<Step> {
        if let Some(next) = self.waiting.pop_front() {
            *row = next;
            return Ok(Step::Row);
        }
        let mut text = Vec::new();
        let line = match self.raw(&mut text)? {
            Some(line) => line,
            None => return Ok(Step::End),
        };
        *row = Row { line, ..Row::default() };
        let Ok(raw) = std::str::from_utf8(&text) else {
            row.text = String::from_utf8_lossy(&text).into_owned();
            row.raw = row.text.len();
            return Ok(Step::Bad("is not UTF-8".to_owned()));
        };
        let raw = raw.trim();
        if raw.len() >= self.scanner.bounds.record_bytes {
            row.text = raw.chars().take(1_000).collect();
            row.raw = row.text.len();
            return Ok(Step::Bad(format!("is longer than {} bytes", self.scanner.bounds.record_bytes)));
        }
        row.text.push_str(raw);
        row.raw = raw.len();
        let value: Value = match serde_json::from_str(raw) {
            Ok(value @ Value::Object(_)) => value,
            Ok(_) => return Ok(Step::Bad("is no JSON object".to_owned())),
            Err(error) => return Ok(Step::Bad(format!("is no JSON: {error}"))),
        };
        let children = self.variants.iter().try_fold(&value, |at, key| at.get(key));
        let children: Vec<Option<&Value>> = match children {
            Some(Value::Array(list)) if !list.is_empty() => list.iter().map(Some).collect(),
            _ => vec![None],
        };
        for (at, child) in children.into_iter().enumerate() {
            let mut next = if at == 0 { std::mem::take(row) } else { Row { line, ..Row::default() } };
            for path in &self.columns {
                let below = path.strip_prefix(self.variants.as_slice()).filter(|_| !self.variants.is_empty());
                let mut cell = Cell::default();
                match (below, child) {
                    (Some(below), Some(child)) => cell.collect(child, below),
                    (Some(_), None) => {}
                    (None, _) => cell.collect(&value, path),
                }
                next.push(cell.is_there.then_some(cell.text.as_str()));
            }
            self.waiting.push_back(next);
        }
        if let Some(next) = self.waiting.pop_front() {
            *row = next;
        }
        Ok(Step::Row)
    }

    /// The text of the next record, and its line.
    fn raw(&mut self, text: &mut Vec<u8>) -> Scanned<Option<u64>> {
        match &self.form {
            Form::Lines => loop {
                let line = self.scanner.line;
                let bound = self.scanner.bounds.record_bytes;
                text.clear();
                let input = &mut self.scanner.input;
                if input.by_ref().take(bound as u64).read_until(b'\n', text).map_err(Broken::Io)? == 0 {
                    return Ok(None);
                }
                if text.len() == bound && !text.ends_with(b"\n") {
                    skip_line(input).map_err(Broken::Io)?;
                }
                self.scanner.line += 1;
                if !text.trim_ascii().is_empty() {
                    return Ok(Some(line));
                }
            },
            Form::List(path) => {
                if !self.is_open {
                    let path = path.clone();
                    self.scanner.descend(&path)?;
                    self.is_open = true;
                }
                self.scanner.next_mark()?;
                if self.scanner.peek()? == Some(b',') {
                    self.scanner.take()?;
                    self.scanner.next_mark()?;
                }
                let line = self.scanner.line;
                Ok(self.scanner.element(text)?.then_some(line))
            }
        }
    }
}

fn skip_line(input: &mut dyn BufRead) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        let (used, is_done) = match memchr::memchr(b'\n', buffer) {
            Some(end) => (end + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        input.consume(used);
        if is_done {
            return Ok(());
        }
    }
}

/// What stands at a path of a record: nothing, a text, or a list of texts.
#[derive(Default)]
struct Cell {
    text: String,
    is_there: bool,
    parts: usize,
}

impl Cell {
    fn collect(&mut self, value: &Value, path: &[String]) {
        match (value, path.split_first()) {
            (Value::Array(list), _) => {
                self.is_there = true;
                list.iter().for_each(|value| self.collect(value, path));
            }
            (Value::Object(fields), Some((first, rest))) => {
                if let Some(value) = fields.get(first) {
                    self.collect(value, rest);
                }
            }
            (Value::Object(fields), None) => {
                if let Some(price) = price_of(fields) {
                    self.add(&price);
                }
            }
            (_, Some(_)) => {}
            (Value::Null, None) => self.is_there = true,
            (Value::String(text), None) => self.add(text),
            (Value::Bool(yes), None) => self.add(if *yes { "true" } else { "false" }),
            (Value::Number(number), None) => self.add(&number.to_string()),
        }
    }

    fn add(&mut self, text: &str) {
        self.is_there = true;
        if self.parts > 0 {
            self.text.push(LIST);
        }
        self.parts += 1;
        self.text.push_str(text);
    }
}

/// `{"amount": "3.00", "currency": "GBP"}` as the text `3.00 GBP`.
fn price_of(fields: &serde_json::Map<String, Value>) -> Option<String> {
    let of = |names: &[&str]| names.iter().find_map(|name| fields.get(*name));
    let amount = match of(&["amount", "value"])? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let currency = of(&["currency", "currency_code", "currencyCode"])?.as_str()?;
    Some(format!("{amount} {currency}"))
}

/// The paths to what stands in a record.
pub(crate) fn paths(value: &Value, prefix: &str, out: &mut Vec<String>, bounds: &Bounds) {
    let mut add = |path: &str| {
        if !path.is_empty() && !out.iter().any(|known| known == path) && out.len() <= bounds.columns {
            out.push(path.to_owned());
        }
    };
    match value {
        Value::Object(fields) if prefix.is_empty() || price_of(fields).is_none() => {
            for (key, value) in fields {
                let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
                paths(value, &path, out, bounds);
            }
        }
        Value::Array(list) if list.iter().any(Value::is_object) => {
            list.iter().take(50).for_each(|value| paths(value, prefix, out, bounds));
        }
        _ => add(prefix),
    }
}
