//! How the use cases of orders can fail.

use souk_kernel::{Coded, ErrorCode, Money, ProductId, UserId, VariantId};
use souk_ports::rows::OrderStatus;

use crate::carts;
use crate::carts::offer;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the cart is empty")]
    EmptyCart,
    #[error("order `{order}` does not exist")]
    UnknownOrder { order: String },
    #[error("user `{user}` does not exist")]
    UnknownUser { user: UserId },
    /// The request breaks a rule of form: too many lines, a quantity out of range, an address without a city.
    #[error("{reason}")]
    Invalid { reason: String },
    /// Something ordered does not exist, is not for sale, or has no price.
    #[error(transparent)]
    Offer(#[from] offer::Error),
    #[error(
        "the price of `{name}` is {today} today, not {given}; order it at today's price{}",
        if *.from_cart { ", after changing its line in the cart, which takes the new price over" } else { "" }
    )]
    PriceChanged { product: ProductId, name: String, given: Money, today: Money, from_cart: bool },
    #[error("only {available} of `{name}` can be ordered, not {wanted}")]
    OutOfStock { product: ProductId, variant: VariantId, name: String, available: i64, wanted: i64 },
    /// The order is not in a state that this step starts from.
    #[error("order `{order}` is {}, so it cannot be {step}{}", .status.as_str(), detail(.why))]
    Step { order: String, status: OrderStatus, step: &'static str, why: Option<String> },
    #[error("order `{order}` costs {total}, but the payment is {amount}")]
    WrongAmount { order: String, total: Money, amount: Money },
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// Others kept changing the same things for as long as we tried.
    #[error("{what} kept changing meanwhile; try again")]
    Contended { what: String },
    #[error(transparent)]
    Cart(#[from] carts::Error),
    #[error(transparent)]
    Port(#[from] souk_ports::Error),
}

fn detail(why: &Option<String>) -> String {
    why.as_ref().map(|why| format!(": {why}")).unwrap_or_default()
}

impl Error {
    pub(crate) fn invalid(reason: impl Into<String>) -> Self {
        Self::Invalid { reason: reason.into() }
    }
}

impl Coded for Error {
    fn code(&self) -> ErrorCode {
        match self {
            Self::EmptyCart => ErrorCode::EmptyCart,
            Self::UnknownOrder { .. } | Self::UnknownUser { .. } => ErrorCode::NotFound,
            Self::Invalid { .. } | Self::WrongAmount { .. } => ErrorCode::InvalidInput,
            Self::Offer(error) => error.code(),
            Self::PriceChanged { .. } => ErrorCode::PriceChanged,
            Self::OutOfStock { .. } => ErrorCode::OutOfStock,
            Self::Step { .. } => ErrorCode::OrderState,
            Self::KeyReused => ErrorCode::KeyReused,
            Self::Contended { .. } => ErrorCode::Conflict,
            Self::Cart(error) => error.code(),
            Self::Port(error) => error.code(),
        }
    }
}
