//! The one shape that every file is brought into: products with their variants. It says of each field whether the file
//! has it at all, so that an import changes only what the file speaks of. What a shop makes of it (rows, ids, its own
//! bounds) is the shop's business.

use serde::{Deserialize, Serialize};

use crate::amount::Amount;

/// A field of a product in a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Given<T> {
    /// The file has no such column: nothing is said, and nothing changes.
    #[default]
    Absent,
    /// The column is there and its cell is empty: cleared.
    Empty,
    /// What the cell says.
    Value(T),
}

impl<T> Given<T> {
    /// Whether the file has no such column; in souk's own format, such a field is left out.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The value, where there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            _ => None,
        }
    }

    /// The value made into another one.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Given<U> {
        match self {
            Self::Absent => Given::Absent,
            Self::Empty => Given::Empty,
            Self::Value(value) => Given::Value(make(value)),
        }
    }
}

impl<T: Serialize> Serialize for Given<T> {
    /// `Absent` is never written: each field has `skip_serializing_if`.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Given<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Empty, Self::Value))
    }
}

/// Where something stands in the files of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Place {
    /// Which of the files, from 0.
    pub file: u8,
    /// Of the file, unpacked, from 1.
    pub line: u64,
}

/// A product with its variants.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Its first row.
    #[serde(skip)]
    pub place: Place,
    /// What the source calls it, as it is: a handle, a number, a SKU.
    pub key: String,
    /// One line, plain text.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub name: Given<String>,
    /// Plain text; markup was taken away where the source's field has markup.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub description: Given<String>,
    /// The last part of its address.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub slug: Given<String>,
    /// For search engines.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub seo_title: Given<String>,
    /// For search engines.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub seo_description: Given<String>,
    /// Who makes it.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub brand: Given<String>,
    /// Who sells it, where the source is a marketplace.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub seller: Given<String>,
    /// What tells sellers of one name apart; the name does where it is left out.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub seller_key: Given<String>,
    /// What its variants cost that cost nothing else, where the source keeps that apart.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub price: Given<Amount>,
    /// Whether it is for sale.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub status: Given<Status>,
    /// Whether it is taken off the shelves whatever its status.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub hidden: Given<bool>,
    /// Paths from the root downwards; the first path is the primary one.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub categories: Given<Vec<Vec<String>>>,
    /// Words to find it by.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub tags: Given<Vec<String>>,
    /// What it is made of.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub materials: Given<Vec<String>>,
    /// How to keep it clean and whole.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub care: Given<String>,
    /// In the order in which they are shown.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub images: Given<Vec<Image>>,
    /// The names of what its variants differ in, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// What is the same for all variants.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub specifications: Given<Vec<Specification>>,
    /// Further columns that the map asks for, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub metadata: Vec<(String, String)>,
    /// In thousandths of a star: 4.5 is 4,500.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub rating_thousandths: Given<u32>,
    /// How many rated it.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub num_reviews: Given<u64>,
    /// As the source writes it: ISO 8601 as a rule.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub created_at: Given<String>,
    /// In the order of the file.
    pub variants: Vec<Variant>,
}

/// What is put into a basket.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// Its row.
    #[serde(skip)]
    pub place: Place,
    /// As it is in the source, or made of the product's key and the options.
    pub sku: String,
    /// Whether the source has none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sku_was_made: bool,
    /// Names and values, in the order of the product's options.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<(String, String)>,
    /// What one pays, unless there is a sale.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub price: Given<Amount>,
    /// What is shown struck through: "compare at", the maker's price.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub list_price: Given<Amount>,
    /// A lower price for a time.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub sale: Given<Sale>,
    /// How many there are.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub stock: Given<Stock>,
    /// What the stock was when souk wrote the file, so that an import moves it by what was changed in the file alone.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub stock_then: Given<StockThen>,
    /// Whether it is sold when there is none.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub backorder: Given<bool>,
    /// How many are sold beyond what there is, where that has a limit.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub backorder_allowance: Given<u32>,
    /// Rounded to grams.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub weight_grams: Given<u64>,
    /// Length, width, height, rounded to millimetres.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub dimensions_mm: Given<[u64; 3]>,
    /// 8, 12, 13 or 14 digits with a right check digit.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub gtin: Given<String>,
    /// The maker's number.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub mpn: Given<String>,
    /// What it is made of, where it is a bundle.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub parts: Given<Vec<Part>>,
    /// The address of its own picture.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub image: Given<String>,
    /// Whether nothing is sent by post.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub is_digital: Given<bool>,
    /// Whether it is the one that is shown first.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub is_default: Given<bool>,
    /// Whether it is not sold any more.
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    pub is_retired: Given<bool>,
}

/// Whether a product is for sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It is.
    Active,
    /// Not yet, or not here.
    Draft,
    /// No longer.
    Archived,
}

/// What a bundle has of one of its parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Of a variant of any product.
    pub sku: String,
    /// Pieces in one bundle.
    pub quantity: u32,
}

/// A picture of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Its address, or its path in the source's media folder.
    pub url: String,
    /// What it shows, for those who cannot see it; empty where the source says nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub alt: String,
}

/// A property of a product: `Material: oak`, `Power: 12 W`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Specification {
    /// What is specified.
    pub name: String,
    /// In the source's words.
    pub value: String,
    /// Empty where it has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
}

/// A lower price for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// What one pays.
    pub price: Amount,
    /// From when, as the source writes it; empty: from now on.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub from: String,
    /// Until when, as the source writes it; empty: until further notice.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub until: String,
}

/// The stock of a variant when souk wrote it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StockThen {
    /// Pieces that there were.
    pub counted: i64,
    /// Pieces that imports had said before that.
    pub loaded: i64,
}

/// How many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stock {
    /// So many; some systems count below zero.
    Counted(i64),
    /// Nobody counts: it is always sold.
    NotCounted,
    /// The source says that there are some, and not how many.
    In,
    /// The source says that there are none.
    Out,
}
