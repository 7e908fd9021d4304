//! The HTTP interface: every route there is, and the document that describes them.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::get;
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    self, Content, ContentBuilder, KnownFormat, ObjectBuilder, Ref, RefOr, ResponseBuilder, SchemaFormat,
    Type,
};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};
use utoipa_axum::routes;
use utoipa_swagger_ui::SwaggerUi;

use crate::gate::{ProblemDocument, no_such_method, no_such_route};
use crate::{
    App, accounts, activity, analytics, carts, catalog, customers, discovery, media, operations, orders,
    profiles, recommendations, reviews, wishlists,
};

mod access;
mod changes;

pub(crate) use access::Table;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "souk",
        description = "A marketplace of handmade things.\n\n\
            **Who asks.** `POST /sessions` signs in; its token proves who asks as `Authorization: Bearer …`, or as a cookie. \
            Where the shop does not ask for accounts (`accounts.required`), the header `X-User-Id` names the user, nothing is \
            proved, and everybody may do everything. Otherwise, what is another's is answered as if there were none (404); what is for staff needs a permission (403).\n\n\
            **Ids.** Wherever an id is asked for, souk's own (a UUID) and the one of the catalogue's files \
            (`P001`, `C01`, `S001`, a SKU) both do; an order also goes by its number.\n\n\
            **Reading one's own writes.** Every command answers with the header `Souk-Position`. A query that carries \
            it back waits, for a short while, until what answers has got there; if it has not, the answer carries \
            `Souk-Stale: true`.\n\n\
            **Changing.** What a `PATCH` leaves out stays as it is. `null` removes a field of the catalogue, and only \
            with `Content-Type: application/merge-patch+json`. An answer about one thing has an `ETag`; a change that \
            carries it back as `If-Match` is refused (412) once the thing is another.\n\n\
            **Errors** are problem documents (RFC 9457) with a stable `code`.",
        license(name = "MIT", identifier = "MIT")
    ),
    components(schemas(ProblemDocument)),
    tags(
        (name = "catalog", description = "Products, categories and sellers"),
        (name = "reviews", description = "What people think of products"),
        (name = "customers", description = "What customers say of themselves, and what the shop knows of them"),
        (name = "accounts", description = "Opening an account, signing in and out"),
        (name = "recommendations", description = "What a person may like, and what goes with a product"),
        (name = "activity", description = "What people do in the shop"),
        (name = "analytics", description = "Figures over time"),
        (name = "cart", description = "What a user means to order"),
        (name = "wishlists", description = "What people mean to buy some day"),
        (name = "media", description = "Pictures, in three sizes"),
        (name = "orders", description = "Placing orders and taking them through their steps"),
        (name = "operations", description = "Is souk well?")
    )
)]
struct Document;

/// All routes, with the document that describes them.
pub fn routes() -> (Router<Arc<App>>, openapi::OpenApi) {
    let root = OpenApiRouter::with_openapi(Document::openapi())
        // catalog
        .routes(api(routes!(catalog::rest::list_products, catalog::rest::create_product)))
        .routes(api(routes!(catalog::rest::create_products)))
        .routes(api(routes!(discovery::rest::search_products)))
        .routes(api(routes!(
            catalog::rest::show_product,
            catalog::rest::change_product,
            catalog::rest::archive_product
        )))
        .routes(api(routes!(catalog::rest::price_history)))
        .routes(api(routes!(catalog::rest::create_variant)))
        .routes(api(routes!(media::rest::add_image, media::rest::replace_images)))
        .routes(api(routes!(media::rest::remove_image)))
        .routes(api(routes!(
            catalog::rest::show_variant,
            catalog::rest::change_variant,
            catalog::rest::retire_variant
        )))
        .routes(api(routes!(catalog::rest::list_categories, catalog::rest::create_category)))
        .routes(api(routes!(
            catalog::rest::show_category,
            catalog::rest::change_category,
            catalog::rest::delete_category
        )))
        .routes(api(routes!(catalog::rest::create_seller)))
        .routes(api(routes!(
            catalog::rest::show_seller,
            catalog::rest::change_seller,
            catalog::rest::delete_seller
        )))
        .routes(api(routes!(profiles::rest::show_specifications, profiles::rest::set_specifications)))
        .routes(api(routes!(profiles::rest::set_seller_profile)))
        // reviews
        .routes(api(routes!(reviews::rest::list_reviews, reviews::rest::post_review)))
        .routes(api(routes!(reviews::rest::list_written)))
        .routes(api(routes!(reviews::rest::comment)))
        // customers
        .routes(api(routes!(profiles::rest::show_customer_profile, profiles::rest::set_customer_profile)))
        // accounts
        .routes(api(routes!(accounts::rest::open_account)))
        .routes(api(routes!(accounts::rest::show_account)))
        .routes(api(routes!(accounts::rest::change_password)))
        .routes(api(routes!(
            accounts::rest::sign_in,
            accounts::rest::list_sessions,
            accounts::rest::end_sessions
        )))
        .routes(api(routes!(accounts::rest::sign_in_to_demo)))
        .routes(api(routes!(accounts::rest::end_session)))
        // recommendations
        .routes(api(routes!(recommendations::rest::recommend)))
        .routes(api(routes!(recommendations::rest::similar)))
        .routes(api(routes!(recommendations::rest::bought_together)))
        .routes(api(routes!(analytics::rest::hot_products)))
        // activity and what follows from it
        .routes(api(routes!(activity::rest::record_events)))
        .routes(api(routes!(analytics::rest::sales)))
        .routes(api(routes!(analytics::rest::stock)))
        .routes(api(routes!(analytics::rest::performance)))
        .routes(api(routes!(customers::rest::insights)))
        // cart
        .routes(api(routes!(carts::rest::show_cart, carts::rest::clear_cart)))
        .routes(api(routes!(carts::rest::add_item)))
        .routes(api(routes!(carts::rest::change_item, carts::rest::remove_item)))
        // wishlists
        .routes(api(routes!(wishlists::rest::wished_products)))
        .routes(api(routes!(wishlists::rest::list_wishlists, wishlists::rest::create_wishlist)))
        .routes(api(routes!(
            wishlists::rest::show_wishlist,
            wishlists::rest::rename_wishlist,
            wishlists::rest::delete_wishlist
        )))
        .routes(api(routes!(wishlists::rest::add_wish)))
        .routes(api(routes!(wishlists::rest::remove_wish)))
        // orders
        .routes(api(routes!(orders::rest::list_orders, orders::rest::place_order)))
        .routes(api(routes!(orders::rest::show_order)))
        .routes(api(routes!(orders::rest::order_events)))
        .routes(api(routes!(orders::rest::pay)))
        .routes(api(routes!(orders::rest::ship)))
        .routes(api(routes!(orders::rest::deliver)))
        .routes(api(routes!(orders::rest::cancel)))
        // outside the API
        .routes(routes!(media::rest::show_picture))
        .routes(routes!(operations::rest::live))
        .routes(routes!(operations::rest::ready))
        .routes(routes!(operations::rest::problem_kind));
    let (router, mut document) = root.split_for_parts();
    complete(&mut document);
    changes::part(&mut document);
    (router, document)
}

/// How large the body of a path may be that takes more than others.
pub(crate) fn larger_body(path: &str) -> Option<usize> {
    media::rest::larger_body(path).or_else(|| catalog::rest::larger_body(path))
}

/// Below `/api/v1`. A nested router would do the same with each request, which costs it six allocations.
fn api((schemas, mut paths, routes): UtoipaMethodRouter<Arc<App>>) -> UtoipaMethodRouter<Arc<App>> {
    let below = |(path, item)| (format!("/api/v1{path}"), item);
    paths.paths = paths.paths.into_iter().map(below).collect();
    (schemas, paths, routes)
}

/// Everything that a connection can ask for.
pub fn router(app: Arc<App>) -> Router {
    let (router, document) = routes();
    router
        .route("/", get(|| async { Redirect::temporary("/docs/") }))
        .merge(SwaggerUi::new("/docs").url("/openapi.json", document))
        .fallback(no_such_route)
        .method_not_allowed_fallback(no_such_method)
        .with_state(app)
}

/// Adds what holds for every route: how errors look, what a status means, that a picture is bytes, and how the user is named.
fn complete(document: &mut openapi::OpenApi) {
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("ProblemDocument"))).build();
    let problem = ResponseBuilder::new()
        .description("A problem document")
        .content("application/problem+json", problem)
        .build();
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            for (status, response) in &mut operation.responses.responses {
                let RefOr::T(response) = response else { continue };
                if response.description.is_empty() {
                    let known = status.parse().ok().and_then(|status| StatusCode::from_u16(status).ok());
                    let reason = known.and_then(|known| known.canonical_reason()).unwrap_or("An answer");
                    reason.clone_into(&mut response.description);
                }
                pictures_are_bytes(response.content.iter_mut());
            }
            if let Some(RefOr::T(body)) = &mut operation.request_body {
                pictures_are_bytes(body.content.iter_mut());
            }
            operation.responses.responses.insert("default".to_owned(), RefOr::T(problem.clone()));
        }
    }
    let cookie =
        ApiKeyValue::with_description("__Host-souk", "A session's token, as `POST /sessions` keeps it.");
    let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("A session's token."));
    if let Some(components) = &mut document.components {
        components.add_security_scheme("session", SecurityScheme::Http(token.build()));
        components.add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
    access::describe(document);
}

/// Not lists of numbers, for which a derived schema takes them.
fn pictures_are_bytes<'a>(content: impl Iterator<Item = (&'a String, &'a mut RefOr<Content>)>) {
    for (_, content) in content.filter(|(kind, _)| kind.starts_with("image/")) {
        let format = SchemaFormat::KnownFormat(KnownFormat::Binary);
        let bytes = ObjectBuilder::new().schema_type(Type::String).format(Some(format));
        *content = RefOr::T(ContentBuilder::new().schema(Some(bytes)).build());
    }
}

#[cfg(test)]
mod tests;
