//! How the reviews' use cases can fail.

use souk_kernel::{Coded, CommentId, ErrorCode, ProductId, ReviewId, UserId};
use souk_ports::Error as PortError;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no product `{product}`")]
    UnknownProduct { product: ProductId },
    #[error("there is no user `{user}`")]
    UnknownUser { user: UserId },
    #[error("there is no review `{review}`")]
    UnknownReview { review: ReviewId },
    #[error("there is no comment `{comment}`")]
    UnknownComment { comment: CommentId },
    #[error("user `{user}` has reviewed product `{product}` already")]
    AlreadyReviewed { user: UserId, product: ProductId },
    #[error("`{field}` {reason}")]
    Invalid { field: &'static str, reason: String },
    #[error(transparent)]
    Port(#[from] PortError),
}

impl Error {
    pub(super) fn invalid(field: &'static str) -> impl FnOnce(String) -> Self {
        move |reason| Self::Invalid { field, reason }
    }
}

impl Coded for Error {
    fn code(&self) -> ErrorCode {
        match self {
            Self::UnknownProduct { .. }
            | Self::UnknownUser { .. }
            | Self::UnknownReview { .. }
            | Self::UnknownComment { .. } => ErrorCode::NotFound,
            Self::AlreadyReviewed { .. } => ErrorCode::AlreadyReviewed,
            Self::Invalid { .. } => ErrorCode::InvalidInput,
            Self::Port(error) => error.code(),
        }
    }
}
