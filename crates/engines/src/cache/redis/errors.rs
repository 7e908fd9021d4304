//! What the driver's errors mean for a caller.

use redis::{ErrorKind, RedisError, ServerErrorKind};
use souk_ports::Error;

/// Whether a connection is better made anew: it broke, a server gave no answer in time, or it takes no writes since
/// another has become the primary.
pub(super) fn is_lost(error: &RedisError) -> bool {
    error.is_unrecoverable_error()
        || matches!(
            error.kind(),
            ErrorKind::Io
                | ErrorKind::ClusterConnectionNotFound
                | ErrorKind::Server(ServerErrorKind::ReadOnly | ServerErrorKind::MasterDown)
        )
}

pub(super) fn port_error(what: &str, error: RedisError) -> Error {
    if is_away(&error) {
        return Error::Unavailable { what: what.to_owned(), source: Some(error.into()) };
    }
    Error::internal(what, error)
}

fn is_away(error: &RedisError) -> bool {
    match error.kind() {
        ErrorKind::Io | ErrorKind::ClusterConnectionNotFound => true,
        ErrorKind::Server(kind) => matches!(
            kind,
            ServerErrorKind::BusyLoading
                | ServerErrorKind::Moved
                | ServerErrorKind::Ask
                | ServerErrorKind::TryAgain
                | ServerErrorKind::ClusterDown
                | ServerErrorKind::MasterDown
                | ServerErrorKind::ReadOnly
        ),
        // Its memory or its disk is full, too few replicas are there, or another's script keeps it busy.
        _ => matches!(error.code(), Some("OOM" | "MISCONF" | "NOREPLICAS" | "BUSY")),
    }
}
