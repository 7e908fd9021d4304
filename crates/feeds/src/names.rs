//! Names of columns and fields, in their short forms and in full.

use serde::Deserialize;

/// Names of one column: the first that the file has and that is not empty. `{n}` stands for a number, any other word
/// in braces for any text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(from = "OneOrMore")]
pub struct Names(pub Vec<String>);

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl From<OneOrMore> for Names {
    fn from(names: OneOrMore) -> Self {
        match names {
            OneOrMore::One(name) => Self(vec![name]),
            OneOrMore::More(names) => Self(names),
        }
    }
}

/// A field with what must be known to read it; its short form is the names alone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(from = "FieldForm")]
pub struct Field {
    /// Its columns.
    pub from: Names,
    /// Whether it is HTML, of which the text is taken.
    pub html: bool,
    /// Whether all of its columns are taken, as paragraphs of one text.
    pub join: bool,
    /// Between the parts of a list.
    pub split: Names,
    /// Of a weight or a length, where the cell has none; a column's `{unit}` goes before.
    pub unit: Option<String>,
    /// The column that has the unit.
    pub unit_from: Names,
    /// What is taken off the beginning.
    pub strip_prefix: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum FieldForm {
    One(String),
    More(Vec<String>),
    Full(FullField),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FullField {
    from: Names,
    #[serde(default)]
    html: bool,
    #[serde(default)]
    join: bool,
    #[serde(default)]
    split: Names,
    #[serde(default)]
    unit: Option<String>,
    #[serde(default)]
    unit_from: Names,
    #[serde(default)]
    strip_prefix: Option<String>,
}

impl From<FieldForm> for Field {
    fn from(form: FieldForm) -> Self {
        match form {
            FieldForm::One(name) => Self { from: Names(vec![name]), ..Self::default() },
            FieldForm::More(names) => Self { from: Names(names), ..Self::default() },
            FieldForm::Full(full) => {
                let FullField { from, html, join, split, unit, unit_from, strip_prefix } = full;
                Self { from, html, join, split, unit, unit_from, strip_prefix }
            }
        }
    }
}
