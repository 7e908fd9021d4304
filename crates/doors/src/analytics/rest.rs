//! `/analytics` and `/products/hot`.

use std::sync::Arc;

use axum::extract::State;
use serde::Deserialize;
use souk_kernel::ProductId;
use souk_shop::analytics::{
    self, HotProducts, HotQuery, PerformanceAnswer, PerformanceBy, PerformanceQuery, SalesAnswer, SalesBy,
    SalesQuery, StockAnswer, StockQuery,
};
use utoipa::IntoParams;

use super::{DEFAULT_DAYS, DEFAULT_HOT, DEFAULT_ROWS, Moment, Word};
use crate::App;
use crate::gate::{Answered, Given, PathRef, Problem, Query, Token, blank_is_absent};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SalesParams {
    /// `day` (unless it is said), `category` or `seller`
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<SalesBy>, inline, example = "day")]
    by: Option<Word<SalesBy>>,
    /// Sold from this day or moment on.
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<String>, example = "2026-06-01")]
    from: Option<Moment>,
    /// Sold before this day or moment.
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<String>)]
    to: Option<Moment>,
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct StockParams {
    /// How many days, today included.
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 366)]
    days: Option<u32>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PerformanceParams {
    /// `route` (unless it is said) or `minute`
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<PerformanceBy>, inline, example = "route")]
    by: Option<Word<PerformanceBy>>,
    /// An hour ago, unless it is said.
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<String>)]
    from: Option<Moment>,
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<String>)]
    to: Option<Moment>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct HotParams {
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// What was sold, by day, category or seller.
#[utoipa::path(get, path = "/analytics/sales", tag = "analytics", params(SalesParams),
    responses((status = OK, body = SalesAnswer)))]
pub(crate) async fn sales(
    State(app): State<Arc<App>>,
    Query(params): Query<SalesParams>,
    token: Token,
) -> Result<Answered<SalesAnswer>, Problem> {
    let query = SalesQuery {
        by: params.by.map_or(SalesBy::Day, |by| by.0),
        from: params.from.map(|from| from.0),
        to: params.to.map(|to| to.0),
        limit: params.limit.unwrap_or(DEFAULT_ROWS),
    };
    app.ask(token, &query).await
}

/// How much of a product was in stock at the end of each of the last days.
#[utoipa::path(get, path = "/analytics/stock/{id}", tag = "analytics",
    params(("id" = String, Path, example = "P001"), StockParams),
    responses((status = OK, body = StockAnswer)))]
pub(crate) async fn stock(
    State(app): State<Arc<App>>,
    PathRef(given): PathRef<Given<ProductId>>,
    Query(params): Query<StockParams>,
    token: Token,
) -> Result<Answered<StockAnswer>, Problem> {
    let query = StockQuery { product: given.id, days: params.days.unwrap_or(DEFAULT_DAYS) };
    app.ask(token, &query).await.map_err(|error| given.explain(error))
}

/// How fast souk answered, by route or, of a day at most, by minute.
#[utoipa::path(get, path = "/analytics/performance", tag = "analytics", params(PerformanceParams),
    responses((status = OK, body = PerformanceAnswer)))]
pub(crate) async fn performance(
    State(app): State<Arc<App>>,
    Query(params): Query<PerformanceParams>,
) -> Result<axum::Json<PerformanceAnswer>, Problem> {
    let query = PerformanceQuery {
        by: params.by.map_or(PerformanceBy::Route, |by| by.0),
        from: params.from.map(|from| from.0),
        to: params.to.map(|to| to.0),
    };
    Ok(axum::Json(analytics::performance(&app.shop, &query).await?))
}

/// What is in demand these days: what was ordered, put into carts, clicked and looked at in the last seven.
#[utoipa::path(get, path = "/products/hot", tag = "catalog", params(HotParams),
    responses((status = OK, body = HotProducts)))]
pub(crate) async fn hot_products(
    State(app): State<Arc<App>>,
    Query(params): Query<HotParams>,
    token: Token,
) -> Result<Answered<HotProducts>, Problem> {
    app.ask(token, &HotQuery { limit: params.limit.unwrap_or(DEFAULT_HOT) }).await
}
