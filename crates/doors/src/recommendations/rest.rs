//! Recommendations over HTTP.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use souk_kernel::{ProductId, UserId};
use souk_shop::recommendations::{
    self, BoughtTogether, HowMany, PURCHASE_GRAPH, Recommendations, SimilarView,
};
use utoipa::IntoParams;

use crate::App;
use crate::catalog::rest::list_items;
use crate::discovery::rest::vectors;
use crate::gate::{Given, PathRef, Problem, Query, Reader, Token, blank_is_absent};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RecommendParams {
    /// Whoever this is; without an id, and for an id that is no account, what sells most is the answer.
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<String>, example = "U001")]
    user_id: Option<UserId>,
    /// How many; 10 unless said otherwise.
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    k: Option<u32>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CountParams {
    /// How many; 10 unless said otherwise.
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    k: Option<u32>,
}

/// What a person may like: people who bought what they bought also bought these.
#[utoipa::path(get, path = "/recommendations", tag = "recommendations", params(RecommendParams),
    responses((status = OK, body = Recommendations)))]
pub(crate) async fn recommend(
    State(app): State<Arc<App>>,
    Query(query): Query<RecommendParams>,
    token: Token,
) -> Result<Response, Problem> {
    let k = HowMany::new(query.k)?;
    let fresh = app.wait(token, &by_purchases(&app)).await?;
    Ok(fresh.json(&recommendations::recommend(&app.shop, query.user_id, k).await?))
}

/// What means nearly the same as a product.
#[utoipa::path(get, path = "/products/{id}/similar", tag = "recommendations",
    params(("id" = String, Path, example = "P001"), CountParams),
    responses((status = OK, body = SimilarView)))]
pub(crate) async fn similar(
    State(app): State<Arc<App>>,
    PathRef(given): PathRef<Given<ProductId>>,
    Query(query): Query<CountParams>,
    token: Token,
) -> Result<Response, Problem> {
    let k = HowMany::new(query.k)?;
    let fresh = app.wait(token, &by_meaning(&app)).await?;
    let similar = recommendations::similar(&app.shop, given.id, k).await;
    Ok(fresh.json(&similar.map_err(|error| given.explain(error))?))
}

/// What goes into one order with a product more often than by chance.
#[utoipa::path(get, path = "/products/{id}/bought-together", tag = "recommendations",
    params(("id" = String, Path, example = "P001"), CountParams),
    responses((status = OK, body = BoughtTogether)))]
pub(crate) async fn bought_together(
    State(app): State<Arc<App>>,
    PathRef(given): PathRef<Given<ProductId>>,
    Query(query): Query<CountParams>,
    token: Token,
) -> Result<Response, Problem> {
    let k = HowMany::new(query.k)?;
    let fresh = app.wait(token, &by_purchases(&app)).await?;
    let together = recommendations::bought_together(&app.shop, given.id, k).await;
    Ok(fresh.json(&together.map_err(|error| given.explain(error))?))
}

/// Who answers what is recommended for purchases.
pub(crate) fn by_purchases(app: &App) -> Vec<Reader> {
    let purchases = Reader::Projection(app.shop.graph.clone(), PURCHASE_GRAPH);
    [Reader::Store, purchases].into_iter().chain(list_items(app)).collect()
}

/// Who answers what is similar; where meanings are not known, purchases say what sells most of the same category.
pub(crate) fn by_meaning(app: &App) -> Vec<Reader> {
    by_purchases(app).into_iter().chain([vectors(app)]).collect()
}
