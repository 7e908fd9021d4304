//! `/products/{id}/specifications`, `/sellers/{id}/profile` and `/customers/{id}/profile`.

use std::sync::Arc;

use axum::extract::State;
use souk_kernel::{ProductId, SellerId, UserId};
use souk_shop::access::Permission;
use souk_shop::catalog::{self, SellerView};
use souk_shop::profiles::{
    self, CustomerProfileView, SellerProfileView, ShowCustomerProfile, ShowSpecifications, SpecificationsView,
};

use crate::App;
use crate::gate::{Answered, Asker, Caller, Done, Given, JsonBody, PathRef, Problem, Token};

/// What is measured and told of a product.
#[utoipa::path(get, path = "/products/{id}/specifications", tag = "catalog",
    params(("id" = String, Path, example = "P001")), responses((status = OK, body = SpecificationsView)))]
pub(crate) async fn show_specifications(
    State(app): State<Arc<App>>,
    PathRef(given): PathRef<Given<ProductId>>,
    token: Token,
) -> Result<Answered<SpecificationsView>, Problem> {
    let shown = app.ask(token, &ShowSpecifications { product: given.id }).await;
    shown.map_err(|error| given.explain(error))
}

/// Sets the specifications of a product as a whole.
#[utoipa::path(put, path = "/products/{id}/specifications", tag = "catalog",
    params(("id" = String, Path, example = "P001")), request_body = SpecificationsView,
    responses((status = OK, body = SpecificationsView)))]
pub(crate) async fn set_specifications(
    State(app): State<Arc<App>>,
    caller: Asker,
    PathRef(given): PathRef<Given<ProductId>>,
    JsonBody { value: told, .. }: JsonBody<SpecificationsView>,
) -> Result<Done<SpecificationsView>, Problem> {
    let committed = profiles::set_specifications(&app.shop, given.id, told.clone(), caller.actor()).await;
    Ok(Done::ok(committed.map_err(|error| given.explain(error))?.position, told))
}

/// Sets a workshop's story, techniques and portfolio as a whole; they are shown with the seller.
#[utoipa::path(put, path = "/sellers/{id}/profile", tag = "catalog",
    params(("id" = String, Path, example = "S001")), request_body = SellerProfileView,
    responses((status = OK, body = SellerView)))]
pub(crate) async fn set_seller_profile(
    State(app): State<Arc<App>>,
    caller: Asker,
    PathRef(given): PathRef<Given<SellerId>>,
    JsonBody { value: told, .. }: JsonBody<SellerProfileView>,
) -> Result<Done<SellerView>, Problem> {
    let committed = profiles::set_seller_profile(&app.shop, given.id, told.clone(), caller.actor()).await;
    let position = committed.map_err(|error| given.explain(error))?.position;
    let mut seller = catalog::show_seller(&app.shop, given.id, position.position).await?;
    // The document follows; the answer shows what was set.
    seller.profile = Some(told);
    Ok(Done::ok(position, seller))
}

/// What a customer says of themselves; no other customer is shown it.
#[utoipa::path(get, path = "/customers/{id}/profile", tag = "customers",
    params(("id" = String, Path, example = "U001")), responses((status = OK, body = CustomerProfileView)))]
pub(crate) async fn show_customer_profile(
    State(app): State<Arc<App>>,
    Caller(user): Caller,
    Asker(caller): Asker,
    PathRef(given): PathRef<Given<UserId>>,
    token: Token,
) -> Result<Answered<CustomerProfileView>, Problem> {
    let own = caller.own_unless(Permission::Customers);
    is_there(user.id == given.id || own.is_none(), &given)?;
    let shown = app.ask(token, &ShowCustomerProfile { user: given.id }).await;
    shown.map_err(|error| given.explain(error))
}

/// Sets what a customer says of themselves, as a whole.
#[utoipa::path(put, path = "/customers/{id}/profile", tag = "customers",
    params(("id" = String, Path, example = "U001")), request_body = CustomerProfileView,
    responses((status = OK, body = CustomerProfileView)))]
pub(crate) async fn set_customer_profile(
    State(app): State<Arc<App>>,
    Caller(caller): Caller,
    PathRef(given): PathRef<Given<UserId>>,
    JsonBody { value: told, .. }: JsonBody<CustomerProfileView>,
) -> Result<Done<CustomerProfileView>, Problem> {
    // Nobody says in another's name what they like.
    is_there(caller.id == given.id, &given)?;
    let committed = profiles::set_customer_profile(&app.shop, given.id, told.clone()).await;
    Ok(Done::ok(committed.map_err(|error| given.explain(error))?.position, told))
}

/// Whoever asks for somebody else's does not learn whether there is such a person.
fn is_there(sees: bool, given: &Given<UserId>) -> Result<(), Problem> {
    if sees { Ok(()) } else { Err(given.explain(profiles::Error::UnknownUser { user: given.id })) }
}
