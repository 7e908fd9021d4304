//! Proving who one is with a password, and giving oneself another one.

use souk_kernel::UserId;
use souk_ports::event::Actor;
use souk_ports::rows::{Person, User};
use souk_ports::store::Window;

use super::account::{Account, BY_EMAIL, MAX_PASSWORD, checked_email, checked_password};
use super::events::AccountEvent;
use super::passwords::Looked;
use super::sessions::begin;
use super::show_account::change_account;
use super::{Error, SignedIn};
use crate::Shop;
use crate::access::Caller;
use crate::customers::events::email_key;

/// Begins a session. It takes as long, and is refused with the same words, whatever it was that is not right.
pub async fn sign_in(
    shop: &Shop,
    email: &str,
    password: &str,
    device: Option<&str>,
) -> Result<SignedIn, Error> {
    let key = email_key(email);
    // What is longer than any address or password there is need not be looked for.
    if key.len() > 512 || password.len() > MAX_PASSWORD {
        return Err(Error::SignInRefused);
    }
    let mut snapshot = shop.store.snapshot().await?;
    let window = Window { offset: 0, limit: 1 };
    let found = snapshot.records_by::<Account>(&BY_EMAIL, key, window).await?.0.pop();
    drop(snapshot);
    let account = found.map(|found| found.row);
    let hash = account.as_ref().and_then(|account| account.password.clone());
    let looked = shop.passwords.look(password, hash).await?;
    let Some(account) = account.filter(|_| looked != Looked::Wrong) else {
        return Err(Error::SignInRefused);
    };
    if looked == Looked::Outdated {
        rehash(shop, &account, password).await?;
    }
    begin(shop, &account, device).await
}

/// Keeps a password at today's cost, unless it is another one by now.
async fn rehash(shop: &Shop, account: &Account, password: &str) -> Result<(), Error> {
    let hash = shop.passwords.hash(password).await?;
    let user = account.user_id;
    change_account(shop, user, Actor::User(user), |now| {
        if now.password != account.password {
            return Ok(None);
        }
        now.password = Some(hash.clone());
        Ok(Some(AccountEvent::PasswordRehashed { user_id: user }))
    })
    .await
    .map(drop)
}

/// Begins a session without a password: for whoever has the shop itself, and for shops that are made up.
pub async fn sign_in_as(shop: &Shop, user: UserId, device: Option<&str>) -> Result<SignedIn, Error> {
    let mut snapshot = shop.store.snapshot().await?;
    if snapshot.one::<User>(user).await?.is_none() {
        return Err(Error::UnknownUser { user });
    }
    let account = snapshot.record::<Account>(user.0).await?.map(|account| account.row);
    drop(snapshot);
    let account = account.unwrap_or_else(|| Account::of(user, shop.clock.now()));
    begin(shop, &account, device).await
}

/// Gives the caller another password. Every session from before is over, and a new one begins on this device.
pub async fn change_password(
    shop: &Shop,
    user: UserId,
    current: &str,
    new: &str,
    device: Option<&str>,
) -> Result<SignedIn, Error> {
    checked_password(new)?;
    let account = shop.store.snapshot().await?.record::<Account>(user.0).await?.map(|account| account.row);
    let was = account.and_then(|account| account.password);
    if current.len() > MAX_PASSWORD || shop.passwords.look(current, was.clone()).await? == Looked::Wrong {
        return Err(Error::SignInRefused);
    }
    let hash = shop.passwords.hash(new).await?;
    let (account, _) = change_account(shop, user, Actor::User(user), |account| {
        // Somebody has changed it meanwhile: what was proved is no longer so.
        if account.password != was {
            return Err(Error::SignInRefused);
        }
        account.password = Some(hash.clone());
        account.end_all();
        Ok(Some(AccountEvent::PasswordSet { user_id: user }))
    })
    .await?;
    begin(shop, &account, device).await
}

/// Gives a user a password, whatever they had before; who has no account yet signs in with the address that the shop knows.
/// Every session from before is over.
pub async fn set_password(shop: &Shop, user: UserId, new: &str, by: Caller) -> Result<(), Error> {
    checked_password(new)?;
    let person = shop.store.snapshot().await?.one::<Person>(user).await?.map(|person| person.row);
    let hash = shop.passwords.hash(new).await?;
    change_account(shop, user, by.actor(), |account| {
        if account.email.is_none() {
            let person = person.as_ref().ok_or(Error::NoAddress { user })?;
            account.email = Some(checked_email(&person.email)?);
        }
        account.password = Some(hash.clone());
        account.end_all();
        Ok(Some(AccountEvent::PasswordSet { user_id: user }))
    })
    .await
    .map(drop)
}
