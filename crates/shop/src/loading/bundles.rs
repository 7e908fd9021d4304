//! Bundles of a file. They come in once everything else is there, because what one is made of may stand behind it in the
//! file: until then it is a variant without stock, which nobody can buy.

use std::sync::Arc;

use souk_feeds::shape::Given;
use souk_kernel::VariantId;
use souk_ports::rows::{Part, Product, StockPolicy, Variant};
use souk_ports::store::{PartsFault, Snapshot};

use super::check::CheckedProduct;
use super::columns::Bad;
use super::plan::{How, Plan, before, write};
use super::read::Placed;
use super::{Counts, Error, Kept, by_hand};
use crate::catalog::events::{CatalogEvent, VariantChanged};
use crate::catalog::touch;

/// What a file says that a variant is made of; without parts it is no bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bundle {
    pub(super) id: VariantId,
    pub(super) parts: Vec<Part>,
}

/// Takes what variants are made of out of the rows. The rest of the rows then says nothing of it.
pub(super) fn take_out(rows: &mut [CheckedProduct]) -> Vec<Placed<Bundle>> {
    let mut taken = Vec::new();
    for row in rows {
        let Some(from) = &mut row.from else { continue };
        if from.variants.iter().all(|variant| variant.parts.is_absent()) {
            continue;
        }
        let from = Arc::make_mut(from);
        for (variant, row) in from.variants.iter_mut().zip(&mut row.variants) {
            if !std::mem::replace(&mut variant.parts, Given::Absent).is_absent() {
                let parts = std::mem::take(&mut row.it.details.parts);
                taken.push(Placed { place: row.place.clone(), it: Bundle { id: row.it.id, parts } });
            }
        }
    }
    taken
}

/// What the shop has made a bundle has no stock, whatever a file says of it.
pub(super) fn without_stock(mut variant: Variant, old: Option<&Variant>) -> Variant {
    if !variant.details.parts.is_empty() {
        variant.loaded_stock = old.and_then(|old| old.loaded_stock);
        variant.details.stock_policy = StockPolicy::Counted;
    }
    variant
}

/// Variants that were refused themselves are passed over.
pub(super) async fn plan(
    plan: &mut Plan,
    rows: &[Placed<Bundle>],
    how: &How<'_>,
    snapshot: &mut dyn Snapshot,
) -> Result<(), Error> {
    let variants = before::<Variant>(snapshot, rows.iter().map(|row| row.it.id).collect()).await?;
    let products = variants.iter().flatten().map(|variant| variant.row.product_id).collect();
    let mut products = before::<Product>(snapshot, products).await?.into_iter();
    let mut counts = Counts::default();
    for (row, old) in rows.iter().zip(variants) {
        let Some(old) = old else { continue };
        let product = products.next().flatten();
        if let Some(fault) = how.refused.bundles.get(&row.it.id) {
            plan.rejects.push(row.place.reject(Bad::new("parts", in_words(*fault))));
            continue;
        }
        let mut said = old.row.clone();
        said.details.parts.clone_from(&row.it.parts);
        if how.only_new || said == old.row {
            counts.unchanged += 1;
            continue;
        }
        let wanted = if how.overwrites {
            said.clone()
        } else {
            let history = snapshot.stream(said.product_id.into()).await?;
            by_hand::variant(&old.row, said.clone(), &history)?
        };
        if wanted == old.row {
            let fields = by_hand::differing(&said, &wanted)?;
            plan.kept.push(Kept { what: format!("variant `{}`", wanted.sku), fields });
            counts.kept += 1;
            continue;
        }
        let changed = vec!["details".to_owned()];
        let event = CatalogEvent::from(VariantChanged { variant: wanted.clone(), changed });
        plan.commit.events.push(event.into_new(how.cause)?);
        write(plan, wanted, old.version);
        if let Some(product) = product {
            touch(&mut plan.commit, &product);
        }
        counts.changed += 1;
    }
    plan.tally.bundles.add(counts);
    Ok(())
}

/// Files name variants by their SKUs, and a fault by its id; the row is there to be looked at.
fn in_words(fault: PartsFault) -> String {
    match fault {
        PartsFault::Unknown { .. } => "has a variant that is not there".to_owned(),
        PartsFault::IsBundle { .. } => "has a bundle, and no bundle lies in another".to_owned(),
        PartsFault::IsPart { .. } => "makes a bundle of a variant that is a part of one".to_owned(),
        PartsFault::HasStock { quantity } => {
            format!("is of a variant that has a stock of its own, {quantity}")
        }
    }
}
