//! `/products`, `/variants`, `/categories` and `/sellers`.

use std::sync::Arc;

use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use souk_kernel::{CategoryId, ProductId, SellerId, VariantId};
use souk_ports::store::Committed;
use souk_shop::catalog::{
    self, CategoriesAnswer, CategoryChange, CategoryNow, ListCategories, NewCategory, NewProduct, NewSeller,
    NewVariant, PriceHistory, PriceHistoryPage, ProductChange, ProductDetail, ProductNow, ProductQuery,
    ProductSort, ProductsPage, RenderedPage, SellerChange, SellerView, ShowCategory, ShowProduct, ShowSeller,
    ShowVariant, VariantChange, VariantNow,
};
use souk_shop::recommendations::{BoughtTogether, BoughtWith, HowMany, SimilarTo, SimilarView};
use souk_shop::reviews::{ReviewQuery, ReviewView, Sort, Whose};
use utoipa::{IntoParams, ToSchema};

use super::bulk;
use super::filters::FilterParams;
use crate::App;
use crate::gate::{
    Answered, Asker, Done, Given, IfMatch, JsonBody, Lines, Located, Params, PatchBody, PathRef, Problem,
    Query, Tagged, Token, blank_is_absent, idempotency_key, page,
};

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListParams {
    /// `newest` otherwise.
    #[param(required = false, inline, value_type = ProductSort)]
    sort: Option<ProductSort>,
    #[param(value_type = Option<u32>, minimum = 1)]
    page: Option<u32>,
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// Active products: newest first, or filtered and sorted.
///
/// Filters but for one category, and sorts but for `newest`, need the search index: `503` without it.
#[utoipa::path(get, path = "/products", tag = "catalog", params(FilterParams, ListParams),
    responses((status = OK, body = ProductsPage)))]
pub(crate) async fn list_products(
    State(app): State<Arc<App>>,
    mut params: Params,
    token: Token,
) -> Result<Answered<ProductsPage>, Problem> {
    let filters = FilterParams::read(&mut params)?.into();
    let of = ListParams { sort: params.one("sort")?, page: params.one("page")?, limit: params.one("limit")? };
    params.nothing_else()?;
    let query = ProductQuery { filters, sort: of.sort.unwrap_or_default(), page: page(of.page, of.limit)? };
    app.ask(token, &query).await
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
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
    responses((status = OK, body = ProductAnswer,
        headers(("ETag" = String, description = "The version, for `If-Match`; the stock is no part of it")))))]
pub(crate) async fn show_product(
    State(app): State<Arc<App>>,
    PathRef(given): PathRef<Given<ProductId>>,
    Query(query): Query<ShowParams>,
    token: Token,
) -> Result<Response, Problem> {
    let with = query.with.unwrap_or_default();
    let explain = |problem: Problem| given.explain(problem);
    let shown = app.ask(token, &ShowProduct { id: given.id }).await.map_err(explain)?;
    let Answered { answer: RenderedPage { json, version }, mut stale } = shown;
    if !with.recommendations && !with.reviews {
        return Ok(Tagged(version, Answered { answer: json, stale }.rendered()).into_response());
    }
    let page_alone = serde_json::from_slice(&json)
        .map_err(|error| souk_ports::Error::internal("reading a rendered page", error))?;
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
    Ok(Tagged(version, Answered { answer, stale }).into_response())
}

/// A product with its variants; without any it gets one.
#[utoipa::path(post, path = "/products", tag = "catalog", request_body = NewProduct,
    params(("Idempotency-Key" = Option<String>, Header, description = "As in POST /orders")),
    responses((status = CREATED, body = ProductNow)))]
pub(crate) async fn create_product(
    State(app): State<Arc<App>>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    caller: Asker,
    JsonBody { value: new, bytes }: JsonBody<NewProduct>,
) -> Result<Located<Tagged<Done<ProductNow>>>, Problem> {
    let key = idempotency_key(&headers, &method, uri.path(), &bytes)?;
    let created = catalog::create_product(&app.shop, &new, key, caller.actor()).await?;
    let now = catalog::product_now(&app.shop, created.id).await?;
    let done = Tagged(now.detail.version, Done::created(created.position, now));
    Ok(Located(format!("/api/v1/products/{}", created.id), done))
}

/// Products by the line: each line is a body as `POST /products` takes it, and each line of the answer says what became of
/// one, in their order. What is refused keeps no other line out. Up to 10,000 lines, of 256 KiB each.
#[utoipa::path(post, path = "/products/bulk", tag = "catalog",
    request_body(content = NewProduct, content_type = "application/x-ndjson"),
    params(("Idempotency-Key" = Option<String>, Header, description = "As in POST /orders, line by line")),
    responses((status = OK, body = bulk::LineResult, content_type = "application/x-ndjson")))]
pub(crate) async fn create_products(
    State(app): State<Arc<App>>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    caller: Asker,
    lines: Lines,
) -> Result<Response, Problem> {
    let key = |body: &[u8]| idempotency_key(&headers, &method, uri.path(), body);
    bulk::create_products(&app, lines, key, &caller.actor()).await
}

/// How large the body of a path may be that takes products by the line, of which only one is kept in memory.
pub(crate) fn larger_body(path: &str) -> Option<usize> {
    (path == "/api/v1/products/bulk").then_some(bulk::MAX_BYTES)
}

/// Changes a product, and the stock of its default variant. What is left out stays as it is; `null` removes, and only in a
/// merge patch.
#[utoipa::path(patch, path = "/products/{id}", tag = "catalog",
    params(("id" = String, Path, example = "P001"), ("If-Match" = Option<String>, Header,
        description = "An `ETag`: another version is refused (412)")),
    request_body(content((ProductChange = "application/json"), (ProductChange = "application/merge-patch+json"))),
    responses((status = OK, body = ProductNow)))]
pub(crate) async fn change_product(
    State(app): State<Arc<App>>,
    caller: Asker,
    PathRef(given): PathRef<Given<ProductId>>,
    IfMatch(meant_for): IfMatch,
    PatchBody(change): PatchBody<ProductChange>,
) -> Result<Tagged<Done<ProductNow>>, Problem> {
    let change = ProductChange { meant_for, ..change };
    let committed = catalog::change_product(&app.shop, given.id, &change, caller.actor()).await;
    product_after(&app, &given, committed).await
}

/// Archives a product: it is listed, found and sold no more, and stays for the orders that have it. Its status brings it
/// back.
#[utoipa::path(delete, path = "/products/{id}", tag = "catalog",
    params(("id" = String, Path, example = "P001"),
        ("If-Match" = Option<String>, Header, description = "As in PATCH /products/{id}")),
    responses((status = OK, body = ProductNow)))]
pub(crate) async fn archive_product(
    State(app): State<Arc<App>>,
    caller: Asker,
    PathRef(given): PathRef<Given<ProductId>>,
    IfMatch(meant_for): IfMatch,
) -> Result<Tagged<Done<ProductNow>>, Problem> {
    let committed = catalog::archive_product(&app.shop, given.id, meant_for, caller.actor()).await;
    product_after(&app, &given, committed).await
}

async fn product_after(
    app: &App,
    given: &Given<ProductId>,
    committed: Result<Option<Committed>, catalog::Error>,
) -> Result<Tagged<Done<ProductNow>>, Problem> {
    let position = app.position_of(committed.map_err(|error| given.explain(error))?).await?;
    let now = catalog::product_now(&app.shop, given.id).await?;
    Ok(Tagged(now.detail.version, Done::ok(position, now)))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct HistoryQuery {
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<u32>, minimum = 1)]
    page: Option<u32>,
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// Which prices a product and its variants had, and who changed them, the last change first.
#[utoipa::path(get, path = "/products/{id}/history", tag = "catalog",
    params(("id" = String, Path, example = "P001"), HistoryQuery), responses((status = OK, body = PriceHistoryPage)))]
pub(crate) async fn price_history(
    State(app): State<Arc<App>>,
    PathRef(given): PathRef<Given<ProductId>>,
    Query(query): Query<HistoryQuery>,
    token: Token,
) -> Result<Answered<PriceHistoryPage>, Problem> {
    let query = PriceHistory { product: given.id, page: page(query.page, query.limit)? };
    app.ask(token, &query).await.map_err(|error| given.explain(error))
}

/// One more variant of a product.
#[utoipa::path(post, path = "/products/{id}/variants", tag = "catalog", request_body = NewVariant,
    params(("id" = String, Path, example = "P001"),
        ("Idempotency-Key" = Option<String>, Header, description = "As in POST /orders")),
    responses((status = CREATED, body = VariantNow)))]
pub(crate) async fn create_variant(
    State(app): State<Arc<App>>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    caller: Asker,
    PathRef(given): PathRef<Given<ProductId>>,
    JsonBody { value: new, bytes }: JsonBody<NewVariant>,
) -> Result<Located<Tagged<Done<VariantNow>>>, Problem> {
    let key = idempotency_key(&headers, &method, uri.path(), &bytes)?;
    let created = catalog::create_variant(&app.shop, given.id, &new, key, caller.actor()).await;
    let created = created.map_err(|error| given.explain(error))?;
    let now = catalog::variant_now(&app.shop, created.id).await?;
    let done = Tagged(now.version, Done::created(created.position, now));
    Ok(Located(format!("/api/v1/variants/{}", created.id), done))
}

/// One variant as the store has it, also where it is not sold.
#[utoipa::path(get, path = "/variants/{id}", tag = "catalog",
    params(("id" = String, Path, description = "Id or SKU")), responses((status = OK, body = VariantNow)))]
pub(crate) async fn show_variant(
    State(app): State<Arc<App>>,
    PathRef(given): PathRef<Given<VariantId>>,
    token: Token,
) -> Result<Tagged<Answered<VariantNow>>, Problem> {
    let shown = app.ask(token, &ShowVariant { id: given.id }).await.map_err(|error| given.explain(error))?;
    Ok(Tagged(shown.answer.version, shown))
}

/// Changes a variant, and its stock. What is left out stays as it is; `null` removes, and only in a merge patch.
#[utoipa::path(patch, path = "/variants/{id}", tag = "catalog",
    params(("id" = String, Path, description = "Id or SKU"),
        ("If-Match" = Option<String>, Header, description = "As in PATCH /products/{id}")),
    request_body(content((VariantChange = "application/json"), (VariantChange = "application/merge-patch+json"))),
    responses((status = OK, body = VariantNow)))]
pub(crate) async fn change_variant(
    State(app): State<Arc<App>>,
    caller: Asker,
    PathRef(given): PathRef<Given<VariantId>>,
    IfMatch(meant_for): IfMatch,
    PatchBody(change): PatchBody<VariantChange>,
) -> Result<Tagged<Done<VariantNow>>, Problem> {
    let change = VariantChange { meant_for, ..change };
    let committed = catalog::change_variant(&app.shop, given.id, &change, caller.actor()).await;
    variant_after(&app, &given, committed).await
}

/// Retires a variant: it is sold no more, and stays for the orders that have it. The last one for sale cannot go; archive
/// the product instead.
#[utoipa::path(delete, path = "/variants/{id}", tag = "catalog",
    params(("id" = String, Path, description = "Id or SKU"),
        ("If-Match" = Option<String>, Header, description = "As in PATCH /products/{id}")),
    responses((status = OK, body = VariantNow)))]
pub(crate) async fn retire_variant(
    State(app): State<Arc<App>>,
    caller: Asker,
    PathRef(given): PathRef<Given<VariantId>>,
    IfMatch(meant_for): IfMatch,
) -> Result<Tagged<Done<VariantNow>>, Problem> {
    let committed = catalog::retire_variant(&app.shop, given.id, meant_for, caller.actor()).await;
    variant_after(&app, &given, committed).await
}

async fn variant_after(
    app: &App,
    given: &Given<VariantId>,
    committed: Result<Option<Committed>, catalog::Error>,
) -> Result<Tagged<Done<VariantNow>>, Problem> {
    let position = app.position_of(committed.map_err(|error| given.explain(error))?).await?;
    let now = catalog::variant_now(&app.shop, given.id).await?;
    Ok(Tagged(now.version, Done::ok(position, now)))
}

/// All categories.
#[utoipa::path(get, path = "/categories", tag = "catalog", responses((status = OK, body = CategoriesAnswer)))]
pub(crate) async fn list_categories(
    State(app): State<Arc<App>>,
    token: Token,
) -> Result<Answered<CategoriesAnswer>, Problem> {
    app.ask(token, &ListCategories).await
}

/// A category at the top, or in another one.
#[utoipa::path(post, path = "/categories", tag = "catalog", request_body = NewCategory,
    params(("Idempotency-Key" = Option<String>, Header, description = "As in POST /orders")),
    responses((status = CREATED, body = CategoryNow)))]
pub(crate) async fn create_category(
    State(app): State<Arc<App>>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    caller: Asker,
    JsonBody { value: new, bytes }: JsonBody<NewCategory>,
) -> Result<Located<Tagged<Done<CategoryNow>>>, Problem> {
    let key = idempotency_key(&headers, &method, uri.path(), &bytes)?;
    let created = catalog::create_category(&app.shop, &new, key, caller.actor()).await?;
    let now = catalog::show_category(&app.shop, created.id, created.position.position).await?;
    let done = Tagged(now.version, Done::created(created.position, now));
    Ok(Located(format!("/api/v1/categories/{}", created.id), done))
}

/// One category.
#[utoipa::path(get, path = "/categories/{id}", tag = "catalog", params(("id" = String, Path, example = "C01")),
    responses((status = OK, body = CategoryNow)))]
pub(crate) async fn show_category(
    State(app): State<Arc<App>>,
    PathRef(given): PathRef<Given<CategoryId>>,
    token: Token,
) -> Result<Tagged<Answered<CategoryNow>>, Problem> {
    let shown = app.ask(token, &ShowCategory { id: given.id }).await.map_err(|error| given.explain(error))?;
    Ok(Tagged(shown.answer.version, shown))
}

/// Changes a category. With another `parent` it moves, with all that lies in it, and never into itself.
#[utoipa::path(patch, path = "/categories/{id}", tag = "catalog",
    params(("id" = String, Path, example = "C01"),
        ("If-Match" = Option<String>, Header, description = "As in PATCH /products/{id}")),
    request_body(content((CategoryChange = "application/json"), (CategoryChange = "application/merge-patch+json"))),
    responses((status = OK, body = CategoryNow)))]
pub(crate) async fn change_category(
    State(app): State<Arc<App>>,
    caller: Asker,
    PathRef(given): PathRef<Given<CategoryId>>,
    IfMatch(meant_for): IfMatch,
    PatchBody(change): PatchBody<CategoryChange>,
) -> Result<Tagged<Done<CategoryNow>>, Problem> {
    let change = CategoryChange { meant_for, ..change };
    let committed = catalog::change_category(&app.shop, given.id, &change, caller.actor()).await;
    let position = app.position_of(committed.map_err(|error| given.explain(error))?).await?;
    let now = catalog::show_category(&app.shop, given.id, position.position).await?;
    Ok(Tagged(now.version, Done::ok(position, now)))
}

/// Deletes an empty category; the answer is the category as it was. While products or categories lie in it, it stays (409),
/// and the answer says how many there are, and which is the first.
#[utoipa::path(delete, path = "/categories/{id}", tag = "catalog",
    params(("id" = String, Path, example = "C01"),
        ("If-Match" = Option<String>, Header, description = "As in PATCH /products/{id}")),
    responses((status = OK, body = CategoryNow)))]
pub(crate) async fn delete_category(
    State(app): State<Arc<App>>,
    caller: Asker,
    PathRef(given): PathRef<Given<CategoryId>>,
    IfMatch(meant_for): IfMatch,
) -> Result<Done<CategoryNow>, Problem> {
    let deleted = catalog::delete_category(&app.shop, given.id, meant_for, caller.actor()).await;
    let (category, committed) = deleted.map_err(|error| given.explain(error))?;
    Ok(Done::ok(committed.position, category))
}

/// A workshop that sells.
#[utoipa::path(post, path = "/sellers", tag = "catalog", request_body = NewSeller,
    params(("Idempotency-Key" = Option<String>, Header, description = "As in POST /orders")),
    responses((status = CREATED, body = SellerView)))]
pub(crate) async fn create_seller(
    State(app): State<Arc<App>>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    caller: Asker,
    JsonBody { value: new, bytes }: JsonBody<NewSeller>,
) -> Result<Located<Tagged<Done<SellerView>>>, Problem> {
    let key = idempotency_key(&headers, &method, uri.path(), &bytes)?;
    let created = catalog::create_seller(&app.shop, &new, key, caller.actor()).await?;
    let now = catalog::show_seller(&app.shop, created.id, created.position.position).await?;
    let done = Tagged(now.version, Done::created(created.position, now));
    Ok(Located(format!("/api/v1/sellers/{}", created.id), done))
}

/// One seller.
#[utoipa::path(get, path = "/sellers/{id}", tag = "catalog", params(("id" = String, Path, example = "S001")),
    responses((status = OK, body = SellerView)))]
pub(crate) async fn show_seller(
    State(app): State<Arc<App>>,
    PathRef(given): PathRef<Given<SellerId>>,
    token: Token,
) -> Result<Tagged<Answered<SellerView>>, Problem> {
    let shown = app.ask(token, &ShowSeller { id: given.id }).await.map_err(|error| given.explain(error))?;
    Ok(Tagged(shown.answer.version, shown))
}

/// Changes what is shown of a seller; `PUT /sellers/{id}/profile` changes what the workshop tells.
#[utoipa::path(patch, path = "/sellers/{id}", tag = "catalog",
    params(("id" = String, Path, example = "S001"),
        ("If-Match" = Option<String>, Header, description = "As in PATCH /products/{id}")),
    request_body(content((SellerChange = "application/json"), (SellerChange = "application/merge-patch+json"))),
    responses((status = OK, body = SellerView)))]
pub(crate) async fn change_seller(
    State(app): State<Arc<App>>,
    caller: Asker,
    PathRef(given): PathRef<Given<SellerId>>,
    IfMatch(meant_for): IfMatch,
    PatchBody(change): PatchBody<SellerChange>,
) -> Result<Tagged<Done<SellerView>>, Problem> {
    let change = SellerChange { meant_for, ..change };
    let committed = catalog::change_seller(&app.shop, given.id, &change, caller.actor()).await;
    let position = app.position_of(committed.map_err(|error| given.explain(error))?).await?;
    let now = catalog::show_seller(&app.shop, given.id, position.position).await?;
    Ok(Tagged(now.version, Done::ok(position, now)))
}

/// Deletes a seller without products, with what the workshop tells; the answer is the seller as it was. While there are
/// products of it, it stays (409).
#[utoipa::path(delete, path = "/sellers/{id}", tag = "catalog",
    params(("id" = String, Path, example = "S001"),
        ("If-Match" = Option<String>, Header, description = "As in PATCH /products/{id}")),
    responses((status = OK, body = SellerView)))]
pub(crate) async fn delete_seller(
    State(app): State<Arc<App>>,
    caller: Asker,
    PathRef(given): PathRef<Given<SellerId>>,
    IfMatch(meant_for): IfMatch,
) -> Result<Done<SellerView>, Problem> {
    let deleted = catalog::delete_seller(&app.shop, given.id, meant_for, caller.actor()).await;
    let (seller, committed) = deleted.map_err(|error| given.explain(error))?;
    Ok(Done::ok(committed.position, seller))
}
