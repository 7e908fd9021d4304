//! Files into rows: each row alone, without looking at the others.

use std::sync::Arc;

use souk_kernel::{CategoryId, Money, ProductId, SellerId, UserId};
use souk_ports::rows::{
    Address, Category, Person, Product, ProductDetails, ProductStatus, Seller, User, Variant,
};

use super::columns::{Bad, Cells, Checked};
use super::files::NAMES;
use super::rejects::Reject;
use super::told::{self, Told};
use super::{Error, Files};
use crate::catalog::texts::{self, MAX_NAME, MAX_WORD};

/// Rows end here alone, and a carriage return before it is taken off later: otherwise a row that is read would seem to
/// begin in the line before it.
const LINE_FEED: csv::Terminator = csv::Terminator::Any(b'\n');

const USERS: &[&str] = &[
    "id",
    "name",
    "email",
    "join_date",
    "phone",
    "address_line1",
    "address_line2",
    "city",
    "region",
    "postal_code",
    "country",
];
const CATEGORIES: &[&str] = &["id", "name", "description", "parent", "image"];
const SELLERS: &[&str] = &["id", "name", "rating", "user_id", "city", "country", "founded", "description"];
const PRODUCTS: &[&str] = &[
    "id",
    "name",
    "description",
    "price",
    "category_id",
    "seller_id",
    "brand",
    "tags",
    "is_active",
    "materials",
    "care",
    "created_at",
];
const VARIANTS: &[&str] = &["product", "size", "color", "sku", "price_adjustment", "stock"];

/// More pieces than any shop has.
pub(super) const MAX_STOCK: i64 = 1_000_000_000;

/// Where a row stands, for whoever has to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) file: Arc<str>,
    pub(super) line: u64,
    pub(super) row: String,
    /// All rows of its product as they stood in an export, to be written out should it be refused.
    pub(super) rows: Option<Arc<SourceRows>>,
}

/// In which file of an export, and the text.
pub(super) type SourceRows = Vec<(u8, String)>;

impl Place {
    pub(super) fn reject(&self, bad: Bad) -> Reject {
        let Bad { column, reason } = bad;
        let (file, row, rows) = (self.file.to_string(), self.row.clone(), self.rows.clone());
        Reject { file, line: self.line, column, reason, row, rows }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed<T> {
    pub(super) place: Place,
    pub(super) it: T,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct ReadVariant {
    pub(super) variant: Variant,
    pub(super) stock: i64,
}

/// The rows that are well-formed, in the order of their files.
#[derive(Debug, Default)]
pub(super) struct ReadFiles {
    pub(super) users: Vec<Placed<(User, Person)>>,
    pub(super) categories: Vec<Placed<Category>>,
    pub(super) sellers: Vec<Placed<Seller>>,
    pub(super) products: Vec<Placed<Product>>,
    pub(super) variants: Vec<Placed<ReadVariant>>,
    pub(super) told: Told,
    /// The files do not say when their products were added.
    pub(super) is_undated: bool,
    /// Columns of which nothing is taken.
    pub(super) not_taken: Vec<String>,
}

pub(super) fn read(
    files: &Files,
    refuse: &mut dyn FnMut(Reject) -> Result<(), Error>,
) -> Result<ReadFiles, Error> {
    let [users, categories, sellers, products, variants] = files.contents.each_ref().map(|c| c.as_deref());
    Ok(ReadFiles {
        users: rows(NAMES[0], users, &mut exactly(NAMES[0], USERS), &mut user, refuse)?,
        categories: rows(NAMES[1], categories, &mut exactly(NAMES[1], CATEGORIES), &mut category, refuse)?,
        sellers: rows(NAMES[2], sellers, &mut exactly(NAMES[2], SELLERS), &mut seller, refuse)?,
        products: rows(NAMES[3], products, &mut exactly(NAMES[3], PRODUCTS), &mut product, refuse)?,
        variants: read_variants(variants, refuse)?,
        told: told::read(files, refuse)?,
        ..ReadFiles::default()
    })
}

pub(super) fn read_variants(
    content: Option<&[u8]>,
    refuse: &mut dyn FnMut(Reject) -> Result<(), Error>,
) -> Result<Vec<Placed<ReadVariant>>, Error> {
    rows(NAMES[4], content, &mut exactly(NAMES[4], VARIANTS), &mut variant, refuse)
}

/// What a header says: the names of the columns, in its order.
type Header<'a> = dyn FnMut(&csv::ByteRecord) -> Result<Vec<&'static str>, Error> + 'a;

/// Reads the rows of a file, those that are right.
pub(super) fn rows<T>(
    file: &str,
    content: Option<&[u8]>,
    header: &mut Header<'_>,
    read: &mut dyn FnMut(&Cells<'_>) -> Checked<T>,
    refuse: &mut dyn FnMut(Reject) -> Result<(), Error>,
) -> Result<Vec<Placed<T>>, Error> {
    let Some(content) = content else { return Ok(Vec::new()) };
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .terminator(LINE_FEED)
        .from_reader(content);
    let broken = |error: csv::Error| {
        let line = error.position().map_or(0, csv::Position::line);
        Error::Broken { file: file.to_owned(), line, reason: error.to_string() }
    };
    let mut record = csv::ByteRecord::new();
    reader.read_byte_record(&mut record).map_err(broken)?;
    let columns = &header(&record)?;
    let mut rows = Vec::new();
    let (mut counted, mut line) = (0, 1);
    while reader.read_byte_record(&mut record).map_err(broken)? {
        let start = record.position().map_or(0, |at| at.byte() as usize);
        let end = reader.position().byte() as usize;
        // The reader says where it went on reading; the row begins after the empty lines that it skipped.
        let empty = content[start..end].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let raw = content[start + empty..end].trim_ascii_end();
        line += line_feeds(&content[counted..start + empty]);
        counted = start + empty;
        if raw.is_empty() {
            continue;
        }
        let last_line = line + line_feeds(raw);
        let place =
            Place { file: file.into(), line, row: String::from_utf8_lossy(raw).into_owned(), rows: None };
        match cells(columns, &record, line, last_line).and_then(|cells| read(&cells)) {
            Ok(it) => rows.push(Placed { place, it }),
            Err(bad) => refuse(place.reject(bad))?,
        }
    }
    Ok(rows)
}

fn line_feeds(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

/// A header of these columns and no others.
fn exactly(
    file: &'static str,
    columns: &'static [&'static str],
) -> impl FnMut(&csv::ByteRecord) -> Result<Vec<&'static str>, Error> {
    move |record| {
        if record.iter().map(<[u8]>::trim_ascii).eq(columns.iter().map(|column| column.as_bytes())) {
            return Ok(columns.to_vec());
        }
        Err(wrong_header(file, columns, record))
    }
}

pub(super) fn wrong_header(file: &str, columns: &[&str], record: &csv::ByteRecord) -> Error {
    let found: Vec<_> = record.iter().map(String::from_utf8_lossy).collect();
    let found = found.join(",").chars().filter(|c| !texts::is_control(*c)).take(200).collect();
    Error::Header { file: file.to_owned(), expected: columns.join(","), found }
}

fn cells<'a>(
    columns: &'a [&'a str],
    record: &'a csv::ByteRecord,
    line: u64,
    last_line: u64,
) -> Checked<Cells<'a>> {
    if record.len() != columns.len() {
        let mut reason = format!("has {} columns, not {}", record.len(), columns.len());
        if last_line > line {
            reason.push_str(&format!("; it runs on to line {last_line}: is a quote left open?"));
        }
        return Err(Bad::new("", reason));
    }
    let utf8 = |(column, cell): (&&str, &'a [u8])| {
        std::str::from_utf8(cell).map_err(|_| Bad::new(column, "is not UTF-8"))
    };
    let cells = columns.iter().zip(record.iter()).map(utf8).collect::<Checked<_>>()?;
    Ok(Cells { columns, cells })
}

fn user(row: &Cells<'_>) -> Checked<(User, Person)> {
    let id: UserId = row.id("id")?;
    let name = row.line("name", MAX_NAME)?;
    let user = User { id, external_id: row.external("id"), joined_at: row.date("join_date")? };
    let person = Person {
        user_id: id,
        email: row.email("email")?,
        phone: row.phone("phone")?,
        address: address(row, &name)?,
        name,
    };
    Ok((user, person))
}

/// An address is there as a whole or not at all.
fn address(row: &Cells<'_>, name: &str) -> Checked<Option<Address>> {
    let columns = ["address_line1", "address_line2", "city", "region", "postal_code", "country"];
    if columns.iter().all(|column| row.is_empty(column)) {
        return Ok(None);
    }
    Ok(Some(Address {
        name: name.to_owned(),
        line1: row.line("address_line1", MAX_NAME)?,
        line2: row.line_or_none("address_line2", MAX_NAME)?,
        city: row.line("city", MAX_WORD)?,
        region: row.line_or_none("region", MAX_WORD)?,
        postal_code: row.line("postal_code", 20)?,
        country: row.country("country")?.ok_or_else(|| Bad::new("country", "is missing"))?,
    }))
}

fn category(row: &Cells<'_>) -> Checked<Category> {
    let id: CategoryId = row.id("id")?;
    Ok(Category {
        id,
        external_id: row.external("id"),
        name: row.line("name", MAX_WORD)?,
        description: row.prose("description")?,
        parent: if row.is_empty("parent") { None } else { Some(row.id("parent")?) },
        image: row.url_or_none("image")?,
    })
}

fn seller(row: &Cells<'_>) -> Checked<Seller> {
    let id: SellerId = row.id("id")?;
    Ok(Seller {
        id,
        external_id: row.external("id"),
        user_id: if row.is_empty("user_id") { None } else { Some(row.id("user_id")?) },
        name: row.line("name", MAX_NAME)?,
        rating: row.rating("rating")?,
        city: row.line_or_none("city", MAX_WORD)?,
        country: row.country("country")?,
        founded: row.whole("founded", 1_000, 2_100)?,
        description: row.prose("description")?,
    })
}

fn product(row: &Cells<'_>) -> Checked<Product> {
    let id: ProductId = row.id("id")?;
    let price = row.money("price")?;
    if let Some(price) = price {
        texts::above_zero(price).map_err(|reason| Bad::new("price", reason))?;
    }
    let care = row.prose("care")?;
    let is_active = row.yes_or_no("is_active")?;
    let status = if is_active { ProductStatus::Active } else { ProductStatus::Archived };
    Ok(Product {
        id,
        external_id: row.external("id"),
        name: row.line("name", MAX_NAME)?,
        description: row.prose("description")?,
        price,
        category_id: row.id("category_id")?,
        seller_id: if row.is_empty("seller_id") { None } else { Some(row.id("seller_id")?) },
        brand: row.line_or_none("brand", MAX_WORD)?,
        tags: row.words("tags")?,
        materials: row.words("materials")?,
        care: (!care.is_empty()).then_some(care),
        rating: None,
        num_reviews: 0,
        images: Vec::new(),
        is_active,
        created_at: row.date("created_at")?,
        details: ProductDetails { status, ..ProductDetails::default() },
    })
}

fn variant(row: &Cells<'_>) -> Checked<ReadVariant> {
    let stock = row.whole("stock", 0, MAX_STOCK)?.ok_or_else(|| Bad::new("stock", "is missing"))?;
    let variant = Variant {
        id: row.id("sku")?,
        product_id: row.id("product")?,
        sku: row.text("sku").to_owned(),
        size: row.line_or_none("size", MAX_WORD)?,
        color: row.line_or_none("color", MAX_WORD)?,
        price_adjustment: row.money("price_adjustment")?.unwrap_or(Money::ZERO),
        // The place among its product's variants is known when all rows are.
        rank: 0,
        loaded_stock: Some(stock),
        details: Default::default(),
    };
    Ok(ReadVariant { variant, stock })
}
