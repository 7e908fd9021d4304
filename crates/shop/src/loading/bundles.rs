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
use crate::catalog::bundles::{in_words, named_by, sku_of};
use crate::catalog::events::{CatalogEvent, VariantChanged};
use crate::catalog::touch;

/// What a file says that a variant is made of; without parts it is no bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bundle {
    pub(super) id: VariantId,
    pub(super) parts: Vec<Part>,
    /// At the places of the parts.
    skus: Vec<String>,
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
            let said = std::mem::replace(&mut variant.parts, Given::Absent);
            if !said.is_absent() {
                let skus = said.value().into_iter().flatten().map(|part| part.sku.clone()).collect();
                let parts = std::mem::take(&mut row.it.details.parts);
                taken.push(Placed { place: row.place.clone(), it: Bundle { id: row.it.id, parts, skus } });
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
        if let Some(&fault) = how.refused.bundles.get(&row.it.id) {
            let called = called(&row.it, fault, snapshot).await?;
            plan.rejects.push(row.place.reject(Bad::new("parts", in_words(fault, &called))));
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

/// As the file calls the variant that stands against it, or else the shop.
async fn called(bundle: &Bundle, fault: PartsFault, snapshot: &mut dyn Snapshot) -> Result<String, Error> {
    let Some(id) = named_by(fault) else { return Ok(String::new()) };
    match bundle.parts.iter().position(|part| part.variant_id == id) {
        Some(at) => Ok(bundle.skus[at].clone()),
        None => Ok(sku_of(snapshot, id).await?),
    }
}
