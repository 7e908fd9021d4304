//! One wishlist: what it is made of, what can happen to it, and how that is decided. Pure.

use serde::{Deserialize, Serialize};
use souk_kernel::{ProductId, Timestamp, UserId};
use souk_ports::event::{StreamId, StreamKind};
use souk_ports::records::{Index, Record};
use souk_ports::rows::RecordEntry;
use uuid::Uuid;

use super::Error;
use super::events::WishlistEvent;
use crate::catalog::texts::is_control;

souk_kernel::ids! {
    /// One list of one person.
    WishlistId = "wishlist", 0x2f1d_6a0e_7c44_4b0e_9a53_0d1f_5e6c_000d;
}

pub(super) const STREAM: StreamKind = StreamKind::numbered(8);

impl From<WishlistId> for StreamId {
    fn from(id: WishlistId) -> Self {
        Self { kind: STREAM, id: id.0 }
    }
}

/// Lists of one person.
pub const MAX_LISTS: usize = 20;
/// Products in one list.
pub const MAX_ITEMS: usize = 500;
/// Characters.
pub const MAX_NAME: usize = 60;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wishlist {
    pub id: WishlistId,
    pub user_id: UserId,
    /// `None` once its owner is erased.
    pub name: Option<String>,
    pub created_at: Timestamp,
    /// Each product once, in the order in which they were added.
    pub items: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub product_id: ProductId,
    pub added_at: Timestamp,
}

/// The value is the user's id; the newest first.
pub(super) const BY_OWNER: Index = Index::of("owner");
/// The value is [`named`].
pub(super) const BY_NAME: Index = Index::of("owner-and-name").unique().personal();
/// The value is the product's id.
pub(super) const BY_PRODUCT: Index = Index::of("product");

/// Lists of one person that differ in the case of their names only have the same name.
pub(super) fn named(user: UserId, name: &str) -> String {
    format!("{user} {}", name.to_lowercase())
}

impl Record for Wishlist {
    const KIND: &'static str = "wishlist";
    const INDEXES: &'static [Index] = &[BY_OWNER, BY_NAME, BY_PRODUCT];
    const PERSONAL: &'static [&'static str] = &["name"];

    fn id(&self) -> Uuid {
        self.id.0
    }

    fn person(&self) -> Option<UserId> {
        Some(self.user_id)
    }

    fn entries(&self) -> Vec<RecordEntry> {
        let newest = -self.created_at.ms();
        let products = self.items.iter().map(|item| BY_PRODUCT.entry(item.product_id.to_string(), 0));
        let name = self.name.iter().map(|name| BY_NAME.entry(named(self.user_id, name), 0));
        let owner = BY_OWNER.entry(self.user_id.to_string(), newest);
        [owner].into_iter().chain(name).chain(products).collect()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    Create { user: UserId, name: String },
    Rename { name: String },
    Add { product: ProductId },
    Remove { product: ProductId },
    Delete,
}

/// One line of 1 to [`MAX_NAME`] characters.
pub(super) fn checked_name(text: &str) -> Result<String, Error> {
    let text = text.trim();
    let length = text.chars().count();
    let reason = if text.is_empty() {
        "is missing".to_owned()
    } else if length > MAX_NAME {
        format!("has {length} characters, more than {MAX_NAME}")
    } else if text.chars().any(is_control) {
        "has control characters".to_owned()
    } else {
        return Ok(text.to_owned());
    };
    Err(Error::Invalid { field: "name", reason })
}

/// What happens; `None`: the list is as it is wanted. Create wants no list, everything else one.
pub(super) fn decide(list: &Wishlist, command: &Command) -> Result<Option<WishlistEvent>, Error> {
    let has = |product: &ProductId| list.items.iter().any(|item| item.product_id == *product);
    Ok(match command {
        Command::Create { user, name } => {
            Some(WishlistEvent::Created { user_id: *user, name: Some(name.clone()) })
        }
        Command::Rename { name } => {
            let name = Some(name.clone());
            (list.name != name).then_some(WishlistEvent::Renamed { user_id: list.user_id, name })
        }
        Command::Add { product } if has(product) => None,
        Command::Add { .. } if list.items.len() >= MAX_ITEMS => {
            return Err(Error::Limit { what: "the wishlist is full", most: MAX_ITEMS });
        }
        Command::Add { product } => Some(WishlistEvent::ItemAdded { product_id: *product }),
        Command::Remove { product } if !has(product) => {
            return Err(Error::NotWished { product: *product });
        }
        Command::Remove { product } => Some(WishlistEvent::ItemRemoved { product_id: *product }),
        Command::Delete => {
            let product_ids = list.items.iter().map(|item| item.product_id).collect();
            Some(WishlistEvent::Deleted { user_id: list.user_id, product_ids })
        }
    })
}

/// A list that has no history yet.
pub(super) fn nothing(id: WishlistId, user_id: UserId, at: Timestamp) -> Wishlist {
    Wishlist { id, user_id, name: None, created_at: at, items: Vec::new() }
}

/// The list after the event; `None`: it is deleted.
pub(super) fn apply(mut list: Wishlist, event: &WishlistEvent, at: Timestamp) -> Option<Wishlist> {
    match event {
        WishlistEvent::Created { user_id, name } => {
            (list.user_id, list.name, list.created_at) = (*user_id, name.clone(), at);
        }
        WishlistEvent::Renamed { name, .. } => list.name.clone_from(name),
        WishlistEvent::ItemAdded { product_id } => {
            list.items.push(Item { product_id: *product_id, added_at: at });
        }
        WishlistEvent::ItemRemoved { product_id } => {
            list.items.retain(|item| item.product_id != *product_id);
        }
        WishlistEvent::Deleted { .. } => return None,
    }
    Some(list)
}

#[cfg(test)]
mod tests {
    use souk_ports::records::{read, row};

    use super::*;

    fn list(items: usize) -> Wishlist {
        let user = "U001".parse().unwrap();
        let name = Some("Kitchen".to_owned());
        let at = Timestamp::from_ms(5);
        let items = (0..items).map(|_| Item { product_id: ProductId::new(), added_at: at }).collect();
        Wishlist { name, items, ..nothing(WishlistId::new(), user, at) }
    }

    #[test]
    fn a_full_list_takes_no_more_and_a_fullest_one_can_be_kept() {
        let full = list(MAX_ITEMS);
        let add = Command::Add { product: ProductId::new() };
        assert!(matches!(decide(&full, &add), Err(Error::Limit { most: MAX_ITEMS, .. })));
        // What it has already is no new wish.
        let again = Command::Add { product: full.items[0].product_id };
        assert_eq!(decide(&full, &again).unwrap(), None);
        let written = row(&Wishlist { name: Some("\u{1F1EB}".repeat(MAX_NAME)), ..full }).unwrap();
        let entries = &written.content.as_ref().unwrap().entries;
        assert!(entries.iter().all(|entry| entry.value.len() <= 512));
    }

    #[test]
    fn names_are_one_line_of_what_can_be_typed() {
        assert_eq!(checked_name("  For <b>Anna</b> \u{1F381} ").unwrap(), "For <b>Anna</b> \u{1F381}");
        for bad in ["", " ", "a\nb", "a\u{0}", "a\u{202e}b", &"x".repeat(MAX_NAME + 1)] {
            assert!(checked_name(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn what_nobody_wished_for_cannot_be_taken_out() {
        let remove = Command::Remove { product: ProductId::new() };
        assert!(matches!(decide(&list(3), &remove), Err(Error::NotWished { .. })));
        let same = Command::Rename { name: "Kitchen".to_owned() };
        assert_eq!(decide(&list(0), &same).unwrap(), None);
    }

    #[test]
    fn a_record_comes_back_as_it_was_and_without_its_name_once_that_is_erased() {
        let list = list(3);
        let mut written = row(&list).unwrap();
        assert_eq!(read::<Wishlist>(&written).unwrap(), list);
        let content = written.content.as_mut().unwrap();
        assert!(!content.data.contains("Kitchen"));
        content.personal = None;
        assert_eq!(read::<Wishlist>(&written).unwrap(), Wishlist { name: None, ..list });
    }
}
