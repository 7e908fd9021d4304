//! How a document lies in its collection:
//!
//! ```text
//! { _id: "0192…",                                     its id; text, so that every tool shows and sorts it
//!   version: 42,
//!   content: { … },                                   its JSON as BSON; none: deleted
//!   entries: { "by-colour:red": "8000000000000005" + its id } }
//! ```
//!
//! Content that BSON would change lies there as its text: names with a `.`, a `$` in front or a zero byte in them, whole
//! numbers beyond 63 bits, decimal numbers that are not read back as they were, deep nesting.

use mongodb::bson::{Array, Bson, Document as BsonDocument, doc};
use serde_json::Value;
use souk_ports::documents::{Document, DocumentContent, DocumentWrite, IndexEntry};
use souk_ports::{BoxError, Error, Result};
use uuid::Uuid;

pub(super) const ENTRIES: &str = "entries";
/// MongoDB takes 100 levels.
const DEEPEST: usize = 90;

pub(super) fn id(id: Uuid) -> String {
    id.simple().to_string()
}

/// The name of the field that says where a document stands among those with this value.
pub(super) fn path(index: &str, value: &str) -> String {
    format!("{ENTRIES}.{}", field(index, value))
}

pub(super) fn document(write: &DocumentWrite) -> Result<BsonDocument> {
    let mut document = doc! { "_id": id(write.id), "version": write.version as i64 };
    if let Some(DocumentContent { json, index }) = &write.content {
        document.insert("content", content(json)?);
        let entries: BsonDocument = index
            .iter()
            .map(|entry| (field(entry.index, &entry.value), Bson::String(place(entry, write.id))))
            .collect();
        document.insert(ENTRIES, entries);
    }
    Ok(document)
}

pub(super) fn read(document: &BsonDocument) -> Result<Document> {
    let read = || -> Result<Document, BoxError> {
        let json = match document.get("content") {
            Some(Bson::String(text)) => text.clone(),
            Some(content @ Bson::Document(_)) => serde_json::to_string(content)?,
            other => return Err(format!("its content is {other:?}").into()),
        };
        let id = Uuid::try_parse(document.get_str("_id")?)?;
        Ok(Document { id, version: document.get_i64("version")? as u64, json })
    };
    read().map_err(|error| Error::internal("reading a document", error))
}

/// Index and value, without what has a meaning in a path.
fn field(index: &str, value: &str) -> String {
    let mut field = String::with_capacity(index.len() + value.len() + 1);
    escape(index, &mut field);
    field.push(':');
    escape(value, &mut field);
    field
}

fn escape(text: &str, into: &mut String) {
    for character in text.chars() {
        match character {
            '.' | '$' | '%' | ':' | '\0' => into.push_str(&format!("%{:02x}", u32::from(character))),
            other => into.push(other),
        }
    }
}

/// Text in the order of the sort, then of the id.
fn place(entry: &IndexEntry, document: Uuid) -> String {
    format!("{:016x}{}", (entry.sort as u64) ^ (1 << 63), id(document))
}

fn content(json: &str) -> Result<Bson> {
    let value: Value = serde_json::from_str(json)
        .map_err(|error| Error::invalid(format!("a document is no JSON: {error}")))?;
    match bson(&value, 0) {
        Some(content @ Bson::Document(_)) => Ok(content),
        _ => Ok(Bson::String(json.to_owned())),
    }
}

/// `None` for what it would change.
fn bson(value: &Value, depth: usize) -> Option<Bson> {
    if depth > DEEPEST {
        return None;
    }
    Some(match value {
        Value::Null => Bson::Null,
        Value::Bool(value) => Bson::Boolean(*value),
        Value::String(text) => Bson::String(text.clone()),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Bson::Int64(whole),
            None if number.is_f64() && serde_json::from_str::<Value>(&number.to_string()).ok()? == *value => {
                Bson::Double(number.as_f64()?)
            }
            None => return None,
        },
        Value::Array(values) => {
            Bson::Array(values.iter().map(|value| bson(value, depth + 1)).collect::<Option<Array>>()?)
        }
        Value::Object(fields) => {
            let mut document = BsonDocument::new();
            for (name, value) in fields {
                if name.is_empty() || name.starts_with('$') || name.contains(['.', '\0']) {
                    return None;
                }
                document.insert(name.clone(), bson(value, depth + 1)?);
            }
            Bson::Document(document)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back(json: &str) -> (bool, String) {
        let content = content(json).unwrap();
        let native = matches!(content, Bson::Document(_));
        let document = doc! { "_id": id(Uuid::nil()), "version": 1i64, "content": content };
        (native, read(&document).unwrap().json)
    }

    #[test]
    fn json_comes_back_as_it_was() {
        let plain = r#"{"a":[1,-9223372036854775808,2.5,1.0,1e300,true,null,"Ünï \u0000"],"b":{"c":{}}}"#;
        let (native, back) = there_and_back(plain);
        assert!(native);
        let same = |one: &str, other: &str| {
            assert_eq!(
                serde_json::from_str::<Value>(one).unwrap().to_string(),
                serde_json::from_str::<Value>(other).unwrap().to_string()
            );
        };
        same(plain, &back);
        let deep = format!(r#"{{"a":{}1{}}}"#, "[".repeat(100), "]".repeat(100));
        let odd = [
            r#"{"a.b":1}"#,
            r#"{"$date":1}"#,
            r#"{"x":{"$oid":"1"}}"#,
            r#"{"":1}"#,
            r#"{"\u0000":1}"#,
            r#"{"a":18446744073709551615}"#,
            &deep,
        ];
        for text in odd {
            assert_eq!(there_and_back(text), (false, text.to_owned()));
        }
        assert!(matches!(content("{"), Err(Error::InvalidInput { .. })));
    }

    #[test]
    fn places_are_in_the_order_of_sort_then_id() {
        let sorts = [i64::MIN, -1, 0, 1, i64::MAX];
        let entry = |sort| IndexEntry { index: "i", value: String::new(), sort };
        let places: Vec<_> = sorts
            .iter()
            .flat_map(|sort| [0, 1 << 127, u128::MAX].map(|id| place(&entry(*sort), Uuid::from_u128(id))))
            .collect();
        assert!(places.is_sorted(), "{places:?}");
    }

    #[test]
    fn what_is_different_has_another_field() {
        let pairs =
            [("a", "b"), ("a:b", ""), ("a", "%62"), ("a", "b.c"), ("a.b", "c"), ("a", "b%2ec"), ("", "a:b")];
        let fields: std::collections::BTreeSet<_> = pairs.iter().map(|(i, v)| field(i, v)).collect();
        assert_eq!(fields.len(), pairs.len(), "{fields:?}");
        assert!(fields.iter().all(|field| !field.contains(['.', '$'])));
    }
}
