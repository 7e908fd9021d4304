//! What the engines on servers share: one way to call a server that may be slow or gone ([`guard`]), generations of
//! derived data that many processes share ([`generations`]), and servers for contract runs ([`fresh`]). Nothing here knows
//! a role or a driver.

// Each driver uses a part of this: without all of them some of it is left over.
#![cfg_attr(
    not(all(
        feature = "postgres",
        feature = "redis",
        feature = "mongodb",
        feature = "neo4j",
        feature = "opensearch",
        feature = "s3"
    )),
    allow(dead_code, unused_imports, unused_macros)
)]

#[cfg(feature = "addresses")]
pub(crate) mod address;
pub(crate) mod fresh;
pub(crate) mod generations;
pub(crate) mod guard;
#[cfg(feature = "postgres")]
pub(crate) mod postgres;
#[cfg(feature = "postgres")]
pub(crate) mod postgres_owned;
#[cfg(feature = "postgres")]
pub(crate) mod postgres_registry;
#[cfg(feature = "postgres")]
mod postgres_tls;
#[cfg(any(
    feature = "postgres",
    feature = "redis",
    feature = "neo4j",
    feature = "mongodb",
    feature = "opensearch",
    feature = "s3",
    feature = "fetch"
))]
pub(crate) mod tls;
