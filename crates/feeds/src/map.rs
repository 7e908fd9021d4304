//! The language of maps: which columns of a file mean what. Every built-in format is such a map, and whoever has
//! another file writes one; `docs/import.md` explains each key. What a map cannot say is the code of a [`Dialect`].

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::Error;
pub use crate::names::{Field, Names};
use crate::shape::Status;

/// The longest map that is read; a built-in one has some 3,000 bytes.
const MAX_BYTES: u64 = 1024 * 1024;

/// Which columns of a file mean what.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Map {
    /// What the format is called in messages.
    pub name: String,
    /// CSV and TSV, JSON and NDJSON, XML; any of them where it is left out.
    #[serde(default)]
    pub layout: Option<Layout>,
    /// What a map cannot say about this format.
    #[serde(default)]
    pub dialect: Dialect,
    /// By which columns the format is known; a map that is given by hand needs none.
    #[serde(default)]
    pub recognise: Recognise,
    /// Where the list of products is in a JSON document (`data.products`), or the name of an XML element.
    #[serde(default)]
    pub root: Option<String>,
    /// The list of variants in each record of JSON: `variants`.
    #[serde(default)]
    pub variants: Option<String>,
    /// What the rows of one product have in common. Without it, each row is a product.
    #[serde(default)]
    pub group_by: Names,
    /// Whether a row without that belongs to the product above it.
    #[serde(default)]
    pub group_continues: bool,
    /// Whether every row is a variant of a product that stands in another file: combinations of PrestaShop.
    #[serde(default)]
    pub rows_are_variants: bool,
    /// Columns that may stand in the header more than once; their cells are a list.
    #[serde(default)]
    pub repeated: Vec<String>,
    /// How amounts are written.
    #[serde(default)]
    pub price: PriceRules,
    /// What stands before addresses of pictures that have no host.
    #[serde(default)]
    pub image_base: Option<String>,
    /// Fields of a product.
    pub product: ProductMap,
    /// Fields of a variant.
    #[serde(default)]
    pub variant: VariantMap,
    /// Columns that are known and say nothing about a product: they are not reported as left out.
    #[serde(default)]
    pub ignored: Vec<String>,
}

/// Kinds of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// Rows with a header, whatever the delimiter.
    Csv,
    /// One JSON document, or one object a line.
    Json,
    /// A feed.
    Xml,
}

/// Formats that need code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// None is needed.
    #[default]
    Plain,
    /// Variations name their parent by SKU or id.
    Woocommerce,
    /// A parent names its children in `configurable_variations`.
    Magento,
    /// `Name:Type:Position` and impacts on the price, in a second file.
    Prestashop,
    /// Products, SKUs and rules in one file.
    Bigcommerce,
    /// The whole shape in each line.
    Souk,
}

/// By which columns a format is known.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Recognise {
    /// The file has each of these, by one of its names.
    pub all: Vec<Names>,
    /// It has some of these; the more, the surer.
    pub any: Vec<Names>,
    /// It has none of these.
    pub none: Names,
}

/// How amounts are written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PriceRules {
    /// `point` or `comma`; where it is left out, the prices of the file show it.
    pub decimal: Option<DecimalSign>,
    /// The currency where a cell names none: `EUR`.
    pub currency: Option<String>,
    /// The column that has it.
    pub currency_from: Names,
    /// Whether whole numbers are hundredths.
    pub minor: bool,
}

/// What stands between the whole and its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DecimalSign {
    /// `1,234.56`
    Point,
    /// `1.234,56`
    Comma,
}

/// Fields of a product.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs, reason = "they are named as the fields of `Product` are")]
pub struct ProductMap {
    pub name: Field,
    pub description: Field,
    pub slug: Field,
    pub seo_title: Field,
    pub seo_description: Field,
    pub brand: Field,
    pub seller: Field,
    /// Several rules: the most cautious of them wins, so that a draft stays off.
    pub status: Vec<StatusRule>,
    /// The first rule that finds something.
    pub category: Vec<CategoryRule>,
    pub tags: Field,
    pub images: Vec<ImageRule>,
    pub specifications: Vec<SpecificationRule>,
    pub metadata: Names,
    pub rating: Field,
    pub num_reviews: Field,
    pub created_at: Field,
}

/// Which words mean that a product is for sale. Others are a fault.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusRule {
    /// Its columns.
    pub from: Names,
    /// Words for it is.
    #[serde(default)]
    pub active: Vec<String>,
    /// Words for not yet.
    #[serde(default)]
    pub draft: Vec<String>,
    /// Words for no longer.
    #[serde(default)]
    pub archived: Vec<String>,
    /// What an empty cell means.
    #[serde(default)]
    pub empty: Option<Status>,
}

/// Where the categories stand.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryRule {
    /// Its columns; with `{n}`, each is a category.
    pub from: Names,
    /// Between the names of one path.
    #[serde(default)]
    pub separator: Option<String>,
    /// Between paths.
    #[serde(default)]
    pub list_separator: Option<String>,
    /// A root that no shop shows: `Default Category/`.
    #[serde(default)]
    pub strip_prefix: Vec<String>,
    /// Whether its columns, and the entries of a list in one of them, are the names of one path, the top one first.
    #[serde(default)]
    pub is_path: bool,
}

/// Where pictures stand.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImageRule {
    /// Columns with addresses; all of them are taken.
    pub from: Names,
    /// What the pictures show.
    #[serde(default)]
    pub alt: Names,
    /// A column with the number by which they are ordered.
    #[serde(default)]
    pub position: Names,
    /// Between the addresses in one cell.
    #[serde(default)]
    pub split: Names,
}

/// Where properties stand.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecificationRule {
    /// A fixed name.
    #[serde(default)]
    pub is: Option<String>,
    /// The column with the name; with `{n}` several.
    #[serde(default)]
    pub name: Names,
    /// The column with the value.
    #[serde(default)]
    pub value: Names,
    /// A fixed unit.
    #[serde(default)]
    pub unit: Option<String>,
    /// Instead of `name` and `value`: a column with pairs, such as `colour=red,size=M`.
    #[serde(default)]
    pub pairs: Names,
    /// Between pairs.
    #[serde(default)]
    pub split: Option<String>,
    /// Between the name and the value of a pair.
    #[serde(default)]
    pub between: Option<String>,
    /// Whether a section stands before the name: `General:Toes:Five`.
    #[serde(default)]
    pub has_section: bool,
    /// Whether a number stands behind the value: `Wood:Oak:1`.
    #[serde(default)]
    pub has_place: bool,
}

/// Fields of a variant.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs, reason = "they are named as the fields of `Variant` are")]
pub struct VariantMap {
    pub sku: Field,
    pub options: Vec<OptionRule>,
    /// Values that stand for having no options: `Default Title`.
    pub no_option: Vec<String>,
    pub price: Field,
    pub list_price: Field,
    pub sale_price: Field,
    pub sale_from: Field,
    pub sale_until: Field,
    /// Both in one cell, as in ISO 8601: `2025-01-01T00:00Z/2025-02-01T00:00Z`.
    pub sale_period: Field,
    pub stock: Option<StockRule>,
    pub backorder: Option<YesNoRule>,
    pub backorder_allowance: Field,
    pub weight: Field,
    pub length: Field,
    pub width: Field,
    pub height: Field,
    pub gtin: Field,
    pub mpn: Field,
    pub image: Field,
    pub is_digital: Option<YesNoRule>,
    pub is_default: Option<YesNoRule>,
}

/// Where one of the options stands.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionRule {
    /// A fixed name.
    #[serde(default)]
    pub is: Option<String>,
    /// The column with the name.
    #[serde(default)]
    pub name: Names,
    /// The column with the value.
    pub value: Names,
    /// Whether it is an option only where variants differ in it: a material is a property otherwise.
    #[serde(default)]
    pub if_differs: bool,
    /// Between several options in one cell: `screen size|RAM` and `13 inch|8GB`.
    #[serde(default)]
    pub split: Option<String>,
}

/// Where the stock stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StockRule {
    /// The column with the count.
    pub from: Names,
    /// When nobody counts.
    pub not_counted: Option<Condition>,
    /// A column that says only whether there are some.
    pub available: Names,
    /// Words for there are.
    pub yes: Vec<String>,
    /// Words for there are none.
    pub no: Vec<String>,
    /// Words for there are none, and it is sold all the same.
    pub backorder: Vec<String>,
}

/// A column with one of some values.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The column.
    pub from: Names,
    /// Its values; an empty text is the empty cell.
    pub is: Vec<String>,
}

/// A column that says yes or no.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YesNoRule {
    /// The column.
    pub from: Names,
    /// Words for yes; the usual ones where it is left out.
    #[serde(default)]
    pub yes: Vec<String>,
    /// Words for no.
    #[serde(default)]
    pub no: Vec<String>,
}

impl Map {
    /// Reads a map from a file of at most 1 MiB.
    pub fn from_file(path: &Path) -> Result<Self, Error> {
        let unreadable = |source| Error::Unreadable { path: path.to_owned(), source };
        let mut text = String::new();
        let file = File::open(path).map_err(unreadable)?;
        file.take(MAX_BYTES + 1).read_to_string(&mut text).map_err(unreadable)?;
        if text.len() as u64 > MAX_BYTES {
            let reason = format!("is longer than {MAX_BYTES} bytes");
            return Err(Error::Map { map: path.display().to_string(), reason });
        }
        Self::parse(&path.display().to_string(), &text)
    }

    /// Reads a map; `name` is for messages.
    pub fn parse(name: &str, yaml: &str) -> Result<Self, Error> {
        let refused = |reason: String| Error::Map { map: name.to_owned(), reason };
        let map: Self =
            serde_saphyr::from_str(yaml).map_err(|error| refused(format!("is no map: {error}")))?;
        let code = map.price.currency.as_deref();
        if code.is_some_and(|code| currency(code).is_none()) {
            return Err(refused("has a currency that is no code of three letters".to_owned()));
        }
        let is_split = |rule: &CategoryRule| rule.separator.is_some() || rule.list_separator.is_some();
        if map.product.category.iter().any(|rule| rule.is_path && is_split(rule)) {
            return Err(refused(
                "has a category that is one path (`is_path`) and has separators of paths, too".to_owned(),
            ));
        }
        if map.variant.sku.from.0.is_empty() && map.group_by.0.is_empty() {
            return Err(refused(
                "has neither `group_by` nor `variant.sku`: what would a product be known by?".to_owned(),
            ));
        }
        Ok(map)
    }
}

/// The code of a currency.
pub(crate) fn currency(code: &str) -> Option<[u8; 3]> {
    let bytes: [u8; 3] = code.trim().as_bytes().try_into().ok()?;
    bytes.iter().all(u8::is_ascii_alphabetic).then(|| bytes.map(|byte| byte.to_ascii_uppercase()))
}
