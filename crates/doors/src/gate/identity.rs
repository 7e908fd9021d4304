//! Who asks. Until accounts exist the caller names the user with the header `X-User-Id`; nothing is proved.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use souk_kernel::{ErrorCode, UserId};
use souk_ports::event::Actor;

use super::{Given, Problem};

const HEADER: &str = "x-user-id";

/// The user that the request names. Whether there is such a user is for the use case to find out.
#[derive(Debug, Clone)]
pub struct Caller(pub Given<UserId>);

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let MaybeCaller(user) = MaybeCaller::from_request_parts(parts, state).await?;
        user.map(Caller).ok_or_else(|| {
            let detail = "name the user with the header `X-User-Id`, such as `X-User-Id: U001`";
            Problem::new(ErrorCode::IdentityRequired, detail)
        })
    }
}

/// The user, where the request names one.
#[derive(Debug, Clone)]
pub struct MaybeCaller(pub Option<Given<UserId>>);

impl MaybeCaller {
    /// Who takes a step: the user where one is named, and else whoever works for the shop.
    pub fn actor(self) -> Actor {
        self.0.map_or(Actor::Staff, |user| Actor::User(user.id))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for MaybeCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(HEADER) else { return Ok(Self(None)) };
        let text =
            value.to_str().map_err(|_| Problem::invalid("the header `X-User-Id` is not plain text"))?;
        let user = text
            .trim()
            .parse()
            .map_err(|error| Problem::invalid(format!("the header `X-User-Id`: {error}")))?;
        Ok(Self(Some(user)))
    }
}
