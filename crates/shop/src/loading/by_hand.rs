//! What the shop has changed since a file said it last: a file that says the same again does not take it back.
//!
//! The log remembers what each load said. A field in which the store differs from the file is compared with what a
//! loader wrote there last: where the file still says that, the shop has changed the field since, and keeps it; where the
//! file says something new, the file is right. Nothing is kept for this beside the log.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use souk_ports::event::{Actor, RecordedEvent};
use souk_ports::rows::{Product, Variant};

use super::Error;
use super::commit::LOADER;
use crate::catalog::events::{CatalogEvent, ProductAdded, ProductChanged, VariantAdded, VariantChanged};
use crate::profiles::events::ProfileEvent;

/// Fields of one row with the values that loaders wrote there last.
type Said = Map<String, Value>;

/// The row as the store shall have it: as the file says, except where the shop has changed what the file says still.
pub(super) fn product(before: &Product, file: Product, history: &[RecordedEvent]) -> Result<Product, Error> {
    merged(before, file, |said| {
        for event in by_loaders(history) {
            match CatalogEvent::parse(&event.kind, event.schema, &event.data).transpose() {
                Ok(Some(CatalogEvent::ProductAdded(ProductAdded { product }))) => {
                    said.extend(fields(&product, None)?);
                }
                Ok(Some(CatalogEvent::ProductChanged(ProductChanged { product, changed }))) => {
                    said.extend(fields(&product, Some(&changed))?);
                }
                Ok(_) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    })
}

/// The same for a variant, out of the history of its product. What was loaded of its stock is the file's word always:
/// stock is moved by the difference between two loads, so nothing that was sold or counted is taken back.
pub(super) fn variant(before: &Variant, file: Variant, history: &[RecordedEvent]) -> Result<Variant, Error> {
    let (id, loaded_stock) = (file.id, file.loaded_stock);
    let mut merged = merged(before, file, |said| {
        for event in by_loaders(history) {
            match CatalogEvent::parse(&event.kind, event.schema, &event.data).transpose() {
                Ok(Some(CatalogEvent::VariantAdded(VariantAdded { variant }))) if variant.id == id => {
                    said.extend(fields(&variant, None)?);
                }
                Ok(Some(CatalogEvent::VariantChanged(VariantChanged { variant, changed })))
                    if variant.id == id =>
                {
                    said.extend(fields(&variant, Some(&changed))?);
                }
                Ok(_) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    })?;
    merged.loaded_stock = loaded_stock;
    Ok(merged)
}

/// Whether somebody has set this profile, or these specifications, since a file said of them what it says now. They are
/// kept or replaced as a whole.
pub(super) fn is_kept(file: &ProfileEvent, history: &[RecordedEvent]) -> Result<bool, Error> {
    let last = by_loaders(history).filter(|event| event.kind == file.kind()).last();
    let Some(last) = last else { return Ok(false) };
    let said = ProfileEvent::parse(&last.kind, &last.data, last.personal.as_deref());
    Ok(said.map_err(unreadable)?.as_ref() == Some(file))
}

fn by_loaders(history: &[RecordedEvent]) -> impl Iterator<Item = &RecordedEvent> {
    history.iter().filter(|event| matches!(&event.actor, Actor::System(name) if name == LOADER))
}

fn merged<T: Serialize + DeserializeOwned>(
    before: &T,
    file: T,
    collect: impl FnOnce(&mut Said) -> serde_json::Result<()>,
) -> Result<T, Error> {
    let mut said = Said::new();
    collect(&mut said).map_err(unreadable)?;
    let (before, mut after) =
        (fields(before, None).map_err(unreadable)?, fields(&file, None).map_err(unreadable)?);
    for (field, value) in &mut after {
        if said.get(field) == Some(value)
            && let Some(now) = before.get(field)
        {
            value.clone_from(now);
        }
    }
    serde_json::from_value(Value::Object(after)).map_err(unreadable)
}

/// The fields of a row, or some of them.
fn fields<T: Serialize>(row: &T, only: Option<&[String]>) -> serde_json::Result<Said> {
    let Value::Object(mut all) = serde_json::to_value(row)? else { return Ok(Said::new()) };
    if let Some(only) = only {
        all.retain(|field, _| only.contains(field));
    }
    Ok(all)
}

fn unreadable(source: serde_json::Error) -> Error {
    souk_ports::Error::internal("reading what was loaded last", source).into()
}
