//! Accounts: how somebody proves who they are, and what they may do then.
//!
//! An account is a record beside the user's row: the address to sign in with, the password as argon2id leaves it, what
//! its owner may do, and which sessions are over. What happens to it stands in a stream of its own; neither passwords nor
//! their hashes are in the log. Sessions lie in the cache role, and whether one still holds is asked of the store: see
//! [`sessions`] and ADR 37.
//!
//! Left out so far: mail (addresses are not proved), second factors, keys and signed tokens, guests.

mod account;
mod demo;
mod error;
mod events;
mod passwords;
mod register;
mod roles;
mod sessions;
mod show_account;
mod sign_in;
mod views;

pub use account::{MAX_PASSWORD, MIN_PASSWORD};
pub use demo::{DEMO_STAFF, sign_in_for_show};
pub use error::{Error, SIGN_IN_REFUSED, TAKEN};
pub use passwords::{Cost, Passwords};
pub use register::{NewAccount, Registered, create_admin, register};
pub use roles::change_roles;
pub use sessions::{Session, SessionMemory, check, end_all, end_session, end_this, list_sessions};
pub use show_account::show_account;
pub use sign_in::{change_password, set_password, sign_in, sign_in_as};
pub use views::{AccountView, SessionView, SessionsAnswer, SignedIn};

use crate::declared::Declarations;

pub const DECLARED: Declarations = Declarations {
    error_codes: &[&TAKEN, &SIGN_IN_REFUSED],
    stream_kinds: &[("account", account::STREAM)],
    records: &[<account::Account as souk_ports::records::Record>::KIND],
    ..Declarations::NOTHING
};
