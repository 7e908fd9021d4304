//! `/customers`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use souk_kernel::UserId;
use souk_shop::customers::{self, Insights};

use crate::App;
use crate::gate::{Given, PathRef, Problem, Token};
use crate::recommendations::rest::by_purchases;

/// What one customer ordered, likes and looked at last.
#[utoipa::path(get, path = "/customers/{id}/insights", tag = "customers",
    params(("id" = String, Path, example = "U001")), responses((status = OK, body = Insights)))]
pub(crate) async fn insights(
    State(app): State<Arc<App>>,
    PathRef(given): PathRef<Given<UserId>>,
    token: Token,
) -> Result<Response, Problem> {
    let fresh = app.wait(token, &by_purchases(&app)).await?;
    let insights = customers::insights(&app.shop, given.id).await;
    Ok(fresh.json(&insights.map_err(|error| given.explain(error))?))
}
