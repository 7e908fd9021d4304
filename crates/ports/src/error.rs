//! The one error of every port.

use souk_kernel::{Coded, ErrorCode};

/// What a driver reported; it goes to the log, never to a client.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
/// What every call of a port answers with.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// How a call to an engine can fail. What the business may answer with (refused, conflict) is no error of a port but
/// part of a call's result, as in [`crate::store::Outcome`].
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What the call names is not there: a thing, a collection, a generation, or a live generation to read from.
    #[error("{what} does not exist")]
    NotFound {
        /// What is missing: ``the live generation of documents `product-pages` ``.
        what: String,
    },
    /// A conditional write met another state than the one it named.
    #[error("{what} was changed by someone else")]
    Conflict {
        /// What has changed.
        what: String,
    },
    /// The caller broke a rule of the port; trying again cannot help.
    #[error("invalid request: {reason}")]
    InvalidInput {
        /// The rule, and what broke it.
        reason: String,
    },
    /// The queue in front of the engine is full; trying again later can help.
    #[error("{what} has too many requests waiting")]
    Busy {
        /// The role, or its engine.
        what: String,
    },
    /// The engine cannot be reached, or did not answer in time. The outcome of a write is unknown.
    #[error("{what} is not available")]
    Unavailable {
        /// The role, or its engine with its place.
        what: String,
        /// What the driver said; `None` where souk found out by itself.
        #[source]
        source: Option<BoxError>,
    },
    /// The place can be read, and takes no writes until somebody opens it again; nothing was written.
    #[error("{what} takes no writes")]
    Closed {
        /// The role whose data is being moved, or has moved.
        what: String,
        /// Which move that is.
        #[source]
        why: Why,
    },
    /// The engine failed, or holds what cannot be read; trying again hardly helps.
    #[error("{what} failed")]
    Internal {
        /// The role, or what was being done: `reading the store`.
        what: String,
        /// What the driver said.
        #[source]
        source: BoxError,
    },
}

/// Why something takes no writes, for operators: it may name other places.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Why(pub String);

impl Error {
    /// `what` is the role or what was being done, and `source` how that went wrong.
    pub fn internal(what: impl Into<String>, source: impl Into<BoxError>) -> Self {
        Self::Internal { what: what.into(), source: source.into() }
    }

    /// `reason` is for whoever called: lower case, without a period.
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
