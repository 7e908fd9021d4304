//! `GET /products/{id}/reviews` and `GET /reviews?user_id=`: a page of reviews with their comments.

use std::collections::BTreeSet;

use souk_kernel::{Page, Position, ProductId, UserId};
use souk_ports::Error as PortError;
use souk_ports::documents::Document;
use souk_ports::rows::{Product, Review, User};
use souk_ports::store::{Find, ReviewOrder, Snapshot};
use utoipa::ToSchema;

use super::Error;
use super::document::{ReviewDocument, documents};
use super::projections::{BY_USER, REVIEWS, by_product};
use super::views::{Names, ReviewSummary, ReviewsPage};
use crate::catalog::is_left_to_the_store;
use crate::{Query, Shop, Source};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReviewQuery {
    pub whose: Whose,
    pub page: Page,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Only of a product that is sold.
    Product(ProductId, Sort),
    /// Written by this person, newest first.
    User(UserId),
}

/// What is alike comes newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum Sort {
    #[default]
    Newest,
    Highest,
    Lowest,
}

impl std::str::FromStr for Sort {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "newest" => Ok(Self::Newest),
            "highest" => Ok(Self::Highest),
            "lowest" => Ok(Self::Lowest),
            _ => Err("reviews are sorted by `newest`, `highest` or `lowest`"),
        }
    }
}

impl Sort {
    pub(super) fn order(self) -> ReviewOrder {
        match self {
            Self::Newest => ReviewOrder::Newest,
            Self::Highest => ReviewOrder::Highest,
            Self::Lowest => ReviewOrder::Lowest,
        }
    }
}

impl Query for ReviewQuery {
    type Answer = ReviewsPage;
    type Error = Error;

    fn reads(&self) -> &'static [Source] {
        // Names, sellers and stars are the store's.
        &[Source::Store, Source::Documents(REVIEWS)]
    }

    async fn answer(&self, shop: &Shop, at_least: Position) -> Result<ReviewsPage, Error> {
        list_reviews(shop, self, at_least).await
    }
}

/// Names and stars are those of `at_least` this position, or later ones.
pub async fn list_reviews(
    shop: &Shop,
    query: &ReviewQuery,
    at_least: Position,
) -> Result<ReviewsPage, Error> {
    let from_documents = match from_documents(shop, query).await {
        Ok(found) => Some(found),
        Err(error) if is_left_to_the_store(&error) => None,
        Err(error) => return Err(error.into()),
    };
    let mut snapshot = shop.store.snapshot_from(at_least).await?;
    let summary = match query.whose {
        Whose::Product(product, _) => {
            if !snapshot.one::<Product>(product).await?.is_some_and(|found| found.row.is_active) {
                return Err(Error::UnknownProduct { product });
            }
            let stars = snapshot.stars(&[product]).await?.pop().unwrap_or_default();
            Some(ReviewSummary::from(stars))
        }
        Whose::User(user) => {
            if snapshot.one::<User>(user).await?.is_none() {
                return Err(Error::UnknownUser { user });
            }
            None
        }
    };
    let (found, total) = match from_documents {
        Some(found) => found,
        None => from_store(&mut *snapshot, query).await?,
    };
    let (mut writers, mut products) = (BTreeSet::new(), BTreeSet::new());
    for review in &found {
        review.writers(&mut writers);
        products.insert(review.product_id);
    }
    let names = Names::read(&mut *snapshot, writers, products).await?;
    Ok(ReviewsPage {
        summary,
        reviews: found.into_iter().map(|review| names.review(review)).collect(),
        total,
        page: query.page.number,
        pages: query.page.pages(total),
    })
}

async fn from_documents(shop: &Shop, query: &ReviewQuery) -> Result<(Vec<ReviewDocument>, u64), PortError> {
    let (index, value) = match query.whose {
        Whose::Product(product, sort) => (by_product(sort), product.to_string()),
        Whose::User(user) => (BY_USER, user.to_string()),
    };
    let found = shop.documents.find(REVIEWS, index, &value, query.page.into()).await?;
    let read = |document: &Document| {
        serde_json::from_str(&document.json)
            .map_err(|source| PortError::internal("reading a document of reviews", source))
    };
    Ok((found.documents.iter().map(read).collect::<Result<_, _>>()?, found.total))
}

async fn from_store(
    snapshot: &mut dyn Snapshot,
    query: &ReviewQuery,
) -> Result<(Vec<ReviewDocument>, u64), PortError> {
    let find = match query.whose {
        Whose::Product(product, sort) => Find::ReviewsOf { product, order: sort.order() },
        Whose::User(user) => Find::ReviewsBy(user),
    };
    let (rows, total) = snapshot.list::<Review>(&find, query.page.into()).await?;
    let rows = rows.into_iter().map(|row| row.row).collect();
    Ok((documents(snapshot, rows).await?, total))
}
