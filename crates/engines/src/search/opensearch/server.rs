//! The server: where it is, how it is called, and what its answers mean.
//!
//! Plain REST. Any node of the cluster can be asked for anything, so of several named in the URL one is asked until it
//! cannot be reached, and then the next.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Method, StatusCode, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use souk_ports::{Error, Result};
use tokio::sync::Semaphore;

use super::settings::Settings;
use crate::remote::guard::Guard;
use crate::remote::tls;

const CONNECT: Duration = Duration::from_secs(2);

pub(super) struct Server {
    client: Client,
    /// With the name and password, which the client puts into a header and takes out of what it reports.
    nodes: Vec<Url>,
    /// How often another node was turned to.
    turned: AtomicUsize,
    calls: Semaphore,
    timeout: Duration,
    guard: Guard,
    /// For people and errors, without what is secret.
    pub(super) shown: String,
}

impl Server {
    pub(super) fn new(settings: &Settings) -> Result<Self> {
        tls::choose_provider();
        let client = Client::builder().connect_timeout(CONNECT).no_proxy().build();
        Ok(Self {
            client: client.map_err(|error| Error::internal("search", error))?,
            nodes: settings.nodes.clone(),
            turned: AtomicUsize::new(0),
            calls: Semaphore::new(settings.connections as usize),
            timeout: settings.timeout,
            guard: Guard::new(format!("search on {}", settings.shown), settings.timeout),
            shown: settings.shown.clone(),
        })
    }

    /// A read, or a write that has the same effect twice.
    pub(super) async fn repeat(
        &self,
        method: Method,
        path: &str,
        body: impl Into<Option<Bytes>>,
    ) -> Result<Reply> {
        let body = body.into();
        let _permit = self.permit().await?;
        self.guard.repeat(|| self.call(method.clone(), path, body.clone())).await
    }

    /// A read that somebody waits for.
    pub(super) async fn read(
        &self,
        method: Method,
        path: &str,
        body: impl Into<Option<Bytes>>,
    ) -> Result<Reply> {
        let body = body.into();
        let _permit = self.permit().await?;
        self.guard.read(|| self.call(method.clone(), path, body.clone())).await
    }

    pub(super) async fn once(
        &self,
        method: Method,
        path: &str,
        body: impl Into<Option<Bytes>>,
    ) -> Result<Reply> {
        let _permit = self.permit().await?;
        self.guard.once(self.call(method, path, body.into())).await
    }

    /// Waits outside the guard: that this process asks much does not mean that the server is away.
    async fn permit(&self) -> Result<tokio::sync::SemaphorePermit<'_>> {
        match tokio::time::timeout(self.timeout, self.calls.acquire()).await {
            Ok(permit) => permit.map_err(|closed| Error::internal("search", closed)),
            Err(_) => Err(self.busy()),
        }
    }

    async fn call(&self, method: Method, path: &str, body: Option<Bytes>) -> Result<Reply> {
        let turned = self.turned.load(Ordering::Relaxed);
        let answer = self.attempt(&self.nodes[turned % self.nodes.len()], method, path, body).await;
        if matches!(answer, Err(Error::Unavailable { .. })) {
            // Of many calls that failed at once, one turns.
            let next = turned.wrapping_add(1);
            let _ = self.turned.compare_exchange(turned, next, Ordering::Relaxed, Ordering::Relaxed);
        }
        answer
    }

    async fn attempt(&self, node: &Url, method: Method, path: &str, body: Option<Bytes>) -> Result<Reply> {
        let url = node.join(path).map_err(|error| Error::internal("search", error))?;
        let mut request = self.client.request(method, url);
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/json").body(body);
        }
        let answer = request.send().await.map_err(|error| self.away(error.without_url()))?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(|error| self.away(error.without_url()))?;
        let reply = Reply { status, body };
        match status {
            StatusCode::TOO_MANY_REQUESTS => Err(self.busy()),
            StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => {
                Err(self.away(reply.reason()))
            }
            _ => Ok(reply),
        }
    }

    pub(super) fn away(&self, source: impl Into<souk_ports::BoxError>) -> Error {
        Error::Unavailable { what: format!("search on {}", self.shown), source: Some(source.into()) }
    }

    pub(super) fn busy(&self) -> Error {
        Error::Busy { what: format!("search on {}", self.shown) }
    }
}

#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    body: Bytes,
}

impl Reply {
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.body)
            .map_err(|error| Error::internal("reading an answer of OpenSearch", error))
    }

    pub(super) fn expect(self, doing: &str) -> Result<Self> {
        if self.status.is_success() { Ok(self) } else { Err(Error::internal(doing, self.reason())) }
    }

    /// Whether it was refused because of an error of this type.
    pub(super) fn is(&self, kind: &str) -> bool {
        self.failure().is_some_and(|failure| failure.kind == kind)
    }

    /// As [`Self::expect`]; `NotFound` where it says that there is no such index.
    pub(super) fn expect_index(self, index: &str, doing: &str) -> Result<Self> {
        if self.is(NO_INDEX) { Err(no_index(index)) } else { self.expect(doing) }
    }

    fn failure(&self) -> Option<Failure> {
        #[derive(Deserialize)]
        struct Body {
            error: Failure,
        }
        if self.status.is_success() {
            return None;
        }
        serde_json::from_slice(&self.body).ok().map(|body: Body| body.error)
    }

    fn reason(&self) -> String {
        match self.failure() {
            Some(failure) => format!("{}: {failure}", self.status.as_u16()),
            None => self.status.to_string(),
        }
    }
}

pub(super) const NO_INDEX: &str = "index_not_found_exception";

pub(super) fn no_index(index: &str) -> Error {
    Error::NotFound { what: format!("the index `{index}`") }
}

/// What OpenSearch says about what it did not do.
#[derive(Debug, Deserialize)]
pub(super) struct Failure {
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    root_cause: Vec<Failure>,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let root = self.root_cause.first().unwrap_or(self);
        write!(f, "{}: {}", root.kind, root.reason.as_deref().unwrap_or("no reason given"))
    }
}

/// A body of JSON.
pub(super) fn body(json: &Value) -> Bytes {
    json.to_string().into()
}
