//! Counts, one place per generation: a hash `id -> "version count"`, and the ids in order.
//!
//! ```text
//! souk:derived:{stock.3}:counts     what `""` stands in makes the place; without it nothing is written or read
//! souk:derived:{stock.3}:ids
//! ```
//! One generation lies in one slot, so one node of a cluster answers for all of a projection's counts: a page asks once for
//! all its counts, and a scan is in order. Some 100,000 such questions a second are what one node bears.

use souk_ports::cache::CountWrite;
use souk_ports::derived::{Generation, ProjectionName};
use souk_ports::{Error, Result};
use uuid::Uuid;

use super::link::Link;
use super::lua::lua;

/// A script holds up the server, so none is long.
const WRITE_BATCH: usize = 500;
const SCAN_BATCH: u32 = 1000;

lua!(WRITE, "write_counts.lua");
lua!(SCAN, "scan_counts.lua");

pub(super) struct Counts {
    pub(super) link: Link,
    pub(super) prefix: String,
}

/// The keys of one generation.
pub(super) fn keys(prefix: &str, projection: ProjectionName, generation: Generation) -> [String; 2] {
    ["counts", "ids"].map(|part| format!("{prefix}:derived:{{{projection}.{}}}:{part}", generation.0))
}

impl Counts {
    /// False: there is no such place.
    pub(super) async fn write(
        &self,
        projection: ProjectionName,
        generation: Generation,
        writes: &[CountWrite],
    ) -> Result<bool> {
        let keys = keys(&self.prefix, projection, generation);
        for batch in writes.chunks(WRITE_BATCH) {
            let mut arguments = Vec::with_capacity(3 * batch.len());
            for write in batch {
                let count = write.count.map(|count| count.to_string()).unwrap_or_default();
                arguments.extend([write.id.to_string(), write.version.to_string(), count]);
            }
            // Versions make it harmless twice.
            if !self.link.run::<bool>(&WRITE, &keys, &arguments).await?.said {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// `None`: there is no such place.
    pub(super) async fn get(
        &self,
        projection: ProjectionName,
        generation: Generation,
        ids: &[Uuid],
    ) -> Result<Option<Vec<Option<i64>>>> {
        let [counts, _] = keys(&self.prefix, projection, generation);
        let mut command = redis::cmd("HMGET");
        command.arg(counts).arg("");
        for id in ids {
            command.arg(id.to_string());
        }
        let mut found = self.link.read::<Vec<Option<String>>>(&command).await?.into_iter();
        if found.next().flatten().is_none() {
            return Ok(None);
        }
        found.map(|value| value.map_or(Ok(None), |value| count(&value))).collect::<Result<_>>().map(Some)
    }

    /// `None`: there is no such place.
    pub(super) async fn scan(
        &self,
        projection: ProjectionName,
        generation: Generation,
        mut after: Option<Uuid>,
        limit: u32,
    ) -> Result<Option<Vec<(Uuid, i64)>>> {
        let keys = keys(&self.prefix, projection, generation);
        let mut found = Vec::new();
        while (found.len() as u32) < limit {
            let batch = SCAN_BATCH.min(limit - found.len() as u32);
            let after_text = after.map(|id| id.to_string()).unwrap_or_default();
            let said = self.link.run(&SCAN, &keys, &[after_text, batch.to_string()]).await?.said;
            let Some(part): Option<Vec<(String, String)>> = said else { return Ok(None) };
            let is_last = (part.len() as u32) < batch;
            for (id, value) in part {
                let id = Uuid::try_parse(&id).map_err(damaged)?;
                after = Some(id);
                found.extend(count(&value)?.map(|count| (id, count)));
            }
            if is_last {
                break;
            }
        }
        Ok(Some(found))
    }
}

/// Of `version count`; without a count after a deletion.
fn count(value: &str) -> Result<Option<i64>> {
    match value.split_once(' ') {
        Some((_, "")) => Ok(None),
        Some((_, count)) => count.parse().map(Some).map_err(damaged),
        None => Err(damaged(format!("`{value}` is no count"))),
    }
}

fn damaged(error: impl Into<souk_ports::BoxError>) -> Error {
    Error::internal("reading a count", error)
}
