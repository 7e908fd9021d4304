//! What the shop has changed since a file said it last: a file that says the same again does not take it back.
//!
//! The log remembers what each load said. A field in which the store differs from the file is compared with what a
//! loader wrote there last: where the file still says that, the shop has changed the field since, and keeps it; where the
//! file says something new, the file is right. Nothing is kept for this beside the log.

use std::collections::BTreeSet;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use souk_ports::event::{Actor, RecordedEvent};
use souk_ports::rows::{Category, Product, Seller, Variant};

use super::Error;
use super::commit::LOADER;
use crate::catalog::events::{
    CatalogEvent, CategoryAdded, CategoryChanged, ProductAdded, ProductChanged, SellerAdded, SellerChanged,
    VariantAdded, VariantChanged,
};
use crate::profiles::events::ProfileEvent;

/// The column of products and of variants that holds many fields.
const DETAILS: &str = "details";

/// Fields of one row with the values that loaders wrote there last.
type Said = Map<String, Value>;

/// The row as the store shall have it: as the file says, except where the shop has changed what the file says still.
pub(super) fn product(before: &Product, file: Product, history: &[RecordedEvent]) -> Result<Product, Error> {
    merged(before, file, history, |event| match event {
        CatalogEvent::ProductAdded(ProductAdded { product }) => Some((product, None)),
        CatalogEvent::ProductChanged(ProductChanged { product, changed }) => Some((product, Some(changed))),
        _ => None,
    })
}

/// The same for a variant, out of the history of its product. What was loaded of its stock is the file's word always:
/// stock is moved by the difference between two loads, so nothing that was sold or counted is taken back.
pub(super) fn variant(before: &Variant, file: Variant, history: &[RecordedEvent]) -> Result<Variant, Error> {
    let (id, loaded_stock) = (file.id, file.loaded_stock);
    let mut merged = merged(before, file, history, |event| match event {
        CatalogEvent::VariantAdded(VariantAdded { variant }) if variant.id == id => Some((variant, None)),
        CatalogEvent::VariantChanged(VariantChanged { variant, changed }) if variant.id == id => {
            Some((variant, Some(changed)))
        }
        _ => None,
    })?;
    merged.loaded_stock = loaded_stock;
    Ok(merged)
}

pub(super) fn category(
    before: &Category,
    file: Category,
    history: &[RecordedEvent],
) -> Result<Category, Error> {
    merged(before, file, history, |event| match event {
        CatalogEvent::CategoryAdded(CategoryAdded { category }) => Some((category, None)),
        CatalogEvent::CategoryChanged(CategoryChanged { category, changed }) => {
            Some((category, Some(changed)))
        }
        _ => None,
    })
}

pub(super) fn seller(before: &Seller, file: Seller, history: &[RecordedEvent]) -> Result<Seller, Error> {
    merged(before, file, history, |event| match event {
        CatalogEvent::SellerAdded(SellerAdded { seller }) => Some((seller, None)),
        CatalogEvent::SellerChanged(SellerChanged { seller, changed }) => Some((seller, Some(changed))),
        _ => None,
    })
}

/// Whether somebody has set this profile, or these specifications, since a file said of them what it says now. They are
/// kept or replaced as a whole.
pub(super) fn is_kept(file: &ProfileEvent, history: &[RecordedEvent]) -> Result<bool, Error> {
    let last = by_loaders(history).filter(|event| event.kind == file.kind()).last();
    let Some(last) = last else { return Ok(false) };
    let said = ProfileEvent::parse(&last.kind, &last.data, last.personal.as_deref());
    Ok(said.map_err(unreadable)?.as_ref() == Some(file))
}

/// The names of the fields in which two rows differ.
pub(super) fn differing<T: Serialize>(one: &T, other: &T) -> Result<Vec<String>, Error> {
    let (one, other) = (fields(one, None).map_err(unreadable)?, fields(other, None).map_err(unreadable)?);
    let all: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    let differ = all.into_iter().filter(|field| one.get(*field) != other.get(*field));
    Ok(differ.map(|field| field.trim_start_matches("details/").to_owned()).collect())
}

fn by_loaders(history: &[RecordedEvent]) -> impl Iterator<Item = &RecordedEvent> {
    history.iter().filter(|event| matches!(&event.actor, Actor::System(name) if name == LOADER))
}

/// `says` picks the row out of an event about it, with the names of the fields that the event changed.
fn merged<T: Serialize + DeserializeOwned>(
    before: &T,
    file: T,
    history: &[RecordedEvent],
    says: impl Fn(CatalogEvent) -> Option<(T, Option<Vec<String>>)>,
) -> Result<T, Error> {
    let mut said = Said::new();
    for event in by_loaders(history) {
        let event = CatalogEvent::parse(&event.kind, event.schema, &event.data).transpose();
        if let Some((row, changed)) = event.map_err(unreadable)?.and_then(&says) {
            learn(&mut said, &row, changed.as_deref()).map_err(unreadable)?;
        }
    }
    let (before, mut after) =
        (fields(before, None).map_err(unreadable)?, fields(&file, None).map_err(unreadable)?);
    let all: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    // A field that is left out says that it is as it is by itself.
    let unsaid: Vec<String> =
        all.into_iter().filter(|field| said.get(*field) == after.get(*field)).cloned().collect();
    for field in unsaid {
        match before.get(&field) {
            Some(now) => after.insert(field, now.clone()),
            None => after.remove(&field),
        };
    }
    serde_json::from_value(Value::Object(nested(after))).map_err(unreadable)
}

fn learn<T: Serialize>(said: &mut Said, row: &T, only: Option<&[String]>) -> serde_json::Result<()> {
    if only.is_none_or(|only| only.iter().any(|field| field == DETAILS)) {
        said.retain(|field, _| !field.starts_with(DETAILS));
    }
    said.extend(fields(row, only)?);
    Ok(())
}

/// The fields of a row, or some of them. What lies in [`DETAILS`] is a field each.
fn fields<T: Serialize>(row: &T, only: Option<&[String]>) -> serde_json::Result<Said> {
    let Value::Object(mut all) = serde_json::to_value(row)? else { return Ok(Said::new()) };
    if let Some(only) = only {
        all.retain(|field, _| only.contains(field));
    }
    if let Some(Value::Object(details)) = all.remove(DETAILS) {
        all.extend(details.into_iter().map(|(field, value)| (format!("{DETAILS}/{field}"), value)));
    }
    Ok(all)
}

fn nested(fields: Said) -> Said {
    let mut row = Said::new();
    let mut details = Said::new();
    for (field, value) in fields {
        match field.strip_prefix(DETAILS).and_then(|rest| rest.strip_prefix('/')) {
            Some(detail) => details.insert(detail.to_owned(), value),
            None => row.insert(field, value),
        };
    }
    row.insert(DETAILS.to_owned(), Value::Object(details));
    row
}

fn unreadable(source: serde_json::Error) -> Error {
    souk_ports::Error::internal("reading what was loaded last", source).into()
}
