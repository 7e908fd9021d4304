//! `POST /reviews/{id}/comments`.

use souk_kernel::{CommentId, CommitId, ReviewId, UserId};
use souk_ports::event::Actor;
use souk_ports::rows::{Comment, Review, User};
use souk_ports::store::{Commit, Guard, Outcome};

use super::events::{ReviewCommented, ReviewEvent};
use super::views::{CommentView, Names, Written};
use super::{Error, words};
use crate::Shop;
use crate::commit::commit_surely;

/// How deep answers may be nested; a comment on the review itself is 1 deep.
pub const MAX_DEPTH: u32 = 8;
/// A review with its comments is one document, so they are bounded.
pub(crate) const MAX_COMMENTS: i64 = 500;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewComment {
    pub content: String,
    /// The comment that it answers; `None`: the review itself.
    pub parent: Option<CommentId>,
}

pub async fn comment(
    shop: &Shop,
    review: ReviewId,
    user: UserId,
    new: NewComment,
) -> Result<Written<CommentView>, Error> {
    let content = words::content(&new.content).map_err(Error::invalid("content"))?;
    let mut snapshot = shop.store.snapshot().await?;
    if snapshot.one::<User>(user).await?.is_none() {
        return Err(Error::UnknownUser { user });
    }
    let Some(found) = snapshot.one::<Review>(review).await? else {
        return Err(Error::UnknownReview { review });
    };
    let above = match new.parent {
        None => 0,
        Some(parent) => match snapshot.one::<Comment>(parent).await? {
            None => return Err(Error::UnknownComment { comment: parent }),
            Some(found) if found.row.review_id != review => {
                return Err(Error::invalid("parent_id")("is a comment on another review".to_owned()));
            }
            Some(found) => found.row.depth,
        },
    };
    if above >= MAX_DEPTH {
        let reason = format!("is {above} answers deep, and no deeper ones are taken: answer one above it");
        return Err(Error::invalid("parent_id")(reason));
    }
    let product_id = found.row.product_id;
    let names = Names::read(&mut *snapshot, [user].into(), [product_id].into()).await?;
    drop(snapshot);
    let comment = Comment {
        id: CommentId::new(),
        review_id: review,
        user_id: user,
        parent: new.parent,
        depth: above + 1,
        content,
        created_at: shop.clock.now(),
    };
    let event = ReviewEvent::Commented(ReviewCommented { product_id, comment: comment.clone() });
    let mut commit = Commit::new(CommitId::new(), vec![event.to_new(Actor::User(user), None)?]);
    commit.guards.push(counted(review, 1));
    commit.rows.push(comment.clone().into());
    match commit_surely(&*shop.store, commit).await? {
        Outcome::Committed(committed) => {
            let view = names.comment(product_id, comment.into());
            Ok(Written { view, position: committed.position })
        }
        _ => {
            let reason = format!("is one too many: a review takes {MAX_COMMENTS} comments");
            Err(Error::invalid("content")(reason))
        }
    }
}

/// Counts comments of a review, up to as many as it takes.
pub(crate) fn counted(review: ReviewId, by: i64) -> Guard {
    Guard::Counter { name: format!("comments/{review}"), by, max: MAX_COMMENTS }
}
