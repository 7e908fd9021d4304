//! `/products`, `/variants`, `/categories` and `/sellers`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use souk_kernel::{ProductId, SellerId, VariantId};
use souk_shop::catalog::{
    self, CategoriesAnswer, PRODUCT_PAGES, ProductChange, ProductDetail, ProductNow, ProductQuery,
    ProductsPage, SEARCH_INDEX, STOCK_COUNTERS, SellerView, VariantChange,
};
use souk_shop::profiles::SELLER_PROFILES;
use souk_shop::recommendations::{self, BoughtTogether, HowMany, SimilarView};
use utoipa::{IntoParams, ToSchema};

use super::{VariantNow, variant_now};
use crate::App;
use crate::gate::{
    Done, Given, JsonBody, MaybeCaller, PathRef, Problem, Query, Reader, Token, blank_is_absent, page,
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ProductsQuery {
    /// Id or name; what lies below it counts too.
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(example = "C01")]
    category: Option<String>,
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<u32>, minimum = 1)]
    page: Option<u32>,
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// Active products, newest first.
#[utoipa::path(get, path = "/products", tag = "catalog", params(ProductsQuery),
    responses((status = OK, body = ProductsPage)))]
pub(crate) async fn list_products(
    State(app): State<Arc<App>>,
    Query(query): Query<ProductsQuery>,
    token: Token,
) -> Result<Response, Problem> {
    let query = ProductQuery { category: query.category, page: page(query.page, query.limit)? };
    let fresh = app.wait(token, &[pages(&app), counters(&app)]).await?;
    Ok(fresh.json(&catalog::list_products(&app.shop, &query, fresh.at_least).await?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ShowParams {
    /// `recommendations` adds what is similar and what is bought together with it.
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<String>, example = "recommendations")]
    with: Option<With>,
}

enum With {
    Recommendations,
}

impl std::str::FromStr for With {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "recommendations" {
            Ok(Self::Recommendations)
        } else {
            Err("`with` knows `recommendations` only")
        }
    }
}

/// The product's page, and what was asked for with it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProductAnswer {
    #[serde(flatten)]
    #[schema(value_type = ProductDetail)]
    page: serde_json::Map<String, serde_json::Value>,
    /// Only with `with=recommendations`.
    #[serde(skip_serializing_if = "Option::is_none")]
    similar: Option<SimilarView>,
    /// Only with `with=recommendations`.
    #[serde(skip_serializing_if = "Option::is_none")]
    bought_together: Option<BoughtTogether>,
}

/// One product with its seller and variants.
#[utoipa::path(get, path = "/products/{id}", tag = "catalog",
    params(("id" = String, Path, example = "P001"), ShowParams),
    responses((status = OK, body = ProductAnswer)))]
pub(crate) async fn show_product(
    State(app): State<Arc<App>>,
    PathRef(given): PathRef<Given<ProductId>>,
    Query(query): Query<ShowParams>,
    token: Token,
) -> Result<Response, Problem> {
    // The use case itself reads the store when pages or counters are behind, so only the store can be too old.
    let fresh = app.wait(token, &[Reader::Store]).await?;
    let json = catalog::show_product_json(&app.shop, given.id, fresh.at_least)
        .await
        .map_err(|error| given.explain(error))?;
    if let Some(With::Recommendations) = query.with {
        let page = serde_json::from_slice(&json)
            .map_err(|error| souk_ports::Error::internal("reading a rendered page", error))?;
        let k = HowMany::new(None)?;
        let (similar, together) = tokio::join!(
            recommendations::similar(&app.shop, given.id, k),
            recommendations::bought_together(&app.shop, given.id, k)
        );
        return Ok(fresh.json(&ProductAnswer {
            page,
            similar: Some(similar.map_err(|error| given.explain(error))?),
            bought_together: Some(together.map_err(|error| given.explain(error))?),
        }));
    }
    Ok(fresh
        .mark(([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], json).into_response()))
}

/// Changes a product, and the stock of its first variant. What is left out stays as it is.
#[utoipa::path(patch, path = "/products/{id}", tag = "catalog", params(("id" = String, Path, example = "P001")),
    request_body = ProductChange, responses((status = OK, body = ProductNow)))]
pub(crate) async fn change_product(
    State(app): State<Arc<App>>,
    caller: MaybeCaller,
    PathRef(given): PathRef<Given<ProductId>>,
    JsonBody { value: change, .. }: JsonBody<ProductChange>,
) -> Result<Done<ProductNow>, Problem> {
    let committed = catalog::change_product(&app.shop, given.id, &change, caller.actor()).await;
    let position = app.position_of(committed.map_err(|error| given.explain(error))?).await?;
    Ok(Done::ok(position, catalog::product_now(&app.shop, given.id).await?))
}

/// Changes a variant's stock, or what it adds to the price.
#[utoipa::path(patch, path = "/variants/{id}", tag = "catalog",
    params(("id" = String, Path, description = "Id or SKU")),
    request_body = VariantChange, responses((status = OK, body = VariantNow)))]
pub(crate) async fn change_variant(
    State(app): State<Arc<App>>,
    caller: MaybeCaller,
    PathRef(given): PathRef<Given<VariantId>>,
    JsonBody { value: change, .. }: JsonBody<VariantChange>,
) -> Result<Done<VariantNow>, Problem> {
    let committed = catalog::change_variant(&app.shop, given.id, &change, caller.actor()).await;
    let position = app.position_of(committed.map_err(|error| given.explain(error))?).await?;
    Ok(Done::ok(position, variant_now(&app, given.id).await?))
}

/// All categories.
#[utoipa::path(get, path = "/categories", tag = "catalog", responses((status = OK, body = CategoriesAnswer)))]
pub(crate) async fn list_categories(State(app): State<Arc<App>>, token: Token) -> Result<Response, Problem> {
    // The names are the store's, the counts the index's.
    let fresh = app.wait(token, &[Reader::Store, index(&app)]).await?;
    Ok(fresh.json(&catalog::list_categories(&app.shop, fresh.at_least).await?))
}

/// One seller.
#[utoipa::path(get, path = "/sellers/{id}", tag = "catalog", params(("id" = String, Path, example = "S001")),
    responses((status = OK, body = SellerView)))]
pub(crate) async fn show_seller(
    State(app): State<Arc<App>>,
    PathRef(given): PathRef<Given<SellerId>>,
    token: Token,
) -> Result<Response, Problem> {
    let profiles = Reader::Projection(app.shop.documents.clone(), SELLER_PROFILES);
    let fresh = app.wait(token, &[Reader::Store, profiles]).await?;
    let seller = catalog::show_seller(&app.shop, given.id, fresh.at_least).await;
    Ok(fresh.json(&seller.map_err(|error| given.explain(error))?))
}

pub(crate) fn index(app: &App) -> Reader {
    Reader::Projection(app.shop.search.clone(), SEARCH_INDEX)
}

pub(crate) fn pages(app: &App) -> Reader {
    Reader::Projection(app.shop.documents.clone(), PRODUCT_PAGES)
}

pub(crate) fn counters(app: &App) -> Reader {
    Reader::Projection(app.shop.cache.clone(), STOCK_COUNTERS)
}
