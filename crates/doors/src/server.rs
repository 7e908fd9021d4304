//! Serving: a listener, the gate, and an orderly end.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::ServiceExt;
use axum::extract::Request;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::gate::{Gate, Limits};
use crate::{App, rest};

/// Takes the port. Do this last: from here on connections wait to be answered.
pub async fn bind(listen: &str) -> std::io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(listen).await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Serves until `stop` is done; requests under way then have `patience` to finish.
pub async fn serve(
    listener: TcpListener,
    app: Arc<App>,
    limits: Limits,
    stop: impl Future<Output = ()> + Send + 'static,
    patience: Duration,
) -> std::io::Result<()> {
    let gate = Gate::new(rest::router(app), limits);
    let listener = listener.tap_io(|stream| {
        // Answers are written whole; waiting for more to send would only hold them back.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "could not turn off Nagle's algorithm");
        }
    });
    let stopping = Arc::new(Notify::new());
    let told = stopping.clone();
    let stop = async move {
        stop.await;
        tracing::info!("stopping: requests under way are finished");
        told.notify_one();
    };
    let service = ServiceExt::<Request>::into_make_service(gate);
    let serving = axum::serve(listener, service).with_graceful_shutdown(stop);
    tokio::select! {
        served = async { serving.await } => served,
        () = async { stopping.notified().await; tokio::time::sleep(patience).await } => {
            tracing::warn!("some requests did not finish in time");
            Ok(())
        }
    }
}

/// Is done when the process is told to stop: SIGTERM or SIGINT.
pub async fn told_to_stop() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => tokio::select! {
                () = interrupted => (),
                _ = terminated.recv() => (),
            },
            Err(_) => interrupted.await,
        }
    }
    #[cfg(not(unix))]
    interrupted.await;
}
