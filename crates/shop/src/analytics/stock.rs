//! How much of a product was in stock at the end of each day.

use std::collections::BTreeMap;

use serde::Serialize;
use souk_kernel::{Position, ProductId, Timestamp, VariantId};
use souk_ports::rows::{Product, Variant};
use souk_ports::series::{Aggregate, Bucket, By, Dimension, Value};
use souk_ports::store::{Find, Window};
use utoipa::ToSchema;

use super::{DAY_MS, Error, STOCK_LEVELS, date, day_of, no_figures};
use crate::{Query, Shop, Source};

pub const MAX_DAYS: u32 = 366;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StockAnswer {
    #[schema(value_type = uuid::Uuid)]
    pub product_id: ProductId,
    pub name: String,
    /// The earliest first; today is the last.
    pub days: Vec<StockDay>,
    /// By rank.
    pub variants: Vec<StockVariant>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StockDay {
    /// In UTC.
    #[schema(example = "2026-06-30")]
    pub day: String,
    /// Pieces of all variants at the end of the day; so far, for today. Below 0, more were sold than there were.
    pub level: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StockVariant {
    #[schema(value_type = uuid::Uuid)]
    pub id: VariantId,
    pub sku: String,
    /// Pieces at the end of each of the days.
    pub levels: Vec<i64>,
}

/// How much of a product was in stock at the end of each of the last days.
#[derive(Debug, Clone, Copy)]
pub struct StockQuery {
    pub product: ProductId,
    /// How many days, today included.
    pub days: u32,
}

impl Query for StockQuery {
    type Answer = StockAnswer;
    type Error = Error;

    fn reads(&self) -> &'static [Source] {
        &[Source::Series(STOCK_LEVELS)]
    }

    async fn answer(&self, shop: &Shop, at_least: Position) -> Result<StockAnswer, Error> {
        stock(shop, self.product, self.days, at_least).await
    }
}

/// The last `days` days, today included, of the variants that there were at `at_least`.
pub async fn stock(shop: &Shop, id: ProductId, days: u32, at_least: Position) -> Result<StockAnswer, Error> {
    if !(1..=MAX_DAYS).contains(&days) {
        return Err(Error::invalid("days", format!("lies between 1 and {MAX_DAYS}")));
    }
    let (product, variants) = {
        let mut snapshot = shop.store.snapshot_from(at_least).await?;
        let Some(product) = snapshot.one::<Product>(id).await? else {
            return Err(Error::UnknownProduct { asked: id.to_string() });
        };
        (product.row, snapshot.list::<Variant>(&Find::VariantsOf(vec![id]), Window::ALL).await?.0)
    };
    let first = day_of(shop.clock.now()).plus_ms(-i64::from(days - 1) * DAY_MS);
    let end = first.plus_ms(i64::from(days) * DAY_MS);
    let before = Aggregate {
        from: None,
        to: Some(first),
        bucket: None,
        group: Some(Dimension::Variant),
        only: vec![(Dimension::Product, Value::Id(id.0))],
        order: By::Time,
        limit: u32::MAX,
    };
    let within = Aggregate { from: Some(first), to: Some(end), bucket: Some(Bucket::Day), ..before.clone() };
    let mut moved: BTreeMap<(Option<Value>, Option<Timestamp>), i64> = BTreeMap::new();
    for question in [before, within] {
        let found = shop.series.aggregate(STOCK_LEVELS, &question).await;
        let found = found.map_err(|error| no_figures(STOCK_LEVELS, error))?;
        moved.extend(found.into_iter().map(|one| ((one.group, one.bucket), one.quantity)));
    }
    let levels = |variant: VariantId| {
        let of = |bucket| moved.get(&(Some(Value::Id(variant.0)), bucket)).copied().unwrap_or(0);
        let mut level = of(None);
        let end_of_day = |day: u32| {
            level += of(Some(first.plus_ms(i64::from(day) * DAY_MS)));
            level
        };
        (0..days).map(end_of_day).collect::<Vec<i64>>()
    };
    let variants: Vec<StockVariant> = variants
        .into_iter()
        .map(|it| StockVariant { id: it.row.id, levels: levels(it.row.id), sku: it.row.sku })
        .collect();
    let day = |day: u32| StockDay {
        day: date(first.plus_ms(i64::from(day) * DAY_MS)),
        level: variants.iter().map(|variant| variant.levels[day as usize]).sum(),
    };
    Ok(StockAnswer { product_id: id, name: product.name, days: (0..days).map(day).collect(), variants })
}
