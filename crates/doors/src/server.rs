//! Serving: accepting connections, as many as were allowed for, and an orderly end.
//!
//! axum's own loop takes connections without bound and lets each of them be silent for ever, so this one stands in its
//! place; what is said on a connection is the gate's concern.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use crate::gate::{Gate, Limits, Meter};
use crate::{App, rest};

/// How long a connection may be silent before, between and within the heads of requests.
const SILENCE: Duration = Duration::from_secs(75);
/// After a connection could not be taken, such as for want of file descriptors.
const BREATHER: Duration = Duration::from_millis(50);

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
    meter: Arc<Meter>,
    stop: impl Future<Output = ()>,
    patience: Duration,
) {
    // Whoever comes when all places are taken waits in the system's own queue, which is bounded too.
    let places = Arc::new(Semaphore::new(limits.connections));
    let gate = Gate::new(rest::router(app), limits, meter);
    let graceful = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let next = async {
            let place = places.clone().acquire_owned().await.ok();
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            () = &mut stop => break,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                sleep(BREATHER).await;
                continue;
            }
        };
        let (gate, watcher) = (gate.clone(), graceful.watcher());
        tokio::spawn(async move {
            let talked = talk(stream, gate, watcher).await;
            if let Err(error) = talked {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    tracing::info!("stopping: requests under way are finished");
    if timeout(patience, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
}

/// Answers what is asked on one connection, until either side ends it.
async fn talk(stream: TcpStream, gate: Gate, watcher: Watcher) -> hyper::Result<()> {
    // Answers are written whole; waiting for more to send would only hold them back.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "could not turn off Nagle's algorithm");
    }
    let service = service_fn(move |request: Request<Incoming>| {
        let gate = gate.clone();
        async move { Ok::<_, Infallible>(gate.answer(request.map(Body::new)).await) }
    });
    let mut protocol = http1::Builder::new();
    protocol.timer(TokioTimer::new()).header_read_timeout(SILENCE).pipeline_flush(true);
    watcher.watch(protocol.serve_connection(TokioIo::new(stream), service)).await
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
