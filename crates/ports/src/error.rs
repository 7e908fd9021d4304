//! The one error of every port.

use souk_kernel::{Coded, ErrorCode};

/// What a driver reported; it goes to the log, never to a client.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// How a call to an engine can fail. What the business may answer with (refused, conflict) is no error of a port but
/// part of a call's result, as in [`crate::store::Outcome`].
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{what} does not exist")]
    NotFound { what: String },
    /// A conditional write met another state than the one it named.
    #[error("{what} was changed by someone else")]
    Conflict { what: String },
    /// The caller broke a rule of the port; trying again cannot help.
    #[error("invalid request: {reason}")]
    InvalidInput { reason: String },
    /// The queue in front of the engine is full; trying again later can help.
    #[error("{what} has too many requests waiting")]
    Busy { what: String },
    /// The engine cannot be reached, or did not answer in time. The outcome of a write is unknown.
    #[error("{what} is not available")]
    Unavailable {
        what: String,
        #[source]
        source: Option<BoxError>,
    },
    /// It can be read, and takes no writes until somebody opens it again; nothing was written.
    #[error("{what} takes no writes")]
    Closed {
        what: String,
        #[source]
        why: Why,
    },
    #[error("{what} failed")]
    Internal {
        what: String,
        #[source]
        source: BoxError,
    },
}

/// Why something takes no writes, for operators: it may name other places.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Why(pub String);

impl Error {
    pub fn internal(what: impl Into<String>, source: impl Into<BoxError>) -> Self {
        Self::Internal { what: what.into(), source: source.into() }
    }

    pub fn invalid(reason: impl Into<String>) -> Self {
        Self::InvalidInput { reason: reason.into() }
    }
}

impl Coded for Error {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotFound { .. } => ErrorCode::NotFound,
            Self::Conflict { .. } => ErrorCode::Conflict,
            Self::InvalidInput { .. } => ErrorCode::InvalidInput,
            Self::Busy { .. } => ErrorCode::Busy,
            Self::Unavailable { .. } | Self::Closed { .. } => ErrorCode::Unavailable,
            Self::Internal { .. } => ErrorCode::Internal,
        }
    }
}
