//! Who stands at the door: finds out who calls, and lets them pass where the table says so.

use std::pin::Pin;
use std::sync::Arc;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, header};
use souk_kernel::{ErrorCode, UserId};
use souk_shop::access::{Action, Caller};
use souk_shop::accounts::{self, Session};

use super::cookie;
use crate::App;
use crate::gate::{Doorkeeper, Given, Problem};
use crate::rest::Table;

static USER: HeaderName = HeaderName::from_static("x-user-id");

pub(crate) struct Keeper {
    app: Arc<App>,
    table: Table,
}

impl Keeper {
    pub(crate) fn of(app: Arc<App>) -> Self {
        Self { app, table: Table::new() }
    }

    /// What the request says of who calls.
    fn claim(&self, request: &Request) -> Result<Claim, Problem> {
        let headers = request.headers();
        if let Some(sent) = headers.get(header::AUTHORIZATION) {
            let parts = sent.to_str().ok().and_then(|text| text.split_once(' '));
            let token = parts.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
            // Another scheme proves nothing here.
            return Ok(Claim::Token(token.map_or_else(String::new, |(_, token)| token.trim().to_owned())));
        }
        let Some(token) = cookie::token(headers) else {
            return if self.app.accounts_required { Ok(Claim::None) } else { named(headers) };
        };
        let host = request.uri().authority().map(|authority| authority.as_str());
        let host = host.or_else(|| headers.get(header::HOST)?.to_str().ok());
        if cookie::is_cross_site(request.method(), headers, host) {
            let detail = "another site's page sent this; what a cookie may do is for this site's own pages";
            return Err(Problem::new(ErrorCode::Forbidden, detail));
        }
        Ok(Claim::Cookie(token.to_owned()))
    }

    /// Whoever claims it by a header is told when that is not so; a browser whose cookie has run out is a visitor.
    async fn prove(&self, claim: Claim) -> Result<(Caller, Option<Session>), Problem> {
        match claim {
            Claim::None => Ok((Caller::Nobody, None)),
            Claim::Named(user) => Ok((Caller::Named(user.id), None)),
            Claim::System => Ok((Caller::System, None)),
            Claim::Cookie(token) => Ok(accounts::check(&self.app.shop, &token).await?),
            Claim::Token(token) => {
                let found = accounts::check(&self.app.shop, &token).await?;
                if found.0 != Caller::Nobody {
                    return Ok(found);
                }
                let detail = "the header `Authorization` names no session that holds; sign in again";
                Err(Problem::new(ErrorCode::IdentityRequired, detail))
            }
        }
    }
}

enum Claim {
    None,
    Token(String),
    Cookie(String),
    /// Proves nothing. So does the next.
    Named(Given<UserId>),
    System,
}

/// Before accounts are asked for, a call names its user and proves nothing; without a name the shop itself calls.
fn named(headers: &HeaderMap) -> Result<Claim, Problem> {
    let Some(value) = headers.get(&USER) else { return Ok(Claim::System) };
    let text = value.to_str().map_err(|_| Problem::invalid("the header `X-User-Id` is not plain text"))?;
    let user = text.trim().parse::<Given<UserId>>();
    let user = user.map_err(|error| Problem::invalid(format!("the header `X-User-Id`: {error}")))?;
    Ok(Claim::Named(user))
}

impl Doorkeeper for Keeper {
    fn action(&self, request: &Request) -> Option<Action> {
        let action = self.table.action(request.method(), request.uri().path());
        action.filter(Action::looks_at_caller)
    }

    fn admit<'a>(
        &'a self,
        request: &'a mut Request,
        action: Action,
    ) -> Pin<Box<dyn Future<Output = Result<(), Problem>> + Send + 'a>> {
        let claim = self.claim(request);
        Box::pin(async move {
            let claim = claim?;
            if let Claim::Named(user) = &claim {
                // Errors speak of the user as the call did.
                request.extensions_mut().insert(user.clone());
            }
            let (caller, session) = self.prove(claim).await?;
            action.admit(caller)?;
            request.extensions_mut().insert(caller);
            if let Some(session) = session {
                request.extensions_mut().insert(session);
            }
            Ok(())
        })
    }
}
