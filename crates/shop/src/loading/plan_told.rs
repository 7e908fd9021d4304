//! The difference between what the files tell and what the store has been told.

use std::collections::HashMap;

use serde::Serialize;
use souk_kernel::{CommentId, ReviewId};
use souk_ports::event::Actor;
use souk_ports::rows::{Comment, Entity, Review, Row};
use souk_ports::store::Snapshot;

use super::plan::{How, Plan, before, write};
use super::read::Placed;
use super::told::LoadedReview;
use super::{Counts, Error, by_hand};
use crate::catalog::events::Cause;
use crate::profiles::events::ProfileEvent;
use crate::reviews::counted;
use crate::reviews::events::{ReviewCommented, ReviewEvent, ReviewPosted};

/// Reviews and comments are only added: what people wrote is not changed by a file.
pub(super) async fn reviews(
    plan: &mut Plan,
    rows: &[Placed<LoadedReview>],
    how: &How<'_>,
    snapshot: &mut dyn Snapshot,
) -> Result<(), Error> {
    let there = before::<Review>(snapshot, rows.iter().map(|row| row.it.review.id).collect()).await?;
    let ids: Vec<CommentId> =
        rows.iter().flat_map(|row| row.it.comments.iter().map(|comment| comment.id)).collect();
    let comments = before::<Comment>(snapshot, ids.clone()).await?;
    let is_there: HashMap<CommentId, bool> =
        ids.into_iter().zip(comments.into_iter().map(|comment| comment.is_some())).collect();
    let reason = || how.cause.reason.clone();
    for (row, there) in rows.iter().zip(there) {
        let LoadedReview { review, comments } = &row.it;
        if there.is_some() {
            plan.tally.reviews.unchanged += 1;
        } else {
            let event = ReviewEvent::Posted(ReviewPosted { review: review.clone() });
            plan.commit.events.push(event.to_new(Actor::User(review.user_id), reason())?);
            plan.commit.expect.push((review.id.into(), 0));
            plan.commit.rows.push(review.clone().into());
            plan.tally.reviews.added += 1;
        }
        let mut added = 0;
        for comment in comments {
            if is_there.get(&comment.id).copied().unwrap_or_default() {
                plan.tally.comments.unchanged += 1;
                continue;
            }
            let product_id = review.product_id;
            let event = ReviewEvent::Commented(ReviewCommented { product_id, comment: comment.clone() });
            plan.commit.events.push(event.to_new(Actor::User(comment.user_id), reason())?);
            write(plan, comment.clone(), 0);
            added += 1;
        }
        add_up(plan, review.id, added);
    }
    Ok(())
}

fn add_up(plan: &mut Plan, review: ReviewId, added: i64) {
    if added > 0 {
        plan.tally.comments.added += added as u64;
        plan.commit.guards.push(counted(review, added));
    }
}

/// Rows that are one whole each.
pub(super) async fn profiles<E>(
    plan: &mut Plan,
    rows: &[Placed<E>],
    event: fn(E) -> ProfileEvent,
    how: &How<'_>,
    snapshot: &mut dyn Snapshot,
) -> Result<Counts, Error>
where
    E: Entity + Clone + PartialEq + Serialize + Into<Row>,
{
    let mut counts = Counts::default();
    let before = before::<E>(snapshot, rows.iter().map(|row| row.it.key()).collect()).await?;
    for (row, before) in rows.iter().zip(before) {
        let event = event(row.it.clone());
        let seen = match before {
            Some(before) if how.only_new || before.row == row.it => {
                counts.unchanged += 1;
                continue;
            }
            Some(before) => {
                if !how.overwrites && by_hand::is_kept(&event, &snapshot.stream(event.stream()).await?)? {
                    counts.kept += 1;
                    continue;
                }
                counts.changed += 1;
                before.version
            }
            None => {
                counts.added += 1;
                0
            }
        };
        let Cause { actor, occurred_at, reason } = how.cause.clone();
        plan.commit.events.push(event.to_new(occurred_at, actor, reason)?);
        write(plan, row.it.clone(), seen);
    }
    Ok(counts)
}
