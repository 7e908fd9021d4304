//! Reviews: what people think of products, and what is said about that.
//!
//! There is one review a person and product ([`souk_kernel::ReviewId::of`]). The store owns reviews and comments; the
//! documents `reviews` carry each with its comments nested, and with the mark of who has bought the thing. Names are
//! read when answering and copied nowhere. Left out: changing and taking back what was written, and moderation.

mod comment;
mod document;
mod error;
pub mod events;
mod list_reviews;
mod post_review;
mod projections;
mod views;
pub(crate) mod words;

pub(crate) use comment::{MAX_COMMENTS, counted};
pub use comment::{MAX_DEPTH, NewComment, comment};
pub use error::Error;
pub use list_reviews::{ReviewQuery, Sort, Whose, list_reviews};
pub use post_review::{NewReview, post_review};
pub use projections::{REVIEWS, Reviews};
pub(crate) use views::two_places;
pub use views::{CommentView, ReviewSummary, ReviewView, ReviewsPage, StarCounts, Written};
