//! How many requests each route answered, and how fast: counted here in atomics, kept by whoever serves.
//!
//! A request costs a look-up of its route and two additions. Requests that match no route are not counted.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::http::Method;
use souk_shop::analytics::{BUCKETS, Count, bucket_of};
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::Operation;

/// The methods of a path, each with its place among the counters.
type Methods = Vec<(Method, usize)>;

#[derive(Default)]
pub struct Meter {
    paths: matchit::Router<Methods>,
    routes: Vec<Route>,
}

struct Route {
    name: String,
    cells: [Cell; BUCKETS],
}

#[derive(Default)]
struct Cell {
    requests: AtomicU64,
    sum_us: AtomicU64,
}

/// A route of a [`Meter`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Metered(usize);

impl Meter {
    /// Meters every route of a document; its paths are written as the router's are.
    pub fn of(document: &OpenApi) -> Self {
        let mut meter = Self::default();
        for (path, item) in &document.paths.paths {
            let operations: [(Method, &Option<Operation>); 5] = [
                (Method::GET, &item.get),
                (Method::POST, &item.post),
                (Method::PUT, &item.put),
                (Method::PATCH, &item.patch),
                (Method::DELETE, &item.delete),
            ];
            let mut methods = Methods::new();
            for (method, operation) in operations {
                if operation.is_some() {
                    let name = format!("{method} {path}");
                    methods.push((method, meter.routes.len()));
                    meter.routes.push(Route { name, cells: std::array::from_fn(|_| Cell::default()) });
                }
            }
            if let Err(error) = meter.paths.insert(path, methods) {
                tracing::warn!(path, %error, "a route is not metered");
            }
        }
        meter
    }

    pub(super) fn route(&self, method: &Method, path: &str) -> Option<Metered> {
        let methods = self.paths.at(path).ok()?.value;
        methods.iter().find(|(one, _)| one == method).map(|(_, place)| Metered(*place))
    }

    pub(super) fn count(&self, route: Metered, took: Duration) {
        let us = took.as_micros() as u64;
        let cell = &self.routes[route.0].cells[bucket_of(us)];
        cell.requests.fetch_add(1, Ordering::Relaxed);
        cell.sum_us.fetch_add(us, Ordering::Relaxed);
    }

    /// Another number than last time when a request was answered meanwhile. Questions about souk's health do not count.
    pub(crate) fn answered(&self) -> u64 {
        let routes = self.routes.iter().filter(|route| !route.name.contains(" /health/"));
        let cells = routes.flat_map(|route| &route.cells);
        cells.map(|cell| cell.requests.load(Ordering::Relaxed)).sum()
    }

    /// What was counted since the last time. A request that is counted meanwhile is in this or in the next answer; its time
    /// may be in the other one.
    pub fn take(&self) -> Vec<Count> {
        let mut counts = Vec::new();
        for route in &self.routes {
            for (bucket, cell) in route.cells.iter().enumerate() {
                let requests = cell.requests.swap(0, Ordering::Relaxed);
                if requests > 0 {
                    let sum_us = cell.sum_us.swap(0, Ordering::Relaxed);
                    counts.push(Count { route: route.name.clone(), bucket, requests, sum_us });
                }
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_under_the_route_that_answers_them() {
        let (_, document) = crate::rest::routes();
        let meter = Meter::of(&document);
        let operations = meter.routes.len();
        assert!(operations > 20, "{operations}");
        let name = |method: Method, path: &str| {
            meter.route(&method, path).map(|route| meter.routes[route.0].name.clone())
        };
        let is = |method, path, route: &str| assert_eq!(name(method, path).as_deref(), Some(route), "{path}");
        is(Method::GET, "/api/v1/products/P001", "GET /api/v1/products/{id}");
        is(Method::PATCH, "/api/v1/products/P001", "PATCH /api/v1/products/{id}");
        is(Method::GET, "/api/v1/products/hot", "GET /api/v1/products/hot");
        is(Method::POST, "/api/v1/events", "POST /api/v1/events");
        assert_eq!(name(Method::PUT, "/api/v1/products/P001"), None);
        assert_eq!(name(Method::GET, "/api/v1/nothing"), None);

        let health = meter.route(&Method::GET, "/health/ready").unwrap();
        meter.count(health, Duration::from_millis(1));
        assert_eq!((meter.answered(), meter.take().len()), (0, 1));
        let route = meter.route(&Method::GET, "/api/v1/products").unwrap();
        for ms in [1, 1, 50] {
            meter.count(route, Duration::from_millis(ms));
        }
        assert_eq!(meter.answered(), 3);
        let counts = meter.take();
        let counts: Vec<_> =
            counts.iter().map(|one| (one.route.as_str(), one.requests, one.sum_us)).collect();
        assert_eq!(counts, [("GET /api/v1/products", 2, 2_000), ("GET /api/v1/products", 1, 50_000)]);
        assert_eq!(meter.take(), []);
    }
}
