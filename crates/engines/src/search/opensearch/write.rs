//! Writing a generation: products first, then the fence, then the checkpoint, which makes all of it visible.
//!
//! * Products go in bulk under the log position as their external version: OpenSearch itself refuses a lower one, and
//!   the same write twice has the same effect.
//! * The checkpoint goes into the generation's record, which only the present holder of the lease can write.
//! * It goes into the index as well, and that is the one that readers are told, because the refresh that comes with it
//!   shows it and the products at once. Its version is the revision of the record: one that arrives late replaces
//!   nothing newer.
//!
//! After a crash anywhere in between, the checkpoint in the index is the one before, and what came after it is written
//! once more. Only a node that starts again shows at once whatever it had been given, so then readers may for a moment see
//! products that are newer than the checkpoint, and half of a write.

use bytes::Bytes;
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;
use souk_ports::derived::Checkpoint;
use souk_ports::search::SearchWrite;
use souk_ports::{Error, Result};

use super::registry::writes_to;
use super::schema::{self, CHECKPOINT};
use super::server::{Failure, NO_INDEX, Server, body, no_index};
use crate::search::words::Words;

/// Products and bytes of one request at most, but for a product that is larger by itself.
const BULK: usize = 500;
const BULK_BYTES: usize = 4 << 20;

/// Writes what is not older than what is there; nobody sees it yet.
pub(super) async fn products(server: &Server, index: &str, writes: &[SearchWrite]) -> Result<()> {
    let (mut lines, mut count) = (String::new(), 0);
    let mut words = Words::analyzers();
    for write in writes {
        let document = schema::document(write, &mut words)
            .map_err(|error| Error::internal("writing to search", error))?;
        if count == BULK || count > 0 && lines.len() + document.len() > BULK_BYTES {
            bulk(server, index, std::mem::take(&mut lines)).await?;
            count = 0;
        }
        let action = json!({
            "index": {"_id": write.id, "version": write.version, "version_type": "external_gte"},
        });
        lines.push_str(&format!("{action}\n{document}\n"));
        count += 1;
    }
    if count > 0 {
        bulk(server, index, lines).await?;
    }
    Ok(())
}

#[derive(Deserialize)]
struct Bulk {
    errors: bool,
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    index: Outcome,
}

#[derive(Deserialize)]
struct Outcome {
    #[serde(rename = "_id")]
    id: String,
    status: u16,
    error: Option<Failure>,
}

async fn bulk(server: &Server, index: &str, lines: String) -> Result<()> {
    let path = format!("/{}/_bulk?require_alias=true", writes_to(index));
    let reply = server.repeat(Method::POST, &path, Bytes::from(lines)).await?;
    let done: Bulk = reply.expect_index(index, "writing to search")?.json()?;
    if !done.errors {
        return Ok(());
    }
    for Item { index: Outcome { id, status, error } } in done.items {
        let Some(error) = error else { continue };
        match status {
            // There is a newer one.
            409 => {}
            404 if error.kind == NO_INDEX => return Err(no_index(index)),
            429 => return Err(server.busy()),
            502..=504 => return Err(server.away(error.to_string())),
            _ => return Err(Error::internal(format!("writing product `{id}` to search"), error.to_string())),
        }
    }
    Ok(())
}

/// Makes what has been written visible, with its checkpoint.
pub(super) async fn checkpoint(
    server: &Server,
    index: &str,
    revision: u64,
    checkpoint: Checkpoint,
) -> Result<()> {
    let text =
        serde_json::to_string(&checkpoint).map_err(|error| Error::internal("writing to search", error))?;
    let document = body(&json!({"souk": {"kind": CHECKPOINT, "checkpoint": text}}));
    let path = format!(
        "/{}/_doc/{CHECKPOINT}?version={revision}&version_type=external_gte&refresh=true&require_alias=true",
        writes_to(index),
    );
    let reply = server.repeat(Method::PUT, &path, document).await?;
    if reply.status == StatusCode::CONFLICT {
        // A later write has come first, and its refresh has shown this one's products too.
        return Ok(());
    }
    reply.expect_index(index, "writing to search").map(drop)
}

/// How far readers of the index can see; the default before the first write, or when there is no such index yet.
pub(super) async fn visible_checkpoint(server: &Server, index: &str, reader: &str) -> Result<Checkpoint> {
    let path = format!("/{index}/_doc/{CHECKPOINT}?realtime=false&preference={reader}");
    let reply = server.repeat(Method::GET, &path, None).await?;
    if reply.status == StatusCode::NOT_FOUND {
        return Ok(Checkpoint::default());
    }
    #[derive(Deserialize)]
    struct Found {
        #[serde(rename = "_source")]
        source: Source,
    }
    #[derive(Deserialize)]
    struct Source {
        souk: Souk,
    }
    #[derive(Deserialize)]
    struct Souk {
        checkpoint: String,
    }
    let found: Found = reply.expect("reading a checkpoint of search")?.json()?;
    serde_json::from_str(&found.source.souk.checkpoint)
        .map_err(|error| Error::internal("reading a checkpoint of search", error))
}
