//! `/products`, `/variants`, `/categories` and `/sellers`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use souk_kernel::{ProductId, SellerId, VariantId};
use souk_shop::catalog::{
    self, CategoriesAnswer, ListCategories, ProductChange, ProductDetail, ProductNow, ProductQuery,
    ProductsPage, SellerView, ShowProduct, ShowSeller, VariantChange,
};
use souk_shop::recommendations::{BoughtTogether, BoughtWith, HowMany, SimilarTo, SimilarView};
use souk_shop::reviews::{ReviewQuery, ReviewView, Sort, Whose};
use utoipa::{IntoParams, ToSchema};

use super::{VariantNow, variant_now};
use crate::App;
use crate::gate::{
    Answered, Done, Given, JsonBody, MaybeCaller, PathRef, Problem, Query, Token, blank_is_absent, page,
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
) -> Result<Answered<ProductsPage>, Problem> {
    let query = ProductQuery { category: query.category, page: page(query.page, query.limit)? };
    app.ask(token, &query).await
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ShowParams {
    /// `recommendations` adds what is similar and what is bought together with it, `reviews` the newest five reviews;
    /// both with a comma between them.
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<String>, example = "recommendations,reviews")]
    with: Option<With>,
}

/// What a product's page comes with.
#[derive(Clone, Copy, Default)]
struct With {
    recommendations: bool,
    reviews: bool,
}

/// How many reviews.
const NEWEST: u32 = 5;

impl std::str::FromStr for With {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut with = Self::default();
        for part in text.split(',') {
            match part.trim() {
                "recommendations" => with.recommendations = true,
                "reviews" => with.reviews = true,
                _ => return Err("`with` knows `recommendations` and `reviews`"),
            }
        }
        Ok(with)
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
    /// The newest, with their comments; `/products/{id}/reviews` has all of them. Only with `with=reviews`.
    #[serde(skip_serializing_if = "Option::is_none")]
    newest_reviews: Option<Vec<ReviewView>>,
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
    let with = query.with.unwrap_or_default();
    let explain = |problem: Problem| given.explain(problem);
    let shown = app.ask(token, &ShowProduct { id: given.id }).await.map_err(explain)?;
    if !with.recommendations && !with.reviews {
        return Ok(shown.rendered());
    }
    let page_alone = serde_json::from_slice(&shown.answer)
        .map_err(|error| souk_ports::Error::internal("reading a rendered page", error))?;
    let mut stale = shown.stale;
    let mut answer =
        ProductAnswer { page: page_alone, similar: None, bought_together: None, newest_reviews: None };
    if with.recommendations {
        let (product, k) = (given.id, HowMany::new(None)?);
        let (similar, together) = (SimilarTo { product, k }, BoughtWith { product, k });
        let (similar, together) = tokio::join!(app.ask(token, &similar), app.ask(token, &together));
        let (similar, together) = (similar.map_err(explain)?, together.map_err(explain)?);
        stale |= similar.stale || together.stale;
        answer.similar = Some(similar.answer);
        answer.bought_together = Some(together.answer);
    }
    if with.reviews {
        let whose = Whose::Product(given.id, Sort::Newest);
        let query = ReviewQuery { whose, page: page(None, Some(NEWEST))? };
        let found = app.ask(token, &query).await.map_err(explain)?;
        stale |= found.stale;
        answer.newest_reviews = Some(found.answer.reviews);
    }
    Ok(Answered { answer, stale }.into_response())
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
pub(crate) async fn list_categories(
    State(app): State<Arc<App>>,
    token: Token,
) -> Result<Answered<CategoriesAnswer>, Problem> {
    app.ask(token, &ListCategories).await
}

/// One seller.
#[utoipa::path(get, path = "/sellers/{id}", tag = "catalog", params(("id" = String, Path, example = "S001")),
    responses((status = OK, body = SellerView)))]
pub(crate) async fn show_seller(
    State(app): State<Arc<App>>,
    PathRef(given): PathRef<Given<SellerId>>,
    token: Token,
) -> Result<Answered<SellerView>, Problem> {
    app.ask(token, &ShowSeller { id: given.id }).await.map_err(|error| given.explain(error))
}
