//! `/customers`.

use std::sync::Arc;

use axum::extract::State;
use souk_kernel::UserId;
use souk_shop::access::Permission;
use souk_shop::customers::{self, Insights, InsightsOf};

use crate::App;
use crate::gate::{Answered, Asker, Given, PathRef, Problem, Token};

/// What one customer ordered, likes and looked at last.
#[utoipa::path(get, path = "/customers/{id}/insights", tag = "customers",
    params(("id" = String, Path, example = "U001")), responses((status = OK, body = Insights)))]
pub(crate) async fn insights(
    State(app): State<Arc<App>>,
    Asker(caller): Asker,
    PathRef(given): PathRef<Given<UserId>>,
    token: Token,
) -> Result<Answered<Insights>, Problem> {
    if !caller.sees(given.id, Permission::Customers) {
        return Err(Problem::from(customers::Error::UnknownUser { asked: given.to_string() }));
    }
    app.ask(token, &InsightsOf { user: given.id }).await.map_err(|error| given.explain(error))
}
