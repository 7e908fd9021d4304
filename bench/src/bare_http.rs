//! The limit of reading over HTTP: one axum handler behind souk's own gate that answers with as many bytes, from
//! nowhere. It runs as a process of its own, as souk does.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::ServiceExt;
use axum::extract::{Path, Request, State};
use axum::http::header;
use axum::routing::get;
use axum::serve::ListenerExt;
use bytes::Bytes;
use souk_doors::gate::{Gate, Limits, Meter};

pub(crate) const COMMAND: &str = "bare-http";

/// Prints its address and serves until it is killed.
pub(crate) async fn serve(bytes: usize) -> anyhow::Result<()> {
    let page = Bytes::from(vec![b'x'; bytes]);
    let router = Router::new().route("/api/v1/products/{id}", get(product)).with_state(page);
    let limits = Limits {
        body_bytes: 1 << 20,
        bodies_bytes: 128 << 20,
        body_idle: Duration::from_secs(10),
        connections: 10_000,
        requests: 10_000,
        request_timeout: Duration::from_secs(10),
        patience: Duration::from_secs(2),
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{{\"address\":\"http://{}\"}}", listener.local_addr()?);
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    let gate = Gate::new(router, limits, Arc::new(Meter::of(&souk_doors::rest::routes().1)));
    axum::serve(listener, ServiceExt::<Request>::into_make_service(gate)).await?;
    Ok(())
}

async fn product(
    State(page): State<Bytes>,
    Path(_): Path<String>,
) -> ([(header::HeaderName, &'static str); 1], Bytes) {
    ([(header::CONTENT_TYPE, "application/json")], page)
}
