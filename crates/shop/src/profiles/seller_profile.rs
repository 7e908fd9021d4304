//! `PUT /sellers/{id}/profile`; it is shown with the seller.

use serde::{Deserialize, Serialize};
use souk_kernel::SellerId;
use souk_ports::event::Actor;
use souk_ports::rows::{PortfolioItem, Seller, SellerProfile};
use souk_ports::store::Committed;
use utoipa::ToSchema;

use super::Error;
use super::events::ProfileEvent;
use super::projections::{SELLER_PROFILES, read};
use crate::Shop;
use crate::catalog::texts;
use crate::reviews::words;

const MOST_WORKS: usize = 50;
const MAX_TITLE: usize = 200;
/// Characters on one work.
const MAX_DESCRIPTION: usize = 2_000;

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SellerProfileView {
    /// Up to 10,000 characters.
    pub story: String,
    #[serde(default)]
    #[schema(example = json!(["wood turning"]))]
    pub techniques: Vec<String>,
    /// Up to 50 works.
    #[serde(default)]
    pub portfolio: Vec<PortfolioItemView>,
}

/// A work that is shown, and may not be for sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PortfolioItemView {
    pub title: String,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub year: Option<i32>,
    /// A path that begins with `/media/`.
    #[serde(default)]
    pub image: Option<String>,
}

impl From<SellerProfile> for SellerProfileView {
    fn from(row: SellerProfile) -> Self {
        let item = |item: PortfolioItem| PortfolioItemView {
            title: item.title,
            description: item.description,
            year: item.year,
            image: item.image,
        };
        Self {
            story: row.story,
            techniques: row.techniques,
            portfolio: row.portfolio.into_iter().map(item).collect(),
        }
    }
}

impl SellerProfileView {
    pub(crate) fn checked(self, seller_id: SellerId) -> Result<SellerProfile, Error> {
        texts::prose(&self.story, texts::MAX_TEXT).map_err(Error::invalid("story"))?;
        if self.story.trim().is_empty() {
            return Err(Error::invalid("story")("is missing".to_owned()));
        }
        texts::words(&self.techniques).map_err(Error::invalid("techniques"))?;
        Error::too_many("portfolio", self.portfolio.len(), MOST_WORKS)?;
        let mut portfolio = Vec::with_capacity(self.portfolio.len());
        for (item, place) in self.portfolio.into_iter().zip(1..) {
            let invalid = |what: &str, reason: String| {
                Error::invalid("portfolio")(format!("has a work (number {place}) whose {what} {reason}"))
            };
            texts::line(&item.title, MAX_TITLE).map_err(|reason| invalid("title", reason))?;
            texts::prose(&item.description, MAX_DESCRIPTION)
                .map_err(|reason| invalid("description", reason))?;
            if item.year.is_some_and(|year| !(1_000..=2_100).contains(&year)) {
                return Err(invalid("year", "is not between 1000 and 2100".to_owned()));
            }
            if let Some(image) = &item.image {
                words::image(image).map_err(|reason| invalid("image", reason))?;
            }
            portfolio.push(PortfolioItem {
                title: item.title,
                description: item.description,
                year: item.year,
                image: item.image,
            });
        }
        Ok(SellerProfile { seller_id, story: self.story, techniques: self.techniques, portfolio })
    }
}

pub async fn set_seller_profile(
    shop: &Shop,
    seller: SellerId,
    told: SellerProfileView,
    actor: Actor,
) -> Result<Committed, Error> {
    let row = told.checked(seller)?;
    if shop.store.snapshot().await?.one::<Seller>(seller).await?.is_none() {
        return Err(Error::UnknownSeller { seller });
    }
    ProfileEvent::Seller(row).set(shop, actor).await
}

/// `None` where nothing has been told.
pub(crate) async fn show_seller_profile(
    shop: &Shop,
    seller: SellerId,
) -> Result<Option<SellerProfileView>, souk_ports::Error> {
    let found = read::<SellerProfile>(shop, SELLER_PROFILES, seller.0, seller).await?;
    Ok(found.map(SellerProfileView::from))
}
