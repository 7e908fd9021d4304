//! What is for sale at which price: the checks that adding to a cart and ordering share.

use souk_kernel::{Coded, ErrorCode, ProductId, VariantId};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("product `{product}` does not exist")]
    UnknownProduct { product: ProductId },
    #[error("product `{product}` has no variant `{variant}`")]
    UnknownVariant { product: ProductId, variant: VariantId },
    #[error("product `{product}` has no variant that could be sold")]
    NoVariant { product: ProductId },
    #[error("`{name}` is not for sale any more")]
    NotForSale { product: ProductId, name: String },
    #[error("`{name}` has its price on request and cannot be bought here")]
    PriceOnRequest { product: ProductId, name: String },
}

impl Coded for Error {
    fn code(&self) -> ErrorCode {
        match self {
            Self::UnknownProduct { .. } | Self::UnknownVariant { .. } | Self::NoVariant { .. } => {
                ErrorCode::NotFound
            }
            Self::NotForSale { .. } => ErrorCode::Conflict,
            Self::PriceOnRequest { .. } => ErrorCode::PriceOnRequest,
        }
    }
}
