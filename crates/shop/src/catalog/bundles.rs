//! Bundles: variants that are made of others, and have no stock but that of their parts.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use souk_kernel::{ProductId, VariantId};
use souk_ports::rows::{Part, StockPolicy, Variant};
use souk_ports::store::{Find, PartsFault, Snapshot, Window};
use utoipa::ToSchema;

use super::Error;
use super::input::Named;

/// Of one bundle.
const MAX_PARTS: usize = 50;
/// Pieces of one part in one bundle.
const MAX_PIECES: u32 = 1_000;
/// Variants that one question names.
const AT_ONCE: usize = 10_000;

/// What a bundle has of one of its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPart {
    /// The id or SKU of a variant of any product, which is no bundle itself.
    #[schema(value_type = String, example = "P001-OAK")]
    pub variant_id: Named<VariantId>,
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
    let part = |part: &NewPart| Part { variant_id: part.variant_id.0, quantity: part.quantity };
    let parts: Vec<Part> = said.iter().map(part).collect();
    check_parts(of, &parts).map_err(|reason| Error::invalid("parts", reason))?;
    Ok(parts)
}

/// What can be said of a variant's parts without the store.
pub(crate) fn check_parts(of: VariantId, parts: &[Part]) -> Result<(), String> {
    if parts.len() > MAX_PARTS {
        return Err(format!("has {} entries, more than {MAX_PARTS}", parts.len()));
    }
    let mut seen = HashSet::with_capacity(parts.len());
    for &Part { variant_id, quantity } in parts {
        if variant_id == of {
            return Err("has the variant itself".to_owned());
        }
        if !seen.insert(variant_id) {
            return Err(format!("has the variant `{variant_id}` twice"));
        }
        if !(1..=MAX_PIECES).contains(&quantity) {
            return Err(format!(
                "has a quantity of {quantity}, which does not lie between 1 and {MAX_PIECES}"
            ));
        }
    }
    Ok(())
}

/// A bundle has as many pieces as its parts allow: nobody says of it how many there are, nor whether they are counted.
pub(super) fn check(variant: &Variant, pieces: i64) -> Result<(), Error> {
    if variant.details.parts.is_empty() {
        return Ok(());
    }
    let why = "is that of its parts: the variant is a bundle";
    if variant.details.stock_policy != StockPolicy::Counted {
        return Err(Error::invalid("stock_policy", why));
    }
    if pieces != 0 { Err(Error::invalid("stock", why)) } else { Ok(()) }
}

/// Why the store does not let a variant be made of its parts. `sku` says what people call a variant.
pub(super) fn refused(bundle: VariantId, fault: PartsFault, sku: impl Fn(VariantId) -> String) -> Error {
    let invalid = |reason: String| Error::invalid("parts", reason);
    match fault {
        PartsFault::Unknown { part } => invalid(format!("has `{}`, and there is no such variant", sku(part))),
        PartsFault::IsBundle { part } => {
            invalid(format!("has `{}`, which is a bundle itself: name what it is made of", sku(part)))
        }
        PartsFault::IsPart { of } => {
            let (bundle, of) = (sku(bundle), sku(of));
            let why = format!("`{bundle}` is a part of the bundle `{of}`, and so cannot be one");
            Error::StillNeeded { why }
        }
        PartsFault::HasStock { quantity } => {
            let bundle = sku(bundle);
            let why = format!(
                "`{bundle}` has a stock of its own, {quantity}: bring it to 0 before it is made of parts"
            );
            Error::StillNeeded { why }
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
