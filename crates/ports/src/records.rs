//! Records: what a feature keeps in the store without a table of its own.
//!
//! A feature declares a type, its kind, the indexes that it is found by and which of its fields are personal. Everything
//! else is the store's, and the same for all kinds: records are written by a commit, guarded by their version, found by
//! a declared index, moved to other engines, and erased with their person. See `docs/adr/0027-records.md`.
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use souk_kernel::UserId;
//! use souk_ports::records::{Index, Record, deleted, row};
//! use souk_ports::rows::RecordEntry;
//! use uuid::Uuid;
//!
//! #[derive(Serialize, Deserialize)]
//! struct Address {
//!     id: Uuid,
//!     owner: UserId,
//!     /// Gone once its owner is erased.
//!     street: Option<String>,
//! }
//!
//! const BY_OWNER: Index = Index::of("owner");
//!
//! impl Record for Address {
//!     const KIND: &'static str = "address";
//!     const INDEXES: &'static [Index] = &[BY_OWNER];
//!     const PERSONAL: &'static [&'static str] = &["street"];
//!     fn id(&self) -> Uuid {
//!         self.id
//!     }
//!     fn person(&self) -> Option<UserId> {
//!         Some(self.owner)
//!     }
//!     fn entries(&self) -> Vec<RecordEntry> {
//!         vec![BY_OWNER.entry(self.owner.to_string(), 0)]
//!     }
//! }
//!
//! let address = Address { id: Uuid::now_v7(), owner: UserId::new(), street: Some("1 Kiln Lane".into()) };
//! let content = row(&address)?.content.expect("a row that is put has content");
//! assert_eq!(content.personal.as_deref(), Some(r#"{"street":"1 Kiln Lane"}"#));
//! assert!(deleted::<Address>(address.id).content.is_none());
//! # Ok::<(), souk_ports::Error>(())
//! ```

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use souk_kernel::UserId;
use uuid::Uuid;

use crate::rows::{RecordContent, RecordEntry, RecordKey, RecordRow, Row, RowKey};
use crate::store::{Find, Snapshot, Versioned, Window};
use crate::{Error, Result};

/// How records of a kind are found. What an index of this name holds never changes: another uniqueness, or another
/// value, is another index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Index {
    /// 1 to 64 bytes; stored, so it never changes.
    pub name: &'static str,
    /// No two records of the kind have the same value in it.
    pub is_unique: bool,
    /// Its values tell about the record's person, and are erased with them.
    pub is_personal: bool,
}

impl Index {
    /// An index in which records may share values, and which says nothing about a person.
    pub const fn of(name: &'static str) -> Self {
        Self { name, is_unique: false, is_personal: false }
    }

    /// The same index, with no two records of the kind under one value.
    pub const fn unique(self) -> Self {
        Self { is_unique: true, ..self }
    }

    /// The same index, with values that are erased with the person.
    pub const fn personal(self) -> Self {
        Self { is_personal: true, ..self }
    }

    /// An entry in this index; `sort` is its place among those of the same value: `-created_at.ms()` for newest first.
    pub fn entry(&self, value: String, sort: i64) -> RecordEntry {
        let Self { name: index, is_unique, is_personal } = *self;
        RecordEntry { index, value, sort, is_unique, is_personal }
    }
}

/// Brings the fields of a record from one form to the next. What was personal is among them, unless it has been erased.
pub type Upcast = fn(&mut Map<String, Value>);

/// A type that a feature keeps as records. It is written as a JSON object. The [module](self) has an example.
pub trait Record: Serialize + DeserializeOwned + Send {
    /// In kebab case, 1 to 64 bytes; stored, so it never changes.
    const KIND: &'static str;
    /// All indexes that entries may name.
    const INDEXES: &'static [Index];
    /// The fields of the object that tell about [`Self::person`]. After an erasure they are missing.
    const PERSONAL: &'static [&'static str] = &[];
    /// What brings a record from each older form to the one after it, the first form first. A released one is never
    /// changed. Entries stay as they were until the record is written again.
    const UPCASTS: &'static [Upcast] = &[];

    /// What tells it apart from others of its kind; a put replaces the one with the same id.
    fn id(&self) -> Uuid;

    /// Whose record it is, so that what is personal in it is erased with them. `None`: nobody's, and nothing in it is
    /// personal.
    fn person(&self) -> Option<UserId> {
        None
    }

    /// What it is found by: of [`Self::INDEXES`], at most one entry per index and value.
    fn entries(&self) -> Vec<RecordEntry>;
}

/// The form that records of this type are written in.
const fn form<R: Record>() -> u16 {
    R::UPCASTS.len() as u16 + 1
}

/// For a guard on the version of a record, or for reading it.
pub fn key<R: Record>(id: Uuid) -> RowKey {
    RowKey::RecordRow(record_key::<R>(id))
}

fn record_key<R: Record>(id: Uuid) -> RecordKey {
    RecordKey { kind: R::KIND.to_owned(), id }
}

/// The row that puts a record in place of the one with its id. `InvalidInput` when the record is not as its type declares.
pub fn row<R: Record>(record: &R) -> Result<RecordRow> {
    let broken = |how: String| Error::invalid(format!("the record `{}` {how}", R::KIND));
    let value = serde_json::to_value(record)
        .map_err(|source| Error::internal(format!("writing the record `{}`", R::KIND), source))?;
    let Value::Object(mut data) = value else {
        return Err(broken("is no JSON object".to_owned()));
    };
    let person = record.person();
    let mut personal = Map::new();
    for field in R::PERSONAL {
        // A field that is `null` is left out: nobody needs it, and so it looks as it does once it is erased.
        if let Some(value) = data.remove(*field)
            && !value.is_null()
        {
            personal.insert((*field).to_owned(), value);
        }
    }
    let entries = record.entries();
    for entry in &entries {
        let RecordEntry { index, is_unique, is_personal, .. } = *entry;
        if !R::INDEXES.contains(&Index { name: index, is_unique, is_personal }) {
            return Err(broken(format!("has an entry of the index `{index}`, which it does not declare so")));
        }
    }
    if person.is_none() && (!personal.is_empty() || entries.iter().any(|entry| entry.is_personal)) {
        return Err(broken("has something personal, and no person".to_owned()));
    }
    let content = RecordContent {
        form: form::<R>(),
        data: Value::Object(data).to_string(),
        personal: (!personal.is_empty()).then(|| Value::Object(personal).to_string()),
        person,
        entries,
    };
    Ok(RecordRow { key: record_key::<R>(record.id()), content: Some(content) })
}

/// The row that deletes a record.
pub fn deleted<R: Record>(id: Uuid) -> RecordRow {
    RecordRow { key: record_key::<R>(id), content: None }
}

/// Reads a record back, whatever form it was written in. `Internal` when it is of another kind, is deleted, has a form
/// that only a later souk writes, or does not fit its type.
pub fn read<R: Record>(row: &RecordRow) -> Result<R> {
    let reading = || format!("reading the record `{}` {}", row.key.kind, row.key.id);
    let content = row
        .content
        .as_ref()
        .filter(|_| row.key.kind == R::KIND)
        .ok_or_else(|| Error::internal(reading(), format!("it is no record `{}`", R::KIND)))?;
    let parse = |text: &str| {
        serde_json::from_str::<Map<String, Value>>(text).map_err(|source| Error::internal(reading(), source))
    };
    let mut fields = parse(&content.data)?;
    if let Some(personal) = &content.personal {
        fields.extend(parse(personal)?);
    }
    let Some(newer) = usize::from(content.form).checked_sub(1).and_then(|at| R::UPCASTS.get(at..)) else {
        let unknown = format!("it has form {}; this souk reads up to {}", content.form, form::<R>());
        return Err(Error::internal(reading(), unknown));
    };
    for upcast in newer {
        upcast(&mut fields);
    }
    serde_json::from_value(Value::Object(fields)).map_err(|source| Error::internal(reading(), source))
}

fn typed<R: Record>(found: Versioned<Row>) -> Result<Versioned<R>> {
    match found.row {
        Row::RecordRow(row) => Ok(Versioned { version: found.version, row: read(&row)? }),
        _ => Err(Error::invalid("the question asks for rows of another type")),
    }
}

impl dyn Snapshot + '_ {
    /// The record of this id; `None` where there is none, also when it was deleted.
    pub async fn record<R: Record>(&mut self, id: Uuid) -> Result<Option<Versioned<R>>> {
        Ok(self.records(&[id]).await?.pop().flatten())
    }

    /// The records of these ids, each at the place of its id; `None` where there is none.
    pub async fn records<R: Record>(&mut self, ids: &[Uuid]) -> Result<Vec<Option<Versioned<R>>>> {
        let keys: Vec<RowKey> = ids.iter().map(|id| key::<R>(*id)).collect();
        self.get(&keys).await?.into_iter().map(|row| row.map(typed).transpose()).collect()
    }

    /// The records with this value in an index, and how many there are on all pages.
    pub async fn records_by<R: Record>(
        &mut self,
        index: &Index,
        value: impl Into<String> + Send,
        window: Window,
    ) -> Result<(Vec<Versioned<R>>, u64)> {
        let find = Find::Records { kind: R::KIND, index: index.name, value: value.into() };
        let found = self.find(&find, window).await?;
        Ok((found.rows.into_iter().map(typed).collect::<Result<_>>()?, found.total))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Note {
        id: Uuid,
        person: Option<UserId>,
        text: Option<String>,
        label: String,
        #[serde(skip)]
        entries: Vec<RecordEntry>,
    }

    impl Record for Note {
        const KIND: &'static str = "note";
        const INDEXES: &'static [Index] = &[Index::of("label").unique(), Index::of("text").personal()];
        const PERSONAL: &'static [&'static str] = &["text"];
        const UPCASTS: &'static [Upcast] = &[
            |fields| {
                let title = fields.remove("title").unwrap_or_default();
                fields.insert("label".to_owned(), title);
            },
            |fields| {
                if let Some(Value::String(text)) = fields.get_mut("text") {
                    text.push('.');
                }
            },
        ];
        fn id(&self) -> Uuid {
            self.id
        }
        fn person(&self) -> Option<UserId> {
            self.person
        }
        fn entries(&self) -> Vec<RecordEntry> {
            self.entries.clone()
        }
    }

    fn note() -> Note {
        let entries = vec![Note::INDEXES[0].entry("l".to_owned(), 1)];
        let (id, person) = (Uuid::from_u128(1), Some(UserId(Uuid::from_u128(2))));
        Note { id, person, text: Some("private".to_owned()), label: "l".to_owned(), entries }
    }

    fn why(note: &Note) -> String {
        row(note).unwrap_err().to_string()
    }

    #[test]
    fn what_is_personal_lies_apart_and_comes_back() {
        let written = row(&note()).unwrap();
        let content = written.content.as_ref().unwrap();
        assert_eq!(content.form, 3);
        assert!(!content.data.contains("private"), "{}", content.data);
        assert_eq!(content.personal.as_deref(), Some(r#"{"text":"private"}"#));
        assert_eq!(read::<Note>(&written).unwrap(), Note { entries: Vec::new(), ..note() });
        let erased = RecordContent { personal: None, ..content.clone() };
        let erased = read::<Note>(&RecordRow { content: Some(erased), ..written }).unwrap();
        assert_eq!((erased.text, erased.label), (None, "l".to_owned()));
    }

    #[test]
    fn older_forms_are_brought_up_to_date_step_by_step_and_newer_ones_refused() {
        let id = Uuid::from_u128(1);
        let of = |form, data: &str| {
            let data = data.replace("ID", &id.to_string());
            let personal = Some(r#"{"text":"t"}"#.to_owned());
            let content = RecordContent { form, data, personal, person: None, entries: Vec::new() };
            read::<Note>(&RecordRow { key: record_key::<Note>(id), content: Some(content) })
        };
        let first = of(1, r#"{"id":"ID","person":null,"title":"old"}"#).unwrap();
        assert_eq!((first.label.as_str(), first.text.as_deref()), ("old", Some("t.")));
        let second = of(2, r#"{"id":"ID","person":null,"label":"new"}"#).unwrap();
        assert_eq!((second.label.as_str(), second.text.as_deref()), ("new", Some("t.")));
        let third = of(3, r#"{"id":"ID","person":null,"label":"new"}"#).unwrap();
        assert_eq!(third.text.as_deref(), Some("t"));
        for unknown in [0, 4] {
            let error = of(unknown, "{}").unwrap_err();
            let why = std::error::Error::source(&error).unwrap().to_string();
            assert!(why.contains("up to 3"), "{why}");
        }
    }

    #[test]
    fn a_record_that_breaks_its_declaration_is_refused_with_the_reason() {
        let entries = vec![Index::of("labels").entry(String::new(), 0)];
        assert!(why(&Note { entries, ..note() }).contains("the index `labels`"));
        // The index is declared as unique.
        let entries = vec![Index::of("label").entry(String::new(), 0)];
        assert!(why(&Note { entries, ..note() }).contains("the index `label`"));
        assert!(why(&Note { person: None, ..note() }).contains("no person"));
        let entries = vec![Note::INDEXES[1].entry(String::new(), 0)];
        assert!(why(&Note { person: None, text: None, entries, ..note() }).contains("no person"));
    }

    #[test]
    fn a_record_of_another_kind_is_not_read() {
        let mut other = row(&note()).unwrap();
        other.key.kind = "other".to_owned();
        assert!(read::<Note>(&other).is_err());
    }
}
