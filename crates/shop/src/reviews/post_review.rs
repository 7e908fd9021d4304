//! `POST /products/{id}/reviews`.

use serde::Deserialize;
use souk_kernel::{CommitId, ProductId, ReviewId, UserId};
use souk_ports::event::Actor;
use souk_ports::rows::{Product, Review, User};
use souk_ports::store::{Commit, Outcome};
use utoipa::ToSchema;

use super::document::documents;
use super::events::{ReviewEvent, ReviewPosted};
use super::views::{Names, ReviewView, Written};
use super::{Error, words};
use crate::Shop;
use crate::commit::commit_surely;

#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReview {
    /// Stars.
    #[schema(minimum = 1, maximum = 5, example = 5)]
    pub rating: u8,
    /// Up to 200 characters.
    #[schema(example = "A bowl for every day")]
    pub title: String,
    /// Up to 5,000 characters of plain text.
    pub content: String,
    /// Up to 5 paths that begin with `/media/`.
    #[serde(default)]
    pub images: Vec<String>,
}

impl NewReview {
    /// The row that it becomes, if everything in it is accepted.
    pub(crate) fn checked(
        self,
        product_id: ProductId,
        user_id: UserId,
        created_at: souk_kernel::Timestamp,
    ) -> Result<Review, Error> {
        if !(1..=5).contains(&self.rating) {
            return Err(Error::invalid("rating")(format!("is {}, not one of 1 to 5 stars", self.rating)));
        }
        words::images(&self.images).map_err(Error::invalid("images"))?;
        Ok(Review {
            id: ReviewId::of(product_id, user_id),
            product_id,
            user_id,
            rating: self.rating,
            title: words::title(&self.title).map_err(Error::invalid("title"))?,
            content: words::content(&self.content).map_err(Error::invalid("content"))?,
            images: self.images,
            created_at,
        })
    }
}

/// One a person and product: the stream of the review must be new, so of two at once one is refused.
pub async fn post_review(
    shop: &Shop,
    product: ProductId,
    user: UserId,
    new: NewReview,
) -> Result<Written<ReviewView>, Error> {
    let review = new.checked(product, user, shop.clock.now())?;
    let mut snapshot = shop.store.snapshot().await?;
    if snapshot.one::<User>(user).await?.is_none() {
        return Err(Error::UnknownUser { user });
    }
    if !snapshot.one::<Product>(product).await?.is_some_and(|product| product.row.is_active) {
        return Err(Error::UnknownProduct { product });
    }
    let shown = documents(&mut *snapshot, vec![review.clone()]).await?.pop();
    let names = Names::read(&mut *snapshot, [user].into(), [product].into()).await?;
    drop(snapshot);
    let event = ReviewEvent::Posted(ReviewPosted { review: review.clone() });
    let mut commit = Commit::new(CommitId::new(), vec![event.to_new(Actor::User(user), None)?]);
    commit.expect.push((review.id.into(), 0));
    commit.rows.push(review.into());
    match (commit_surely(&*shop.store, commit).await?, shown) {
        (Outcome::Committed(committed), Some(shown)) => {
            Ok(Written { view: names.review(shown), position: committed.position })
        }
        _ => Err(Error::AlreadyReviewed { user, product }),
    }
}
