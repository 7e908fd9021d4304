//! Over HTTP. Each name is resolved here, once, and the connection goes to the addresses that were looked at; where it is
//! led on to is looked at in the same way.

use std::error::Error as StdError;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::LOCATION;
use reqwest::redirect::Policy;
use reqwest::{Client, Response, Url};
use souk_ports::fetch::Fetch;
use souk_ports::{BoxError, Error, Result};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use url::Host;

use super::networks::{Network, is_public};
use crate::remote::tls;

/// For all of it, waiting for its turn included.
const DEADLINE: Duration = Duration::from_secs(10);
const CONNECT: Duration = Duration::from_secs(3);
const REDIRECTS: usize = 3;
/// Files that are fetched at once: each may take as much memory as it was asked for.
const AT_ONCE: usize = 4;

pub(super) struct Web {
    /// Made when the first file is fetched: it reads the machine's certificates, which most processes never need.
    client: Mutex<Option<Client>>,
    guard: Guard,
    turns: Semaphore,
}

impl Web {
    pub(super) fn new(own: Vec<Network>) -> Self {
        Self { client: Mutex::default(), guard: Guard(own.into()), turns: Semaphore::new(AT_ONCE) }
    }

    fn client(&self) -> Result<Client> {
        let mut made = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = &*made {
            return Ok(client.clone());
        }
        tls::choose_provider();
        let client = Client::builder()
            // A proxy would resolve names by itself.
            .no_proxy()
            .redirect(Policy::none())
            .dns_resolver(Arc::new(self.guard.clone()))
            .connect_timeout(CONNECT)
            .pool_max_idle_per_host(0)
            .user_agent(concat!("souk/", env!("CARGO_PKG_VERSION")))
            .build();
        let client = client.map_err(|error| Error::internal("fetching files", error))?;
        Ok(made.insert(client).clone())
    }

    async fn follow(&self, client: Client, address: &str, most: usize) -> Result<Bytes, String> {
        let _turn = self.turns.acquire().await.map_err(|closed| closed.to_string())?;
        let unreadable = |error: url::ParseError| format!("has an address that cannot be read: {error}");
        let mut url = Url::parse(address).map_err(unreadable)?;
        for _ in 0..=REDIRECTS {
            self.guard.check(&url)?;
            let response = client.get(url.clone()).send().await.map_err(|error| why(&error))?;
            let status = response.status();
            if status.is_redirection() {
                let to = response.headers().get(LOCATION).and_then(|to| to.to_str().ok());
                let to = to.ok_or("is led on to nowhere")?;
                url = url.join(to).map_err(unreadable)?;
            } else if status.is_success() {
                return body(response, most).await;
            } else {
                return Err(format!("did not come: the server answers {status}"));
            }
        }
        Err(format!("is led on more than {REDIRECTS} times"))
    }
}

#[async_trait]
impl Fetch for Web {
    async fn fetch(&self, address: &str, most: usize) -> Result<Bytes> {
        match timeout(DEADLINE, self.follow(self.client()?, address, most)).await {
            Ok(fetched) => fetched.map_err(Error::invalid),
            Err(_) => Err(Error::invalid(format!("did not come within {} seconds", DEADLINE.as_secs()))),
        }
    }
}

async fn body(mut response: Response, most: usize) -> Result<Bytes, String> {
    let mut come = Vec::new();
    while let Some(part) = response.chunk().await.map_err(|error| why(&error))? {
        if come.len() + part.len() > most {
            return Err(format!("has more than {most} bytes"));
        }
        come.extend_from_slice(&part);
    }
    Ok(come.into())
}

/// Which networks may be asked besides the public one.
#[derive(Clone)]
struct Guard(Arc<[Network]>);

/// An address that is not asked.
#[derive(Debug, thiserror::Error)]
#[error("is not fetched: its address leads to {0}, which is not in the public network")]
struct Refused(IpAddr);

impl Guard {
    /// What can be said of an address before its name is resolved.
    fn check(&self, url: &Url) -> Result<(), String> {
        if !["http", "https"].contains(&url.scheme()) {
            return Err(format!("is not fetched: `{}` is neither http nor https", url.scheme()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("is not fetched: its address has a name or a password in it".to_owned());
        }
        let allowed = match url.host() {
            Some(Host::Ipv4(address)) => self.allow(address.into()),
            Some(Host::Ipv6(address)) => self.allow(address.into()),
            Some(Host::Domain(_)) => Ok(()),
            None => return Err("is not fetched: its address names no server".to_owned()),
        };
        allowed.map_err(|refused| refused.to_string())
    }

    fn allow(&self, address: IpAddr) -> Result<(), Refused> {
        match is_public(address) || self.0.iter().any(|network| network.has(address)) {
            true => Ok(()),
            false => Err(Refused(address)),
        }
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            for address in &found {
                guard.allow(address.ip())?;
            }
            Ok::<Addrs, BoxError>(Box::new(found.into_iter()))
        })
    }
}

/// What the client reports, without what it says of this machine.
fn why(error: &reqwest::Error) -> String {
    let mut next: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(one) = next {
        if let Some(refused) = one.downcast_ref::<Refused>() {
            return refused.to_string();
        }
        next = one.source();
    }
    "did not come: its server cannot be reached, or broke off".to_owned()
}
