//! Settings: the documented default file, then `souk.yaml`, then `.env`, then `SOUK_*`, each on top of the one before.
//!
//! The default file is the only list of what can be set: the names of keys, of variables and the kinds of their values
//! are read from it. What a value may be beyond its kind is checked in [`Settings::from_value`].

mod layers;
mod nearest;

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use souk_doors::gate::Origins;
use souk_doors::server::is_listenable;
use souk_engines::fetch::Network;
use souk_kernel::Currency;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// The documented default file, compiled in.
const DEFAULTS: &str = include_str!("../../../../config/souk.default.yaml");

/// The settings that say where something lies.
const PLACES: [&str; 9] =
    ["data", "store", "documents", "cache", "search", "vectors", "graph", "series", "objects"];

/// Read from the folder where souk is started, unless `--config` names another file.
const FILE: &str = "souk.yaml";

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Settings {
    pub(crate) data: PathBuf,
    pub(crate) store: String,
    pub(crate) documents: String,
    pub(crate) cache: String,
    pub(crate) search: String,
    pub(crate) vectors: String,
    pub(crate) embedder: String,
    pub(crate) graph: String,
    pub(crate) series: String,
    pub(crate) objects: String,
    pub(crate) server: Server,
    pub(crate) shop: Shop,
    pub(crate) carts: Carts,
    pub(crate) accounts: Accounts,
    pub(crate) media: Media,
    pub(crate) model: Model,
    pub(crate) log: Log,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Server {
    pub(crate) listen: String,
    pub(crate) body_bytes: usize,
    pub(crate) bodies_bytes: usize,
    pub(crate) body_idle_ms: u64,
    pub(crate) connections: usize,
    pub(crate) requests: usize,
    pub(crate) request_timeout_ms: u64,
    pub(crate) read_your_writes_ms: u64,
    pub(crate) stop_timeout_ms: u64,
    pub(crate) cors_origins: String,
    pub(crate) compression: bool,
    pub(crate) tls: Tls,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Tls {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Shop {
    pub(crate) currency: String,
    pub(crate) idempotency_ttl_hours: i64,
    pub(crate) page_cache_mib: u64,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Carts {
    pub(crate) ttl_hours: i64,
    pub(crate) signed_in_ttl_hours: i64,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Accounts {
    pub(crate) required: bool,
    pub(crate) session_ttl_hours: i64,
    pub(crate) argon2_memory_kib: u32,
    pub(crate) argon2_passes: u32,
    pub(crate) demo: bool,
    pub(crate) demo_secret: String,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Media {
    pub(crate) base_url: String,
    pub(crate) redirect: bool,
    pub(crate) draw: bool,
    pub(crate) fetch_from: String,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Model {
    pub(crate) fetch: bool,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Log {
    pub(crate) level: String,
    pub(crate) format: String,
}

/// What is wrong with the settings, and where.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("cannot read the settings file `{}`", path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("{origin} is not valid YAML: {reason}")]
    Yaml { origin: String, reason: String },
    #[error("{origin} has an unknown setting `{name}`; did you mean `{nearest}`?")]
    Unknown { origin: String, name: String, nearest: String },
    #[error("{origin}: `{name}` must be {expected}, not {found}")]
    Kind { origin: String, name: String, expected: &'static str, found: String },
    #[error("the setting `{name}` must be {expected}, not `{found}`")]
    Invalid { name: &'static str, expected: String, found: String },
    #[error("cannot read `.env`: {0}")]
    DotEnv(String),
}

impl souk_kernel::Coded for Error {
    fn code(&self) -> souk_kernel::ErrorCode {
        souk_kernel::ErrorCode::InvalidInput
    }
}

impl Settings {
    /// Reads every layer. `config` must exist when it is named; `souk.yaml` and `.env` may be missing.
    pub(crate) fn load(config: Option<&Path>, data: Option<&Path>) -> Result<Self, Error> {
        let defaults = layers::defaults()?;
        let mut value = defaults.clone();
        if let Some((path, text)) = layers::read(config, Path::new(FILE))? {
            layers::lay_file(&mut value, &defaults, &text, &format!("`{}`", path.display()))?;
        }
        layers::lay_variables(&mut value, &defaults, layers::dot_env()?, "`.env`")?;
        let environment = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.to_string_lossy().into_owned()))
        });
        layers::lay_variables(&mut value, &defaults, environment, "the environment")?;
        if let Some(data) = data {
            value["data"] = Value::String(data.to_string_lossy().into_owned());
        }
        Self::from_value(value)
    }

    /// Reads the settings of another shop than the one that runs here. Where its engines lie is told by `config` and by
    /// variables such as `SOUK_TO_STORE`, because `SOUK_STORE` is this shop's; all else is as in [`Self::load`].
    pub(crate) fn load_other(config: &Path) -> Result<Self, Error> {
        let defaults = layers::defaults()?;
        let mut value = defaults.clone();
        if let Some((path, text)) = layers::read(Some(config), Path::new(FILE))? {
            layers::lay_file(&mut value, &defaults, &text, &format!("`{}`", path.display()))?;
        }
        let environment = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.to_string_lossy().into_owned()))
        });
        for (variables, origin) in
            [(layers::dot_env()?, "`.env`"), (environment.collect(), "the environment")]
        {
            layers::lay_variables(&mut value, &defaults, layers::of_other(variables, &PLACES), origin)?;
        }
        Self::from_value(value)
    }

    fn from_value(value: Value) -> Result<Self, Error> {
        let settings: Settings = serde_json::from_value(value)
            .map_err(|error| Error::Yaml { origin: "the settings".to_owned(), reason: error.to_string() })?;
        settings.check()?;
        Ok(settings)
    }

    /// The sites whose pages may ask; what is none is the error.
    pub(crate) fn origins(&self) -> Result<Option<Origins>, String> {
        let text = self.server.cors_origins.trim();
        if text.is_empty() { Ok(None) } else { text.parse().map(Some) }
    }

    /// From where pictures are fetched besides the public network; what is no network is the error.
    pub(crate) fn own_networks(&self) -> Result<Vec<Network>, String> {
        let all = self.media.fetch_from.split(',').map(str::trim).filter(|text| !text.is_empty());
        all.map(|text| text.parse().map_err(|_: String| text.to_owned())).collect()
    }

    fn check(&self) -> Result<(), Error> {
        let within = |name: &'static str, value: i128, from: i128, to: i128| {
            if (from..=to).contains(&value) {
                return Ok(());
            }
            Err(Error::Invalid {
                name,
                expected: format!("between {from} and {to}"),
                found: value.to_string(),
            })
        };
        let data = self.data.to_string_lossy();
        if data.trim().is_empty() {
            // An empty path is the folder that one happens to stand in.
            let expected = "a folder".to_owned();
            return Err(Error::Invalid { name: "data", expected, found: data.into_owned() });
        }
        if !is_listenable(&self.server.listen) {
            let expected = "a host and a port, such as 127.0.0.1:8080".to_owned();
            return Err(Error::Invalid {
                name: "server.listen",
                expected,
                found: self.server.listen.clone(),
            });
        }
        within("server.body_bytes", self.server.body_bytes as i128, 1024, 64 << 20)?;
        // Pictures have half of it, and one of them has to fit.
        let picture = 2 * souk_shop::media::MAX_BYTES as i128;
        let largest = picture.max(self.server.body_bytes as i128);
        within("server.bodies_bytes", self.server.bodies_bytes as i128, largest, 1 << 40)?;
        within("server.body_idle_ms", self.server.body_idle_ms.into(), 100, 600_000)?;
        within("server.connections", self.server.connections as i128, 1, 100_000)?;
        within("server.requests", self.server.requests as i128, 1, 100_000)?;
        within("server.request_timeout_ms", self.server.request_timeout_ms.into(), 1, 600_000)?;
        within("server.read_your_writes_ms", self.server.read_your_writes_ms.into(), 0, 60_000)?;
        within("server.stop_timeout_ms", self.server.stop_timeout_ms.into(), 0, 600_000)?;
        within("shop.idempotency_ttl_hours", self.shop.idempotency_ttl_hours.into(), 1, 24 * 365)?;
        within("shop.page_cache_mib", self.shop.page_cache_mib.into(), 0, 65_536)?;
        within("carts.ttl_hours", self.carts.ttl_hours.into(), 1, 24 * 365)?;
        within("carts.signed_in_ttl_hours", self.carts.signed_in_ttl_hours.into(), 1, 24 * 365)?;
        within("accounts.session_ttl_hours", self.accounts.session_ttl_hours.into(), 1, 24 * 365)?;
        within("accounts.argon2_memory_kib", self.accounts.argon2_memory_kib.into(), 8, 1 << 20)?;
        within("accounts.argon2_passes", self.accounts.argon2_passes.into(), 1, 100)?;
        let Tls { certificate, key } = &self.server.tls;
        if certificate.is_empty() != key.is_empty() {
            let (name, other) = match key.is_empty() {
                true => ("server.tls.key", "server.tls.certificate"),
                false => ("server.tls.certificate", "server.tls.key"),
            };
            let expected = format!("a file, because `{other}` is one");
            return Err(Error::Invalid { name, expected, found: String::new() });
        }
        if let Err(found) = self.origins() {
            let expected = "empty, `*`, or sites such as https://shop.example.org".to_owned();
            return Err(Error::Invalid { name: "server.cors_origins", expected, found });
        }
        if self.shop.currency.parse::<Currency>().is_err() {
            let expected = "a code of ISO 4217 in capitals, such as EUR, JPY or KWD".to_owned();
            return Err(Error::Invalid {
                name: "shop.currency",
                expected,
                found: self.shop.currency.clone(),
            });
        }
        let base = &self.media.base_url;
        let is_address = ["http://", "https://"].iter().any(|scheme| base.starts_with(scheme));
        if !base.is_empty() && (!is_address || base.contains(|c: char| c.is_whitespace() || c.is_control())) {
            let expected = "empty, or an address that begins with http:// or https://".to_owned();
            return Err(Error::Invalid { name: "media.base_url", expected, found: base.clone() });
        }
        if let Err(found) = self.own_networks() {
            let expected = "empty, or networks with commas between them".to_owned();
            return Err(Error::Invalid { name: "media.fetch_from", expected, found });
        }
        if !is_level(&self.log.level) {
            let expected =
                "error, warn, info, debug, trace, off, or directives such as `info,souk_doors=debug`"
                    .to_owned();
            return Err(Error::Invalid { name: "log.level", expected, found: self.log.level.clone() });
        }
        if !["text", "json"].contains(&self.log.format.as_str()) {
            let expected = "text or json".to_owned();
            return Err(Error::Invalid { name: "log.format", expected, found: self.log.format.clone() });
        }
        Ok(())
    }
}

/// Whether this is a level, or directives of which each names one. The filter itself would take a word that is no level
/// for the name of a target, of which it then lets everything pass.
fn is_level(text: &str) -> bool {
    let is_known = |level: &str| level.parse::<LevelFilter>().is_ok() && !level.is_empty();
    let sound = text.split(',').map(str::trim).all(|directive| match directive.rsplit_once('=') {
        Some((target, level)) => !target.is_empty() && is_known(level),
        None => is_known(directive),
    });
    sound && EnvFilter::try_new(text).is_ok()
}

#[cfg(test)]
mod tests;
