//! How the customers' use cases can fail.

use souk_kernel::{Coded, ErrorCode};
use souk_ports::Error as PortError;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no user `{asked}`")]
    UnknownUser { asked: String },
    #[error(transparent)]
    Port(#[from] PortError),
}

impl Coded for Error {
    fn code(&self) -> ErrorCode {
        match self {
            Self::UnknownUser { .. } => ErrorCode::NotFound,
            Self::Port(error) => error.code(),
        }
    }
}
