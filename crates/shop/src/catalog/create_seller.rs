//! `POST /sellers`: a workshop that sells.

use serde::Deserialize;
use souk_kernel::{CommitId, SellerId, UserId};
use souk_ports::event::Actor;
use souk_ports::rows::{Entity, Row, Seller};
use souk_ports::store::{Commit, Guard, Outcome};
use utoipa::ToSchema;

use super::Error;
use super::change_product::ATTEMPTS;
use super::change_seller::{SellerChange, check_user};
use super::events::{CatalogEvent, Cause, SellerAdded};
use super::input::{Named, external_id};
use super::once::{Created, created, created_before, remembered};
use crate::Shop;
use crate::commit::commit_surely;
use crate::orders::IdempotencyKey;

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSeller {
    /// By which another system names it: 1 to 64 letters, digits and `. _ : -`. It never changes.
    pub external_id: Option<String>,
    #[schema(example = "Ash & Oak")]
    pub name: String,
    pub city: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[schema(example = "PT")]
    pub country: Option<String>,
    /// The year.
    pub founded: Option<i32>,
    pub description: Option<String>,
    /// The account of whoever runs it.
    #[schema(value_type = Option<String>)]
    pub user_id: Option<Named<UserId>>,
}

pub async fn create_seller(
    shop: &Shop,
    new: &NewSeller,
    key: Option<IdempotencyKey>,
    actor: Actor,
) -> Result<Created<SellerId>, Error> {
    let of = |Created { id, position }| Created { id: SellerId(id), position };
    if let Some(before) = created_before(shop, key.as_ref()).await? {
        return Ok(of(before));
    }
    let external = new.external_id.as_deref().map(external_id).transpose();
    let external = external.map_err(|reason| Error::invalid("external_id", reason))?;
    let id = external.as_ref().map_or_else(SellerId::new, SellerId::from_external);
    let blank = Seller {
        id,
        external_id: external.as_ref().map(ToString::to_string),
        user_id: None,
        name: String::new(),
        rating: None,
        city: None,
        country: None,
        founded: None,
        description: String::new(),
    };
    let said = new.clone();
    let change = SellerChange {
        name: Some(said.name),
        city: said.city.map(Some),
        country: said.country.map(Some),
        founded: said.founded.map(Some),
        description: said.description,
        user_id: said.user_id.map(Some),
        ..SellerChange::default()
    };
    let seller = change.applied(blank)?;
    for _ in 0..ATTEMPTS {
        let mut snapshot = shop.store.snapshot().await?;
        if snapshot.one::<Seller>(id).await?.is_some() {
            let named = seller.external_id.clone().unwrap_or_else(|| id.to_string());
            return Err(Error::AlreadyThere { what: format!("a seller `{named}`") });
        }
        check_user(&mut *snapshot, &change).await?;
        drop(snapshot);
        let cause = Cause { actor: actor.clone(), occurred_at: shop.clock.now(), reason: None };
        let event = CatalogEvent::from(SellerAdded { seller: seller.clone() });
        let mut commit = Commit::new(CommitId::new(), vec![event.into_new(&cause)?]);
        commit.guards.push(Guard::RowVersion { key: Seller::row_key(id), version: 0 });
        commit.rows.push(Row::from(seller.clone()));
        commit.idempotency = key.as_ref().map(|key| remembered(shop, key, id.0)).transpose()?;
        match commit_surely(&*shop.store, commit).await? {
            Outcome::Committed(committed) => return Ok(of(created(&committed, id.0)?)),
            Outcome::KeyReused => return Err(Error::KeyReused),
            Outcome::Refused(_) | Outcome::Conflict { .. } => {}
        }
    }
    Err(Error::ChangedMeanwhile { what: format!("seller `{id}`") })
}
