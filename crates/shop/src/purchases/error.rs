//! How making up purchases can fail.

use souk_kernel::{Coded, ErrorCode, Timestamp};

use crate::orders;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{reason}")]
    Invalid { reason: String },
    #[error("there is nothing to buy: no product is active and has a price; load a catalogue first")]
    NothingToSell,
    #[error("there is nobody to buy: no user has an address; load users first")]
    NoCustomers,
    /// The same history was begun with another end.
    #[error("this history ends at {until}; leave `--until` out to go on with it")]
    OtherEnd { until: Timestamp },
    #[error("{what} kept changing meanwhile; try again")]
    Contended { what: String },
    #[error(transparent)]
    Order(#[from] orders::Error),
    #[error(transparent)]
    Port(#[from] souk_ports::Error),
}

impl Coded for Error {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Invalid { .. } => ErrorCode::InvalidInput,
            Self::NothingToSell | Self::NoCustomers => ErrorCode::NotFound,
            Self::OtherEnd { .. } | Self::Contended { .. } => ErrorCode::Conflict,
            Self::Order(error) => error.code(),
            Self::Port(error) => error.code(),
        }
    }
}
