//! What people do with their wishlists: `POST`, `PATCH` and `DELETE` below `/wishlists`.

use serde::{Deserialize, Serialize};
use souk_kernel::{CommitId, LogPosition, ProductId, UserId};
use souk_ports::Error as PortError;
use souk_ports::event::Actor;
use souk_ports::records::{self, Record};
use souk_ports::rows::{Product, User};
use souk_ports::store::{Commit, Guard, Idempotency, Outcome, Refusal, Snapshot, Versioned};

use super::Error;
use super::events::WishlistEvent;
use super::views::WishlistView;
use super::wishlist::{Command, MAX_LISTS, Wishlist, WishlistId, apply, checked_name, decide, nothing};
use crate::Shop;
use crate::commit::commit_surely;
use crate::orders::IdempotencyKey;

/// How often a decision is made anew because the list has changed meanwhile.
const TRIES: usize = 20;

/// What is to be done with a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    Rename(String),
    /// A product that is in it already stays as it is.
    Add(ProductId),
    Remove(ProductId),
    Delete,
}

/// The list as it is now, or was when it was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    pub view: WishlistView,
    /// Of the change; where there was nothing to change, of what was looked at.
    pub position: LogPosition,
}

/// What is kept under an idempotency key.
#[derive(Serialize, Deserialize)]
struct Answer {
    wishlist_id: WishlistId,
}

pub async fn create_wishlist(
    shop: &Shop,
    user: UserId,
    name: &str,
    key: Option<IdempotencyKey>,
) -> Result<Changed, Error> {
    let command = Command::Create { user, name: checked_name(name)? };
    carry_out(shop, user, WishlistId::new(), command, key).await
}

/// Of somebody else's list: there is no such list.
pub async fn change_wishlist(
    shop: &Shop,
    user: UserId,
    id: WishlistId,
    change: Change,
    key: Option<IdempotencyKey>,
) -> Result<Changed, Error> {
    let command = match change {
        Change::Rename(name) => Command::Rename { name: checked_name(&name)? },
        Change::Add(product) => Command::Add { product },
        Change::Remove(product) => Command::Remove { product },
        Change::Delete => Command::Delete,
    };
    carry_out(shop, user, id, command, key).await
}

async fn carry_out(
    shop: &Shop,
    user: UserId,
    id: WishlistId,
    command: Command,
    key: Option<IdempotencyKey>,
) -> Result<Changed, Error> {
    if let Some(key) = &key
        && let Some(answered) = shop.store.answered(&scope(user), &key.key).await?
    {
        if answered.request_hash != key.request_hash {
            return Err(Error::KeyReused);
        }
        return as_answered(shop, user, &answered.answer, answered.position).await;
    }
    for _ in 0..TRIES {
        if let Some(changed) = attempt(shop, user, id, &command, key.as_ref()).await? {
            return Ok(changed);
        }
    }
    Err(Error::Contended)
}

/// One look at the list and one commit; `None` when the list had changed by the time of the commit.
async fn attempt(
    shop: &Shop,
    user: UserId,
    id: WishlistId,
    command: &Command,
    key: Option<&IdempotencyKey>,
) -> Result<Option<Changed>, Error> {
    let now = shop.clock.now();
    let mut snapshot = shop.store.snapshot().await?;
    let Versioned { version, row: list } = match command {
        Command::Create { .. } => {
            if snapshot.one::<User>(user).await?.is_none() {
                return Err(Error::UnknownUser { user });
            }
            Versioned { version: 0, row: nothing(id, user, now) }
        }
        _ => own(&mut *snapshot, user, id).await?,
    };
    if let Command::Add { product } = command
        && !snapshot.one::<Product>(*product).await?.is_some_and(|product| product.row.is_active)
    {
        return Err(Error::UnknownProduct { product: *product });
    }
    let seen = snapshot.head().await?.head;
    drop(snapshot);
    let Some(event) = decide(&list, command)? else {
        return Ok(Some(Changed { view: WishlistView::of(&list), position: seen }));
    };
    let before = WishlistView::of(&list);
    let after = apply(list, &event, now);
    let mut commit = Commit::new(CommitId::new(), vec![event.to_new(id, now, Actor::User(user))?]);
    commit.guards.push(Guard::RowVersion { key: records::key::<Wishlist>(id.0), version });
    commit.guards.extend(counted(user, &event));
    let row = after.as_ref().map_or_else(|| Ok(records::deleted::<Wishlist>(id.0)), records::row)?;
    commit.rows.push(row.into());
    commit.idempotency = key.map(|key| remembered(shop, user, id, key)).transpose()?;
    match commit_surely(&*shop.store, commit).await? {
        Outcome::Committed(done) => match done.answer {
            // Another request with the same key was faster, or this one was tried again.
            Some(answer) if done.replayed => as_answered(shop, user, &answer, done.position).await.map(Some),
            _ => {
                let view = after.as_ref().map_or(before, WishlistView::of);
                Ok(Some(Changed { view, position: done.position }))
            }
        },
        Outcome::Refused(Refusal::RowVersion { .. }) => Ok(None),
        Outcome::Refused(Refusal::Taken { .. }) => Err(Error::NameTaken),
        Outcome::Refused(Refusal::Counter { .. }) => {
            Err(Error::Limit { what: "there are as many wishlists as a person may have", most: MAX_LISTS })
        }
        Outcome::KeyReused => Err(Error::KeyReused),
        other => {
            Err(PortError::internal("changing a wishlist", format!("the store answered {other:?}")).into())
        }
    }
}

/// A list of this person.
pub(super) async fn own(
    snapshot: &mut dyn Snapshot,
    user: UserId,
    id: WishlistId,
) -> Result<Versioned<Wishlist>, Error> {
    let found = snapshot.record::<Wishlist>(id.0).await?;
    found.filter(|list| list.row.user_id == user).ok_or_else(|| Error::unknown(id))
}

/// How many lists a person has is counted where nobody can come in between.
fn counted(user: UserId, event: &WishlistEvent) -> Option<Guard> {
    let by = match event {
        WishlistEvent::Created { .. } => 1,
        WishlistEvent::Deleted { .. } => -1,
        _ => return None,
    };
    Some(Guard::Counter { name: format!("{}/{user}", Wishlist::KIND), by, max: MAX_LISTS as i64 })
}

fn scope(user: UserId) -> String {
    format!("wishlists/{user}")
}

fn remembered(
    shop: &Shop,
    user: UserId,
    id: WishlistId,
    key: &IdempotencyKey,
) -> Result<Idempotency, PortError> {
    let answer = serde_json::to_string(&Answer { wishlist_id: id })
        .map_err(|source| PortError::internal("writing the answer of a wishlist", source))?;
    Ok(Idempotency {
        scope: scope(user),
        key: key.key.clone(),
        request_hash: key.request_hash,
        ttl_ms: shop.rules.idempotency_ttl_ms,
        answer,
    })
}

/// The list that a former request was about, as it is now.
async fn as_answered(
    shop: &Shop,
    user: UserId,
    answer: &str,
    position: LogPosition,
) -> Result<Changed, Error> {
    let Answer { wishlist_id } = serde_json::from_str(answer)
        .map_err(|source| PortError::internal("reading the answer of a wishlist", source))?;
    let list = own(&mut *shop.store.snapshot().await?, user, wishlist_id).await?;
    Ok(Changed { view: WishlistView::of(&list.row), position })
}
