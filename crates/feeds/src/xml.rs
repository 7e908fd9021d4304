//! Items of an XML feed (RSS, Atom and what else lists products) as rows. A document type is refused: an entity of its
//! own may stand for a gigabyte, or for a file of this machine.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, Writer, XmlVersion};

use crate::bounds::Bounds;
use crate::csv::Broken;
use crate::json::Step;
use crate::row::{LIST, Row};

/// Elements that are one product.
const ITEMS: &[&str] = &["item", "entry", "product", "offer"];

/// Fields of one item: names without their namespace, and below one another with points.
type Fields = Vec<(String, String)>;

pub(crate) struct Records {
    reader: Reader<Limited>,
    pulled: Arc<AtomicUsize>,
    item: Option<String>,
    bounds: Bounds,
    /// Line ends that were read: the reader of XML does not count them.
    line_ends: Arc<AtomicU64>,
    /// Elements that are open, outside of items.
    depth: usize,
    columns: Vec<String>,
    /// What stands before the first item, so that rejects are a feed again.
    head: Vec<u8>,
    open: Vec<String>,
}

impl Records {
    pub(crate) fn new(
        input: Box<dyn Read + Send>,
        item: Option<&str>,
        columns: &[String],
        bounds: &Bounds,
    ) -> Self {
        let pulled = Arc::new(AtomicUsize::new(0));
        let line_ends = Arc::new(AtomicU64::new(0));
        let limited = Limited {
            inner: BufReader::with_capacity(64 * 1024, input),
            pulled: pulled.clone(),
            max_bytes: bounds.record_bytes,
            line_ends: line_ends.clone(),
        };
        Self {
            reader: Reader::from_reader(limited),
            pulled,
            item: item.map(str::to_owned),
            bounds: *bounds,
            line_ends,
            depth: 0,
            columns: columns.to_vec(),
            head: Vec::new(),
            open: Vec::new(),
        }
    }

    /// From 1. A tag is read to its `>` and no further, so the line is that of the tag's end.
    pub(crate) fn line(&self) -> u64 {
        self.line_ends.load(Ordering::Relaxed) + 1
    }

    /// What stands before the first item, and the elements that it leaves open.
    pub(crate) fn head(&self) -> (String, Vec<String>) {
        (String::from_utf8_lossy(&self.head).into_owned(), self.open.clone())
    }

    pub(crate) fn item(&self) -> Option<&str> {
        self.item.as_deref()
    }

    pub(crate) fn next(&mut self, row: &mut Row) -> Result<Step, Broken> {
        *row = Row::default();
        let Some((line, raw, fields)) = self.fields()? else { return Ok(Step::End) };
        row.line = line;
        row.text.push_str(&raw);
        row.raw = row.text.len();
        for column in &self.columns {
            let mut cell: Option<String> = None;
            for (_, value) in fields.iter().filter(|(name, _)| name == column) {
                match &mut cell {
                    Some(cell) => {
                        cell.push(LIST);
                        cell.push_str(value);
                    }
                    None => cell = Some(value.clone()),
                }
            }
            row.push(cell.as_deref());
        }
        Ok(Step::Row)
    }

    /// The next item: its line, its text and its fields.
    pub(crate) fn fields(&mut self) -> Result<Option<(u64, String, Fields)>, Broken> {
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            let event = self.reader.read_event_into(&mut buffer).map_err(said)?;
            if self.head.len() < 8_192 && self.open.len() < self.bounds.depth {
                self.keep_head(&event);
            }
            match event {
                Event::Eof => return Ok(None),
                Event::DocType(_) => return Err(refused()),
                Event::Start(start) => {
                    let name = local(&start);
                    let is_item = match &self.item {
                        Some(item) => *item == name,
                        None => ITEMS.contains(&name.as_str()),
                    };
                    if is_item {
                        self.item = Some(name);
                        let start = start.into_owned();
                        return self.content(&start).map(Some);
                    }
                    // The reader keeps the name of every element that is open.
                    self.depth += 1;
                    if self.depth > self.bounds.depth {
                        return Err(self.too_deep());
                    }
                }
                Event::End(_) => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
            self.pulled.store(0, Ordering::Relaxed);
        }
    }

    fn too_deep(&self) -> Broken {
        Broken::Row(format!("goes deeper than {} levels", self.bounds.depth))
    }

    fn keep_head(&mut self, event: &Event<'_>) {
        if self.item.is_some() && self.open.is_empty() && !self.head.is_empty() {
            return;
        }
        match event {
            Event::Start(start) => {
                let name = local(start);
                let is_item =
                    self.item.as_ref().is_some_and(|item| *item == name) || ITEMS.contains(&name.as_str());
                if is_item || self.open.iter().any(|open| open == "\0") {
                    // From the first item on there is no head any more.
                    self.open.push("\0".to_owned());
                    self.open.dedup();
                    return;
                }
                self.open.push(String::from_utf8_lossy(start.name().as_ref()).into_owned());
            }
            Event::End(_) if self.open.last().is_some_and(|open| open != "\0") => {
                self.open.pop();
            }
            _ => {}
        }
        if self.open.last().is_some_and(|open| open == "\0") {
            return;
        }
        // Writing into memory does not fail.
        let _ = Writer::new(&mut self.head).write_event(event.borrow());
    }

    fn content(&mut self, start: &BytesStart<'_>) -> Result<(u64, String, Fields), Broken> {
        let line = self.line();
        self.pulled.store(0, Ordering::Relaxed);
        let mut raw = Writer::new(Vec::new());
        let write = |raw: &mut Writer<Vec<u8>>, event: Event<'_>| raw.write_event(event).map_err(Broken::Io);
        write(&mut raw, Event::Start(start.borrow()))?;
        let mut path: Vec<(String, String, bool)> = Vec::new();
        let mut fields = Fields::new();
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            let event = self.reader.read_event_into(&mut buffer).map_err(said)?;
            write(&mut raw, event.borrow())?;
            if fields.len() > self.bounds.columns {
                return Err(Broken::Row(format!("has an item of more than {} fields", self.bounds.columns)));
            }
            match event {
                Event::Start(start) => {
                    if path.len() >= self.bounds.depth {
                        return Err(self.too_deep());
                    }
                    if let Some((_, _, is_leaf)) = path.last_mut() {
                        *is_leaf = false;
                    }
                    attributes(&path, &start, &mut fields)?;
                    path.push((local(&start), String::new(), true));
                }
                Event::Empty(empty) => {
                    if let Some((_, _, is_leaf)) = path.last_mut() {
                        *is_leaf = false;
                    }
                    attributes(&path, &empty, &mut fields)?;
                    fields.push((joined(&path, &local(&empty)), String::new()));
                }
                Event::Text(text) => {
                    if let Some((_, content, _)) = path.last_mut() {
                        content.push_str(&text.xml10_content().map_err(|error| said(error.into()))?);
                    }
                }
                Event::CData(data) => {
                    if let Some((_, content, _)) = path.last_mut() {
                        content.push_str(&data.decode().map_err(|error| said(error.into()))?);
                    }
                }
                Event::GeneralRef(reference) => {
                    let name = String::from_utf8_lossy(&reference).into_owned();
                    let found = match reference.resolve_char_ref().map_err(said)? {
                        Some(c) => Some(c.to_string()),
                        None => quick_xml::escape::resolve_predefined_entity(&name).map(str::to_owned),
                    };
                    match (found, path.last_mut()) {
                        (Some(text), Some((_, content, _))) => content.push_str(&text),
                        (Some(_), None) => {}
                        (None, _) => {
                            let shown: String = name.chars().take(40).collect();
                            return Err(Broken::Row(format!(
                                "has an entity that XML does not know: `&{shown};`"
                            )));
                        }
                    }
                }
                Event::End(_) => match path.pop() {
                    Some((name, content, true)) => {
                        fields.push((joined(&path, &name), content.trim().to_owned()))
                    }
                    Some(_) => {}
                    None => {
                        let raw = String::from_utf8_lossy(&raw.into_inner()).into_owned();
                        return Ok((line, raw, fields));
                    }
                },
                Event::DocType(_) => return Err(refused()),
                Event::Eof => return Err(Broken::Row("ends in the middle of an item".to_owned())),
                _ => {}
            }
        }
    }
}

fn refused() -> Broken {
    Broken::Row(
        "has a document type (`<!DOCTYPE`), which is refused: its entities may stand for anything".to_owned(),
    )
}

fn attributes(
    path: &[(String, String, bool)],
    start: &BytesStart<'_>,
    fields: &mut Fields,
) -> Result<(), Broken> {
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| Broken::Row(format!("is no XML: {error}")))?;
        let key = String::from_utf8_lossy(attribute.key.local_name().as_ref()).into_owned();
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|error| Broken::Row(format!("is no XML: {error}")))?;
        let name = format!("{}@{key}", joined(path, &local(start)));
        fields.push((name, value.into_owned()));
    }
    Ok(())
}

fn joined(path: &[(String, String, bool)], name: &str) -> String {
    let mut out = String::new();
    for (part, _, _) in path {
        out.push_str(part);
        out.push('.');
    }
    out.push_str(name);
    out
}

fn local(start: &BytesStart<'_>) -> String {
    String::from_utf8_lossy(start.local_name().as_ref()).into_owned()
}

fn said(error: quick_xml::Error) -> Broken {
    match error {
        quick_xml::Error::Io(error) => Broken::Row(error.to_string()),
        error => Broken::Row(format!("is no XML: {error}")),
    }
}

/// Ends an item, a text or a tag that does not end: the reader would take all of it into memory.
struct Limited {
    inner: BufReader<Box<dyn Read + Send>>,
    pulled: Arc<AtomicUsize>,
    max_bytes: usize,
    line_ends: Arc<AtomicU64>,
}

impl Read for Limited {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(out)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Limited {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.pulled.load(Ordering::Relaxed) > self.max_bytes {
            return Err(io::Error::other(format!("has an item longer than {} bytes", self.max_bytes)));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        let passed = self.inner.buffer().get(..bytes).unwrap_or_default();
        self.line_ends.fetch_add(memchr::memchr_iter(b'\n', passed).count() as u64, Ordering::Relaxed);
        self.pulled.fetch_add(bytes, Ordering::Relaxed);
        self.inner.consume(bytes);
    }
}
