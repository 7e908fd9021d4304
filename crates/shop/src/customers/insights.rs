//! What the shop knows of one customer from what they ordered and looked at.

use std::collections::HashMap;

use serde::Serialize;
use souk_kernel::{CategoryId, Currency, Money, MoneySum, OrderId, Position, ProductId, Timestamp, UserId};
use souk_ports::Result as PortResult;
use souk_ports::rows::{Category, Order, OrderItem, OrderStatus};
use souk_ports::series::ActivityKind;
use souk_ports::store::{Find, Snapshot, Window};
use utoipa::ToSchema;

use super::{Error, find_user};
use crate::analytics::SoldAs;
use crate::catalog::{self, ProductView, is_left_to_the_store};
use crate::recommendations::{FROM_PURCHASES, HowMany, Recommendations, recommend};
use crate::{Query, Shop, Source};

/// How many products that were looked at are shown.
const VIEWS: usize = 10;
/// How many activities are gone through for them: people look at the same thing again and again.
const VIEWS_READ: u32 = 100;
const TASTES: usize = 8;
const SUGGESTIONS: u32 = 5;

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Insights {
    #[schema(value_type = uuid::Uuid)]
    pub user_id: UserId,
    /// `None` when it has been erased.
    pub name: Option<String>,
    /// Placed, without the cancelled ones.
    pub orders: u64,
    pub cancelled_orders: u64,
    /// What all orders together came to, without the cancelled ones.
    #[schema(value_type = f64, example = 259.8)]
    pub lifetime_value: MoneySum,
    /// Of an order, rounded down to the smallest coin.
    #[schema(value_type = f64, example = 64.95)]
    pub average_order_value: Money,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub first_order_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_order_at: Option<Timestamp>,
    /// What they bought most of first.
    pub tastes: Vec<Taste>,
    /// The latest first, each product once; absent while the activity feed is away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_views: Option<Vec<Viewed>>,
    /// What to show them next.
    pub suggestions: Recommendations,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Taste {
    #[schema(value_type = uuid::Uuid)]
    pub category_id: CategoryId,
    pub category: String,
    pub pieces: u64,
    /// Of all pieces that they bought, between 0 and 1.
    pub share: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Viewed {
    #[serde(flatten)]
    pub product: ProductView,
    #[schema(value_type = String, format = DateTime)]
    pub viewed_at: Timestamp,
}

/// What one customer ordered, likes and looked at last.
#[derive(Debug, Clone, Copy)]
pub struct InsightsOf {
    pub user: UserId,
}

impl Query for InsightsOf {
    type Answer = Insights;
    type Error = Error;

    fn reads(&self) -> &'static [Source] {
        FROM_PURCHASES
    }

    async fn answer(&self, shop: &Shop, _: Position) -> Result<Insights, Error> {
        insights(shop, self.user).await
    }
}

pub async fn insights(shop: &Shop, id: UserId) -> Result<Insights, Error> {
    let customer = find_user(shop, id).await?;
    let (orders, tastes) = {
        let mut snapshot = shop.store.snapshot().await?;
        let (orders, _) = snapshot.list::<Order>(&Find::Orders { user: Some(id) }, Window::ALL).await?;
        let orders: Vec<Order> = orders.into_iter().map(|order| order.row).collect();
        let kept = orders.iter().filter(|order| order.status != OrderStatus::Cancelled);
        let kept: Vec<OrderId> = kept.map(|order| order.id).collect();
        (orders, tastes(&mut *snapshot, kept).await?)
    };
    let kept = || orders.iter().filter(|order| order.status != OrderStatus::Cancelled);
    let number = kept().count() as u64;
    let lifetime_value: MoneySum = kept().map(|order| order.total).sum();
    // An average lies between the amounts that it is of.
    let average = lifetime_value.shared_by(number.max(1)).unwrap_or(Money::ZERO);
    Ok(Insights {
        user_id: id,
        name: customer.person.map(|person| person.name),
        orders: number,
        cancelled_orders: orders.len() as u64 - number,
        lifetime_value,
        average_order_value: shop.rules.currency.rounded(average),
        currency: shop.rules.currency,
        first_order_at: kept().map(|order| order.placed_at).min(),
        last_order_at: kept().map(|order| order.placed_at).max(),
        tastes,
        last_views: last_views(shop, id).await?,
        suggestions: recommend(shop, Some(id), HowMany::new(Some(SUGGESTIONS))?).await?,
    })
}

/// By the categories that the products were in when they were bought.
async fn tastes(snapshot: &mut dyn Snapshot, orders: Vec<OrderId>) -> PortResult<Vec<Taste>> {
    if orders.is_empty() {
        return Ok(Vec::new());
    }
    let (items, _) = snapshot.list::<OrderItem>(&Find::ItemsOf(orders), Window::ALL).await?;
    let mut pieces: HashMap<CategoryId, u64> = HashMap::new();
    for item in &items {
        *pieces.entry(SoldAs::of(&item.row)?.category_id).or_default() += u64::from(item.row.quantity);
    }
    let all: u64 = pieces.values().sum();
    let mut pieces: Vec<_> = pieces.into_iter().collect();
    pieces.sort_unstable_by_key(|(id, pieces)| (std::cmp::Reverse(*pieces), *id));
    pieces.truncate(TASTES);
    let ids: Vec<CategoryId> = pieces.iter().map(|(id, _)| *id).collect();
    let names = snapshot.many::<Category>(&ids).await?;
    let taste = |((category_id, pieces), row): (
        (CategoryId, u64),
        Option<souk_ports::store::Versioned<Category>>,
    )| {
        let category = row.map_or_else(|| category_id.to_string(), |row| row.row.name);
        let share = (pieces as f64 / all as f64 * 1_000.0).round() / 1_000.0;
        Taste { category_id, category, pieces, share }
    };
    Ok(pieces.into_iter().zip(names).map(taste).collect())
}

async fn last_views(shop: &Shop, id: UserId) -> Result<Option<Vec<Viewed>>, Error> {
    let latest = match shop.series.latest(id, &[ActivityKind::VIEW], VIEWS_READ).await {
        Ok(latest) => latest,
        Err(error) if is_left_to_the_store(&error) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mut viewed: Vec<(ProductId, Timestamp)> = Vec::new();
    for view in latest {
        if viewed.iter().all(|(id, _)| *id != view.product) {
            viewed.push((view.product, view.at));
        }
    }
    viewed.truncate(VIEWS * 2);
    let ids: Vec<ProductId> = viewed.iter().map(|(id, _)| *id).collect();
    let at: HashMap<ProductId, Timestamp> = viewed.into_iter().collect();
    let views = catalog::views_of(shop, &ids).await?;
    let shown = views.into_iter().filter_map(|product| {
        let viewed_at = *at.get(&product.id)?;
        Some(Viewed { product, viewed_at })
    });
    Ok(Some(shown.take(VIEWS).collect()))
}
