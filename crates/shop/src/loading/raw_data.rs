//! A folder in the form of the system that souk comes after, its `raw_data`: headers in capitals and in any order, categories by
//! name, stock on the product, what sellers are good at, what customers like.
//!
//! It becomes the same rows as souk's own files do. Left out: the day on which a seller joined, which souk does not keep; the
//! report says so, as of every column that it does not know.

use std::collections::HashMap;

use souk_kernel::{CategoryId, Money, SellerId, Timestamp, UserId};
use souk_ports::rows::{Category, Person, Product, ProductDetails, Seller, User, Variant};
use uuid::Uuid;

use super::columns::{Bad, Cells, Checked};
use super::feed::category_key;
use super::files::NAMES;
use super::moment::moment;
use super::read::{self, MAX_STOCK, Placed, ReadFiles, ReadVariant};
use super::rejects::Reject;
use super::{Error, Files, told};
use crate::catalog::texts::{self, MAX_NAME, MAX_WORD};
use crate::profiles::CustomerProfileView;

/// Columns of a file: those that it must have, and those that it may have.
struct Form {
    must: &'static [&'static str],
    may: &'static [&'static str],
}

const USERS: Form = Form { must: &["ID", "NAME", "EMAIL", "JOIN_DATE"], may: &["LOCATION", "INTERESTS"] };
const CATEGORIES: Form = Form { must: &["ID", "NAME"], may: &["DESCRIPTION"] };
const SELLERS: Form = Form { must: &["ID", "NAME"], may: &["SPECIALTY", "RATING"] };
const PRODUCTS: Form =
    Form { must: &["ID", "NAME", "CATEGORY", "PRICE", "STOCK"], may: &["SELLER_ID", "DESCRIPTION", "TAGS"] };

/// Whether the files are in this form: their headers are in capitals.
pub(super) fn is_raw(files: &Files) -> bool {
    let header = |content: &[u8]| {
        let header = content.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let mut names = header.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
        names.any(|name| name == b"ID" || name == b"\"ID\"" || name == b"\xef\xbb\xbfID")
    };
    files.contents.iter().flatten().any(|content| header(content))
}

/// Reads the files. `categories` are the shop's, and `now` is when products came of which the files do not say it.
pub(super) fn read(
    files: &Files,
    categories: Vec<Category>,
    now: Timestamp,
    refuse: &mut dyn FnMut(Reject) -> Result<(), Error>,
) -> Result<ReadFiles, Error> {
    let [users, own_categories, sellers, products, variants] =
        files.contents.each_ref().map(|content| content.as_deref());
    let (mut not_taken, mut customers) = (Vec::new(), Vec::new());
    let mut rows = ReadFiles { is_undated: true, ..ReadFiles::default() };

    let users = read::rows(NAMES[0], users, &mut USERS.header(NAMES[0], &mut not_taken), &mut user, refuse)?;
    for Placed { place, it: (user, person, profile) } in users {
        let user_id = user.id;
        rows.users.push(Placed { place: place.clone(), it: (user, person) });
        if profile != CustomerProfileView::default() {
            match profile.checked(user_id) {
                Ok(it) => customers.push(Placed { place, it }),
                Err(error) => refuse(place.reject(Bad::new("", error.to_string())))?,
            }
        }
    }
    rows.categories = read::rows(
        NAMES[1],
        own_categories,
        &mut CATEGORIES.header(NAMES[1], &mut not_taken),
        &mut category,
        refuse,
    )?;
    rows.sellers =
        read::rows(NAMES[2], sellers, &mut SELLERS.header(NAMES[2], &mut not_taken), &mut seller, refuse)?;

    // Those of the files go before the shop's of the same name.
    let known = categories.into_iter().chain(rows.categories.iter().map(|row| row.it.clone()));
    let mut by_name: HashMap<String, CategoryId> =
        known.map(|category| (category.name.to_lowercase(), category.id)).collect();
    let products = read::rows(
        NAMES[3],
        products,
        &mut PRODUCTS.header(NAMES[3], &mut not_taken),
        &mut |row| product(row, now),
        refuse,
    )?;
    for Placed { place, it: (mut product, variant, category) } in products {
        product.category_id = *by_name.entry(category.to_lowercase()).or_insert_with(|| {
            let external_id = category_key(std::slice::from_ref(&category));
            let it = Category {
                id: CategoryId::from_foreign(&external_id),
                external_id: Some(external_id),
                name: category,
                description: String::new(),
                parent: None,
                image: None,
            };
            let id = it.id;
            rows.categories.push(Placed { place: place.clone(), it });
            id
        });
        rows.products.push(Placed { place: place.clone(), it: product });
        rows.variants.push(Placed { place, it: variant });
    }
    rows.variants.extend(read::read_variants(variants, refuse)?);
    let mut told = told::read(files, refuse)?;
    told.customers.append(&mut customers);
    rows.told = told;
    rows.not_taken = not_taken;
    Ok(rows)
}

impl Form {
    /// Reads a header: the columns by the names that are known, and the others empty.
    fn header<'a>(
        &'static self,
        file: &'static str,
        not_taken: &'a mut Vec<String>,
    ) -> impl FnMut(&csv::ByteRecord) -> Result<Vec<&'static str>, Error> + 'a {
        move |record| {
            let found: Vec<String> =
                record.iter().map(|name| String::from_utf8_lossy(name.trim_ascii()).into_owned()).collect();
            let known = || self.must.iter().chain(self.may);
            let stands_once = |name: &&str| found.iter().filter(|it| it == name).count() == 1;
            let is_twice = known().any(|name| found.iter().filter(|it| it == name).count() > 1);
            if is_twice || !self.must.iter().all(stands_once) {
                let columns: Vec<&str> = known().copied().collect();
                return Err(read::wrong_header(file, &columns, record));
            }
            let columns = found.iter().map(|name| known().find(|it| *it == name).copied().unwrap_or(""));
            not_taken.extend(
                found
                    .iter()
                    .filter(|name| !name.is_empty() && !known().any(|it| it == name))
                    .map(|name| format!("{name} ({file})")),
            );
            Ok(columns.collect())
        }
    }
}

fn user(row: &Cells<'_>) -> Checked<(User, Person, CustomerProfileView)> {
    let id: UserId = row.id("ID")?;
    let joined_at = moment(row.text("JOIN_DATE"))
        .ok_or_else(|| Bad::new("JOIN_DATE", "is no date such as 2026-06-30"))?;
    let user = User { id, external_id: row.external("ID"), joined_at };
    // Where they live is no address that anything could be sent to: it stays in their words.
    let about = Some(row.prose("LOCATION")?).filter(|location| !location.is_empty());
    let profile = CustomerProfileView { about, interests: words(row, "INTERESTS")?, ..Default::default() };
    let (name, email) = (row.line("NAME", MAX_NAME)?, row.email("EMAIL")?);
    Ok((user, Person { user_id: id, name, email, phone: None, address: None }, profile))
}

fn category(row: &Cells<'_>) -> Checked<Category> {
    Ok(Category {
        id: row.id("ID")?,
        external_id: row.external("ID"),
        name: row.line("NAME", MAX_WORD)?,
        description: row.prose("DESCRIPTION")?,
        parent: None,
        image: None,
    })
}

fn seller(row: &Cells<'_>) -> Checked<Seller> {
    let id: SellerId = row.id("ID")?;
    Ok(Seller {
        id,
        external_id: row.external("ID"),
        user_id: None,
        name: row.line("NAME", MAX_NAME)?,
        rating: row.rating("RATING")?,
        city: None,
        country: None,
        founded: None,
        description: row.prose("SPECIALTY")?,
    })
}

/// The product, what is sold of it under the product's own id, and the name of its category.
fn product(row: &Cells<'_>, now: Timestamp) -> Checked<(Product, ReadVariant, String)> {
    let price = row.money("PRICE")?;
    if let Some(price) = price {
        texts::above_zero(price).map_err(|reason| Bad::new("PRICE", reason))?;
    }
    let product = Product {
        id: row.id("ID")?,
        external_id: row.external("ID"),
        name: row.line("NAME", MAX_NAME)?,
        description: row.prose("DESCRIPTION")?,
        price,
        // Known when all names are.
        category_id: CategoryId(Uuid::nil()),
        seller_id: if row.is_empty("SELLER_ID") { None } else { Some(row.id("SELLER_ID")?) },
        brand: None,
        tags: words(row, "TAGS")?,
        materials: Vec::new(),
        care: None,
        rating: None,
        num_reviews: 0,
        images: Vec::new(),
        is_active: true,
        created_at: now,
        details: ProductDetails::default(),
    };
    let stock = row.whole("STOCK", 0, MAX_STOCK)?.ok_or_else(|| Bad::new("STOCK", "is missing"))?;
    let variant = Variant {
        id: row.id("ID")?,
        product_id: product.id,
        sku: row.text("ID").to_owned(),
        size: None,
        color: None,
        price_adjustment: Money::ZERO,
        rank: 0,
        loaded_stock: Some(stock),
        details: Default::default(),
    };
    Ok((product, ReadVariant { variant, stock }, row.line("CATEGORY", MAX_WORD)?))
}

/// Separated by commas, semicolons or bars, each once.
fn words(row: &Cells<'_>, column: &str) -> Checked<Vec<String>> {
    let mut words: Vec<String> = Vec::new();
    for word in row.text(column).split([',', ';', '|']).map(str::trim).filter(|word| !word.is_empty()) {
        if !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    }
    texts::words(&words).map_err(|reason| Bad::new(column, reason))?;
    Ok(words)
}
