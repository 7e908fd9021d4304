//! `DELETE /sellers/{id}`: takes a seller without products away, with what the workshop tells.

use souk_kernel::{CommitId, SellerId};
use souk_ports::event::Actor;
use souk_ports::rows::{Entity, Product, Seller, SellerProfile};
use souk_ports::store::{Commit, Committed, Find, Guard, Outcome};

use super::Error;
use super::change_product::ATTEMPTS;
use super::delete_category::{FIRST, counted, named};
use super::events::{CatalogEvent, Cause, SellerDeleted};
use super::meant_for::MeantFor;
use super::show_seller;
use super::views::SellerView;
use crate::Shop;
use crate::commit::commit_surely;

/// The seller as it was, and the commit that took it away.
pub async fn delete_seller(
    shop: &Shop,
    id: SellerId,
    meant_for: MeantFor,
    actor: Actor,
) -> Result<(SellerView, Committed), Error> {
    for _ in 0..ATTEMPTS {
        let mut snapshot = shop.store.snapshot().await?;
        let Some(before) = snapshot.one::<Seller>(id).await? else {
            return Err(Error::UnknownSeller { asked: id.to_string() });
        };
        meant_for.check("seller", id, before.version)?;
        let (products, total) = snapshot.list::<Product>(&Find::ProductsOfSeller(id), FIRST).await?;
        if let Some(first) = products.first() {
            let products = counted(total, "product", "products", &named(&first.row));
            return Err(Error::StillNeeded { why: format!("`{}` sells {products}", before.row.name) });
        }
        let profile = snapshot.one::<SellerProfile>(id).await?;
        drop(snapshot);
        let cause = Cause { actor: actor.clone(), occurred_at: shop.clock.now(), reason: None };
        let event = CatalogEvent::from(SellerDeleted { seller: before.row.clone() });
        let mut commit = Commit::new(CommitId::new(), vec![event.into_new(&cause)?]);
        let key = Seller::row_key(id);
        commit.guards.push(Guard::RowVersion { key: key.clone(), version: before.version });
        commit.gone = vec![key, SellerProfile::row_key(id)];
        if let Outcome::Committed(committed) = commit_surely(&*shop.store, commit).await? {
            let profile = profile.map(|profile| profile.row.into());
            return Ok((show_seller::view(before, 0, profile), committed));
        }
    }
    Err(Error::ChangedMeanwhile { what: format!("seller `{id}`") })
}
