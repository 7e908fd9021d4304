//! Serving: accepting connections, as many as were allowed for, and an orderly end.
//!
//! axum's own loop takes connections without bound and lets each of them be silent for ever, so this one stands in its
//! place; what is said on a connection is the gate's concern.

mod connection;
mod lines;
mod socket;
mod tls;

use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use crate::accounts::doorkeeper::Keeper;
use crate::gate::{Front, Gate, Meter};
use crate::{App, rest};
use connection::talk;
use lines::Lines;
use socket::Socket;
pub use tls::{Tls, TlsFiles};

/// After a connection could not be taken, such as for want of file descriptors.
const BREATHER: Duration = Duration::from_millis(50);

/// Whether a text names what to listen on: a host and a port, as in `127.0.0.1:8080` or `[::1]:0`.
pub fn is_listenable(text: &str) -> bool {
    let Some((host, port)) = text.rsplit_once(':') else { return false };
    !host.is_empty() && !host.contains(char::is_whitespace) && port.parse::<u16>().is_ok()
}

/// Takes the port. Do this last: from here on connections wait to be answered.
pub async fn bind(listen: &str) -> std::io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(listen).await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Everything that a connection can ask of a shop.
pub fn front(app: Arc<App>, meter: Arc<Meter>) -> Front {
    let (limits, layers) = (app.limits.clone(), app.layers.clone());
    let keeper = Arc::new(Keeper::of(app.clone()));
    Front::new(Gate::kept(rest::router(app), limits, meter, rest::larger_body, Some(keeper)), layers)
}

/// Serves until `stop` is done; requests under way then have `patience` to finish.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Tls>,
    front: Front,
    connections: usize,
    stop: impl Future<Output = ()>,
    patience: Duration,
) {
    // Whoever comes when all places are taken waits in the system's own queue, which is bounded too.
    let places = Arc::new(Semaphore::new(connections));
    let lines = Arc::new(Lines::default());
    let mut looking = pin!(lines.look_after());
    let mut stop = pin!(stop);
    loop {
        let next = async {
            let place = places.clone().acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            never = &mut looking => match never {},
            () = &mut stop => break,
        };
        // Nobody closes the semaphore.
        let Ok(place) = place else { break };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                sleep(BREATHER).await;
                continue;
            }
        };
        let (tls, front, line) = (tls.clone(), front.clone(), lines.open());
        tokio::spawn(async move {
            if let Err(error) = talk(Socket::new(stream, place), tls, front, line).await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    tracing::info!("stopping: requests under way are finished");
    lines.stop();
    // All places are back when the last connection has ended.
    let all = u32::try_from(connections).unwrap_or(u32::MAX);
    if timeout(patience, places.acquire_many(all)).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
}

/// Is done when the process is told to stop: SIGTERM or SIGINT. It listens from this call on, not from its first poll, so
/// that whoever calls it before saying "I run" can be stopped as soon as that is read.
pub fn told_to_stop() -> impl Future<Output = ()> + Send {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [SignalKind::terminate(), SignalKind::interrupt()];
        // A signal that cannot be listened to ends the process, as it does everywhere.
        let mut signals: Vec<_> = kinds.into_iter().filter_map(|kind| signal(kind).ok()).collect();
        std::future::poll_fn(move |context| {
            let is_told = signals.iter_mut().any(|signal| signal.poll_recv(context).is_ready());
            if is_told { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
    }
    #[cfg(not(unix))]
    async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
