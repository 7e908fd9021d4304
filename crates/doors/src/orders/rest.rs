//! `/orders`.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use souk_kernel::{Money, ProductId, UserId, VariantId};
use souk_ports::rows::Address;
use souk_shop::access::Permission;
use souk_shop::orders::{
    self, EventsOfOrder, ItemRequest, ListOrders, OrderDetail, OrderEvents, OrderRef, OrdersPage, Payment,
    PlaceFrom, PlaceOrder, Placed, ShippingAddress, ShowOrder, Stepped,
};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::gate::{
    Answered, Asker, Caller, Done, Given, JsonBody, PathRef, Problem, Query, Token, blank_is_absent,
    idempotency_key, named, page,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewOrder {
    /// The user's own address when it is left out.
    #[serde(default)]
    shipping_address: Option<ShippingAddress>,
    /// What the payment provider calls the way to pay.
    #[serde(default)]
    #[schema(example = "pm_card_visa")]
    payment_method_id: Option<String>,
    /// What is ordered; everything in the cart when it is left out.
    #[serde(default)]
    items: Option<Vec<NewOrderItem>>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewOrderItem {
    #[serde(deserialize_with = "named")]
    #[schema(value_type = String, example = "P001")]
    product_id: ProductId,
    /// The first one of the product when none is named.
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[schema(value_type = Option<String>)]
    variant_id: Option<VariantId>,
    #[schema(example = 2, minimum = 1)]
    quantity: u32,
    /// Of one piece, as the shopper saw it; if it differs from today's, the order is refused.
    #[schema(value_type = f64, example = 29.9)]
    price: Money,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPayment {
    /// What the payment provider calls the payment.
    #[schema(example = "pay_1")]
    payment_id: String,
    /// The order's total.
    #[schema(value_type = f64, example = 59.8)]
    amount: Money,
    #[schema(example = "card")]
    method: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shipment {
    #[schema(example = "1Z999AA10123456784")]
    tracking_number: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cancellation {
    #[serde(default)]
    reason: Option<String>,
}

/// Nothing has to be said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OrdersQuery {
    /// Of this user; without it of whoever asks, and of all for those who look after orders.
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<String>)]
    user_id: Option<Given<UserId>>,
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<u32>, minimum = 1)]
    page: Option<u32>,
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// Places an order: of the cart, or of the items named. It takes from stock, and spends the cart.
#[utoipa::path(post, path = "/orders", tag = "orders", request_body = NewOrder,
    params(("Idempotency-Key" = Option<String>, Header,
        description = "1 to 255 visible ASCII characters: the same key and body answer with the same order; another body is refused (422)")),
    responses((status = CREATED, body = Placed)))]
pub(crate) async fn place_order(
    State(app): State<Arc<App>>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Caller(user): Caller,
    JsonBody { value: order, bytes }: JsonBody<NewOrder>,
) -> Result<Response, Problem> {
    let from = match order.items {
        None => PlaceFrom::Cart,
        Some(items) => PlaceFrom::Items(items.into_iter().map(NewOrderItem::request).collect()),
    };
    let placed = orders::place_order(
        &app.shop,
        PlaceOrder {
            user: user.id,
            from,
            shipping_address: order.shipping_address.map(Address::from),
            payment_method_id: order.payment_method_id,
            idempotency: idempotency_key(&headers, &method, uri.path(), &bytes)?,
        },
    )
    .await
    .map_err(|error| user.explain(error))?;
    let location = format!("/api/v1/orders/{}", placed.order_id);
    let mut response =
        Done { status: StatusCode::CREATED, position: placed.position, body: placed }.into_response();
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

impl NewOrderItem {
    fn request(self) -> ItemRequest {
        ItemRequest {
            product_id: self.product_id,
            variant_id: self.variant_id,
            quantity: self.quantity,
            price: self.price,
        }
    }
}

/// Orders, newest first.
#[utoipa::path(get, path = "/orders", tag = "orders", params(OrdersQuery),
    responses((status = OK, body = OrdersPage)))]
pub(crate) async fn list_orders(
    State(app): State<Arc<App>>,
    Asker(caller): Asker,
    named: Option<Extension<Given<UserId>>>,
    Query(query): Query<OrdersQuery>,
    token: Token,
) -> Result<Answered<OrdersPage>, Problem> {
    let user = query.user_id.or_else(|| {
        // Whoever looks after orders sees those of all.
        let own = caller.own_unless(Permission::Orders)?;
        Some(named.map_or_else(|| Given::of(own), |Extension(named)| named))
    });
    if let Some(user) = user.as_ref().filter(|user| !caller.sees(user.id, Permission::Orders)) {
        return Err(user.explain(orders::Error::UnknownUser { user: user.id }));
    }
    let page = page(query.page, query.limit)?;
    let listed = app.ask(token, &ListOrders { user: user.as_ref().map(|user| user.id), page }).await;
    listed.map_err(|problem| match &user {
        Some(user) => user.explain(problem),
        None => problem,
    })
}

/// One order with its items, by its id or its number.
#[utoipa::path(get, path = "/orders/{id}", tag = "orders", params(("id" = String, Path, description = "Id or number")),
    responses((status = OK, body = OrderDetail)))]
pub(crate) async fn show_order(
    State(app): State<Arc<App>>,
    Asker(caller): Asker,
    PathRef(order): PathRef<OrderRef>,
    token: Token,
) -> Result<Answered<OrderDetail>, Problem> {
    app.ask(token, &ShowOrder { order, caller }).await
}

/// The history of an order, oldest first.
#[utoipa::path(get, path = "/orders/{id}/events", tag = "orders",
    params(("id" = String, Path, description = "Id or number")), responses((status = OK, body = OrderEvents)))]
pub(crate) async fn order_events(
    State(app): State<Arc<App>>,
    Asker(caller): Asker,
    PathRef(order): PathRef<OrderRef>,
    token: Token,
) -> Result<Answered<OrderEvents>, Problem> {
    app.ask(token, &EventsOfOrder { order, caller }).await
}

/// Reports a payment: `pending` becomes `paid`.
#[utoipa::path(post, path = "/orders/{id}/pay", tag = "orders", request_body = NewPayment,
    params(("id" = String, Path, description = "Id or number")), responses((status = OK, body = Stepped)))]
pub(crate) async fn pay(
    State(app): State<Arc<App>>,
    caller: Asker,
    PathRef(order): PathRef<OrderRef>,
    JsonBody { value: payment, .. }: JsonBody<NewPayment>,
) -> Result<Done<Stepped>, Problem> {
    let NewPayment { payment_id, amount, method } = payment;
    let payment = Payment { payment_id, amount, method };
    done(orders::pay(&app.shop, order, payment, caller.actor()).await?)
}

/// Reports that the parcel is on its way: `paid` becomes `shipped`.
#[utoipa::path(post, path = "/orders/{id}/ship", tag = "orders", request_body = Shipment,
    params(("id" = String, Path, description = "Id or number")), responses((status = OK, body = Stepped)))]
pub(crate) async fn ship(
    State(app): State<Arc<App>>,
    caller: Asker,
    PathRef(order): PathRef<OrderRef>,
    JsonBody { value: shipment, .. }: JsonBody<Shipment>,
) -> Result<Done<Stepped>, Problem> {
    done(orders::ship(&app.shop, order, shipment.tracking_number, caller.actor()).await?)
}

/// Reports that the parcel has arrived: `shipped` becomes `delivered`.
#[utoipa::path(post, path = "/orders/{id}/deliver", tag = "orders", request_body(content = Option<Nothing>),
    params(("id" = String, Path, description = "Id or number")), responses((status = OK, body = Stepped)))]
pub(crate) async fn deliver(
    State(app): State<Arc<App>>,
    caller: Asker,
    PathRef(order): PathRef<OrderRef>,
    _: JsonBody<Nothing>,
) -> Result<Done<Stepped>, Problem> {
    done(orders::deliver(&app.shop, order, caller.actor()).await?)
}

/// Cancels what has not been shipped: the stock returns.
#[utoipa::path(post, path = "/orders/{id}/cancel", tag = "orders", request_body(content = Option<Cancellation>),
    params(("id" = String, Path, description = "Id or number")), responses((status = OK, body = Stepped)))]
pub(crate) async fn cancel(
    State(app): State<Arc<App>>,
    Asker(caller): Asker,
    PathRef(order): PathRef<OrderRef>,
    JsonBody { value: cancellation, .. }: JsonBody<Cancellation>,
) -> Result<Done<Stepped>, Problem> {
    done(orders::cancel(&app.shop, order, cancellation.reason, caller).await?)
}

fn done(stepped: Stepped) -> Result<Done<Stepped>, Problem> {
    Ok(Done::ok(stepped.position, stepped))
}
