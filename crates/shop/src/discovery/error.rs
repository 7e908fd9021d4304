//! How a search can fail.

use souk_kernel::{Coded, ErrorCode};
use souk_ports::Error as PortError;

use crate::catalog;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("`{field}` {reason}")]
    Invalid { field: &'static str, reason: String },
    #[error(transparent)]
    Catalog(#[from] catalog::Error),
    #[error(transparent)]
    Port(#[from] PortError),
}

impl Error {
    pub(super) fn invalid(field: &'static str, reason: impl Into<String>) -> Self {
        Self::Invalid { field, reason: reason.into() }
    }
}

impl Coded for Error {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Invalid { .. } => ErrorCode::InvalidInput,
            Self::Catalog(error) => error.code(),
            Self::Port(error) => error.code(),
        }
    }
}

/// The role cannot be reached now; what it would say can be looked for elsewhere, or left out.
pub(super) fn is_unreachable(error: &PortError) -> bool {
    matches!(error, PortError::Unavailable { .. } | PortError::Busy { .. })
}
