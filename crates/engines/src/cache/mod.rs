//! The engines of the `cache` role.

#[cfg(feature = "redis")]
mod redis;
mod sqlite;

use souk_ports::cache::Cache;

#[cfg(feature = "redis")]
use crate::remote::fresh::fresh;
use crate::table::{Engine, Fresh};

pub const ENGINES: &[Engine<dyn Cache>] = &[
    Engine {
        scheme: "sqlite",
        title: "SQLite, one file for what is owned and one per generation of what is derived",
        open: |location| Box::pin(sqlite::open(location)),
        fresh: |_| Fresh::Url("sqlite://cache".to_owned()),
    },
    #[cfg(feature = "redis")]
    Engine {
        scheme: "redis",
        title: "Redis or Valkey",
        open: |location| Box::pin(redis::open(location)),
        fresh: |_| {
            fresh("SOUK_TEST_REDIS", "127.0.0.1:16379", |address, name| {
                format!("redis://{address}?prefix={name}")
            })
        },
    },
    #[cfg(feature = "redis")]
    Engine {
        scheme: "redis-cluster",
        title: "a cluster of Redis or Valkey",
        open: |location| Box::pin(redis::open(location)),
        fresh: |_| {
            fresh("SOUK_TEST_REDIS_CLUSTER", "127.0.0.1:17001", |address, name| {
                format!("redis-cluster://{address}?prefix={name}&wait=1")
            })
        },
    },
];
