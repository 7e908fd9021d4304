//! `/wishlists` and `/products/wished`.

use std::sync::Arc;

use axum::extract::{OriginalUri, Path, State};
use axum::http::{HeaderMap, Method};
use serde::Deserialize;
use souk_kernel::{InvalidId, ProductId};
use souk_shop::wishlists::{
    self, Change, ListWishlists, MostWished, ShowWished, ShowWishlist, WishlistDetail, WishlistId,
    WishlistView, WishlistsAnswer,
};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::gate::{
    Answered, Caller, Done, Given, JsonBody, Located, PathRef, Problem, Query, Token, blank_is_absent,
    idempotency_key, named, page,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WishlistName {
    /// Up to 60 characters; a person's lists have different names.
    #[schema(example = "For the kitchen")]
    name: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewWish {
    #[serde(deserialize_with = "named")]
    #[schema(value_type = String, example = "P001")]
    product_id: Given<ProductId>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WishedQuery {
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<u32>, minimum = 1)]
    page: Option<u32>,
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// The user's lists, newest first.
#[utoipa::path(get, path = "/wishlists", tag = "wishlists",
    responses((status = OK, body = WishlistsAnswer)))]
pub(crate) async fn list_wishlists(
    State(app): State<Arc<App>>,
    Caller(user): Caller,
    token: Token,
) -> Result<Answered<WishlistsAnswer>, Problem> {
    let lists = app.ask(token, &ListWishlists { user: user.id }).await;
    lists.map_err(|problem| user.explain(problem))
}

/// Begins a list: up to 20 a person.
#[utoipa::path(post, path = "/wishlists", tag = "wishlists", request_body = WishlistName,
    params(("Idempotency-Key" = Option<String>, Header,
        description = "1 to 255 visible ASCII characters: the same key and body answer with the same list; another body is refused (422)")),
    responses((status = CREATED, body = WishlistView)))]
pub(crate) async fn create_wishlist(
    State(app): State<Arc<App>>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Caller(user): Caller,
    JsonBody { value: new, bytes }: JsonBody<WishlistName>,
) -> Result<Located<Done<WishlistView>>, Problem> {
    let key = idempotency_key(&headers, &method, uri.path(), &bytes)?;
    let created = wishlists::create_wishlist(&app.shop, user.id, &new.name, key).await;
    let created = created.map_err(|error| user.explain(error))?;
    let location = format!("/api/v1/wishlists/{}", created.view.id);
    Ok(Located(location, Done::created(created.position, created.view)))
}

/// One of the user's lists, with its products as they are today.
#[utoipa::path(get, path = "/wishlists/{id}", tag = "wishlists",
    params(("id" = String, Path)), responses((status = OK, body = WishlistDetail)))]
pub(crate) async fn show_wishlist(
    State(app): State<Arc<App>>,
    Caller(user): Caller,
    PathRef(list): PathRef<Given<WishlistId>>,
    token: Token,
) -> Result<Answered<WishlistDetail>, Problem> {
    let shown = app.ask(token, &ShowWishlist { user: user.id, list: list.id }).await;
    shown.map_err(|problem| list.explain(problem))
}

/// Gives a list another name.
#[utoipa::path(patch, path = "/wishlists/{id}", tag = "wishlists",
    params(("id" = String, Path)), request_body = WishlistName, responses((status = OK, body = WishlistView)))]
pub(crate) async fn rename_wishlist(
    State(app): State<Arc<App>>,
    Caller(user): Caller,
    PathRef(list): PathRef<Given<WishlistId>>,
    JsonBody { value: new, .. }: JsonBody<WishlistName>,
) -> Result<Done<WishlistView>, Problem> {
    let renamed = wishlists::change_wishlist(&app.shop, user.id, list.id, Change::Rename(new.name), None);
    let renamed = renamed.await.map_err(|error| list.explain(error))?;
    Ok(Done::ok(renamed.position, renamed.view))
}

/// Deletes a list; the answer is the list as it was.
#[utoipa::path(delete, path = "/wishlists/{id}", tag = "wishlists",
    params(("id" = String, Path)), responses((status = OK, body = WishlistView)))]
pub(crate) async fn delete_wishlist(
    State(app): State<Arc<App>>,
    Caller(user): Caller,
    PathRef(list): PathRef<Given<WishlistId>>,
) -> Result<Done<WishlistView>, Problem> {
    let deleted = wishlists::change_wishlist(&app.shop, user.id, list.id, Change::Delete, None).await;
    let deleted = deleted.map_err(|error| list.explain(error))?;
    Ok(Done::ok(deleted.position, deleted.view))
}

/// Puts a product into a list; one that is in it already stays. Up to 500 a list.
#[utoipa::path(post, path = "/wishlists/{id}/items", tag = "wishlists",
    request_body = NewWish,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header, description = "As in POST /wishlists")),
    responses((status = OK, body = WishlistView)))]
pub(crate) async fn add_wish(
    State(app): State<Arc<App>>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Caller(user): Caller,
    PathRef(list): PathRef<Given<WishlistId>>,
    JsonBody { value: new, bytes }: JsonBody<NewWish>,
) -> Result<Done<WishlistView>, Problem> {
    let key = idempotency_key(&headers, &method, uri.path(), &bytes)?;
    let add = Change::Add(new.product_id.id);
    let added = wishlists::change_wishlist(&app.shop, user.id, list.id, add, key).await;
    let added = added.map_err(|error| list.explain(new.product_id.explain(error)))?;
    Ok(Done::ok(added.position, added.view))
}

/// Takes a product out of a list.
#[utoipa::path(delete, path = "/wishlists/{id}/items/{product_id}", tag = "wishlists",
    params(("id" = String, Path), ("product_id" = String, Path, example = "P001")),
    responses((status = OK, body = WishlistView)))]
pub(crate) async fn remove_wish(
    State(app): State<Arc<App>>,
    Caller(user): Caller,
    path: Result<Path<(String, String)>, axum::extract::rejection::PathRejection>,
) -> Result<Done<WishlistView>, Problem> {
    let Path((list, product)) = path.map_err(|_| Problem::invalid("the path is not UTF-8"))?;
    let invalid = |error: InvalidId| Problem::invalid(error.to_string());
    let list: Given<WishlistId> = list.parse().map_err(invalid)?;
    let product: Given<ProductId> = product.parse().map_err(invalid)?;
    let remove = Change::Remove(product.id);
    let removed = wishlists::change_wishlist(&app.shop, user.id, list.id, remove, None).await;
    let removed = removed.map_err(|error| list.explain(product.explain(error)))?;
    Ok(Done::ok(removed.position, removed.view))
}

/// What is in most wishlists.
#[utoipa::path(get, path = "/products/wished", tag = "wishlists", params(WishedQuery),
    responses((status = OK, body = MostWished)))]
pub(crate) async fn wished_products(
    State(app): State<Arc<App>>,
    Query(query): Query<WishedQuery>,
    token: Token,
) -> Result<Answered<MostWished>, Problem> {
    app.ask(token, &ShowWished { page: page(query.page, query.limit)? }).await
}
