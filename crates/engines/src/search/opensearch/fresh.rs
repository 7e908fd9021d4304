//! Where a contract case may run, and what earlier runs have left there.

use std::sync::Once;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::Method;
use serde::Deserialize;
use souk_ports::Result;

use super::server::Server;
use super::settings::Settings;
use crate::{Fresh, Location};

/// Older than what a case that still runs has made.
const LEFT: Duration = Duration::from_secs(300);

pub(super) fn fresh() -> Fresh {
    let fresh = crate::remote::fresh::fresh("SOUK_TEST_OPENSEARCH", "127.0.0.1:9200", |address, name| {
        format!("opensearch://{address}?prefix={name}")
    });
    static CLEARED: Once = Once::new();
    if let Fresh::Url(url) = &fresh {
        CLEARED.call_once(|| {
            if let Err(error) = clear(url) {
                tracing::warn!(%error, "what earlier contract runs have left could not be removed");
            }
        });
    }
    fresh
}

/// A node takes 1,000 shards and no more, which some runs would use up.
fn clear(url: &str) -> Result<()> {
    let base = url.split_once('?').map_or(url, |(base, _)| base);
    let settings = Settings::read(&Location { url: base.into(), path: "".into(), options: Vec::new() })?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| souk_ports::Error::internal("search", error))?;
    runtime.block_on(async {
        #[derive(Deserialize)]
        struct Left {
            index: String,
            #[serde(rename = "creation.date")]
            created_ms: String,
        }
        let server = Server::new(&settings)?;
        let path = "/_cat/indices/case_*?format=json&h=index,creation.date";
        let left: Vec<Left> =
            server.repeat(Method::GET, path, None).await?.expect("listing indices")?.json()?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let old = left.into_iter().filter(|one| {
            let created = one.created_ms.parse().map_or(now, Duration::from_millis);
            created + LEFT < now
        });
        let old: Vec<String> = old.map(|one| one.index).collect();
        // As many as one line of a request may name.
        for some in old.chunks(40) {
            let path = format!("/{}?ignore_unavailable=true", some.join(","));
            server.repeat(Method::DELETE, &path, None).await?.expect("removing indices")?;
        }
        Ok(())
    })
}
