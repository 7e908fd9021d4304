//! Bundles: variants that are made of others, and have no stock but that of their parts.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use souk_kernel::{ProductId, VariantId};
use souk_ports::rows::{Part, StockPolicy, Variant};
use souk_ports::store::{Find, PartsFault, Snapshot, Window};
use utoipa::ToSchema;

use super::Error;
use crate::Shop;

/// Of one bundle.
const MAX_PARTS: usize = 50;
/// Pieces of one part in one bundle.
const MAX_PIECES: u32 = 1_000;
/// Variants that one question names.
const AT_ONCE: usize = 10_000;

/// What a bundle has of one of its parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPart {
    /// The id or SKU of a variant of any product, which is no bundle itself.
    #[schema(example = "P001-OAK")]
    pub variant_id: String,
    /// Pieces in one bundle: 1 to 1,000.
    pub quantity: u32,
}

/// What a bundle has of one of its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct PartView {
    #[schema(value_type = uuid::Uuid)]
    pub variant_id: VariantId,
    /// Pieces in one bundle.
    pub quantity: u32,
}

impl From<Part> for PartView {
    fn from(Part { variant_id, quantity }: Part) -> Self {
        Self { variant_id, quantity }
    }
}

pub(super) fn parts(of: VariantId, said: &[NewPart]) -> Result<Vec<Part>, Error> {
    let invalid = |reason: String| Error::invalid("parts", reason);
    let part = |part: &NewPart| {
        let variant_id =
            part.variant_id.parse().map_err(|error| invalid(format!("has a variant that {error}")))?;
        Ok(Part { variant_id, quantity: part.quantity })
    };
    let parts: Vec<Part> = said.iter().map(part).collect::<Result<_, Error>>()?;
    let names = said.iter().map(|part| part.variant_id.as_str());
    check_parts(of, parts.iter().zip(names)).map_err(invalid)?;
    Ok(parts)
}

/// What can be said of a variant's parts, each with what it was called, without the store.
pub(crate) fn check_parts<'a>(
    of: VariantId,
    parts: impl ExactSizeIterator<Item = (&'a Part, &'a str)>,
) -> Result<(), String> {
    if parts.len() > MAX_PARTS {
        return Err(format!("has {} entries, more than {MAX_PARTS}", parts.len()));
    }
    let mut seen = HashSet::with_capacity(parts.len());
    for (&Part { variant_id, quantity }, name) in parts {
        if variant_id == of {
            return Err(format!("has `{name}`, which is the variant itself"));
        }
        if !seen.insert(variant_id) {
            return Err(format!("has `{name}` twice"));
        }
        if !(1..=MAX_PIECES).contains(&quantity) {
            return Err(format!(
                "has `{name}` with a quantity of {quantity}, which does not lie between 1 and {MAX_PIECES}"
            ));
        }
    }
    Ok(())
}

/// A bundle has as many pieces as its parts allow: nobody says of it how many there are, nor whether they are counted.
/// `field` is where the pieces were named.
pub(super) fn check(variant: &Variant, field: &'static str, pieces: i64) -> Result<(), Error> {
    if variant.details.parts.is_empty() {
        return Ok(());
    }
    let why = "is that of its parts: the variant is a bundle";
    if variant.details.stock_policy != StockPolicy::Counted {
        return Err(Error::invalid("stock_policy", why));
    }
    if pieces != 0 { Err(Error::invalid(field, why)) } else { Ok(()) }
}

/// Why the store does not let a variant be made of its parts, in the words of whoever wanted it so.
pub(super) async fn refused<'a>(
    shop: &Shop,
    fault: PartsFault,
    mut said: impl Iterator<Item = &'a NewPart>,
) -> Error {
    let id = named_by(fault);
    let called = said.find(|part| part.variant_id.parse().ok() == id).map(|part| part.variant_id.clone());
    let called = match (called, id) {
        (Some(called), _) => Ok(called),
        (None, Some(id)) => async { sku_of(&mut *shop.store.snapshot().await?, id).await }.await,
        (None, None) => Ok(String::new()),
    };
    match (called, fault) {
        (Err(error), _) => error.into(),
        (Ok(called), PartsFault::Unknown { .. } | PartsFault::IsBundle { .. }) => {
            Error::invalid("parts", in_words(fault, &called))
        }
        (Ok(called), PartsFault::IsPart { .. } | PartsFault::HasStock { .. }) => {
            Error::StillNeeded { why: format!("`parts` {}", in_words(fault, &called)) }
        }
    }
}

/// The other variant that stands against it.
pub(crate) fn named_by(fault: PartsFault) -> Option<VariantId> {
    match fault {
        PartsFault::Unknown { part } | PartsFault::IsBundle { part } => Some(part),
        PartsFault::IsPart { of } => Some(of),
        PartsFault::HasStock { .. } => None,
    }
}

/// What stock keeping calls a variant; of one that is not there the id.
pub(crate) async fn sku_of(snapshot: &mut dyn Snapshot, id: VariantId) -> souk_ports::Result<String> {
    let found = snapshot.one::<Variant>(id).await?;
    Ok(found.map_or_else(|| id.to_string(), |variant| variant.row.sku))
}

/// What is wrong with a variant's parts; `called` is the other variant, where one stands against it.
pub(crate) fn in_words(fault: PartsFault, called: &str) -> String {
    match fault {
        PartsFault::Unknown { .. } => format!("has `{called}`, and there is no such variant"),
        PartsFault::IsBundle { .. } => {
            format!("has `{called}`, which is a bundle itself: name what it is made of")
        }
        PartsFault::IsPart { .. } => {
            format!("would make a bundle of what is a part of the bundle `{called}`")
        }
        PartsFault::HasStock { quantity } => {
            format!("would make a bundle of what has a stock of its own, {quantity}: bring it to 0 before")
        }
    }
}

/// The bundles that have any of these variants as a part, each with its product.
pub(super) async fn bundles_with(
    snapshot: &mut dyn Snapshot,
    parts: &[VariantId],
) -> souk_ports::Result<Vec<(ProductId, VariantId)>> {
    let mut bundles = Vec::new();
    for parts in parts.chunks(AT_ONCE) {
        let (rows, _) = snapshot.list::<Variant>(&Find::BundlesWith(parts.to_vec()), Window::ALL).await?;
        bundles.extend(rows.into_iter().map(|bundle| (bundle.row.product_id, bundle.row.id)));
    }
    Ok(bundles)
}
