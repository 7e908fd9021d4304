//! What happens to wishlists, as the log keeps it. Their names stand in the personal part.
//!
//! Fixtures of every kind lie in `fixtures/events/`: data that was written once must be read for ever.

use serde::{Deserialize, Serialize};
use souk_kernel::{ProductId, Timestamp, UserId};
use souk_ports::event::{Actor, NewEvent, Personal, RecordedEvent};
use souk_ports::{Error, Result};

use super::wishlist::{STREAM, WishlistId};

const SCHEMA: u16 = 1;
const CREATED: &str = "wishlist-created";
const RENAMED: &str = "wishlist-renamed";
const ITEM_ADDED: &str = "wishlist-item-added";
const ITEM_REMOVED: &str = "wishlist-item-removed";
const DELETED: &str = "wishlist-deleted";

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WishlistEvent {
    /// The name is `None` once its owner is erased.
    Created {
        user_id: UserId,
        name: Option<String>,
    },
    Renamed {
        user_id: UserId,
        name: Option<String>,
    },
    ItemAdded {
        product_id: ProductId,
    },
    ItemRemoved {
        product_id: ProductId,
    },
    /// With what was in it.
    Deleted {
        user_id: UserId,
        product_ids: Vec<ProductId>,
    },
}

#[derive(Serialize, Deserialize)]
struct OfUser {
    user_id: UserId,
}

#[derive(Serialize, Deserialize)]
struct Named {
    name: String,
}

#[derive(Serialize, Deserialize)]
struct OfProduct {
    product_id: ProductId,
}

#[derive(Serialize, Deserialize)]
struct WithProducts {
    user_id: UserId,
    product_ids: Vec<ProductId>,
}

impl WishlistEvent {
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Created { .. } => CREATED,
            Self::Renamed { .. } => RENAMED,
            Self::ItemAdded { .. } => ITEM_ADDED,
            Self::ItemRemoved { .. } => ITEM_REMOVED,
            Self::Deleted { .. } => DELETED,
        }
    }

    /// The products whose number of wishes it changes.
    pub fn products(&self) -> &[ProductId] {
        match self {
            Self::ItemAdded { product_id } | Self::ItemRemoved { product_id } => {
                std::slice::from_ref(product_id)
            }
            Self::Deleted { product_ids, .. } => product_ids,
            Self::Created { .. } | Self::Renamed { .. } => &[],
        }
    }

    pub fn to_new(&self, list: WishlistId, occurred_at: Timestamp, actor: Actor) -> Result<NewEvent> {
        let unwritable = |source| Error::internal(format!("writing event `{}`", self.kind()), source);
        let mut personal = None;
        let data = match self {
            Self::Created { user_id, name } | Self::Renamed { user_id, name } => {
                if let Some(name) = name.clone() {
                    let data = serde_json::to_string(&Named { name }).map_err(unwritable)?;
                    personal = Some(Personal { person: *user_id, data });
                }
                serde_json::to_string(&OfUser { user_id: *user_id })
            }
            Self::ItemAdded { product_id } | Self::ItemRemoved { product_id } => {
                serde_json::to_string(&OfProduct { product_id: *product_id })
            }
            Self::Deleted { user_id, product_ids } => {
                let product_ids = product_ids.clone();
                serde_json::to_string(&WithProducts { user_id: *user_id, product_ids })
            }
        };
        Ok(NewEvent {
            stream: list.into(),
            kind: self.kind().to_owned(),
            schema: SCHEMA,
            data: data.map_err(unwritable)?,
            personal,
            occurred_at,
            actor,
            reason: None,
        })
    }

    /// `None` when the event is none of a wishlist.
    pub fn from_recorded(event: &RecordedEvent) -> Result<Option<Self>> {
        if event.stream.kind != STREAM {
            return Ok(None);
        }
        Self::read(&event.kind, event.schema, &event.data, event.personal.as_deref()).map(Some)
    }

    fn read(kind: &str, schema: u16, data: &str, personal: Option<&str>) -> Result<Self> {
        let unreadable = |source| Error::internal(format!("reading event `{kind}`"), source);
        if schema != SCHEMA {
            return Err(unknown(kind, schema));
        }
        let of_user = || -> Result<(UserId, Option<String>)> {
            let name = personal.map(serde_json::from_str::<Named>).transpose().map_err(unreadable)?;
            let OfUser { user_id } = serde_json::from_str(data).map_err(unreadable)?;
            Ok((user_id, name.map(|named| named.name)))
        };
        let of_product = || {
            let read: Result<OfProduct> = serde_json::from_str(data).map_err(unreadable);
            read.map(|of| of.product_id)
        };
        Ok(match kind {
            CREATED => {
                let (user_id, name) = of_user()?;
                Self::Created { user_id, name }
            }
            RENAMED => {
                let (user_id, name) = of_user()?;
                Self::Renamed { user_id, name }
            }
            ITEM_ADDED => Self::ItemAdded { product_id: of_product()? },
            ITEM_REMOVED => Self::ItemRemoved { product_id: of_product()? },
            DELETED => {
                let WithProducts { user_id, product_ids } = serde_json::from_str(data).map_err(unreadable)?;
                Self::Deleted { user_id, product_ids }
            }
            _ => return Err(unknown(kind, schema)),
        })
    }
}

fn unknown(kind: &str, schema: u16) -> Error {
    let unknown = format!("no event `{kind}` with schema {schema} is known here");
    Error::internal("reading the events of a wishlist", unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples() -> [WishlistEvent; 5] {
        let (user_id, product_id) = ("U001".parse().unwrap(), "P001".parse().unwrap());
        [
            WishlistEvent::Created { user_id, name: Some("For Anna".into()) },
            WishlistEvent::Renamed { user_id, name: Some("For \"Anna\" \u{1F381}".into()) },
            WishlistEvent::ItemAdded { product_id },
            WishlistEvent::ItemRemoved { product_id },
            WishlistEvent::Deleted { user_id, product_ids: vec![product_id] },
        ]
    }

    #[test]
    fn every_event_comes_back_as_it_was_and_names_are_personal() {
        for event in samples() {
            let new = event.to_new(WishlistId::new(), Timestamp::from_ms(0), Actor::Staff).unwrap();
            assert!(!new.data.contains("Anna"), "{}", new.data);
            let personal = new.personal.map(|personal| personal.data);
            let read = WishlistEvent::read(&new.kind, new.schema, &new.data, personal.as_deref());
            assert_eq!(read.unwrap(), event);
        }
        assert!(WishlistEvent::read(CREATED, 2, "{}", None).is_err());
    }

    #[test]
    fn an_event_whose_name_was_erased_can_be_read() {
        let [created, ..] = samples();
        let new = created.to_new(WishlistId::new(), Timestamp::from_ms(0), Actor::Staff).unwrap();
        let read = WishlistEvent::read(&new.kind, new.schema, &new.data, None).unwrap();
        assert_eq!(read, WishlistEvent::Created { user_id: "U001".parse().unwrap(), name: None });
    }

    /// These files were written by the first version that wrote such events. They are never edited: a log may hold them.
    #[test]
    fn events_of_every_schema_ever_written_can_be_read() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/events");
        for sample in samples() {
            let kind = sample.kind();
            let data = std::fs::read_to_string(format!("{folder}/{kind}.1.json")).unwrap();
            let personal = std::fs::read_to_string(format!("{folder}/{kind}.1.personal.json")).ok();
            assert_eq!(WishlistEvent::read(kind, 1, &data, personal.as_deref()).unwrap(), sample);
        }
    }
}
