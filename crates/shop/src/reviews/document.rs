//! A review with its comments nested: what a document of `reviews` holds, and what the store's rows come to where
//! documents cannot answer.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use souk_kernel::{CommentId, ProductId, ReviewId, Timestamp, UserId};
use souk_ports::Result;
use souk_ports::rows::{Comment, Review};
use souk_ports::store::{Find, Snapshot, Window};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ReviewDocument {
    pub(super) id: ReviewId,
    pub(super) product_id: ProductId,
    pub(super) user_id: UserId,
    pub(super) verified: bool,
    pub(super) rating: u8,
    pub(super) title: String,
    pub(super) content: String,
    pub(super) images: Vec<String>,
    pub(super) created_at: Timestamp,
    pub(super) comments: Vec<CommentNode>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct CommentNode {
    pub(super) id: CommentId,
    pub(super) user_id: UserId,
    pub(super) content: String,
    pub(super) created_at: Timestamp,
    pub(super) comments: Vec<CommentNode>,
}

impl From<Comment> for CommentNode {
    fn from(comment: Comment) -> Self {
        Self {
            id: comment.id,
            user_id: comment.user_id,
            content: comment.content,
            created_at: comment.created_at,
            comments: Vec::new(),
        }
    }
}

impl ReviewDocument {
    /// Everybody who has written here.
    pub(super) fn writers(&self, into: &mut BTreeSet<UserId>) {
        fn add(comments: &[CommentNode], into: &mut BTreeSet<UserId>) {
            for comment in comments {
                into.insert(comment.user_id);
                add(&comment.comments, into);
            }
        }
        into.insert(self.user_id);
        add(&self.comments, into);
    }
}

/// The documents of these reviews, in their order; three calls however many there are.
pub(super) async fn documents(
    snapshot: &mut dyn Snapshot,
    reviews: Vec<Review>,
) -> Result<Vec<ReviewDocument>> {
    if reviews.is_empty() {
        return Ok(Vec::new());
    }
    let pairs: Vec<_> = reviews.iter().map(|review| (review.user_id, review.product_id)).collect();
    let bought = snapshot.bought(&pairs).await?;
    let ids = reviews.iter().map(|review| review.id).collect();
    let (rows, _) = snapshot.list::<Comment>(&Find::CommentsOf(ids), Window::ALL).await?;
    let mut comments: HashMap<ReviewId, Vec<Comment>> = HashMap::new();
    for row in rows {
        comments.entry(row.row.review_id).or_default().push(row.row);
    }
    let document = |(review, verified): (Review, bool)| ReviewDocument {
        id: review.id,
        product_id: review.product_id,
        user_id: review.user_id,
        verified,
        rating: review.rating,
        title: review.title,
        content: review.content,
        images: review.images,
        created_at: review.created_at,
        comments: nested(comments.remove(&review.id).unwrap_or_default()),
    };
    Ok(reviews.into_iter().zip(bought).map(document).collect())
}

/// Puts each comment below the one that it answers, keeping their order.
fn nested(comments: Vec<Comment>) -> Vec<CommentNode> {
    fn below(
        parent: Option<CommentId>,
        of: &mut HashMap<Option<CommentId>, Vec<Comment>>,
    ) -> Vec<CommentNode> {
        let comments = of.remove(&parent).unwrap_or_default();
        let node = |comment: Comment| {
            let comments = below(Some(comment.id), of);
            CommentNode { comments, ..comment.into() }
        };
        comments.into_iter().map(node).collect()
    }
    let mut of: HashMap<Option<CommentId>, Vec<Comment>> = HashMap::new();
    for comment in comments {
        of.entry(comment.parent).or_default().push(comment);
    }
    below(None, &mut of)
}
