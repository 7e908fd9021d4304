//! How recording activity can fail. Events of a list count from 0.

use souk_kernel::{Coded, ErrorCode, ProductId, UserId};
use souk_ports::Error as PortError;

use super::MAX_EVENTS;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("a request carries 1 to {MAX_EVENTS} events, not {count}")]
    Count { count: usize },
    #[error("event {index}: {reason}")]
    Invalid { index: usize, reason: String },
    #[error("event {index}: there is no product `{product}`")]
    UnknownProduct { index: usize, product: ProductId },
    /// For which it needs to look after customers.
    #[error("event {index}: only user `{user}` reports what user `{user}` does")]
    SpeaksForAnother { index: usize, user: UserId },
    #[error(transparent)]
    Port(#[from] PortError),
}

impl Error {
    /// The event that it is about.
    pub fn index(&self) -> Option<usize> {
        match self {
            Self::Invalid { index, .. }
            | Self::UnknownProduct { index, .. }
            | Self::SpeaksForAnother { index, .. } => Some(*index),
            Self::Count { .. } | Self::Port(_) => None,
        }
    }
}

impl Coded for Error {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Count { .. } | Self::Invalid { .. } => ErrorCode::InvalidInput,
            Self::UnknownProduct { .. } => ErrorCode::NotFound,
            Self::SpeaksForAnother { .. } => ErrorCode::Forbidden,
            Self::Port(error) => error.code(),
        }
    }
}
