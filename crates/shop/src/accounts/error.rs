//! How the accounts' use cases can fail. Nothing here tells whether an address has an account, but for whoever opens one.

use souk_kernel::{Coded, Declared, ErrorCode, UserId};
use souk_ports::Error as PortError;

pub static TAKEN: Declared =
    Declared { slug: "email-taken", title: "The address belongs to an account", http: 409, grpc: 6, exit: 4 };

pub static SIGN_IN_REFUSED: Declared = Declared {
    slug: "sign-in-refused",
    title: "Address and password do not belong together",
    http: 401,
    grpc: 16,
    exit: 4,
};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no user `{user}`")]
    UnknownUser { user: UserId },
    /// Also where there is no such account, and where it has no password.
    #[error("the address or the password is not right")]
    SignInRefused,
    #[error("an account has this address already")]
    Taken,
    #[error("there is no session `{asked}`")]
    UnknownSession { asked: String },
    #[error("user `{user}` has no address to sign in with")]
    NoAddress { user: UserId },
    #[error("`{field}` {reason}")]
    Invalid { field: &'static str, reason: String },
    #[error("too many passwords are being looked at; try again in a moment")]
    Busy,
    #[error("the account was changed by somebody else again and again; try once more")]
    Contended,
    #[error(transparent)]
    Port(#[from] PortError),
}

impl Error {
    pub(super) fn invalid(field: &'static str, reason: String) -> Self {
        Self::Invalid { field, reason }
    }
}

impl Coded for Error {
    fn code(&self) -> ErrorCode {
        match self {
            Self::UnknownUser { .. } | Self::UnknownSession { .. } => ErrorCode::NotFound,
            Self::SignInRefused => ErrorCode::Declared(&SIGN_IN_REFUSED),
            Self::Taken => ErrorCode::Declared(&TAKEN),
            Self::NoAddress { .. } | Self::Invalid { .. } => ErrorCode::InvalidInput,
            Self::Busy => ErrorCode::Busy,
            Self::Contended => ErrorCode::Conflict,
            Self::Port(error) => error.code(),
        }
    }
}
