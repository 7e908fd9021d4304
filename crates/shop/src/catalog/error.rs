//! How the catalogue's use cases can fail.

use souk_kernel::{Coded, Declared, ErrorCode};
use souk_ports::Error as PortError;

pub static ALREADY_THERE: Declared =
    Declared { slug: "already-there", title: "There is such a thing already", http: 409, grpc: 6, exit: 4 };

pub static STILL_NEEDED: Declared =
    Declared { slug: "still-needed", title: "Something else depends on it", http: 409, grpc: 9, exit: 4 };

pub static NOT_AS_SEEN: Declared =
    Declared { slug: "not-as-seen", title: "It has changed since it was read", http: 412, grpc: 9, exit: 4 };

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no product `{asked}`")]
    UnknownProduct { asked: String },
    #[error("there is no variant `{asked}`")]
    UnknownVariant { asked: String },
    #[error("there is no category `{asked}`")]
    UnknownCategory { asked: String },
    #[error("there is no seller `{asked}`")]
    UnknownSeller { asked: String },
    #[error("`{field}` {reason}")]
    Invalid { field: &'static str, reason: String },
    #[error("only {available} of `{sku}` can be taken away: a change by {change} is not possible")]
    OutOfStock { sku: String, available: i64, change: i64 },
    #[error(
        "variant `{variant}` would cost less than nothing: its adjustment and the price of its product do not go together"
    )]
    BelowZero { variant: String },
    #[error("there is {what} already")]
    AlreadyThere { what: String },
    #[error("{why}")]
    StillNeeded { why: String },
    #[error("{kind} `{asked}` is at version {version} by now: read it again, and change that")]
    NotAsSeen { kind: &'static str, asked: String, version: u64 },
    #[error("the idempotency key was used for another request")]
    KeyReused,
    #[error("{what} is being changed by others all the time: try again")]
    ChangedMeanwhile { what: String },
    /// What souk wrote itself cannot be read back.
    #[error("{what} cannot be read")]
    Corrupt {
        what: String,
        #[source]
        source: serde_json::Error,
    },
    #[error(transparent)]
    Port(#[from] PortError),
}

impl Error {
    pub(crate) fn invalid(field: &'static str, reason: impl Into<String>) -> Self {
        Self::Invalid { field, reason: reason.into() }
    }
}

impl Coded for Error {
    fn code(&self) -> ErrorCode {
        match self {
            Self::UnknownProduct { .. }
            | Self::UnknownVariant { .. }
            | Self::UnknownCategory { .. }
            | Self::UnknownSeller { .. } => ErrorCode::NotFound,
            Self::Invalid { .. } | Self::BelowZero { .. } => ErrorCode::InvalidInput,
            Self::OutOfStock { .. } => ErrorCode::OutOfStock,
            Self::AlreadyThere { .. } => ErrorCode::Declared(&ALREADY_THERE),
            Self::StillNeeded { .. } => ErrorCode::Declared(&STILL_NEEDED),
            Self::NotAsSeen { .. } => ErrorCode::Declared(&NOT_AS_SEEN),
            Self::KeyReused => ErrorCode::KeyReused,
            Self::ChangedMeanwhile { .. } => ErrorCode::Conflict,
            Self::Corrupt { .. } => ErrorCode::Internal,
            Self::Port(error) => error.code(),
        }
    }
}
