//! `PUT` and `GET /products/{id}/specifications`.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use souk_kernel::{Position, ProductId};
use souk_ports::event::Actor;
use souk_ports::rows::{Product, Specification, Specifications};
use souk_ports::store::Committed;
use utoipa::ToSchema;

use super::Error;
use super::events::ProfileEvent;
use super::projections::{SPECIFICATIONS, read};
use crate::catalog::texts;
use crate::{Query, Shop, Source};

pub(crate) const MOST: usize = 250;
/// Characters of a value.
pub(crate) const MAX_VALUE: usize = 1_000;

/// In the order in which they are shown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SpecificationsView {
    pub specifications: Vec<SpecificationView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SpecificationView {
    #[schema(example = "Diameter")]
    pub name: String,
    #[schema(example = "24")]
    pub value: String,
    /// Of the value, where it is a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "cm")]
    pub unit: Option<String>,
}

impl From<Specification> for SpecificationView {
    fn from(entry: Specification) -> Self {
        Self { name: entry.name, value: entry.value, unit: entry.unit }
    }
}

impl From<Specifications> for SpecificationsView {
    fn from(row: Specifications) -> Self {
        Self { specifications: row.entries.into_iter().map(SpecificationView::from).collect() }
    }
}

impl SpecificationsView {
    pub(crate) fn checked(self, product_id: ProductId) -> Result<Specifications, Error> {
        let invalid = Error::invalid("specifications");
        Error::too_many("specifications", self.specifications.len(), MOST)?;
        let mut names = HashSet::new();
        for entry in &self.specifications {
            let place = |what: &str| {
                let place =
                    format!("has `{}`, whose {what}", entry.name.chars().take(40).collect::<String>());
                move |reason: String| format!("{place} {reason}")
            };
            texts::line(&entry.name, texts::MAX_WORD).map_err(place("name")).map_err(&invalid)?;
            texts::line(&entry.value, MAX_VALUE).map_err(place("value")).map_err(&invalid)?;
            if let Some(unit) = &entry.unit {
                texts::line(unit, texts::MAX_WORD).map_err(place("unit")).map_err(&invalid)?;
            }
            if !names.insert(entry.name.to_lowercase()) {
                return Err(invalid(format!("has `{}` twice", entry.name)));
            }
        }
        let entry = |entry: SpecificationView| Specification {
            name: entry.name,
            value: entry.value,
            unit: entry.unit,
        };
        Ok(Specifications { product_id, entries: self.specifications.into_iter().map(entry).collect() })
    }
}

pub async fn set_specifications(
    shop: &Shop,
    product: ProductId,
    told: SpecificationsView,
    actor: Actor,
) -> Result<Committed, Error> {
    let row = told.checked(product)?;
    if shop.store.snapshot().await?.one::<Product>(product).await?.is_none() {
        return Err(Error::UnknownProduct { product });
    }
    ProfileEvent::Specifications(row).set(shop, actor).await
}

/// What is measured and told of a product.
#[derive(Debug, Clone, Copy)]
pub struct ShowSpecifications {
    pub product: ProductId,
}

impl Query for ShowSpecifications {
    type Answer = SpecificationsView;
    type Error = Error;

    fn reads(&self) -> &'static [Source] {
        &[Source::Documents(SPECIFICATIONS)]
    }

    async fn answer(&self, shop: &Shop, _: Position) -> Result<SpecificationsView, Error> {
        show_specifications(shop, self.product).await
    }
}

/// Empty where nothing has been told.
pub async fn show_specifications(shop: &Shop, product: ProductId) -> Result<SpecificationsView, Error> {
    let found = read::<Specifications>(shop, SPECIFICATIONS, product.0, product).await?;
    match found {
        Some(row) => Ok(row.into()),
        None if shop.store.snapshot().await?.one::<Product>(product).await?.is_none() => {
            Err(Error::UnknownProduct { product })
        }
        None => Ok(SpecificationsView::default()),
    }
}
