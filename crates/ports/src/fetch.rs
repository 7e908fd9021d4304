//! Bringing a file here from where it lies in the network, as somebody named it of whom nothing is known.
//!
//! # Promises
//! * Only `http` and `https`, and only addresses of the public network, besides networks that the operator has named: the
//!   one that the address names, and each that it is led on to. It connects to the very address that it has looked at.
//! * It ends, however slowly the other side answers, and keeps no more than it was asked for.

use async_trait::async_trait;
use bytes::Bytes;

use crate::Result;

/// Fetches files. What comes is to be looked at by whoever asked:
///
/// ```
/// use souk_ports::fetch::Fetch;
///
/// async fn is_png(fetch: &dyn Fetch, address: &str) -> souk_ports::Result<bool> {
///     let file = fetch.fetch(address, 1 << 20).await?;
///     Ok(file.starts_with(b"\x89PNG"))
/// }
/// ```
#[async_trait]
pub trait Fetch: Send + Sync + 'static {
    /// The whole file, of up to `most` bytes. `InvalidInput` says of the file why it did not come: its address is none that
    /// is asked, it is not there, it is too large, or it took too long.
    async fn fetch(&self, address: &str, most: usize) -> Result<Bytes>;
}
