//! The map of an import: which of a file's fields mean what, and what holds where a field is missing.

use std::path::Path;

use serde::Deserialize;
use souk_kernel::Currency;

use super::Error;
use super::read::MAX_STOCK;
use crate::catalog::texts;

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportMap {
    pub format: Format,
    pub fields: Fields,
    #[serde(default)]
    pub category: Option<CategoryField>,
    #[serde(default)]
    pub defaults: Defaults,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    Csv,
    Ndjson,
}

/// The names of the source's fields.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    /// 1 to 64 letters, digits and `. _ : -`; also the SKU of the product's one variant.
    pub id: String,
    pub name: String,
    /// One field, or several whose texts are joined as paragraphs.
    #[serde(default)]
    pub description: OneOrMore,
    /// Missing, empty or 0: price on request.
    #[serde(default)]
    pub price: Option<String>,
    #[serde(default)]
    pub brand: Option<String>,
    /// A list, or a text separated by `|`.
    #[serde(default)]
    pub tags: Option<String>,
    /// The colour of the product's one variant.
    #[serde(default)]
    pub color: Option<String>,
    #[serde(default)]
    pub size: Option<String>,
    /// 0 to 5.
    #[serde(default)]
    pub rating: Option<String>,
    #[serde(default)]
    pub num_reviews: Option<String>,
    /// The address of one picture.
    #[serde(default)]
    pub image: Option<String>,
    #[serde(default)]
    pub stock: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(untagged)]
pub enum OneOrMore {
    #[default]
    None,
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    pub(super) fn all(&self) -> &[String] {
        match self {
            Self::None => &[],
            Self::One(name) => std::slice::from_ref(name),
            Self::More(names) => names,
        }
    }
}

/// Where the category path stands, from the top downwards.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryField {
    pub field: String,
    /// Between the names where the path is one text; a list needs none.
    #[serde(default)]
    pub separator: Option<String>,
}

/// What holds where the source says nothing.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Defaults {
    pub stock: i64,
    /// The name of a category at the top.
    pub category: String,
    pub seller: Option<DefaultSeller>,
    /// The currency of the source's prices; another one than the shop's is refused, because nothing is converted.
    pub currency: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DefaultSeller {
    pub id: String,
    pub name: String,
}

impl Default for Defaults {
    fn default() -> Self {
        Self { stock: 0, category: "Other".to_owned(), seller: None, currency: None }
    }
}

impl ImportMap {
    pub fn from_file(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| Error::Unreadable { path: path.to_owned(), source })?;
        Self::parse(&path.display().to_string(), &text)
    }

    /// The fields that every record should have.
    pub(super) fn field_names(&self) -> Vec<&str> {
        let Fields {
            id,
            name,
            description,
            price,
            brand,
            tags,
            color,
            size,
            rating,
            num_reviews,
            image,
            stock,
        } = &self.fields;
        let optional = [price, brand, tags, color, size, rating, num_reviews, image, stock];
        let mut names = vec![id.as_str(), name.as_str()];
        names.extend(description.all().iter().map(String::as_str));
        names.extend(optional.into_iter().flatten().map(String::as_str));
        names.extend(self.category.iter().map(|category| category.field.as_str()));
        names
    }

    /// Whether the defaults can go into this shop.
    pub(super) fn check(&self, currency: Currency) -> Result<(), Error> {
        let refused = |reason: String| Err(Error::Map { map: "of this import".to_owned(), reason });
        if let Some(other) = self.defaults.currency.as_deref().filter(|other| *other != currency.code()) {
            return refused(format!("has prices in {other}, and the shop sells in {currency}"));
        }
        if !(0..=MAX_STOCK).contains(&self.defaults.stock) {
            return refused(format!("has a default stock that is not between 0 and {MAX_STOCK}"));
        }
        if let Err(reason) = texts::line(&self.defaults.category, texts::MAX_WORD) {
            return refused(format!("has a default category that {reason}"));
        }
        match &self.defaults.seller {
            Some(seller) => match texts::line(&seller.name, texts::MAX_NAME) {
                Ok(()) => Ok(()),
                Err(reason) => refused(format!("has a default seller whose name {reason}")),
            },
            None => Ok(()),
        }
    }

    /// `name` is for messages.
    pub fn parse(name: &str, yaml: &str) -> Result<Self, Error> {
        serde_saphyr::from_str(yaml)
            .map_err(|error| Error::Map { map: name.to_owned(), reason: format!("is not a map: {error}") })
    }
}
