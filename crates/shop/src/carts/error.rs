//! How the use cases of carts can fail.

use souk_kernel::{Coded, ErrorCode, UserId};

use super::offer;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("user `{user}` does not exist")]
    UnknownUser { user: UserId },
    #[error("there is no `{item}` in the cart")]
    UnknownItem { item: String },
    #[error("the cart holds several variants of `{item}`; name the variant")]
    AmbiguousItem { item: String },
    #[error("a quantity lies between 1 and {max}, not {quantity}", max = super::MAX_QUANTITY)]
    Quantity { quantity: u64 },
    #[error("a cart holds at most {max} lines", max = super::MAX_LINES)]
    TooManyLines,
    #[error("the cart would cost more than an amount can say")]
    TooExpensive,
    #[error(transparent)]
    Offer(#[from] offer::Error),
    #[error("only {available} of `{name}` can be ordered, not {wanted}")]
    OutOfStock { name: String, available: i64, wanted: i64 },
    #[error(transparent)]
    Port(#[from] souk_ports::Error),
}

impl Error {
    pub(super) fn out_of_stock(offer: &offer::Offer, wanted: u32) -> Self {
        let name = offer.product.row.name.clone();
        Self::OutOfStock { name, available: offer.available, wanted: wanted.into() }
    }
}

impl Coded for Error {
    fn code(&self) -> ErrorCode {
        match self {
            Self::UnknownUser { .. } | Self::UnknownItem { .. } => ErrorCode::NotFound,
            Self::AmbiguousItem { .. } | Self::Quantity { .. } | Self::TooManyLines | Self::TooExpensive => {
                ErrorCode::InvalidInput
            }
            Self::Offer(error) => error.code(),
            Self::OutOfStock { .. } => ErrorCode::OutOfStock,
            Self::Port(error) => error.code(),
        }
    }
}
