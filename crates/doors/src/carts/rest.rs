//! `/cart`. A cart is no part of the log: its commands answer with the log's head, before which their effect lies.

use std::sync::Arc;

use axum::extract::State;
use serde::Deserialize;
use souk_kernel::{ProductId, UserId, VariantId};
use souk_shop::access;
use souk_shop::carts::{self, AddItem, CartView, ItemRef, Owner, ShowCart};
use utoipa::ToSchema;

use crate::App;
use crate::gate::{
    Answered, Asker, Caller, Done, Given, JsonBody, PathRef, Problem, Token, blank_is_absent, named,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewItem {
    #[serde(deserialize_with = "named")]
    #[schema(value_type = String, example = "P001")]
    product_id: Given<ProductId>,
    /// The first one of the product when none is named.
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[schema(value_type = Option<String>)]
    variant_id: Option<VariantId>,
    #[schema(example = 2, minimum = 1)]
    quantity: u32,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ItemChange {
    #[schema(example = 3, minimum = 1)]
    quantity: u32,
}

/// The cart of the user.
#[utoipa::path(get, path = "/cart", tag = "cart",
    responses((status = OK, body = CartView)))]
pub(crate) async fn show_cart(
    State(app): State<Arc<App>>,
    Caller(user): Caller,
    Asker(asker): Asker,
    token: Token,
) -> Result<Answered<CartView>, Problem> {
    let shown = app.ask(token, &ShowCart { owner: owner(asker, user.id) }).await;
    shown.map_err(|problem| user.explain(problem))
}

/// Adds to the cart. Stock is checked now, and again when the cart is ordered.
#[utoipa::path(post, path = "/cart/items", tag = "cart", request_body = NewItem,
    responses((status = OK, body = CartView)))]
pub(crate) async fn add_item(
    State(app): State<Arc<App>>,
    Caller(user): Caller,
    Asker(asker): Asker,
    JsonBody { value: item, .. }: JsonBody<NewItem>,
) -> Result<Done<CartView>, Problem> {
    let new =
        AddItem { product_id: item.product_id.id, variant_id: item.variant_id, quantity: item.quantity };
    let added = carts::add_item(&app.shop, owner(asker, user.id), new).await;
    done(&app, added.map_err(|error| user.explain(item.product_id.explain(error)))?).await
}

/// Changes the quantity of a line; the line takes today's price over.
#[utoipa::path(patch, path = "/cart/items/{id}", tag = "cart",
    params(("id" = String, Path, description = "The line's id; a variant's or, where it is the only one, a product's id does")),
    request_body = ItemChange, responses((status = OK, body = CartView)))]
pub(crate) async fn change_item(
    State(app): State<Arc<App>>,
    Caller(user): Caller,
    Asker(asker): Asker,
    PathRef(item): PathRef<ItemRef>,
    JsonBody { value: change, .. }: JsonBody<ItemChange>,
) -> Result<Done<CartView>, Problem> {
    let changed = carts::change_item(&app.shop, owner(asker, user.id), &item, change.quantity).await;
    done(&app, changed.map_err(|error| user.explain(error))?).await
}

/// Takes a line out of the cart.
#[utoipa::path(delete, path = "/cart/items/{id}", tag = "cart",
    params(("id" = String, Path, description = "As in PATCH")),
    responses((status = OK, body = CartView)))]
pub(crate) async fn remove_item(
    State(app): State<Arc<App>>,
    Caller(user): Caller,
    Asker(asker): Asker,
    PathRef(item): PathRef<ItemRef>,
) -> Result<Done<CartView>, Problem> {
    done(&app, carts::remove_item(&app.shop, owner(asker, user.id), &item).await?).await
}

/// Empties the cart.
#[utoipa::path(delete, path = "/cart", tag = "cart",
    responses((status = OK, body = CartView)))]
pub(crate) async fn clear_cart(
    State(app): State<Arc<App>>,
    Caller(user): Caller,
    Asker(asker): Asker,
) -> Result<Done<CartView>, Problem> {
    let cleared = carts::clear(&app.shop, owner(asker, user.id)).await;
    done(&app, cleared.map_err(|error| user.explain(error))?).await
}

/// Who has proved who they are keeps a cart for longer.
fn owner(asker: access::Caller, user: UserId) -> Owner {
    match asker {
        access::Caller::Named(_) => Owner::named(user),
        _ => Owner::signed_in(user),
    }
}

async fn done(app: &App, cart: CartView) -> Result<Done<CartView>, Problem> {
    Ok(Done::ok(app.head().await?, cart))
}
