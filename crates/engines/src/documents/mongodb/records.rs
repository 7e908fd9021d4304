//! The records of all generations, in one collection of the database, and the collections of their documents.

use std::sync::Arc;

use async_trait::async_trait;
use mongodb::IndexModel;
use mongodb::bson::{Document, doc};
use mongodb::options::IndexOptions;
use souk_ports::Result;
use souk_ports::derived::{Generation, ProjectionName};

use super::form::ENTRIES;
use super::server::{self, Server};
use crate::remote::generations::{Record, Registry};

/// No generation's collection is called so: those have a number.
const RECORDS: &str = "records";

pub(super) struct Records(pub(super) Arc<Server>);

pub(super) fn name(projection: ProjectionName, generation: Generation) -> String {
    format!("{projection}.{}", generation.0)
}

#[async_trait]
impl Registry for Records {
    async fn read(&self, key: &str) -> Result<Option<Record>> {
        let found = self.0.read(|database| async move {
            server::collection(&database, RECORDS).find_one(doc! { "_id": key }).await
        });
        found.await?.map(|found| self.record(&found)).transpose()
    }

    async fn write(&self, key: &str, seen: u64, text: &str) -> Result<bool> {
        let (seen, next) = (seen as i64, seen as i64 + 1);
        let written = self.0.once(|database| async move {
            let records = server::collection(&database, RECORDS);
            if seen == 0 {
                let first = doc! { "_id": key, "revision": next, "text": text };
                return match records.insert_one(first).await {
                    Ok(_) => Ok(true),
                    Err(error) if server::is_duplicate(&error) => Ok(false),
                    Err(error) => Err(error),
                };
            }
            let changed = doc! { "$set": { "revision": next, "text": text } };
            let result = records.update_one(doc! { "_id": key, "revision": seen }, changed).await?;
            Ok(result.matched_count == 1)
        });
        written.await
    }

    async fn remove(&self, key: &str, seen: u64) -> Result<bool> {
        let removed = self.0.once(|database| async move {
            let one = doc! { "_id": key, "revision": seen as i64 };
            Ok(server::collection(&database, RECORDS).delete_one(one).await?.deleted_count == 1)
        });
        removed.await
    }

    async fn create(&self, projection: ProjectionName, generation: Generation) -> Result<()> {
        let name = &name(projection, generation);
        let created = self.0.repeat(|database| async move {
            let options = IndexOptions::builder().name(ENTRIES.to_owned()).build();
            let keys = doc! { format!("{ENTRIES}.$**"): 1 };
            let index = IndexModel::builder().keys(keys).options(options).build();
            server::collection(&database, name).create_index(index).await.map(drop)
        });
        created.await
    }

    async fn clear(&self, projection: ProjectionName, generation: Generation) -> Result<()> {
        let name = &name(projection, generation);
        let cleared = self.0.repeat(|database| async move {
            match server::collection(&database, name).drop().await {
                Err(error) if server::is_gone(&error) => Ok(()),
                result => result,
            }
        });
        cleared.await
    }
}

impl Records {
    fn record(&self, found: &Document) -> Result<Record> {
        let read = || Ok((found.get_i64("revision")?, found.get_str("text")?.to_owned()));
        let (revision, text) = read().map_err(|error: mongodb::bson::error::Error| {
            souk_ports::Error::internal(format!("reading a record of {}", self.0.shown()), error)
        })?;
        Ok(Record { revision: revision as u64, text })
    }
}
