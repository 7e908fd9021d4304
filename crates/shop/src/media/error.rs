//! How the use cases of pictures can fail.

use souk_kernel::{Coded, ErrorCode};
use souk_pictures::Refusal;
use souk_ports::Error as PortError;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("product `{asked}` does not exist")]
    UnknownProduct { asked: String },
    #[error("picture `{asked}` does not exist")]
    UnknownPicture { asked: String },
    #[error("product `{product}` has no image {number}; it has {there}")]
    UnknownImage { product: String, number: u32, there: usize },
    #[error("product `{product}` has {} images already", super::MAX_IMAGES)]
    TooMany { product: String },
    #[error("`alt` {reason}")]
    Alt { reason: String },
    #[error("the picture {reason}")]
    Away { reason: String },
    #[error("{0}")]
    Refused(Refusal),
    #[error("product `{product}` was changed by someone else at the same time, again and again")]
    ChangedMeanwhile { product: String },
    #[error("too many pictures are being worked on")]
    Busy,
    #[error("a picture could not be made")]
    Making(#[source] souk_pictures::Error),
    #[error(transparent)]
    Port(#[from] PortError),
}

impl Coded for Error {
    fn code(&self) -> ErrorCode {
        match self {
            Self::UnknownProduct { .. } | Self::UnknownPicture { .. } | Self::UnknownImage { .. } => {
                ErrorCode::NotFound
            }
            Self::Refused(Refusal::TooManyBytes) => ErrorCode::PayloadTooLarge,
            Self::Refused(Refusal::UnknownType) => ErrorCode::UnsupportedMediaType,
            Self::TooMany { .. } | Self::Alt { .. } | Self::Away { .. } | Self::Refused(_) => {
                ErrorCode::InvalidInput
            }
            Self::ChangedMeanwhile { .. } => ErrorCode::Conflict,
            Self::Busy => ErrorCode::Busy,
            Self::Making(_) => ErrorCode::Internal,
            Self::Port(error) => error.code(),
        }
    }
}
