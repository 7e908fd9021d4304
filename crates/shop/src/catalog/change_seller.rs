//! `PATCH /sellers/{id}`: changes what is shown of a workshop.

use serde::Deserialize;
use souk_kernel::{CommitId, SellerId, UserId};
use souk_ports::event::Actor;
use souk_ports::rows::{Entity, Row, Seller, User};
use souk_ports::store::{Commit, Committed, Guard, Outcome, Snapshot};
use utoipa::ToSchema;

use super::change_product::{ATTEMPTS, changed_fields};
use super::events::{CatalogEvent, Cause, SellerChanged};
use super::input::{Named, given, present, set};
use super::meant_for::MeantFor;
use super::{Error, texts};
use crate::Shop;
use crate::commit::commit_surely;

/// Fields that are absent stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SellerChange {
    #[serde(deserialize_with = "given")]
    #[schema(nullable = false)]
    pub name: Option<String>,
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub city: Option<Option<String>>,
    /// ISO 3166-1 alpha-2.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub country: Option<Option<String>>,
    /// The year.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<i32>)]
    pub founded: Option<Option<i32>>,
    #[serde(deserialize_with = "given")]
    #[schema(nullable = false)]
    pub description: Option<String>,
    /// The account of whoever runs it.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub user_id: Option<Option<Named<UserId>>>,
    #[serde(skip)]
    pub meant_for: MeantFor,
}

impl SellerChange {
    /// The seller after the change.
    pub(super) fn applied(&self, mut seller: Seller) -> Result<Seller, Error> {
        if let Some(name) = &self.name {
            texts::line(name, texts::MAX_NAME).map_err(|reason| Error::invalid("name", reason))?;
        }
        if let Some(Some(city)) = &self.city {
            texts::line(city, texts::MAX_WORD).map_err(|reason| Error::invalid("city", reason))?;
        }
        if let Some(Some(country)) = &self.country
            && !(country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase()))
        {
            return Err(Error::invalid("country", "is no country code of two capital letters"));
        }
        if let Some(Some(year)) = self.founded
            && !(1_000..=2_100).contains(&year)
        {
            return Err(Error::invalid("founded", "is no year from 1000 to 2100"));
        }
        if let Some(description) = &self.description {
            texts::prose(description, texts::MAX_TEXT)
                .map_err(|reason| Error::invalid("description", reason))?;
        }
        set(&mut seller.name, &self.name);
        set(&mut seller.city, &self.city);
        set(&mut seller.country, &self.country);
        set(&mut seller.founded, &self.founded);
        set(&mut seller.description, &self.description);
        if let Some(user) = self.user_id {
            seller.user_id = user.map(|Named(id)| id);
        }
        Ok(seller)
    }
}

pub(super) async fn check_user(snapshot: &mut dyn Snapshot, change: &SellerChange) -> Result<(), Error> {
    if let Some(Some(Named(user))) = change.user_id
        && snapshot.one::<User>(user).await?.is_none()
    {
        return Err(Error::invalid("user_id", "names a user who is not there"));
    }
    Ok(())
}

/// `None` when the seller is like that already.
pub async fn change_seller(
    shop: &Shop,
    id: SellerId,
    change: &SellerChange,
    actor: Actor,
) -> Result<Option<Committed>, Error> {
    for _ in 0..ATTEMPTS {
        let mut snapshot = shop.store.snapshot().await?;
        let Some(before) = snapshot.one::<Seller>(id).await? else {
            return Err(Error::UnknownSeller { asked: id.to_string() });
        };
        change.meant_for.check("seller", id, before.version)?;
        check_user(&mut *snapshot, change).await?;
        drop(snapshot);
        let after = change.applied(before.row.clone())?;
        if after == before.row {
            return Ok(None);
        }
        let cause = Cause { actor: actor.clone(), occurred_at: shop.clock.now(), reason: None };
        let changed = changed_fields(&before.row, &after);
        let event = CatalogEvent::from(SellerChanged { seller: after.clone(), changed });
        let mut commit = Commit::new(CommitId::new(), vec![event.into_new(&cause)?]);
        commit.guards.push(Guard::RowVersion { key: Seller::row_key(id), version: before.version });
        commit.rows.push(Row::from(after));
        if let Outcome::Committed(committed) = commit_surely(&*shop.store, commit).await? {
            return Ok(Some(committed));
        }
    }
    Err(Error::ChangedMeanwhile { what: format!("seller `{id}`") })
}
