//! What is told, as the log keeps it: each event holds the whole as it is from now on. What customers say of themselves
//! stands in the personal part.
//!
//! Fixtures of every kind lie in `fixtures/events/`: data that was written once must be read for ever.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use souk_kernel::{CommitId, Timestamp, UserId};
use souk_ports::event::{Actor, NewEvent, Personal, StreamId};
use souk_ports::rows::{CustomerProfile, Row, SellerProfile, Specifications};
use souk_ports::store::{Commit, Committed, Outcome};
use souk_ports::{Error as PortError, Result as PortResult};

use super::Error;
use crate::Shop;
use crate::commit::commit_surely;

const SCHEMA: u16 = 1;
pub(super) const SPECIFICATIONS_SET: &str = "specifications-set";
pub(super) const SELLER_PROFILE_SET: &str = "seller-profile-set";
pub(super) const CUSTOMER_PROFILE_SET: &str = "customer-profile-set";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ProfileEvent {
    Specifications(Specifications),
    Seller(SellerProfile),
    Customer(CustomerProfile),
}

#[derive(Serialize, Deserialize)]
struct Told<T> {
    profile: T,
}

#[derive(Serialize, Deserialize)]
struct CustomerTold {
    user_id: UserId,
}

impl ProfileEvent {
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Specifications(_) => SPECIFICATIONS_SET,
            Self::Seller(_) => SELLER_PROFILE_SET,
            Self::Customer(_) => CUSTOMER_PROFILE_SET,
        }
    }

    /// The history that the event belongs to: a product's, a seller's or a user's.
    pub(crate) fn stream(&self) -> StreamId {
        match self {
            Self::Specifications(profile) => profile.product_id.into(),
            Self::Seller(profile) => profile.seller_id.into(),
            Self::Customer(profile) => profile.user_id.into(),
        }
    }

    /// Reads an event back; `None` when it is none of these, or its personal part has been erased.
    pub(crate) fn parse(kind: &str, data: &str, personal: Option<&str>) -> serde_json::Result<Option<Self>> {
        fn told<T: DeserializeOwned>(data: &str) -> serde_json::Result<T> {
            serde_json::from_str::<Told<T>>(data).map(|told| told.profile)
        }
        Ok(match kind {
            SPECIFICATIONS_SET => Some(Self::Specifications(told(data)?)),
            SELLER_PROFILE_SET => Some(Self::Seller(told(data)?)),
            CUSTOMER_PROFILE_SET => {
                let _: CustomerTold = serde_json::from_str(data)?;
                personal.map(told).transpose()?.map(Self::Customer)
            }
            _ => None,
        })
    }

    pub(crate) fn to_new(
        &self,
        occurred_at: Timestamp,
        actor: Actor,
        reason: Option<String>,
    ) -> PortResult<NewEvent> {
        let unwritable = |source| PortError::internal(format!("writing event `{}`", self.kind()), source);
        let mut personal = None;
        let data = match self {
            Self::Specifications(profile) => serde_json::to_string(&Told { profile }),
            Self::Seller(profile) => serde_json::to_string(&Told { profile }),
            Self::Customer(profile) => {
                let person = profile.user_id;
                let data = serde_json::to_string(&Told { profile }).map_err(unwritable)?;
                personal = Some(Personal { person, data });
                serde_json::to_string(&CustomerTold { user_id: person })
            }
        };
        Ok(NewEvent {
            stream: self.stream(),
            kind: self.kind().to_owned(),
            schema: SCHEMA,
            data: data.map_err(unwritable)?,
            personal,
            occurred_at,
            actor,
            reason,
        })
    }

    pub(crate) fn row(&self) -> Row {
        match self {
            Self::Specifications(profile) => profile.clone().into(),
            Self::Seller(profile) => profile.clone().into(),
            Self::Customer(profile) => profile.clone().into(),
        }
    }

    /// Commits the row and tells of it; the last one to set it wins.
    pub(super) async fn set(&self, shop: &Shop, actor: Actor) -> Result<Committed, Error> {
        let event = self.to_new(shop.clock.now(), actor, None)?;
        let mut commit = Commit::new(CommitId::new(), vec![event]);
        commit.rows.push(self.row());
        match commit_surely(&*shop.store, commit).await? {
            Outcome::Committed(committed) => Ok(committed),
            // It expects nothing of the store, so nothing can stand against it.
            _ => Err(Error::ChangedMeanwhile { what: "what is told" }),
        }
    }
}

#[cfg(test)]
mod tests {
    use souk_ports::rows::{PortfolioItem, Size, Specification};

    use super::*;

    fn samples() -> [ProfileEvent; 3] {
        let entry = |name: &str, value: &str, unit: Option<&str>| Specification {
            name: name.into(),
            value: value.into(),
            unit: unit.map(str::to_owned),
        };
        [
            ProfileEvent::Specifications(Specifications {
                product_id: "P001".parse().unwrap(),
                entries: vec![entry("Width", "12", Some("cm")), entry("Wood", "walnut", None)],
            }),
            ProfileEvent::Seller(SellerProfile {
                seller_id: "S001".parse().unwrap(),
                story: "It began with a lathe.".into(),
                techniques: vec!["turning".into()],
                portfolio: vec![PortfolioItem {
                    title: "A font lid".into(),
                    description: "Of one piece.".into(),
                    year: Some(2019),
                    image: Some("/media/sellers/s001-1.webp".into()),
                }],
            }),
            ProfileEvent::Customer(CustomerProfile {
                user_id: "U001".parse().unwrap(),
                about: Some("I bake.".into()),
                interests: vec!["bowls".into()],
                sizes: vec![Size { of: "ring".into(), size: "54".into() }],
                newsletter: true,
            }),
        ]
    }

    #[test]
    fn every_event_comes_back_and_nothing_personal_lies_in_the_data() {
        for event in samples() {
            let new = event.to_new(Timestamp::from_ms(0), Actor::Staff, None).unwrap();
            let personal = new.personal.as_ref().map(|personal| personal.data.as_str());
            let read = |personal| ProfileEvent::parse(&new.kind, &new.data, personal).unwrap();
            assert_eq!(read(personal), Some(event.clone()));
            if matches!(event, ProfileEvent::Customer(_)) {
                assert!(["bake", "bowls", "54", "newsletter"].iter().all(|word| !new.data.contains(word)));
                assert_eq!(read(None), None);
            }
        }
    }

    /// These files were written by the first version that wrote such events. They are never edited: a log may hold them.
    #[test]
    fn events_of_every_schema_ever_written_can_be_read() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/events");
        for sample in samples() {
            let kind = sample.kind();
            let data = std::fs::read_to_string(format!("{folder}/{kind}.1.json")).unwrap();
            let personal = std::fs::read_to_string(format!("{folder}/{kind}.1.personal.json")).ok();
            let read = ProfileEvent::parse(kind, &data, personal.as_deref()).unwrap();
            assert_eq!(read, Some(sample));
        }
    }
}
