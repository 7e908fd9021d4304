//! Recommendations over HTTP.

use std::sync::Arc;

use axum::extract::State;
use serde::Deserialize;
use souk_kernel::{ProductId, UserId};
use souk_shop::access::Permission;
use souk_shop::customers;
use souk_shop::recommendations::{
    BoughtTogether, BoughtWith, HowMany, RecommendFor, Recommendations, SimilarTo, SimilarView,
};
use utoipa::IntoParams;

use crate::App;
use crate::gate::{Answered, Asker, Given, PathRef, Problem, Query, Token, blank_is_absent};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RecommendParams {
    /// For this person, who is the one who asks unless the shop's staff does; without an id, for the customer who asks. What sells
    /// most is the answer where nobody knows what they like.
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<String>, example = "U001")]
    user_id: Option<Given<UserId>>,
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
    Asker(caller): Asker,
    Query(query): Query<RecommendParams>,
    token: Token,
) -> Result<Answered<Recommendations>, Problem> {
    if let Some(user) = query.user_id.as_ref().filter(|user| !caller.sees(user.id, Permission::Customers)) {
        return Err(Problem::from(customers::Error::UnknownUser { asked: user.to_string() }));
    }
    let user = query.user_id.map(|user| user.id).or(caller.own_unless(Permission::Customers));
    app.ask(token, &RecommendFor { user, k: HowMany::new(query.k)? }).await
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
