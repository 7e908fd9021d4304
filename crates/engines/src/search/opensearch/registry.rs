//! The records of generations (one small index), and the indices that generations are.
//!
//! Names: `<prefix>-records`; an index for each generation, `<prefix>-<projection>-000001`; and two aliases.
//! `<prefix>-<projection>` leads people and other tools to the live index; souk itself follows the record. All writes
//! go through `<index>-writes`: a write to a name that is not there would make an index of it on most servers, and one
//! that must go to an alias does not.

use std::sync::Arc;

use async_trait::async_trait;
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use souk_ports::derived::{Generation, ProjectionName};
use souk_ports::{Error, Result};
use tokio::sync::OnceCell;

use super::schema;
use super::server::{NO_INDEX, Server, body};
use crate::remote::generations::{Record, Registry};

const IS_THERE: &str = "resource_already_exists_exception";

pub(super) struct Names {
    prefix: String,
}

impl Names {
    fn records(&self) -> String {
        format!("{}-records", self.prefix)
    }

    pub(super) fn live(&self, projection: ProjectionName) -> String {
        format!("{}-{projection}", self.prefix)
    }

    pub(super) fn index(&self, projection: ProjectionName, generation: Generation) -> String {
        format!("{}-{projection}-{:06}", self.prefix, generation.0)
    }
}

/// Where a write to an index goes.
pub(super) fn writes_to(index: &str) -> String {
    format!("{index}-writes")
}

pub(super) struct Records {
    pub(super) server: Arc<Server>,
    pub(super) names: Names,
    replicas: u32,
    made: OnceCell<()>,
}

impl Records {
    pub(super) fn new(server: Arc<Server>, prefix: String, replicas: u32) -> Self {
        Self { server, names: Names { prefix }, replicas, made: OnceCell::new() }
    }

    /// The record with what a conditional write names it by.
    async fn get(&self, key: &str) -> Result<Option<Kept>> {
        // A copy that has lost touch with the others may answer too, the primary one only as long as it leads.
        let path = format!("/{}/_doc/{key}?preference=_primary", self.names.records());
        let reply = self.server.read(Method::GET, &path, None).await?;
        if reply.status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        reply.expect("reading a record of search")?.json().map(Some)
    }

    async fn make(&self) -> Result<()> {
        let index = json!({
            "settings": {
                "number_of_shards": 1,
                "auto_expand_replicas": format!("0-{}", self.replicas),
            },
            "mappings": {
                "dynamic": "strict",
                "properties": {
                    "revision": {"type": "long", "index": false},
                    "text": {"type": "keyword", "index": false, "doc_values": false},
                },
            },
        });
        let path = format!("/{}", self.names.records());
        let reply = self.server.repeat(Method::PUT, &path, body(&index)).await?;
        if !reply.is(IS_THERE) {
            reply.expect("making the index of the records of search")?;
        }
        Ok(())
    }

    /// Leads the alias of the live index to it, for people and other tools.
    pub(super) async fn show(&self, projection: ProjectionName, generation: Generation) -> Result<()> {
        let (alias, index) = (self.names.live(projection), self.names.index(projection, generation));
        let former = self.server.repeat(Method::GET, &format!("/_alias/{alias}"), None).await?;
        let former = match former.status {
            StatusCode::NOT_FOUND => serde_json::Map::new(),
            _ => former.expect("reading an alias of search")?.json()?,
        };
        let mut actions: Vec<Value> = former
            .keys()
            .filter(|one| **one != index)
            .map(|one| json!({"remove": {"index": one, "alias": alias}}))
            .collect();
        actions.push(json!({"add": {"index": index, "alias": alias}}));
        let actions = body(&json!({"actions": actions}));
        let reply = self.server.repeat(Method::POST, "/_aliases", actions).await?;
        reply.expect("leading an alias of search").map(drop)
    }
}

#[derive(Deserialize)]
struct Kept {
    #[serde(rename = "_seq_no")]
    seq_no: u64,
    #[serde(rename = "_primary_term")]
    primary_term: u64,
    #[serde(rename = "_source")]
    source: Source,
}

#[derive(Deserialize)]
struct Source {
    revision: u64,
    text: String,
}

impl Kept {
    fn condition(&self) -> String {
        format!("if_seq_no={}&if_primary_term={}", self.seq_no, self.primary_term)
    }
}

#[async_trait]
impl Registry for Records {
    async fn read(&self, key: &str) -> Result<Option<Record>> {
        let kept = self.get(key).await?;
        Ok(kept.map(|Kept { source, .. }| Record { revision: source.revision, text: source.text }))
    }

    async fn write(&self, key: &str, seen: u64, text: &str) -> Result<bool> {
        let record = body(&json!({"revision": seen + 1, "text": text}));
        let records = self.names.records();
        let path = if seen == 0 {
            self.made.get_or_try_init(|| self.make()).await?;
            format!("/{records}/_create/{key}")
        } else {
            match self.get(key).await? {
                Some(kept) if kept.source.revision == seen => {
                    format!("/{records}/_doc/{key}?{}", kept.condition())
                }
                _ => return Ok(false),
            }
        };
        let reply = self.server.once(Method::PUT, &path, record).await?;
        if reply.status == StatusCode::CONFLICT {
            return Ok(false);
        }
        reply.expect("writing a record of search").map(|_| true)
    }

    async fn remove(&self, key: &str, seen: u64) -> Result<bool> {
        let Some(kept) = self.get(key).await?.filter(|kept| kept.source.revision == seen) else {
            return Ok(false);
        };
        let path = format!("/{}/_doc/{key}?{}", self.names.records(), kept.condition());
        let reply = self.server.once(Method::DELETE, &path, None).await?;
        if matches!(reply.status, StatusCode::CONFLICT | StatusCode::NOT_FOUND) {
            return Ok(false);
        }
        reply.expect("removing a record of search").map(|_| true)
    }

    /// An index of this name that is there already is what remained when somebody lost the records.
    async fn create(&self, projection: ProjectionName, generation: Generation) -> Result<()> {
        let index = self.names.index(projection, generation);
        let fields = body(&schema::index(self.replicas, &writes_to(&index)));
        let mut reply = self.server.repeat(Method::PUT, &format!("/{index}"), fields.clone()).await?;
        if reply.is(IS_THERE) {
            self.clear(projection, generation).await?;
            reply = self.server.repeat(Method::PUT, &format!("/{index}"), fields).await?;
        }
        #[derive(Deserialize)]
        struct Made {
            shards_acknowledged: bool,
        }
        let made: Made = reply.expect("making an index of search")?.json()?;
        if made.shards_acknowledged {
            Ok(())
        } else {
            let source = "no node has taken the new index yet".into();
            Err(Error::Unavailable { what: "search".into(), source: Some(source) })
        }
    }

    async fn clear(&self, projection: ProjectionName, generation: Generation) -> Result<()> {
        let index = self.names.index(projection, generation);
        let reply = self.server.repeat(Method::DELETE, &format!("/{index}"), None).await?;
        if reply.is(NO_INDEX) { Ok(()) } else { reply.expect("removing an index of search").map(drop) }
    }
}
