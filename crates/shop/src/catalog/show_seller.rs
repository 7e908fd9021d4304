//! `GET /sellers/{id}`.

use souk_kernel::{Position, SellerId};
use souk_ports::rows::{Product, Seller};
use souk_ports::store::{Find, Versioned, Window};

use super::Error;
use super::views::SellerView;
use crate::profiles::{SELLER_PROFILES, SellerProfileView, show_seller_profile};
use crate::{Query, Shop, Source};

/// One seller, with what is told of the workshop.
#[derive(Debug, Clone, Copy)]
pub struct ShowSeller {
    pub id: SellerId,
}

impl Query for ShowSeller {
    type Answer = SellerView;
    type Error = Error;

    fn reads(&self) -> &'static [Source] {
        &[Source::Store, Source::Documents(SELLER_PROFILES)]
    }

    async fn answer(&self, shop: &Shop, at_least: Position) -> Result<SellerView, Error> {
        show_seller(shop, self.id, at_least).await
    }
}

/// The answer holds what the store had at `at_least`.
pub async fn show_seller(shop: &Shop, id: SellerId, at_least: Position) -> Result<SellerView, Error> {
    let profile = show_seller_profile(shop, id).await?;
    let mut snapshot = shop.store.snapshot_from(at_least).await?;
    let Some(found) = snapshot.one::<Seller>(id).await? else {
        return Err(Error::UnknownSeller { asked: id.to_string() });
    };
    let (products, _) = snapshot.list::<Product>(&Find::ProductsOfSeller(id), Window::ALL).await?;
    let active = products.iter().filter(|product| product.row.is_active).count() as u64;
    Ok(view(found, active, profile))
}

pub(super) fn view(
    found: Versioned<Seller>,
    products: u64,
    profile: Option<SellerProfileView>,
) -> SellerView {
    let seller = found.row;
    SellerView {
        id: seller.id,
        external_id: seller.external_id,
        name: seller.name,
        rating: seller.rating,
        city: seller.city,
        country: seller.country,
        founded: seller.founded,
        description: seller.description,
        products,
        profile,
        version: found.version,
    }
}
