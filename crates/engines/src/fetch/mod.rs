//! Fetching files from addresses of others, which is no role: nothing is kept there.

mod networks;
#[cfg(feature = "fetch")]
mod web;

use std::sync::Arc;

use souk_ports::fetch::Fetch;

pub use networks::Network;

/// What fetches from the public network, and from these networks besides.
#[cfg(feature = "fetch")]
pub fn open(own: Vec<Network>) -> Arc<dyn Fetch> {
    Arc::new(web::Web::new(own))
}

/// What says that it cannot.
#[cfg(not(feature = "fetch"))]
pub fn open(_: Vec<Network>) -> Arc<dyn Fetch> {
    Arc::new(Nothing)
}

#[cfg(not(feature = "fetch"))]
struct Nothing;

#[cfg(not(feature = "fetch"))]
#[async_trait::async_trait]
impl Fetch for Nothing {
    async fn fetch(&self, _: &str, _: usize) -> souk_ports::Result<bytes::Bytes> {
        let what = "fetching files, which this souk was built without (`--features fetch`),".to_owned();
        Err(souk_ports::Error::Unavailable { what, source: None })
    }
}
