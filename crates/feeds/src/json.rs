//! Records of JSON: one object a line, or the elements of a list somewhere in a document, one after another. A document
//! is never in memory as a whole.

use std::io::{self, BufRead, Read};

use serde_json::Value;

use crate::bounds::Bounds;
use crate::csv::Broken;
use crate::row::{LIST, Row};
use crate::scan::{Scanned, Scanner, broken};

/// How the records of a file stand in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Form {
    /// One object a line.
    Lines,
    /// A list, at this path from the top.
    List(Vec<String>),
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
        if let Some(reason) = too_much(raw, &self.scanner.bounds) {
            return Ok(Step::Bad(reason));
        }
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

/// Why a record is refused before it is parsed: as a value it takes many times the memory of its text.
fn too_much(raw: &str, bounds: &Bounds) -> Option<String> {
    let (mut depth, mut values, mut is_text, mut is_escaped) = (0_usize, 1, false, false);
    for byte in raw.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            _ if is_text => {}
            b'{' | b'[' => (depth, values) = (depth + 1, values + 1),
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' => values += 1,
            _ => {}
        }
        if depth > bounds.depth {
            return Some(format!("goes deeper than {} levels", bounds.depth));
        }
        if values > bounds.record_values {
            return Some(format!("has more than {} values", bounds.record_values));
        }
    }
    None
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
        // One more than may be: the file is refused for it.
        if !path.is_empty() && out.len() <= bounds.columns && !out.iter().any(|known| known == path) {
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
