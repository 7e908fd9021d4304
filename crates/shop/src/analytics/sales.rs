//! What was sold: by day, category or seller. Cancelled orders count at nothing from the day of their cancellation.

use std::collections::HashMap;

use serde::Serialize;
use souk_kernel::{CategoryId, Currency, MoneySum, Position, SellerId, Timestamp};
use souk_ports::Result as PortResult;
use souk_ports::rows::{Category, Seller};
use souk_ports::series::{Aggregate, Aggregated, Bucket, By, Dimension, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Error, SALES, date, no_figures};
use crate::{Query, Shop, Source};

pub const MAX_ROWS: u32 = 1_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SalesBy {
    Day,
    Category,
    Seller,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SalesQuery {
    pub by: SalesBy,
    /// Sold from this moment on.
    pub from: Option<Timestamp>,
    /// Sold before this moment.
    pub to: Option<Timestamp>,
    pub limit: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SalesAnswer {
    pub by: SalesBy,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub from: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub to: Option<Timestamp>,
    #[schema(value_type = String)]
    pub currency: Currency,
    /// By day: the latest days, the earliest of them first; days without sales are left out. Otherwise the one that brought
    /// in most first.
    pub rows: Vec<SalesRow>,
    /// Of the whole range, also of what is not among the rows.
    pub total: SalesSum,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SalesRow {
    /// In UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026-06-30")]
    pub day: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// As it is today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(flatten)]
    pub sum: SalesSum,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, ToSchema)]
pub struct SalesSum {
    /// Pieces sold, less those of cancelled orders.
    pub pieces: i64,
    #[schema(value_type = f64, example = 59.8)]
    pub revenue: MoneySum,
}

impl Query for SalesQuery {
    type Answer = SalesAnswer;
    type Error = Error;

    fn reads(&self) -> &'static [Source] {
        &[Source::Series(SALES)]
    }

    async fn answer(&self, shop: &Shop, at_least: Position) -> Result<SalesAnswer, Error> {
        sales(shop, self, at_least).await
    }
}

/// Names are those of `at_least` this position, or later ones.
pub async fn sales(shop: &Shop, query: &SalesQuery, at_least: Position) -> Result<SalesAnswer, Error> {
    if !(1..=MAX_ROWS).contains(&query.limit) {
        return Err(Error::invalid("limit", format!("lies between 1 and {MAX_ROWS}")));
    }
    if let (Some(from), Some(to)) = (query.from, query.to)
        && from >= to
    {
        return Err(Error::invalid("from", "is not before `to`"));
    }
    let group = match query.by {
        SalesBy::Day => None,
        SalesBy::Category => Some(Dimension::Category),
        SalesBy::Seller => Some(Dimension::Seller),
    };
    let whole = Aggregate {
        from: query.from,
        to: query.to,
        bucket: None,
        group: None,
        only: Vec::new(),
        order: By::Amount,
        limit: query.limit,
    };
    let rows = match group {
        // The port cuts at the end, and the latest days are wanted.
        None => Aggregate { bucket: Some(Bucket::Day), order: By::Time, limit: u32::MAX, ..whole.clone() },
        Some(_) => Aggregate { group, ..whole.clone() },
    };
    let ask = async |question| {
        shop.series.aggregate(SALES, question).await.map_err(|error| no_figures(SALES, error))
    };
    let mut found = ask(&rows).await?;
    found.drain(..found.len().saturating_sub(query.limit as usize));
    let total = ask(&whole).await?.pop().map_or_else(SalesSum::default, |total| sum(&total));
    Ok(SalesAnswer {
        by: query.by,
        from: query.from,
        to: query.to,
        currency: shop.rules.currency,
        rows: named(shop, query.by, found, at_least).await?,
        total,
    })
}

fn sum(one: &Aggregated) -> SalesSum {
    SalesSum { pieces: one.quantity, revenue: MoneySum::from_ten_thousandths(one.amount.into()) }
}

async fn named(
    shop: &Shop,
    by: SalesBy,
    found: Vec<Aggregated>,
    at_least: Position,
) -> PortResult<Vec<SalesRow>> {
    let ids = found.iter().filter_map(|one| match &one.group {
        Some(Value::Id(id)) => Some(*id),
        _ => None,
    });
    let ids: Vec<Uuid> = ids.collect();
    let mut names: HashMap<Uuid, (String, Option<String>)> = HashMap::with_capacity(ids.len());
    if !ids.is_empty() {
        let mut snapshot = shop.store.snapshot_from(at_least).await?;
        if by == SalesBy::Category {
            let keys: Vec<CategoryId> = ids.into_iter().map(CategoryId).collect();
            let rows = snapshot.many::<Category>(&keys).await?;
            names.extend(
                rows.into_iter().flatten().map(|it| (it.row.id.0, (it.row.name, it.row.external_id))),
            );
        } else {
            let keys: Vec<SellerId> = ids.into_iter().map(SellerId).collect();
            let rows = snapshot.many::<Seller>(&keys).await?;
            names.extend(
                rows.into_iter().flatten().map(|it| (it.row.id.0, (it.row.name, it.row.external_id))),
            );
        }
    }
    let row = |one: &Aggregated| {
        let id = match &one.group {
            Some(Value::Id(id)) => Some(*id),
            _ => None,
        };
        let (name, external_id) = id.and_then(|id| names.remove(&id)).unzip();
        SalesRow { day: one.bucket.map(date), id, external_id: external_id.flatten(), name, sum: sum(one) }
    };
    Ok(found.iter().map(row).collect())
}
