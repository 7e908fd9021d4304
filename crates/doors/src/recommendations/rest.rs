//! Recommendations over HTTP.

use std::sync::Arc;

use axum::extract::State;
use serde::Deserialize;
use souk_kernel::{ProductId, UserId};
use souk_shop::recommendations::{
    BoughtTogether, BoughtWith, HowMany, RecommendFor, Recommendations, SimilarTo, SimilarView,
};
use utoipa::IntoParams;

use crate::App;
use crate::gate::{Answered, Given, PathRef, Problem, Query, Token, blank_is_absent};

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
) -> Result<Answered<Recommendations>, Problem> {
    app.ask(token, &RecommendFor { user: query.user_id, k: HowMany::new(query.k)? }).await
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
) -> Result<Answered<SimilarView>, Problem> {
    let similar = SimilarTo { product: given.id, k: HowMany::new(query.k)? };
    app.ask(token, &similar).await.map_err(|error| given.explain(error))
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
) -> Result<Answered<BoughtTogether>, Problem> {
    let together = BoughtWith { product: given.id, k: HowMany::new(query.k)? };
    app.ask(token, &together).await.map_err(|error| given.explain(error))
}
