//! `GET /products/{id}/history`: which prices a product and its variants had, and who changed them; out of the log.

use std::collections::HashMap;

use serde::Serialize;
use souk_kernel::{Money, Page, Position, ProductId, Timestamp, VariantId};
use souk_ports::event::{Actor, RecordedEvent};
use souk_ports::rows::{Product, Variant};
use utoipa::ToSchema;

use super::Error;
use super::events::{CatalogEvent, ProductAdded, ProductChanged, VariantAdded, VariantChanged};
use super::price::ordinary_price;
use crate::{Query, Shop, Source};

/// The prices of one product, the last change first.
#[derive(Debug, Clone, Copy)]
pub struct PriceHistory {
    pub product: ProductId,
    pub page: Page,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PriceHistoryPage {
    /// The last one first.
    pub changes: Vec<PriceChangeView>,
    /// On all pages.
    pub total: u64,
    pub page: u32,
    pub pages: u64,
}

/// Who changed a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChangedBy {
    User,
    Staff,
    /// Something that does it by itself, such as a loader.
    System,
}

/// What somebody changed of a price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PriceChangeView {
    #[schema(value_type = String, format = DateTime)]
    pub occurred_at: Timestamp,
    pub by: ChangedBy,
    /// The id of the user, or the name of what did it by itself, such as a loader.
    pub who: Option<String>,
    pub reason: Option<String>,
    /// The variant that costs something else than before beside the others; `null`: the product, and all its variants with
    /// it.
    #[schema(value_type = Option<uuid::Uuid>)]
    pub variant_id: Option<VariantId>,
    pub sku: Option<String>,
    /// `null`: it was on request, or was not there.
    #[schema(value_type = Option<f64>)]
    pub from: Option<Money>,
    /// `null`: it is on request.
    #[schema(value_type = Option<f64>)]
    pub to: Option<Money>,
}

impl Query for PriceHistory {
    type Answer = PriceHistoryPage;
    type Error = Error;

    fn reads(&self) -> &'static [Source] {
        &[Source::Store]
    }

    async fn answer(&self, shop: &Shop, at_least: Position) -> Result<PriceHistoryPage, Error> {
        let mut snapshot = shop.store.snapshot_from(at_least).await?;
        if snapshot.one::<Product>(self.product).await?.is_none() {
            return Err(Error::UnknownProduct { asked: self.product.to_string() });
        }
        let events = snapshot.stream(self.product.into()).await?;
        drop(snapshot);
        let mut changes = changes(&events)?;
        changes.reverse();
        let total = changes.len() as u64;
        let offset = usize::try_from(self.page.offset()).unwrap_or(usize::MAX);
        let changes = changes.into_iter().skip(offset).take(self.page.limit as usize).collect();
        Ok(PriceHistoryPage { changes, total, page: self.page.number, pages: self.page.pages(total) })
    }
}

/// In the order in which they happened.
fn changes(events: &[RecordedEvent]) -> Result<Vec<PriceChangeView>, Error> {
    let (mut changes, mut base) = (Vec::new(), None);
    let mut added: HashMap<VariantId, Money> = HashMap::new();
    for event in events {
        let parsed = CatalogEvent::parse(&event.kind, event.schema, &event.data).transpose();
        let parsed = parsed.map_err(|source| {
            let what = format!("the {} event at {}", event.kind, event.position);
            Error::Corrupt { what, source }
        })?;
        match parsed {
            Some(
                CatalogEvent::ProductAdded(ProductAdded { product })
                | CatalogEvent::ProductChanged(ProductChanged { product, .. }),
            ) => {
                if product.price != base {
                    changes.push(view(event, None, base, product.price));
                }
                base = product.price;
            }
            Some(CatalogEvent::VariantAdded(VariantAdded { variant })) => {
                added.insert(variant.id, variant.price_adjustment);
            }
            Some(CatalogEvent::VariantChanged(VariantChanged { variant, .. })) => {
                let before = added.insert(variant.id, variant.price_adjustment);
                let before = before.unwrap_or(variant.price_adjustment);
                if before != variant.price_adjustment {
                    let (from, to) =
                        (ordinary_price(base, before), ordinary_price(base, variant.price_adjustment));
                    changes.push(view(event, Some(&variant), from, to));
                }
            }
            _ => {}
        }
    }
    Ok(changes)
}

fn view(
    event: &RecordedEvent,
    variant: Option<&Variant>,
    from: Option<Money>,
    to: Option<Money>,
) -> PriceChangeView {
    let (by, who) = match &event.actor {
        Actor::User(id) => (ChangedBy::User, Some(id.to_string())),
        Actor::Staff => (ChangedBy::Staff, None),
        Actor::System(name) => (ChangedBy::System, Some(name.clone())),
    };
    PriceChangeView {
        occurred_at: event.occurred_at,
        by,
        who,
        reason: event.reason.clone(),
        variant_id: variant.map(|variant| variant.id),
        sku: variant.map(|variant| variant.sku.clone()),
        from,
        to,
    }
}
