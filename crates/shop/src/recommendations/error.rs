//! How recommending can fail.

use souk_kernel::{Coded, ErrorCode};
use souk_ports::Error as PortError;

use super::HowMany;
use crate::catalog;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("`k` must be between 1 and {max}, not {asked}", max = HowMany::MAX)]
    HowMany { asked: u32 },
    /// A history in a file that cannot be read, or that nothing can be foretold from.
    #[error("{what}: {reason}")]
    History { what: String, reason: String },
    #[error(transparent)]
    Catalog(#[from] catalog::Error),
    #[error(transparent)]
    Port(#[from] PortError),
}

impl Coded for Error {
    fn code(&self) -> ErrorCode {
        match self {
            Self::HowMany { .. } | Self::History { .. } => ErrorCode::InvalidInput,
            Self::Catalog(error) => error.code(),
            Self::Port(error) => error.code(),
        }
    }
}
