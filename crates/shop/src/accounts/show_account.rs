//! Looking at an account, and changing it.

use souk_kernel::{CommitId, UserId};
use souk_ports::Error as PortError;
use souk_ports::event::Actor;
use souk_ports::records;
use souk_ports::rows::{Person, User};
use souk_ports::store::{Commit, Committed, Guard, Outcome, Refusal};

use super::account::Account;
use super::events::AccountEvent;
use super::{AccountView, Error};
use crate::Shop;
use crate::commit::commit_surely;

/// How often a change is made anew because the account has changed meanwhile.
const TRIES: usize = 20;

pub async fn show_account(shop: &Shop, user: UserId) -> Result<AccountView, Error> {
    let mut snapshot = shop.store.snapshot().await?;
    let Some(row) = snapshot.one::<User>(user).await? else { return Err(Error::UnknownUser { user }) };
    let person = snapshot.one::<Person>(user).await?.map(|person| person.row);
    let account = snapshot.record::<Account>(user.0).await?.map(|account| account.row);
    let (name, email) = person.map_or((None, None), |person| (Some(person.name), Some(person.email)));
    Ok(AccountView {
        user_id: user,
        name,
        email: account.as_ref().and_then(|account| account.email.clone()).or(email),
        has_password: account.as_ref().is_some_and(|account| account.password.is_some()),
        roles: account.map(|account| account.roles).unwrap_or_default(),
        joined_at: row.row.joined_at,
    })
}

/// Changes the account of a user, who need not have one yet, and begins again with the account as it then is whenever
/// somebody was faster. `edit` answers with what happened; `None`: it is as it should be. The account after it.
pub(super) async fn change_account(
    shop: &Shop,
    user: UserId,
    actor: Actor,
    mut edit: impl FnMut(&mut Account) -> Result<Option<AccountEvent>, Error>,
) -> Result<(Account, Option<Committed>), Error> {
    for _ in 0..TRIES {
        let now = shop.clock.now();
        let mut snapshot = shop.store.snapshot().await?;
        if snapshot.one::<User>(user).await?.is_none() {
            return Err(Error::UnknownUser { user });
        }
        let found = snapshot.record::<Account>(user.0).await?;
        drop(snapshot);
        let version = found.as_ref().map_or(0, |found| found.version);
        let mut account = found.map_or_else(|| Account::of(user, now), |found| found.row);
        let Some(event) = edit(&mut account)? else { return Ok((account, None)) };
        let mut events = vec![event.to_new(now, actor.clone())?];
        if version == 0 {
            events.insert(0, AccountEvent::Opened { user_id: user }.to_new(now, actor.clone())?);
        }
        let mut commit = Commit::new(CommitId::new(), events);
        commit.guards.push(Guard::RowVersion { key: records::key::<Account>(user.0), version });
        commit.rows.push(records::row(&account)?.into());
        match commit_surely(&*shop.store, commit).await? {
            Outcome::Committed(done) => return Ok((account, Some(done))),
            Outcome::Refused(Refusal::RowVersion { .. }) => {}
            Outcome::Refused(Refusal::Taken { .. }) => return Err(Error::Taken),
            other => {
                let answered = format!("the store answered {other:?}");
                return Err(PortError::internal("changing an account", answered).into());
            }
        }
    }
    Err(Error::Contended)
}
