//! Who asks. Until accounts exist the caller names the user (over HTTP with `X-User-Id`); nothing is proved.

use souk_kernel::{ErrorCode, UserId};
use souk_ports::event::Actor;

use super::{Given, Problem};

/// The user that the call names. Whether there is such a user is for the use case to find out.
#[derive(Debug, Clone)]
pub struct Caller(pub Given<UserId>);

/// The user, where the call names one.
#[derive(Debug, Clone)]
pub struct MaybeCaller(pub Option<Given<UserId>>);

impl MaybeCaller {
    /// Reads what the call says of its user: `None` where it says nothing.
    pub fn read(text: Option<&str>) -> Result<Self, Problem> {
        let Some(text) = text else { return Ok(Self(None)) };
        let user = text.trim().parse();
        let user = user.map_err(|error| Problem::invalid(format!("the header `X-User-Id`: {error}")))?;
        Ok(Self(Some(user)))
    }

    /// Who takes a step: the user where one is named, and else whoever works for the shop.
    pub fn actor(self) -> Actor {
        self.0.map_or(Actor::Staff, |user| Actor::User(user.id))
    }
}

impl TryFrom<MaybeCaller> for Caller {
    type Error = Problem;

    fn try_from(MaybeCaller(user): MaybeCaller) -> Result<Self, Problem> {
        user.map(Caller).ok_or_else(|| {
            let detail = "name the user with the header `X-User-Id`, such as `X-User-Id: U001`";
            Problem::new(ErrorCode::IdentityRequired, detail)
        })
    }
}
