//! `/products/search`.

use std::sync::Arc;

use axum::extract::State;
use souk_shop::discovery::{SearchAnswer, SearchMode, SearchRequest, SearchSort};
use utoipa::IntoParams;

use crate::App;
use crate::catalog::filters::FilterParams;
use crate::gate::{Answered, Params, Problem, Token, page};

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchParams {
    /// What to find; words need not be spelt exactly. Without words everything is found.
    #[param(required = false, value_type = String, example = "wooden bowl")]
    q: Option<String>,
    /// `relevance` otherwise: what matches best first, without words the newest. Another one is for `mode=text`.
    #[param(required = false, inline, value_type = SearchSort)]
    sort: Option<SearchSort>,
    /// By words (`text`), by meaning (`semantic`), or by both (`combined`).
    #[param(value_type = Option<SearchMode>)]
    mode: Option<SearchMode>,
    #[param(value_type = Option<u32>, minimum = 1)]
    page: Option<u32>,
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// Finds products by words, by meaning or by both, with filters and facets.
///
/// A ranking by meaning ends where products have nothing to do with the question, after 200 at the latest; without the
/// model's weights a combined search answers by words, and says so in `note`.
#[utoipa::path(get, path = "/products/search", tag = "catalog", params(SearchParams, FilterParams),
    responses((status = OK, body = SearchAnswer)))]
pub(crate) async fn search_products(
    State(app): State<Arc<App>>,
    mut params: Params,
    token: Token,
) -> Result<Answered<SearchAnswer>, Problem> {
    let filters = FilterParams::read(&mut params)?.into();
    let asked = SearchParams {
        q: params.one("q")?,
        sort: params.one("sort")?,
        mode: params.one("mode")?,
        page: params.one("page")?,
        limit: params.one("limit")?,
    };
    params.nothing_else()?;
    let request = SearchRequest {
        text: asked.q.unwrap_or_default(),
        filters,
        sort: asked.sort.unwrap_or_default(),
        mode: asked.mode.unwrap_or_default(),
        page: page(asked.page, asked.limit)?,
    };
    app.ask(token, &request).await
}
