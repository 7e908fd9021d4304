//! Opening an account: the user, who they are, and how they sign in, by one commit.

use souk_kernel::{CommitId, LogPosition, UserId};
use souk_ports::Error as PortError;
use souk_ports::event::Actor;
use souk_ports::records;
use souk_ports::rows::{Entity, Person, Row, User};
use souk_ports::store::{Commit, Guard, Outcome, Refusal};

use super::account::{Account, checked_email, checked_name, checked_password};
use super::events::AccountEvent;
use super::{AccountView, Error, show_account};
use crate::Shop;
use crate::access::Roles;
use crate::commit::commit_surely;
use crate::customers::events::{EMAILS, UserEvent, UserRegistered, email_key};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    pub name: String,
    pub email: String,
    pub password: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    pub account: AccountView,
    pub position: LogPosition,
}

/// Opens a customer's account. `Taken` where somebody has the address, with an account or without one.
pub async fn register(shop: &Shop, new: &NewAccount) -> Result<Registered, Error> {
    open(shop, new, Roles::NONE).await
}

/// Opens the account of somebody who may do everything. No such account exists before somebody opens one.
pub async fn create_admin(shop: &Shop, new: &NewAccount) -> Result<Registered, Error> {
    open(shop, new, Roles::ADMIN).await
}

async fn open(shop: &Shop, new: &NewAccount, roles: Roles) -> Result<Registered, Error> {
    let email = checked_email(&new.email)?;
    let name = checked_name(&new.name)?;
    checked_password(&new.password)?;
    // Before anybody looks whether the address is taken: it takes as long if it is.
    let password = shop.passwords.hash(&new.password).await?;
    let user = UserId::new();
    let account = Account {
        email: Some(email.clone()),
        password: Some(password),
        roles,
        ..Account::of(user, shop.clock.now())
    };
    let person = Person { user_id: user, name, email, phone: None, address: None };
    let actor = if roles.is_none() { Actor::User(user) } else { Actor::Staff };
    let position = commit(shop, None, account, person, actor).await?;
    Ok(Registered { account: show_account(shop, user).await?, position })
}

/// Writes a user who is new, with person and account.
pub(super) async fn commit(
    shop: &Shop,
    external_id: Option<String>,
    account: Account,
    person: Person,
    actor: Actor,
) -> Result<LogPosition, Error> {
    let now = account.opened_at;
    let user = User { id: account.user_id, external_id, joined_at: now };
    let personal = Some((&person).into());
    let registered = UserEvent::UserRegistered(UserRegistered { user: user.clone(), personal });
    let mut events = vec![
        registered.into_new(now, actor.clone(), None)?,
        AccountEvent::Opened { user_id: user.id }.to_new(now, actor.clone())?,
    ];
    if !account.roles.is_none() {
        let changed = AccountEvent::RolesChanged { user_id: user.id, roles: account.roles };
        events.push(changed.to_new(now, actor)?);
    }
    let mut commit = Commit::new(CommitId::new(), events);
    let space = EMAILS.to_owned();
    commit.guards.push(Guard::Unique { space, value: email_key(&person.email), owner: user.id.0 });
    commit.guards.push(Guard::RowVersion { key: records::key::<Account>(user.id.0), version: 0 });
    commit.guards.push(Guard::RowVersion { key: User::row_key(user.id), version: 0 });
    let rows: [Row; 3] = [user.into(), person.into(), records::row(&account)?.into()];
    commit.rows.extend(rows);
    match commit_surely(&*shop.store, commit).await? {
        Outcome::Committed(done) => Ok(done.position),
        Outcome::Refused(Refusal::Unique { .. } | Refusal::Taken { .. } | Refusal::RowVersion { .. }) => {
            Err(Error::Taken)
        }
        other => {
            let answered = format!("the store answered {other:?}");
            Err(PortError::internal("opening an account", answered).into())
        }
    }
}
