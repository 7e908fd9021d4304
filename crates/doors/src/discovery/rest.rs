//! `/products/search`.

use std::sync::Arc;

use axum::extract::State;
use serde::Deserialize;
use souk_kernel::Money;
use souk_shop::discovery::{SearchAnswer, SearchMode, SearchRequest};
use utoipa::IntoParams;

use crate::App;
use crate::gate::{Answered, Problem, Query, Token, blank_is_absent, page};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchParams {
    /// What to find; words need not be spelt exactly. Without words everything is found, newest first.
    #[serde(default)]
    #[param(example = "wooden bowl")]
    q: String,
    /// Id or name; what lies below it counts too.
    #[serde(default, deserialize_with = "blank_is_absent")]
    category: Option<String>,
    #[serde(default, deserialize_with = "blank_is_absent")]
    brand: Option<String>,
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<f64>, minimum = 0)]
    min_price: Option<Money>,
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<f64>, minimum = 0)]
    max_price: Option<Money>,
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<bool>)]
    in_stock: Option<bool>,
    /// By words (`text`), by meaning (`semantic`), or by both (`combined`).
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<SearchMode>)]
    mode: Option<SearchMode>,
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<u32>, minimum = 1)]
    page: Option<u32>,
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// Finds products by words, by meaning or by both, with filters and facets.
///
/// A ranking by meaning ends where products have nothing to do with the question, after 200 at the latest; without the
/// model's weights a combined search answers by words, and says so in `note`.
#[utoipa::path(get, path = "/products/search", tag = "catalog", params(SearchParams),
    responses((status = OK, body = SearchAnswer)))]
pub(crate) async fn search_products(
    State(app): State<Arc<App>>,
    Query(query): Query<SearchParams>,
    token: Token,
) -> Result<Answered<SearchAnswer>, Problem> {
    let request = SearchRequest {
        text: query.q,
        category: query.category,
        brand: query.brand,
        min_price: query.min_price,
        max_price: query.max_price,
        in_stock: query.in_stock,
        mode: query.mode.unwrap_or_default(),
        page: page(query.page, query.limit)?,
    };
    app.ask(token, &request).await
}
