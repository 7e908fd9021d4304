//! How the customers' use cases can fail.

use souk_kernel::{Coded, ErrorCode};
use souk_ports::Error as PortError;

use crate::{catalog, recommendations};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no user `{asked}`")]
    UnknownUser { asked: String },
    #[error(transparent)]
    Catalog(#[from] catalog::Error),
    #[error(transparent)]
    Recommendations(#[from] recommendations::Error),
    #[error(transparent)]
    Port(#[from] PortError),
}

impl Coded for Error {
    fn code(&self) -> ErrorCode {
        match self {
            Self::UnknownUser { .. } => ErrorCode::NotFound,
            Self::Catalog(error) => error.code(),
            Self::Recommendations(error) => error.code(),
            Self::Port(error) => error.code(),
        }
    }
}
