//! `/customers`.

use std::sync::Arc;

use axum::extract::State;
use souk_kernel::UserId;
use souk_shop::customers::{Insights, InsightsOf};

use crate::App;
use crate::gate::{Answered, Given, PathRef, Problem, Token};

/// What one customer ordered, likes and looked at last.
#[utoipa::path(get, path = "/customers/{id}/insights", tag = "customers",
    params(("id" = String, Path, example = "U001")), responses((status = OK, body = Insights)))]
pub(crate) async fn insights(
    State(app): State<Arc<App>>,
    PathRef(given): PathRef<Given<UserId>>,
    token: Token,
) -> Result<Answered<Insights>, Problem> {
    app.ask(token, &InsightsOf { user: given.id }).await.map_err(|error| given.explain(error))
}
