//! What is owned and lies in tables, as records that do not depend on the database.
//!
//! A record is a JSON array of its columns, those of the key first. Numbers are numbers and texts are texts; ids and
//! other bytes are written in hexadecimal, and a flag is 0 or 1. What a column holds is asked of the database itself, so
//! a [`Table`] only says what is moved and by which key.

use bytes::Bytes;
use serde_json::Value;
use souk_kernel::Timestamp;
use souk_ports::moving::Record;
use souk_ports::{Error, Result};

/// A collection of records.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// How many of the columns make the key.
    pub(crate) key: usize,
    pub(crate) columns: Vec<Column>,
    /// Its one row is there from the beginning, so it says nothing about whether the place is empty.
    pub(crate) is_head: bool,
    /// A column, and a table beside that keeps its values too.
    #[cfg_attr(not(feature = "postgres"), allow(dead_code))]
    pub(crate) ids_beside: Option<(&'static str, &'static str)>,
    /// Which column says when a row runs out, in milliseconds since 1970.
    pub(crate) expires_at: Option<&'static str>,
}

pub(crate) struct Column {
    pub(crate) name: &'static str,
    /// What it is read by where it lies in no column; then it is not written either.
    pub(crate) computed: Option<&'static str>,
}

impl Table {
    pub(crate) fn new(name: &'static str, key: usize, columns: &[&'static str]) -> Self {
        let columns = columns.iter().map(|name| Column { name, computed: None }).collect();
        Self { name, key, columns, is_head: false, ids_beside: None, expires_at: None }
    }

    pub(crate) fn head(self) -> Self {
        Self { is_head: true, ..self }
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.columns[..self.key].iter().map(|column| column.name)
    }

    pub(crate) fn written(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| column.computed.is_none())
    }

    pub(crate) fn record(&self, cells: Vec<Value>) -> Result<Record> {
        let at = self.expires_at.and_then(|name| self.columns.iter().position(|column| column.name == name));
        let expires_at = at.and_then(|at| cells[at].as_i64()).map(Timestamp::from_ms);
        let text = |cells: &[Value]| {
            serde_json::to_string(cells)
                .map_err(|error| Error::internal(format!("writing a record of {}", self.name), error))
        };
        Ok(Record { key: text(&cells[..self.key])?, value: text(&cells)?, content: Bytes::new(), expires_at })
    }

    /// The cells of a record, as many as there are columns.
    pub(crate) fn cells(&self, record: &Record) -> Result<Vec<Value>> {
        self.parse(&record.value, self.columns.len())
    }

    pub(crate) fn key_cells(&self, key: &str) -> Result<Vec<Value>> {
        self.parse(key, self.key)
    }

    fn parse(&self, text: &str, count: usize) -> Result<Vec<Value>> {
        let cells: Vec<Value> = serde_json::from_str(text).unwrap_or_default();
        if cells.len() == count {
            return Ok(cells);
        }
        Err(Error::invalid(format!("a record of {} has {count} values, unlike `{text}`", self.name)))
    }
}

/// A collection of that name; the callers' names come from the same list.
pub(crate) fn table<'t>(tables: &'t [Table], name: &str) -> Result<&'t Table> {
    tables
        .iter()
        .find(|table| table.name == name)
        .ok_or_else(|| Error::NotFound { what: format!("the collection `{name}`") })
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn unhex(text: &str) -> Result<Vec<u8>> {
    let digit = |byte: u8| (byte as char).to_digit(16).map(|digit| digit as u8);
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let bytes: Option<Vec<u8>> =
        pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect();
    bytes
        .filter(|_| rest.is_empty())
        .ok_or_else(|| Error::invalid("what should be hexadecimal is something else"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_read_back_and_nothing_else_is_taken_for_them() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(unhex(&hex(&all)).unwrap(), all);
        for bad in ["0", "0g", "ü", "+1"] {
            assert!(unhex(bad).is_err(), "{bad}");
        }
    }
}
