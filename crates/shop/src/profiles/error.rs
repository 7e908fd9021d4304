//! How the profiles' use cases can fail.

use souk_kernel::{Coded, ErrorCode, ProductId, SellerId, UserId};
use souk_ports::Error as PortError;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no product `{product}`")]
    UnknownProduct { product: ProductId },
    #[error("there is no seller `{seller}`")]
    UnknownSeller { seller: SellerId },
    #[error("there is no user `{user}`")]
    UnknownUser { user: UserId },
    #[error("`{field}` {reason}")]
    Invalid { field: &'static str, reason: String },
    #[error("{what} is being changed by others all the time: try again")]
    ChangedMeanwhile { what: &'static str },
    #[error(transparent)]
    Port(#[from] PortError),
}

impl Error {
    pub(super) fn invalid(field: &'static str) -> impl Fn(String) -> Self {
        move |reason| Self::Invalid { field, reason }
    }

    pub(super) fn too_many(field: &'static str, count: usize, most: usize) -> Result<(), Self> {
        if count > most {
            return Err(Self::invalid(field)(format!("has {count} entries, more than {most}")));
        }
        Ok(())
    }
}

impl Coded for Error {
    fn code(&self) -> ErrorCode {
        match self {
            Self::UnknownProduct { .. } | Self::UnknownSeller { .. } | Self::UnknownUser { .. } => {
                ErrorCode::NotFound
            }
            Self::Invalid { .. } => ErrorCode::InvalidInput,
            Self::ChangedMeanwhile { .. } => ErrorCode::Conflict,
            Self::Port(error) => error.code(),
        }
    }
}
