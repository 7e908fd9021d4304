//! `PUT` and `GET /customers/{id}/profile`: what customers say of themselves, which nobody else is shown.

use serde::{Deserialize, Serialize};
use souk_kernel::{Position, UserId};
use souk_ports::event::Actor;
use souk_ports::rows::{CustomerProfile, Size, User};
use souk_ports::store::Committed;
use utoipa::ToSchema;

use super::Error;
use super::events::ProfileEvent;
use super::projections::{CUSTOMER_PROFILES, read};
use crate::catalog::texts;
use crate::{Query, Shop, Source};

/// Characters that people say about themselves.
const MAX_ABOUT: usize = 2_000;
const MOST_SIZES: usize = 20;

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerProfileView {
    /// Up to 2,000 characters.
    #[serde(default)]
    pub about: Option<String>,
    #[serde(default)]
    #[schema(example = json!(["stoneware", "wool"]))]
    pub interests: Vec<String>,
    #[serde(default)]
    pub sizes: Vec<SizeView>,
    /// Whether they want to be written to.
    #[serde(default)]
    pub newsletter: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SizeView {
    #[schema(example = "ring")]
    pub of: String,
    #[schema(example = "54")]
    pub size: String,
}

impl From<CustomerProfile> for CustomerProfileView {
    fn from(row: CustomerProfile) -> Self {
        Self {
            about: row.about,
            interests: row.interests,
            sizes: row.sizes.into_iter().map(|Size { of, size }| SizeView { of, size }).collect(),
            newsletter: row.newsletter,
        }
    }
}

impl CustomerProfileView {
    pub(crate) fn checked(self, user_id: UserId) -> Result<CustomerProfile, Error> {
        let about = self.about.filter(|about| !about.trim().is_empty());
        if let Some(about) = &about {
            texts::prose(about, MAX_ABOUT).map_err(Error::invalid("about"))?;
        }
        texts::words(&self.interests).map_err(Error::invalid("interests"))?;
        Error::too_many("sizes", self.sizes.len(), MOST_SIZES)?;
        for size in &self.sizes {
            for text in [&size.of, &size.size] {
                let entry = |reason: String| format!("has an entry that {reason}");
                texts::line(text, texts::MAX_WORD).map_err(entry).map_err(Error::invalid("sizes"))?;
            }
        }
        let sizes = self.sizes.into_iter().map(|SizeView { of, size }| Size { of, size }).collect();
        Ok(CustomerProfile { user_id, about, interests: self.interests, sizes, newsletter: self.newsletter })
    }
}

pub async fn set_customer_profile(
    shop: &Shop,
    user: UserId,
    told: CustomerProfileView,
) -> Result<Committed, Error> {
    let row = told.checked(user)?;
    if shop.store.snapshot().await?.one::<User>(user).await?.is_none() {
        return Err(Error::UnknownUser { user });
    }
    ProfileEvent::Customer(row).set(shop, Actor::User(user)).await
}

/// What a customer says of themselves.
#[derive(Debug, Clone, Copy)]
pub struct ShowCustomerProfile {
    pub user: UserId,
}

impl Query for ShowCustomerProfile {
    type Answer = CustomerProfileView;
    type Error = Error;

    fn reads(&self) -> &'static [Source] {
        &[Source::Documents(CUSTOMER_PROFILES)]
    }

    async fn answer(&self, shop: &Shop, _: Position) -> Result<CustomerProfileView, Error> {
        show_customer_profile(shop, self.user).await
    }
}

/// Empty where nothing has been told.
pub async fn show_customer_profile(shop: &Shop, user: UserId) -> Result<CustomerProfileView, Error> {
    let found = read::<CustomerProfile>(shop, CUSTOMER_PROFILES, user.0, user).await?;
    match found {
        Some(row) => Ok(row.into()),
        None if shop.store.snapshot().await?.one::<User>(user).await?.is_none() => {
            Err(Error::UnknownUser { user })
        }
        None => Ok(CustomerProfileView::default()),
    }
}
