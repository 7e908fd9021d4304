//! What happens to reviews, as the log keeps it. Who wrote stands there by id only.
//!
//! Fixtures of every kind lie in `fixtures/events/`: data that was written once must be read for ever.

use serde::{Deserialize, Serialize};
use souk_kernel::{ProductId, Timestamp};
use souk_ports::event::{Actor, NewEvent, RecordedEvent, StreamKind};
use souk_ports::rows::{Comment, Review};
use souk_ports::{Error, Result};

const SCHEMA: u16 = 1;
const POSTED: &str = "review-posted";
const COMMENTED: &str = "review-commented";

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReviewEvent {
    Posted(ReviewPosted),
    Commented(ReviewCommented),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewPosted {
    pub review: Review,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewCommented {
    pub product_id: ProductId,
    pub comment: Comment,
}

impl ReviewEvent {
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Posted(_) => POSTED,
            Self::Commented(_) => COMMENTED,
        }
    }

    pub fn to_new(&self, actor: Actor, reason: Option<String>) -> Result<NewEvent> {
        let (stream, occurred_at, data): (_, Timestamp, _) = match self {
            Self::Posted(event) => (event.review.id, event.review.created_at, serde_json::to_string(event)),
            Self::Commented(event) => {
                (event.comment.review_id, event.comment.created_at, serde_json::to_string(event))
            }
        };
        Ok(NewEvent {
            stream: stream.into(),
            kind: self.kind().to_owned(),
            schema: SCHEMA,
            data: data
                .map_err(|source| Error::internal(format!("writing event `{}`", self.kind()), source))?,
            personal: None,
            occurred_at,
            actor,
            reason,
        })
    }

    /// `None` when the event is none of a review.
    pub fn from_recorded(event: &RecordedEvent) -> Result<Option<Self>> {
        if event.stream.kind != StreamKind::REVIEW {
            return Ok(None);
        }
        Self::read(&event.kind, event.schema, &event.data).map(Some)
    }

    fn read(kind: &str, schema: u16, data: &str) -> Result<Self> {
        let read = match (kind, schema) {
            (POSTED, SCHEMA) => serde_json::from_str(data).map(Self::Posted),
            (COMMENTED, SCHEMA) => serde_json::from_str(data).map(Self::Commented),
            _ => {
                let unknown = format!("no event `{kind}` with schema {schema} is known here");
                return Err(Error::internal("reading the events of a review", unknown));
            }
        };
        read.map_err(|source| Error::internal(format!("reading event `{kind}`"), source))
    }
}

#[cfg(test)]
mod tests {
    use souk_kernel::ReviewId;

    use super::*;

    fn samples() -> [ReviewEvent; 2] {
        let (product_id, user_id) = ("P001".parse().unwrap(), "U001".parse().unwrap());
        let id = ReviewId::of(product_id, user_id);
        let created_at = Timestamp::parse("2026-06-30").unwrap();
        let review = Review {
            id,
            product_id,
            user_id,
            rating: 4,
            title: "Good bowl".into(),
            content: "Turned with care.\nThe rim is <b>thin</b>.".into(),
            images: vec!["/media/reviews/1.webp".into()],
            created_at,
        };
        let comment = Comment {
            id: "R0001.1".parse().unwrap(),
            review_id: id,
            user_id,
            parent: Some("R0001.0".parse().unwrap()),
            depth: 2,
            content: "Thank you.".into(),
            created_at,
        };
        [
            ReviewEvent::Posted(ReviewPosted { review }),
            ReviewEvent::Commented(ReviewCommented { product_id, comment }),
        ]
    }

    #[test]
    fn every_event_comes_back_as_it_was() {
        for event in samples() {
            let new = event.to_new(Actor::Staff, None).unwrap();
            assert_eq!(ReviewEvent::read(&new.kind, new.schema, &new.data).unwrap(), event);
        }
        assert!(ReviewEvent::read(POSTED, 2, "{}").is_err());
    }

    /// These files were written by the first version that wrote such events. They are never edited: a log may hold them.
    #[test]
    fn events_of_every_schema_ever_written_can_be_read() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/events");
        for sample in samples() {
            let kind = sample.kind();
            let data = std::fs::read_to_string(format!("{folder}/{kind}.1.json")).unwrap();
            assert_eq!(ReviewEvent::read(kind, 1, &data).unwrap(), sample);
        }
    }
}
