//! `/products/{id}/reviews` and `/reviews`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use souk_kernel::{CommentId, ProductId, ReviewId, UserId};
use souk_shop::reviews::{
    self, CommentView, NewComment, NewReview, ReviewQuery, ReviewView, ReviewsPage, Sort, Whose,
};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::gate::{
    Answered, Caller, Done, Given, JsonBody, PathRef, Problem, Query, Token, blank_is_absent, named, page,
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReviewsQuery {
    /// `newest` (when left out), `highest` or `lowest`
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<Sort>, inline)]
    sort: Option<Sort>,
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<u32>, minimum = 1)]
    page: Option<u32>,
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WrittenQuery {
    /// Who wrote them.
    #[serde(deserialize_with = "named")]
    #[param(value_type = String, example = "U001")]
    user_id: Given<UserId>,
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<u32>, minimum = 1)]
    page: Option<u32>,
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CommentBody {
    /// Up to 5,000 characters of plain text.
    content: String,
    /// The comment that this one answers; the review itself when it is left out.
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[schema(value_type = Option<String>)]
    parent_id: Option<CommentId>,
}

/// The reviews of a product with their comments, and its stars at a glance.
#[utoipa::path(get, path = "/products/{id}/reviews", tag = "reviews",
    params(("id" = String, Path, example = "P001"), ReviewsQuery), responses((status = OK, body = ReviewsPage)))]
pub(crate) async fn list_reviews(
    State(app): State<Arc<App>>,
    PathRef(given): PathRef<Given<ProductId>>,
    Query(query): Query<ReviewsQuery>,
    token: Token,
) -> Result<Answered<ReviewsPage>, Problem> {
    let whose = Whose::Product(given.id, query.sort.unwrap_or_default());
    let query = ReviewQuery { whose, page: page(query.page, query.limit)? };
    app.ask(token, &query).await.map_err(|error| given.explain(error))
}

/// What one person has written, newest first.
#[utoipa::path(get, path = "/reviews", tag = "reviews", params(WrittenQuery),
    responses((status = OK, body = ReviewsPage)))]
pub(crate) async fn list_written(
    State(app): State<Arc<App>>,
    Query(query): Query<WrittenQuery>,
    token: Token,
) -> Result<Answered<ReviewsPage>, Problem> {
    let user = query.user_id;
    let query = ReviewQuery { whose: Whose::User(user.id), page: page(query.page, query.limit)? };
    app.ask(token, &query).await.map_err(|problem| user.explain(problem))
}

/// Says what one thinks of a product: once a person and product.
#[utoipa::path(post, path = "/products/{id}/reviews", tag = "reviews",
    params(("id" = String, Path, example = "P001")), request_body = NewReview,
    responses((status = CREATED, body = ReviewView)))]
pub(crate) async fn post_review(
    State(app): State<Arc<App>>,
    Caller(user): Caller,
    PathRef(given): PathRef<Given<ProductId>>,
    JsonBody { value: review, .. }: JsonBody<NewReview>,
) -> Result<Done<ReviewView>, Problem> {
    let written = reviews::post_review(&app.shop, given.id, user.id, review).await;
    let written = written.map_err(|error| user.explain(given.explain(error)))?;
    Ok(Done { status: StatusCode::CREATED, position: written.position, body: written.view })
}

/// Says something about a review, or answers another comment on it.
#[utoipa::path(post, path = "/reviews/{id}/comments", tag = "reviews",
    params(("id" = String, Path)), request_body = CommentBody,
    responses((status = CREATED, body = CommentView)))]
pub(crate) async fn comment(
    State(app): State<Arc<App>>,
    Caller(user): Caller,
    PathRef(given): PathRef<Given<ReviewId>>,
    JsonBody { value: comment, .. }: JsonBody<CommentBody>,
) -> Result<Done<CommentView>, Problem> {
    let comment = NewComment { content: comment.content, parent: comment.parent_id };
    let written = reviews::comment(&app.shop, given.id, user.id, comment).await;
    let written = written.map_err(|error| user.explain(given.explain(error)))?;
    Ok(Done { status: StatusCode::CREATED, position: written.position, body: written.view })
}
