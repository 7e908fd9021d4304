//! The engines that can fill each role, one folder a role, one folder an engine, one row in the role's table.
//!
//! A row serves the settings (its scheme) and the contract run (its fresh namespaces) alike, so an engine cannot miss
//! its tests. What is deliberately absent: any knowledge of a feature.

pub mod cache;
pub mod documents;
pub mod embedder;
pub mod fetch;
pub mod graph;
mod local;
pub mod objects;
mod owned;
#[cfg(any(
    feature = "postgres",
    feature = "redis",
    feature = "mongodb",
    feature = "neo4j",
    feature = "opensearch",
    feature = "s3",
    feature = "fetch"
))]
mod remote;
pub mod search;
mod secrets;
pub mod series;
pub mod store;
mod table;
pub mod vectors;

pub use secrets::without_secrets;
pub use table::{
    Engine, Fresh, Location, Opening, fresh_place, hurries, hurry, is_local, local_path, open, patient,
};
