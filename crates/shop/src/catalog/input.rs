//! How the fields of commands are read: what is absent stays as it is, and only what can be removed may be `null`.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use souk_kernel::ExternalId;
use uuid::Uuid;

/// An id in a command: souk's own or an external one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Named<T>(pub T);

impl<'de, T: FromStr<Err: Display>> Deserialize<'de> for Named<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map(Self).map_err(D::Error::custom)
    }
}

/// Reads a field that can be removed: `null` is told from a field that is absent.
pub(super) fn present<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// Reads a field that can be set and not removed.
pub(super) fn given<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    let value = Option::deserialize(deserializer)?;
    value.map(Some).ok_or_else(|| D::Error::custom("`null` removes what cannot be removed"))
}

/// Sets a field to what is said, if anything is.
pub(super) fn set<T: Clone>(field: &mut T, to: &Option<T>) {
    if let Some(to) = to {
        field.clone_from(to);
    }
}

/// An id that a new thing is to be known by. What souk would read as its own id would lead nowhere.
pub(super) fn external_id(text: &str) -> Result<ExternalId, String> {
    if Uuid::try_parse(text).is_ok() {
        return Err("is a UUID, which is how souk's own ids look".to_owned());
    }
    ExternalId::parse(text).map_err(|_| "is not 1 to 64 letters, digits and `. _ : -`".to_owned())
}

/// Of one product or variant.
const MAX_METADATA: usize = 100;
const MAX_KEY: usize = 100;
const MAX_VALUE: usize = 10_000;

/// What others keep with a thing, by their own names: each is set by itself, and `null` removes it.
pub type Metadata = BTreeMap<String, Option<String>>;

pub(super) fn merge(into: &mut BTreeMap<String, String>, change: &Metadata) -> Result<(), String> {
    for (key, value) in change {
        if key.is_empty() || key.chars().count() > MAX_KEY || key.contains('\0') {
            return Err(format!("has a name that is not 1 to {MAX_KEY} characters"));
        }
        match value {
            Some(value) if value.chars().count() > MAX_VALUE || value.contains('\0') => {
                return Err(format!("has more than {MAX_VALUE} characters, or U+0000, at `{key}`"));
            }
            Some(value) => into.insert(key.clone(), value.clone()),
            None => into.remove(key),
        };
    }
    match into.len() {
        0..=MAX_METADATA => Ok(()),
        many => Err(format!("has {many} entries, more than {MAX_METADATA}")),
    }
}
