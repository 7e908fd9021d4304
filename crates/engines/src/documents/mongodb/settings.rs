//! What a URL says: which servers, which database, and how they are called.

use std::time::Duration;

use mongodb::options::ConnectionString;
use souk_ports::{Error, Result};

use crate::remote::address::Address;
use crate::table::Location;

/// Connections to each server. One carries one call at a time.
const POOL: u32 = 32;
const TIMEOUT: Duration = Duration::from_secs(5);

/// Options of this engine, which the driver does not know.
const OWN: [&str; 2] = ["pool", "timeout_ms"];
/// The driver's options that say how to reach a server. Those that say what a write or a read promises (`w`,
/// `readPreference` and their like) are not among them: the port's promises rest on them.
const DRIVERS: [&str; 16] = [
    "appName",
    "authMechanism",
    "authMechanismProperties",
    "authSource",
    "directConnection",
    "heartbeatFrequencyMS",
    "loadBalanced",
    "replicaSet",
    "srvMaxHosts",
    "srvServiceName",
    "ssl",
    "tls",
    "tlsAllowInvalidCertificates",
    "tlsCAFile",
    "tlsCertificateKeyFile",
    "tlsInsecure",
];

pub(super) struct Settings {
    pub(super) connection: ConnectionString,
    pub(super) database: String,
    pub(super) pool: u32,
    /// Bounds each attempt of a call.
    pub(super) timeout: Duration,
    /// The URL without what is secret, and without options.
    pub(super) shown: String,
}

impl Settings {
    pub(super) fn read(location: Location) -> Result<Self> {
        let address = Address::read(&location.url)?;
        let shown = address.shown();
        let location = Location { url: shown.clone(), ..location };
        location.only_options(&[&OWN[..], &DRIVERS].concat())?;
        if cfg!(not(feature = "mongodb-srv")) && address.scheme == "mongodb+srv" {
            return Err(Error::invalid(format!(
                "`{shown}`: this souk was built without looking servers up in the DNS; name them as `mongodb://host,host/…`, \
                 or build with `--features mongodb-srv`"
            )));
        }
        let (mut pool, mut timeout, mut drivers) = (POOL, TIMEOUT, Vec::new());
        for (key, value) in &location.options {
            match key.as_str() {
                "pool" => pool = number(&shown, key, value)?,
                "timeout_ms" => timeout = Duration::from_millis(number(&shown, key, value)?.into()),
                _ => drivers.push(format!("{key}={value}")),
            }
        }
        let hosts = address.with_secrets(&address.scheme, &address.hosts.join(","));
        // The driver wants a `/` before the options.
        let connection =
            ConnectionString::parse(format!("{hosts}/{}?{}", address.path, drivers.join("&")))
                .map_err(|error| Error::invalid(format!("`{shown}` is not understood: {}", error.kind)))?;
        let database = connection.default_database.clone().filter(|name| !name.is_empty());
        let database = database.ok_or_else(|| {
            Error::invalid(format!("`{shown}` names no database; it ends like `mongodb://host:27017/souk`"))
        })?;
        Ok(Self { connection, database, pool, timeout, shown })
    }
}

/// A whole number above 0.
fn number(shown: &str, key: &str, value: &str) -> Result<u32> {
    value.parse().ok().filter(|number| *number > 0).ok_or_else(|| {
        Error::invalid(format!("`{shown}` has the option `{key}={value}`; it is a whole number above 0"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Result<Settings> {
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let pairs = pairs.filter_map(|pair| pair.split_once('='));
        let options = pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        Settings::read(Location { url: url.to_owned(), path: "data".into(), options })
    }

    #[test]
    fn a_url_names_a_database_and_known_options() {
        let settings = read("mongodb://one:1,two:2/shop?replicaSet=rs0&pool=7&timeout_ms=900").unwrap();
        assert_eq!((settings.database.as_str(), settings.pool), ("shop", 7));
        assert_eq!(settings.timeout, Duration::from_millis(900));
        assert_eq!(settings.connection.replica_set.as_deref(), Some("rs0"));
        for bad in
            ["mongodb://one", "mongodb://one/", "mongodb://one/a?pool=0", "mongodb://one/a?tls=perhaps"]
        {
            assert!(matches!(read(bad), Err(Error::InvalidInput { .. })), "{bad}");
        }
        // What a write promises is not up to the URL.
        for bad in ["w=1", "readPreference=secondary", "nothing=1"] {
            assert!(read(&format!("mongodb://one/a?{bad}")).is_err(), "{bad}");
        }
    }

    #[cfg(not(feature = "mongodb-srv"))]
    #[test]
    fn servers_that_must_be_looked_up_need_another_build() {
        let error = read("mongodb+srv://me:s3cret@cluster.example.org/shop").err().unwrap().to_string();
        assert!(error.contains("mongodb-srv") && !error.contains("s3cret"), "{error}");
    }

    #[test]
    fn a_password_is_never_shown() {
        let settings = read("mongodb://me:s3cret@one:1/shop?authSource=admin").unwrap();
        assert_eq!(settings.shown, "mongodb://one:1/shop");
        for bad in
            ["mongodb://me:s3cret@one:1/shop?nothing=1", "mongodb://me:s3cret@one:1", "mongodb://me:s3cret@"]
        {
            let error = read(bad).err().unwrap();
            assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
        }
    }
}
