//! What a URL says: `opensearch://[user:password@]host[:port][,host[:port]…][?prefix=souk]`, and `opensearchs://` for TLS,
//! which trusts whom the machine trusts. User and password are percent-encoded.

use std::str::FromStr;
use std::time::Duration;

use reqwest::Url;
use souk_ports::{Error, Result};

use crate::Location;
use crate::remote::address::Address;

const PORT: u16 = 9200;
const OPTIONS: [&str; 4] = ["prefix", "timeout_ms", "connections", "replicas"];

#[derive(Debug)]
pub(super) struct Settings {
    pub(super) nodes: Vec<Url>,
    /// What all names of indices begin with.
    pub(super) prefix: String,
    /// Bounds each attempt of a call.
    pub(super) timeout: Duration,
    /// Calls at the same time.
    pub(super) connections: u32,
    /// Copies of each index beside the first, as far as there are nodes for them.
    pub(super) replicas: u32,
    /// The URL without what is secret, and without options.
    pub(super) shown: String,
}

impl Settings {
    pub(super) fn read(location: &Location) -> Result<Self> {
        let address = Address::read(&location.url)?;
        let shown = address.shown();
        Location { url: shown.clone(), ..location.clone() }.only_options(&OPTIONS)?;

        let http = if address.scheme.ends_with('s') { "https" } else { "http" };
        let nodes = address.hosts.iter().map(|host| node(&address, http, host));
        let nodes =
            nodes.collect::<Option<Vec<_>>>().filter(|_| address.path.is_empty()).ok_or_else(|| {
                Error::invalid(format!("`{shown}` is not understood; it is like `opensearch://host:{PORT}`"))
            })?;
        let option =
            |key: &str| location.options.iter().find(|(k, _)| k == key).map(|(_, value)| value.as_str());
        let prefix = option("prefix").unwrap_or("souk").to_owned();
        if !is_prefix(&prefix) {
            return Err(Error::invalid(format!(
                "`{shown}` has the prefix `{prefix}`; it has a-z, 0-9, _ and -, and begins with one of the first two"
            )));
        }
        let number = |key: &str, default: u32| match option(key) {
            None => Ok(default),
            Some(text) => u32::from_str(text).map_err(|_| {
                Error::invalid(format!("`{shown}` has the option `{key}={text}`; it is a whole number"))
            }),
        };
        Ok(Self {
            nodes,
            prefix,
            timeout: Duration::from_millis(number("timeout_ms", 5_000)?.max(1).into()),
            connections: number("connections", 64)?.max(1),
            replicas: number("replicas", 1)?,
            shown,
        })
    }
}

fn node(address: &Address, http: &str, host: &str) -> Option<Url> {
    let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let port = if has_port { String::new() } else { format!(":{PORT}") };
    Url::parse(&address.with_secrets(http, &format!("{host}{port}/"))).ok()
}

fn is_prefix(prefix: &str) -> bool {
    prefix.len() <= 100
        && prefix.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && prefix.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Result<Settings> {
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let options = pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        Settings::read(&Location { url: url.to_owned(), path: "data".into(), options })
    }

    #[test]
    fn a_url_names_nodes_and_known_options() {
        let settings =
            read("opensearchs://me:a%40b@one,two:443?prefix=shop-1&replicas=0&timeout_ms=900").unwrap();
        let nodes: Vec<_> = settings.nodes.iter().map(Url::as_str).collect();
        assert_eq!(nodes, ["https://me:a%40b@one:9200/", "https://me:a%40b@two/"]);
        assert_eq!((settings.prefix.as_str(), settings.replicas), ("shop-1", 0));
        assert_eq!(settings.timeout, Duration::from_millis(900));
        let nodes = read("opensearch://[::1]").unwrap().nodes;
        assert_eq!(nodes[0].as_str(), "http://[::1]:9200/");
        for bad in ["opensearch://", "opensearch://a,,b", "opensearch://a/b"] {
            assert!(matches!(read(bad), Err(Error::InvalidInput { .. })), "{bad}");
        }
        for bad in
            ["nothing=1", "prefix=", "prefix=A", "prefix=-a", "prefix=a*", "replicas=-1", "connections=x"]
        {
            assert!(
                matches!(read(&format!("opensearch://a?{bad}")), Err(Error::InvalidInput { .. })),
                "{bad}"
            );
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let settings = read("opensearch://me:s3cret@one:1").unwrap();
        assert_eq!(settings.shown, "opensearch://one:1");
        for bad in [
            "opensearch://me:s3cret@one:1?nothing=1",
            "opensearch://me:s3cret@",
            "opensearch://me:s3cret@a b",
        ] {
            let error = read(bad).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
        }
    }
}
