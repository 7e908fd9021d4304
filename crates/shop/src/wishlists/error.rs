//! How the wishlists' use cases can fail.

use souk_kernel::{Coded, Declared, ErrorCode, ProductId, UserId};
use souk_ports::Error as PortError;

use super::wishlist::WishlistId;

pub static LIMIT: Declared = Declared {
    slug: "wishlist-limit",
    title: "There is no room for more wishes",
    http: 409,
    grpc: 8,
    exit: 4,
};

pub static NAME_TAKEN: Declared = Declared {
    slug: "wishlist-name-taken",
    title: "One wishlist a person and name",
    http: 409,
    grpc: 6,
    exit: 4,
};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no user `{user}`")]
    UnknownUser { user: UserId },
    /// Also for a list of somebody else.
    #[error("there is no wishlist `{asked}`")]
    UnknownWishlist { asked: String },
    #[error("there is no product `{product}`")]
    UnknownProduct { product: ProductId },
    #[error("the wishlist has no product `{product}`")]
    NotWished { product: ProductId },
    #[error("there is a wishlist of that name already")]
    NameTaken,
    #[error("{what}, and {most} is the most")]
    Limit { what: &'static str, most: usize },
    #[error("`{field}` {reason}")]
    Invalid { field: &'static str, reason: String },
    #[error("the idempotency key was used for another request")]
    KeyReused,
    #[error("the wishlist was changed by somebody else again and again; try once more")]
    Contended,
    #[error(transparent)]
    Port(#[from] PortError),
}

impl Error {
    pub(super) fn unknown(id: WishlistId) -> Self {
        Self::UnknownWishlist { asked: id.to_string() }
    }
}

impl Coded for Error {
    fn code(&self) -> ErrorCode {
        match self {
            Self::UnknownUser { .. }
            | Self::UnknownWishlist { .. }
            | Self::UnknownProduct { .. }
            | Self::NotWished { .. } => ErrorCode::NotFound,
            Self::NameTaken => ErrorCode::Declared(&NAME_TAKEN),
            Self::Limit { .. } => ErrorCode::Declared(&LIMIT),
            Self::Invalid { .. } => ErrorCode::InvalidInput,
            Self::KeyReused => ErrorCode::KeyReused,
            Self::Contended => ErrorCode::Conflict,
            Self::Port(error) => error.code(),
        }
    }
}
