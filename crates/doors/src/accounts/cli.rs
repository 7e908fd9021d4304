//! `souk users` and `souk admin`: accounts, for whoever has the shop itself.

use std::io::{BufRead as _, IsTerminal as _};

use clap::Subcommand;
use souk_kernel::UserId;
use souk_shop::access::{Caller, Roles};
use souk_shop::accounts::{self, AccountView, NewAccount, SessionsAnswer};

use crate::App;
use crate::cli::Ended;
use crate::gate::{Given, Problem};
use crate::terminal::{Style, Table, Terminal};

#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Open the account of somebody who may do everything; the password is asked for, or read from the standard input
    Create {
        email: String,
        #[arg(long, default_value = "Admin")]
        name: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum Users {
    /// Show an account
    Show { user: Given<UserId> },
    /// Set a password, which is asked for, or read from the standard input; it ends all sessions
    SetPassword { user: Given<UserId> },
    /// Give roles: `admin`, or permissions: catalog, orders, customers, analytics, accounts. It ends all sessions
    Grant {
        user: Given<UserId>,
        #[arg(required = true)]
        roles: Vec<String>,
    },
    /// Take roles. It ends all sessions
    Revoke {
        user: Given<UserId>,
        #[arg(required = true)]
        roles: Vec<String>,
    },
    /// List where somebody is signed in
    Sessions { user: Given<UserId> },
    /// Sign somebody out everywhere
    SignOut { user: Given<UserId> },
    /// Begin a session, and print its token alone: for `Authorization: Bearer`
    Token { user: Given<UserId> },
}

pub(crate) async fn admin(command: Admin, app: &App, terminal: Terminal) -> Result<Ended, Problem> {
    let Admin::Create { email, name } = command;
    let password = password()?;
    let opened = accounts::create_admin(&app.shop, &NewAccount { name, email, password }).await?;
    app.carry_on().await;
    terminal.answer(&opened.account, |style| in_words(&opened.account, style))?;
    Ok(Ended::Well)
}

pub(crate) async fn users(command: Users, app: &App, terminal: Terminal) -> Result<Ended, Problem> {
    let shop = &app.shop;
    let by = Caller::System;
    let user = match command {
        Users::Show { user } => user,
        Users::SetPassword { user } => {
            let set = accounts::set_password(shop, user.id, &password()?, by).await;
            set.map_err(|error| user.explain(error))?;
            user
        }
        Users::Grant { user, roles } => {
            let changed = accounts::change_roles(shop, user.id, named(&roles)?, Roles::NONE, by).await;
            changed.map_err(|error| user.explain(error))?;
            user
        }
        Users::Revoke { user, roles } => {
            let changed = accounts::change_roles(shop, user.id, Roles::NONE, named(&roles)?, by).await;
            changed.map_err(|error| user.explain(error))?;
            user
        }
        Users::Sessions { user } => {
            let listed = accounts::list_sessions(shop, user.id, None).await;
            let listed = listed.map_err(|error| user.explain(error))?;
            terminal.answer(&listed, |style| sessions(&listed, style))?;
            return Ok(Ended::Well);
        }
        Users::SignOut { user } => {
            accounts::end_all(shop, user.id, by).await.map_err(|error| user.explain(error))?;
            user
        }
        Users::Token { user } => {
            let begun = accounts::sign_in_as(shop, user.id, Some("souk users token")).await;
            let begun = begun.map_err(|error| user.explain(error))?;
            terminal.answer(&begun, |_| begun.token.clone())?;
            return Ok(Ended::Well);
        }
    };
    let shown = accounts::show_account(shop, user.id).await.map_err(|error| user.explain(error))?;
    terminal.answer(&shown, |style| in_words(&shown, style))?;
    Ok(Ended::Well)
}

fn named(roles: &[String]) -> Result<Roles, Problem> {
    Roles::named(roles.iter().map(String::as_str)).map_err(|name| {
        let known = "admin, catalog, orders, customers, analytics and accounts";
        Problem::invalid(format!("there is no role or permission `{name}`; there are {known}"))
    })
}

/// Asked for on a terminal, without showing it; otherwise the first line of the standard input.
fn password() -> Result<String, Problem> {
    let unreadable = |error: std::io::Error| Problem::invalid(format!("no password could be read: {error}"));
    if std::io::stdin().is_terminal() {
        return rpassword::prompt_password("Password: ").map_err(unreadable);
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(unreadable)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn in_words(account: &AccountView, style: Style) -> String {
    let name = account.name.as_deref().unwrap_or("(erased)");
    let email = account.email.as_deref().unwrap_or("no address");
    let roles = account.roles.names();
    let roles = if roles.is_empty() { "customer".to_owned() } else { roles.join(", ") };
    let password = if account.has_password { "signs in with a password" } else { "has no password" };
    format!("{}, {email}: {roles}, {password} {}", style.title(name), style.dim(account.user_id))
}

fn sessions(listed: &SessionsAnswer, style: Style) -> String {
    if listed.sessions.is_empty() {
        return "Signed in nowhere.".to_owned();
    }
    let mut table = Table::new(style, &["session", "since", "until", "device"]);
    for one in &listed.sessions {
        let device = one.device.clone().unwrap_or_default();
        table.row([one.session_id.to_string(), one.began_at.to_string(), one.expires_at.to_string(), device]);
    }
    table.render()
}
