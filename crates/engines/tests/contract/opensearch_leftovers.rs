//! Removes what earlier runs of tests have left on OpenSearch: a node takes 1,000 shards and no more, which some runs would
//! use up.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Deserialize;

/// Older than what a case that still runs has made.
const LEFT: Duration = Duration::from_secs(300);
/// As many indices as one line of a request may name.
const AT_ONCE: usize = 40;
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Deserialize)]
struct Left {
    index: String,
    #[serde(rename = "creation.date")]
    created_ms: String,
}

/// Where no server is there is nothing to remove.
pub(crate) fn clear() -> Result<(), Box<dyn std::error::Error>> {
    let engine = souk_engines::search::ENGINES.iter().find(|engine| engine.scheme == "opensearch");
    let fresh = engine.map(|engine| (engine.fresh)(std::path::Path::new("")));
    let Some(souk_engines::Fresh::Url(url)) = fresh else { return Ok(()) };
    let address = url.trim_start_matches("opensearch://").split('?').next().unwrap_or_default();
    let base = format!("http://{address}");
    // Nothing here is encrypted, but the client is not made without. Where one is chosen already, that does.
    drop(rustls::crypto::ring::default_provider().install_default());
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build()?;
        let list = format!("{base}/_cat/indices/case_*?format=json&h=index,creation.date");
        let left: Vec<Left> = client.get(list).send().await?.error_for_status()?.json().await?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
        let is_old = |one: &Left| {
            one.created_ms.parse().is_ok_and(|created| Duration::from_millis(created) + LEFT < now)
        };
        let old: Vec<String> = left.into_iter().filter(is_old).map(|one| one.index).collect();
        for some in old.chunks(AT_ONCE) {
            let remove = format!("{base}/{}?ignore_unavailable=true", some.join(","));
            client.delete(remove).send().await?.error_for_status()?;
        }
        Ok(())
    })
}
