//! The HTTP interface: every route there is, and the document that describes them.

use std::sync::Arc;

use axum::Router;
use axum::response::Redirect;
use axum::routing::get;
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::openapi::{self, ContentBuilder, Ref, RefOr, ResponseBuilder};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::SwaggerUi;

use crate::gate::{ProblemDocument, no_such_method, no_such_route};
use crate::{
    App, activity, analytics, carts, catalog, customers, discovery, media, operations, orders, profiles,
    recommendations, reviews, wishlists,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "souk",
        description = "A marketplace of handmade things.\n\n\
            **Who asks.** Until accounts exist, a request names its user with the header `X-User-Id`, such as \
            `X-User-Id: U001`; nothing is proved, and anyone may take an order through its steps.\n\n\
            **Ids.** Wherever an id is asked for, souk's own (a UUID) and the one of the catalogue's files \
            (`P001`, `C01`, `S001`, a SKU) both do; an order also goes by its number.\n\n\
            **Reading one's own writes.** Every command answers with the header `Souk-Position`. A query that carries \
            it back waits, for a short while, until what answers has got there; if it has not, the answer carries \
            `Souk-Stale: true`.\n\n\
            **Errors** are problem documents (RFC 9457) with a stable `code`.",
        license(name = "MIT", identifier = "MIT")
    ),
    components(schemas(ProblemDocument)),
    tags(
        (name = "catalog", description = "Products, categories and sellers"),
        (name = "reviews", description = "What people think of products"),
        (name = "customers", description = "What customers say of themselves"),
        (name = "recommendations", description = "What a person may like, and what goes with a product"),
        (name = "activity", description = "What people do in the shop"),
        (name = "analytics", description = "Figures over time"),
        (name = "customers", description = "What the shop knows of those who buy"),
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
    let api = OpenApiRouter::new()
        // catalog
        .routes(routes!(catalog::rest::list_products))
        .routes(routes!(discovery::rest::search_products))
        .routes(routes!(catalog::rest::show_product, catalog::rest::change_product))
        .routes(routes!(media::rest::add_image, media::rest::replace_images))
        .routes(routes!(media::rest::remove_image))
        .routes(routes!(catalog::rest::change_variant))
        .routes(routes!(catalog::rest::list_categories))
        .routes(routes!(catalog::rest::show_seller))
        .routes(routes!(profiles::rest::show_specifications, profiles::rest::set_specifications))
        .routes(routes!(profiles::rest::set_seller_profile))
        // reviews
        .routes(routes!(reviews::rest::list_reviews, reviews::rest::post_review))
        .routes(routes!(reviews::rest::list_written))
        .routes(routes!(reviews::rest::comment))
        // customers
        .routes(routes!(profiles::rest::show_customer_profile, profiles::rest::set_customer_profile))
        // recommendations
        .routes(routes!(recommendations::rest::recommend))
        .routes(routes!(recommendations::rest::similar))
        .routes(routes!(recommendations::rest::bought_together))
        .routes(routes!(analytics::rest::hot_products))
        // activity and what follows from it
        .routes(routes!(activity::rest::record_events))
        .routes(routes!(analytics::rest::sales))
        .routes(routes!(analytics::rest::stock))
        .routes(routes!(analytics::rest::performance))
        .routes(routes!(customers::rest::insights))
        // cart
        .routes(routes!(carts::rest::show_cart, carts::rest::clear_cart))
        .routes(routes!(carts::rest::add_item))
        .routes(routes!(carts::rest::change_item, carts::rest::remove_item))
        // wishlists
        .routes(routes!(wishlists::rest::wished_products))
        .routes(routes!(wishlists::rest::list_wishlists, wishlists::rest::create_wishlist))
        .routes(routes!(
            wishlists::rest::show_wishlist,
            wishlists::rest::rename_wishlist,
            wishlists::rest::delete_wishlist
        ))
        .routes(routes!(wishlists::rest::add_wish))
        .routes(routes!(wishlists::rest::remove_wish))
        // orders
        .routes(routes!(orders::rest::list_orders, orders::rest::place_order))
        .routes(routes!(orders::rest::show_order))
        .routes(routes!(orders::rest::order_events))
        .routes(routes!(orders::rest::pay))
        .routes(routes!(orders::rest::ship))
        .routes(routes!(orders::rest::deliver))
        .routes(routes!(orders::rest::cancel));
    let root = OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(media::rest::show_picture))
        .routes(routes!(operations::rest::live))
        .routes(routes!(operations::rest::ready))
        .routes(routes!(operations::rest::problem_kind));
    let (router, mut document) = root.nest("/api/v1", api).split_for_parts();
    complete(&mut document);
    (router, document)
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

/// Adds what holds for every route: how errors look, and how the user is named.
fn complete(document: &mut openapi::OpenApi) {
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("ProblemDocument"))).build();
    let problem = ResponseBuilder::new()
        .description("A problem document")
        .content("application/problem+json", problem)
        .build();
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            operation.responses.responses.insert("default".to_owned(), RefOr::T(problem.clone()));
        }
    }
    let user = ApiKeyValue::with_description("X-User-Id", "The id of the user who asks, such as `U001`.");
    if let Some(components) = &mut document.components {
        components.add_security_scheme("user", SecurityScheme::ApiKey(ApiKey::Header(user)));
    }
}

#[cfg(test)]
mod tests;
