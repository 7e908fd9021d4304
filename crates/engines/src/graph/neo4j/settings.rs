//! What a URL says: which server, as whom, and which part of its database.

use std::time::Duration;

use souk_ports::{Error, Result};

use crate::remote::address::Address;
use crate::table::Location;

const POOL: u32 = 16;
const TIMEOUT: Duration = Duration::from_secs(5);
/// A batch is one transaction, however large it is.
const WRITE_TIMEOUT: Duration = Duration::from_secs(60);
const NAMESPACE: &str = "souk";

pub(super) struct Settings {
    /// As the driver wants it: without user, path and options.
    pub(super) url: String,
    pub(super) user: String,
    pub(super) password: String,
    /// The server's default where it is `None`; the Community edition has no other.
    pub(super) database: Option<String>,
    /// Stands in front of every record's key and graph's name, so that a database can be shared.
    pub(super) namespace: String,
    pub(super) pool: u32,
    /// Bounds each attempt of a read.
    pub(super) timeout: Duration,
    pub(super) write_timeout: Duration,
}

impl Settings {
    pub(super) fn read(location: Location) -> Result<Self> {
        let address = Address::read(&location.url)?;
        let url = address.shown();
        let refuse = |reason: &str| Err(Error::invalid(format!("`{url}` {reason}")));
        let location = Location { url: url.clone(), ..location };
        location.only_options(&["database", "namespace", "pool", "timeout_ms", "write_timeout_ms"])?;
        if !address.path.is_empty() {
            return refuse("has a path; the database and the namespace are options");
        }
        let Some((user, password)) = address.user() else {
            return refuse("has a user or a password with a `%` that no two digits follow");
        };
        let mut settings = Self {
            url: url.clone(),
            user,
            password,
            database: None,
            namespace: NAMESPACE.to_owned(),
            pool: POOL,
            timeout: TIMEOUT,
            write_timeout: WRITE_TIMEOUT,
        };
        for (key, value) in &location.options {
            let number = value.parse().ok().filter(|number| *number > 0);
            let millis = number.map(|number: u32| Duration::from_millis(number.into()));
            match (key.as_str(), number, millis) {
                ("database", ..) => settings.database = Some(value.clone()),
                ("namespace", ..) if is_name(value) => settings.namespace.clone_from(value),
                ("namespace", ..) => {
                    return refuse("has a namespace that is not made of a-z, 0-9, `-` and `_`");
                }
                ("pool", Some(pool), _) => settings.pool = pool,
                ("timeout_ms", _, Some(timeout)) => settings.timeout = timeout,
                ("write_timeout_ms", _, Some(timeout)) => settings.write_timeout = timeout,
                _ => return refuse(&format!("has the option `{key}={value}`; it is a whole number above 0")),
            }
        }
        Ok(settings)
    }
}

fn is_name(text: &str) -> bool {
    let is_plain =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
    !text.is_empty() && text.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Result<Settings> {
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let options = pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        Settings::read(Location { url: url.to_owned(), path: "data".into(), options })
    }

    #[test]
    fn a_url_names_a_server_a_user_and_a_namespace() {
        let settings = read("neo4j://me:p%40ss%3a@one:7687?namespace=shop_1&pool=3&timeout_ms=900").unwrap();
        assert_eq!((settings.url.as_str(), settings.namespace.as_str()), ("neo4j://one:7687", "shop_1"));
        assert_eq!((settings.user.as_str(), settings.password.as_str()), ("me", "p@ss:"));
        assert_eq!((settings.pool, settings.timeout), (3, Duration::from_millis(900)));
        assert_eq!(read("bolt://one").unwrap().namespace, "souk");
    }

    #[test]
    fn what_is_not_understood_is_refused_without_the_password() {
        let bad = ["/path", "?namespace=a/b", "?namespace=", "?pool=0", "?timeout_ms=soon", "?other=1"];
        for bad in bad {
            let error = read(&format!("neo4j://me:s3cret@one:7687{bad}")).err().unwrap();
            assert!(matches!(error, Error::InvalidInput { .. }), "{error}");
            assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
        }
        assert!(read("neo4j://me:%zz@one").is_err());
    }
}
