//! Servers for contract runs: where `scripts/engines` starts them, or where the environment says.

use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use uuid::Uuid;

use crate::table::Fresh;

const PATIENCE: Duration = Duration::from_secs(2);

/// An empty namespace on a server, when it answers at all. `url` makes the engine's URL of the server's `HOST:PORT` and of
/// a name that nobody has used; `address` is the default, which `variable` overrides.
pub(crate) fn fresh(variable: &str, address: &str, url: impl FnOnce(&str, &str) -> String) -> Fresh {
    let address = std::env::var(variable).unwrap_or_else(|_| address.to_owned());
    let reached = address.to_socket_addrs().map_err(|error| error.to_string()).and_then(|mut all| {
        let one = all.next().ok_or("the name has no address")?;
        TcpStream::connect_timeout(&one, PATIENCE).map_err(|error| error.to_string())
    });
    match reached {
        Ok(_) => Fresh::Url(url(&address, &format!("case_{}", Uuid::new_v4().simple()))),
        Err(error) => Fresh::Missing(format!("no server at {address} ({variable}): {error}")),
    }
}
