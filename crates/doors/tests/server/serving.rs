//! A server on a port of its own, and a client that says what it is told to, byte by byte.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use souk_doors::gate::{Front, Gate, Layers, Limits, Meter};
use souk_doors::server::{self, Tls};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Only to end a test that would hang.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Ends with the test, or when it is told to.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<()>,
}

pub(crate) fn limits() -> Limits {
    Limits {
        body_bytes: 1 << 20,
        bodies_bytes: 8 << 20,
        body_idle: Duration::from_secs(5),
        connections: 1_000,
        requests: 100,
        request_timeout: Duration::from_secs(30),
        patience: Duration::from_secs(1),
    }
}

impl Server {
    pub(crate) async fn start(router: Router, limits: Limits) -> Self {
        Self::start_with(router, limits, None, |_| None).await
    }

    pub(crate) async fn start_with(
        router: Router,
        limits: Limits,
        tls: Option<Tls>,
        larger: fn(&str) -> Option<usize>,
    ) -> Self {
        let (listener, address) = server::bind("127.0.0.1:0").await.unwrap();
        let connections = limits.connections;
        let gate = Gate::kept(router, limits, Arc::new(Meter::default()), larger, None);
        let front = Front::new(gate, Layers::default());
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async move { drop(stopped.await) };
        let serving = tokio::spawn(server::serve(listener, tls, front, connections, stopped, PATIENCE));
        Self { address, stop: Some(stop), serving }
    }

    pub(crate) async fn connect(&self) -> Client {
        Client(TcpStream::connect(self.address).await.unwrap())
    }

    /// Tells it to stop, and waits until it has.
    pub(crate) async fn stop(mut self) {
        self.stop.take();
        timeout(PATIENCE, &mut self.serving).await.expect("it stops").unwrap();
    }

    /// Tells it to stop, and does not wait.
    pub(crate) fn begin_to_stop(&mut self) {
        self.stop.take();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// One connection over HTTP/1.1.
pub(crate) struct Client(pub(crate) TcpStream);

impl Client {
    pub(crate) async fn send(&mut self, text: impl AsRef<[u8]>) {
        self.0.write_all(text.as_ref()).await.unwrap();
    }

    /// The head and the body of one answer that says how long it is.
    pub(crate) async fn answer(&mut self) -> (String, String) {
        let mut read = Vec::new();
        loop {
            let end = read.windows(4).position(|four| four == b"\r\n\r\n");
            if let Some(end) = end {
                let head = String::from_utf8(read[..end].to_vec()).unwrap();
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
                let whole = end + 4 + length.map_or(0, |length| length.parse().unwrap());
                if read.len() >= whole {
                    return (head, String::from_utf8(read[end + 4..whole].to_vec()).unwrap());
                }
            }
            let more = timeout(PATIENCE, self.0.read_buf(&mut read)).await.expect("an answer").unwrap();
            assert!(more > 0, "it closed after {:?}", String::from_utf8_lossy(&read));
        }
    }

    pub(crate) async fn ask(&mut self, path: &str) -> (String, String) {
        self.send(format!("GET {path} HTTP/1.1\r\nHost: souk\r\n\r\n")).await;
        self.answer().await
    }

    /// Waits until the server closes the connection.
    pub(crate) async fn closed(&mut self) {
        let mut rest = Vec::new();
        // Closed with a word or without one.
        let _ = timeout(PATIENCE, self.0.read_to_end(&mut rest)).await.expect("it closes");
    }
}
