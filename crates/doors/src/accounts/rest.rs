//! `/accounts`, `/account` and `/sessions`.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use souk_kernel::{ErrorCode, UserId};
use souk_shop::accounts::{self, AccountView, NewAccount, SessionsAnswer, SignedIn, sign_in_for_show};
use utoipa::ToSchema;
use uuid::Uuid;

use super::cookie;
use crate::App;
use crate::gate::{Asker, Caller, Done, Given, JsonBody, PathText, Problem, ThisSession, blank_is_absent};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAccountBody {
    #[schema(example = "Anna Berg")]
    name: String,
    #[schema(example = "anna@example.org")]
    email: String,
    /// 8 characters or more, 256 bytes at most.
    #[schema(format = Password)]
    password: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Credentials {
    #[schema(example = "anna@example.org")]
    email: String,
    #[schema(format = Password)]
    password: String,
    /// Keeps the token in a cookie that no script reads, and out of the answer: for pages in a browser.
    #[serde(default)]
    cookie: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemoCredentials {
    /// Sign in as this user; as staff where it is left out.
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[schema(value_type = Option<String>, example = "U001")]
    user_id: Option<Given<UserId>>,
    /// What the shop's settings ask for.
    #[serde(default)]
    secret: String,
    /// As in `POST /sessions`.
    #[serde(default)]
    cookie: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPassword {
    #[schema(format = Password)]
    current_password: String,
    #[schema(format = Password)]
    new_password: String,
    /// As in `POST /sessions`.
    #[serde(default)]
    cookie: bool,
}

/// Opens an account.
#[utoipa::path(post, path = "/accounts", tag = "accounts", request_body = NewAccountBody,
    responses((status = CREATED, body = AccountView)))]
pub(crate) async fn open_account(
    State(app): State<Arc<App>>,
    JsonBody { value: new, .. }: JsonBody<NewAccountBody>,
) -> Result<Done<AccountView>, Problem> {
    let NewAccountBody { name, email, password } = new;
    let opened = accounts::register(&app.shop, &NewAccount { name, email, password }).await?;
    Ok(Done::created(opened.position, opened.account))
}

/// The account of whoever asks.
#[utoipa::path(get, path = "/account", tag = "accounts", responses((status = OK, body = AccountView)))]
pub(crate) async fn show_account(
    State(app): State<Arc<App>>,
    Caller(user): Caller,
) -> Result<Json<AccountView>, Problem> {
    Ok(Json(accounts::show_account(&app.shop, user.id).await?))
}

/// Sets another password. Every session is over then, and a new one begins here.
#[utoipa::path(put, path = "/account/password", tag = "accounts", request_body = NewPassword,
    responses((status = OK, body = SignedIn)))]
pub(crate) async fn change_password(
    State(app): State<Arc<App>>,
    Caller(user): Caller,
    headers: HeaderMap,
    JsonBody { value: new, .. }: JsonBody<NewPassword>,
) -> Result<Response, Problem> {
    let NewPassword { current_password, new_password, cookie } = new;
    let device = device(&headers);
    let changed = accounts::change_password(&app.shop, user.id, &current_password, &new_password, device);
    Ok(signed_in(&app, StatusCode::OK, changed.await?, cookie))
}

/// Signs in.
#[utoipa::path(post, path = "/sessions", tag = "accounts", request_body = Credentials,
    responses((status = CREATED, body = SignedIn)))]
pub(crate) async fn sign_in(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    JsonBody { value: credentials, .. }: JsonBody<Credentials>,
) -> Result<Response, Problem> {
    let Credentials { email, password, cookie } = credentials;
    let begun = accounts::sign_in(&app.shop, &email, &password, device(&headers)).await?;
    Ok(signed_in(&app, StatusCode::CREATED, begun, cookie))
}

/// Signs in as somebody made up, or as staff: in shops for show alone.
#[utoipa::path(post, path = "/sessions/demo", tag = "accounts", request_body = DemoCredentials,
    responses((status = CREATED, body = SignedIn)))]
pub(crate) async fn sign_in_to_demo(
    State(app): State<Arc<App>>,
    JsonBody { value: credentials, .. }: JsonBody<DemoCredentials>,
) -> Result<Response, Problem> {
    if !app.demo.load(Ordering::Relaxed) {
        return Err(Problem::new(
            ErrorCode::RouteNotFound,
            "this shop is not for show: sign in with a password",
        ));
    }
    let DemoCredentials { user_id, secret, cookie } = credentials;
    if !app.demo_secret.is_empty() && !is_same(&secret, &app.demo_secret) {
        return Err(Problem::new(ErrorCode::Forbidden, "the shop's settings ask for another `secret`"));
    }
    let begun = sign_in_for_show(&app.shop, user_id.as_ref().map(|user| user.id)).await;
    let begun = begun.map_err(|error| match &user_id {
        Some(user) => user.explain(error),
        None => error.into(),
    })?;
    Ok(signed_in(&app, StatusCode::CREATED, begun, cookie))
}

/// The sessions of whoever asks, newest first.
#[utoipa::path(get, path = "/sessions", tag = "accounts", responses((status = OK, body = SessionsAnswer)))]
pub(crate) async fn list_sessions(
    State(app): State<Arc<App>>,
    ThisSession(session): ThisSession,
) -> Result<Json<SessionsAnswer>, Problem> {
    Ok(Json(accounts::list_sessions(&app.shop, session.user, Some(session.id)).await?))
}

/// Signs out everywhere.
#[utoipa::path(delete, path = "/sessions", tag = "accounts", responses((status = NO_CONTENT)))]
pub(crate) async fn end_sessions(
    State(app): State<Arc<App>>,
    Asker(caller): Asker,
    Caller(user): Caller,
) -> Result<Response, Problem> {
    accounts::end_all(&app.shop, user.id, caller).await?;
    Ok(signed_out(true))
}

/// Ends one session; `this` is the one that asks.
#[utoipa::path(delete, path = "/sessions/{id}", tag = "accounts",
    params(("id" = String, Path, example = "this")), responses((status = NO_CONTENT)))]
pub(crate) async fn end_session(
    State(app): State<Arc<App>>,
    Asker(caller): Asker,
    ThisSession(this): ThisSession,
    PathText(asked): PathText,
) -> Result<Response, Problem> {
    let id = if asked == "this" { Some(this.id) } else { Uuid::try_parse(&asked).ok() };
    let Some(id) = id else { return Err(accounts::Error::UnknownSession { asked }.into()) };
    if id == this.id {
        accounts::end_this(&app.shop, this, caller).await?;
    } else {
        accounts::end_session(&app.shop, this.user, id, caller).await?;
    }
    Ok(signed_out(id == this.id))
}

/// What the device calls itself.
fn device(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::USER_AGENT)?.to_str().ok()
}

fn signed_in(app: &App, status: StatusCode, begun: SignedIn, keeps_cookie: bool) -> Response {
    if !keeps_cookie {
        return (status, Json(begun)).into_response();
    }
    let seconds = (begun.expires_at.ms() - app.shop.clock.now().ms()) / 1000;
    let cookie = cookie::set(&begun.token, seconds);
    let shown = SignedIn { token: String::new(), ..begun };
    let mut response = (status, Json(shown)).into_response();
    if let Some(cookie) = cookie {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

fn signed_out(here: bool) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    if here {
        response.headers_mut().insert(header::SET_COOKIE, cookie::cleared());
    }
    response
}

/// Takes as long whatever differs.
fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (
        souk_shop::orders::request_hash(&[one.as_bytes()]),
        souk_shop::orders::request_hash(&[other.as_bytes()]),
    );
    one == other
}
