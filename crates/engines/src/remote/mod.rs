//! What the engines on servers share: one way to call a server that may be slow or gone ([`guard`]), generations of
//! derived data that many processes share ([`generations`]), and servers for contract runs ([`fresh`]). Nothing here knows
//! a role or a driver.

pub(crate) mod fresh;
pub(crate) mod generations;
pub(crate) mod guard;
#[cfg(feature = "postgres")]
pub(crate) mod postgres;
#[cfg(feature = "postgres")]
pub(crate) mod postgres_registry;
#[cfg(feature = "postgres")]
mod postgres_tls;
#[cfg(any(feature = "postgres", feature = "redis", feature = "neo4j", feature = "mongodb"))]
pub(crate) mod tls;
