//! Which action each route is: its row in the one table of who may do what.

use axum::http::Method;
use souk_shop::access::{self as to, Action};
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::SecurityRequirement;

use souk_shop::access::Who;

#[rustfmt::skip]
const ROUTES: &[(Method, &str, Action)] = &[
    (Method::GET,    "/api/v1/products",                            to::BROWSE),
    (Method::POST,   "/api/v1/products",                            to::CHANGE_CATALOG),
    (Method::POST,   "/api/v1/products/bulk",                       to::CHANGE_CATALOG),
    (Method::GET,    "/api/v1/products/search",                     to::BROWSE),
    (Method::GET,    "/api/v1/products/{id}",                       to::BROWSE),
    (Method::PATCH,  "/api/v1/products/{id}",                       to::CHANGE_CATALOG),
    (Method::DELETE, "/api/v1/products/{id}",                       to::CHANGE_CATALOG),
    (Method::GET,    "/api/v1/products/{id}/history",               to::BROWSE),
    (Method::POST,   "/api/v1/products/{id}/variants",              to::CHANGE_CATALOG),
    (Method::POST,   "/api/v1/products/{id}/images",                to::CHANGE_CATALOG),
    (Method::PUT,    "/api/v1/products/{id}/images",                to::CHANGE_CATALOG),
    (Method::DELETE, "/api/v1/products/{id}/images/{number}",       to::CHANGE_CATALOG),
    (Method::GET,    "/api/v1/products/{id}/specifications",        to::BROWSE),
    (Method::PUT,    "/api/v1/products/{id}/specifications",        to::CHANGE_CATALOG),
    (Method::GET,    "/api/v1/products/hot",                        to::BROWSE),
    (Method::GET,    "/api/v1/products/wished",                     to::BROWSE),
    (Method::GET,    "/api/v1/products/{id}/similar",               to::BROWSE),
    (Method::GET,    "/api/v1/products/{id}/bought-together",       to::BROWSE),
    (Method::GET,    "/api/v1/variants/{id}",                       to::BROWSE),
    (Method::PATCH,  "/api/v1/variants/{id}",                       to::CHANGE_CATALOG),
    (Method::DELETE, "/api/v1/variants/{id}",                       to::CHANGE_CATALOG),
    (Method::GET,    "/api/v1/categories",                          to::BROWSE),
    (Method::POST,   "/api/v1/categories",                          to::CHANGE_CATALOG),
    (Method::GET,    "/api/v1/categories/{id}",                     to::BROWSE),
    (Method::PATCH,  "/api/v1/categories/{id}",                     to::CHANGE_CATALOG),
    (Method::DELETE, "/api/v1/categories/{id}",                     to::CHANGE_CATALOG),
    (Method::POST,   "/api/v1/sellers",                             to::CHANGE_CATALOG),
    (Method::GET,    "/api/v1/sellers/{id}",                        to::BROWSE),
    (Method::PATCH,  "/api/v1/sellers/{id}",                        to::CHANGE_CATALOG),
    (Method::DELETE, "/api/v1/sellers/{id}",                        to::CHANGE_CATALOG),
    (Method::PUT,    "/api/v1/sellers/{id}/profile",                to::CHANGE_CATALOG),
    (Method::GET,    "/media/{name}",                               to::BROWSE),
    (Method::GET,    "/api/v1/products/{id}/reviews",               to::READ_REVIEWS),
    (Method::POST,   "/api/v1/products/{id}/reviews",               to::WRITE_REVIEW),
    (Method::GET,    "/api/v1/reviews",                             to::READ_REVIEWS),
    (Method::POST,   "/api/v1/reviews/{id}/comments",               to::WRITE_REVIEW),
    (Method::GET,    "/api/v1/customers/{id}/profile",              to::SHOW_CUSTOMER),
    (Method::PUT,    "/api/v1/customers/{id}/profile",              to::CHANGE_PROFILE),
    (Method::GET,    "/api/v1/customers/{id}/insights",             to::SHOW_CUSTOMER),
    (Method::GET,    "/api/v1/recommendations",                     to::RECOMMEND),
    (Method::POST,   "/api/v1/events",                              to::REPORT_ACTIVITY),
    (Method::GET,    "/api/v1/analytics/sales",                     to::SHOW_FIGURES),
    (Method::GET,    "/api/v1/analytics/stock/{id}",                to::SHOW_FIGURES),
    (Method::GET,    "/api/v1/analytics/performance",               to::SHOW_FIGURES),
    (Method::GET,    "/api/v1/cart",                                to::USE_CART),
    (Method::DELETE, "/api/v1/cart",                                to::USE_CART),
    (Method::POST,   "/api/v1/cart/items",                          to::USE_CART),
    (Method::PATCH,  "/api/v1/cart/items/{id}",                     to::USE_CART),
    (Method::DELETE, "/api/v1/cart/items/{id}",                     to::USE_CART),
    (Method::GET,    "/api/v1/wishlists",                           to::USE_WISHLISTS),
    (Method::POST,   "/api/v1/wishlists",                           to::USE_WISHLISTS),
    (Method::GET,    "/api/v1/wishlists/{id}",                      to::USE_WISHLISTS),
    (Method::PATCH,  "/api/v1/wishlists/{id}",                      to::USE_WISHLISTS),
    (Method::DELETE, "/api/v1/wishlists/{id}",                      to::USE_WISHLISTS),
    (Method::POST,   "/api/v1/wishlists/{id}/items",                to::USE_WISHLISTS),
    (Method::DELETE, "/api/v1/wishlists/{id}/items/{product_id}",   to::USE_WISHLISTS),
    (Method::GET,    "/api/v1/orders",                              to::SHOW_ORDER),
    (Method::POST,   "/api/v1/orders",                              to::PLACE_ORDER),
    (Method::GET,    "/api/v1/orders/{id}",                         to::SHOW_ORDER),
    (Method::GET,    "/api/v1/orders/{id}/events",                  to::SHOW_ORDER),
    (Method::POST,   "/api/v1/orders/{id}/pay",                     to::HANDLE_ORDER),
    (Method::POST,   "/api/v1/orders/{id}/ship",                    to::HANDLE_ORDER),
    (Method::POST,   "/api/v1/orders/{id}/deliver",                 to::HANDLE_ORDER),
    (Method::POST,   "/api/v1/orders/{id}/cancel",                  to::CANCEL_ORDER),
    (Method::POST,   "/api/v1/accounts",                            to::OPEN_ACCOUNT),
    (Method::GET,    "/api/v1/account",                             to::USE_ACCOUNT),
    (Method::PUT,    "/api/v1/account/password",                    to::USE_ACCOUNT),
    (Method::POST,   "/api/v1/sessions",                            to::SIGN_IN),
    (Method::POST,   "/api/v1/sessions/demo",                       to::SIGN_IN),
    (Method::GET,    "/api/v1/sessions",                            to::USE_ACCOUNT),
    (Method::DELETE, "/api/v1/sessions",                            to::USE_ACCOUNT),
    (Method::DELETE, "/api/v1/sessions/{id}",                       to::USE_ACCOUNT),
    (Method::GET,    "/health/live",                                to::WATCH),
    (Method::GET,    "/health/ready",                               to::WATCH),
    (Method::GET,    "/problems/{code}",                            to::WATCH),
];

/// The rows by path, as the router finds its routes.
pub(crate) struct Table(matchit::Router<Vec<(Method, Action)>>);

impl Table {
    pub(crate) fn new() -> Self {
        let mut rows = std::collections::BTreeMap::<&str, Vec<(Method, Action)>>::new();
        for (method, path, action) in ROUTES {
            rows.entry(path).or_default().push((method.clone(), *action));
        }
        let mut table = matchit::Router::new();
        for (path, methods) in rows {
            if let Err(error) = table.insert(path, methods) {
                // The router itself has the same paths, and would have refused them.
                tracing::error!(path, %error, "a route has no row in the table of who may do what");
            }
        }
        Self(table)
    }

    /// `None` where no route answers.
    pub(crate) fn action(&self, method: &Method, path: &str) -> Option<Action> {
        let methods = self.0.at(path).ok()?.value;
        // The router answers HEAD with what answers GET.
        let method = if method == Method::HEAD { &Method::GET } else { method };
        methods.iter().find(|(one, _)| one == method).map(|(_, action)| *action)
    }
}

/// Says in the document who may ask: one source for what is written there and what is done.
pub(super) fn describe(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        let operations: [(Method, &mut Option<Operation>); 5] = [
            (Method::GET, &mut item.get),
            (Method::POST, &mut item.post),
            (Method::PUT, &mut item.put),
            (Method::PATCH, &mut item.patch),
            (Method::DELETE, &mut item.delete),
        ];
        for (method, operation) in operations {
            let Some(operation) = operation else { continue };
            let row = ROUTES.iter().find(|(one, route, _)| *one == method && route == path);
            let signed_in = || ["session", "cookie"].map(|scheme| SecurityRequirement::new(scheme, [""; 0]));
            operation.security = row.and_then(|(_, _, action)| match action.who {
                Who::Anyone => None,
                Who::Visitor => {
                    Some([SecurityRequirement::default()].into_iter().chain(signed_in()).collect())
                }
                Who::SignedIn | Who::OwnerOr(_) | Who::Staff(_) => Some(signed_in().into()),
            });
            if let Some((_, _, Action { who: Who::Staff(permission), .. })) = row {
                let needs = format!("Needs the permission `{}`.", permission.name());
                let told = operation.description.take().map(|told| format!("{told}\n\n{needs}"));
                operation.description = Some(told.unwrap_or(needs));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_has_one_row_and_every_row_a_route() {
        let (_, document) = super::super::routes();
        let mut documented = Vec::new();
        for (path, item) in &document.paths.paths {
            let operations = [
                (Method::GET, &item.get),
                (Method::POST, &item.post),
                (Method::PUT, &item.put),
                (Method::PATCH, &item.patch),
                (Method::DELETE, &item.delete),
            ];
            let present = operations.into_iter().filter(|(_, operation)| operation.is_some());
            documented.extend(present.map(|(method, _)| format!("{method} {path}")));
        }
        let mut rows: Vec<_> = ROUTES.iter().map(|(method, path, _)| format!("{method} {path}")).collect();
        documented.sort();
        rows.sort();
        assert_eq!(documented, rows);
    }

    #[test]
    fn a_request_finds_its_row_as_the_router_finds_its_route() {
        let table = Table::new();
        let name = |method, path| table.action(&method, path).map(|action| action.name);
        assert_eq!(name(Method::GET, "/api/v1/orders/17"), Some("order.show"));
        assert_eq!(name(Method::HEAD, "/api/v1/orders/17"), Some("order.show"));
        assert_eq!(name(Method::POST, "/api/v1/products/bulk"), Some("catalog.change"));
        assert_eq!(name(Method::GET, "/api/v1/products/wished"), Some("catalog.browse"));
        assert_eq!(name(Method::PUT, "/api/v1/orders/17"), None);
        assert_eq!(name(Method::GET, "/docs/"), None);
    }
}
