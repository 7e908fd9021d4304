//! Typed ids, and the rule by which ids of other systems (`P001`, a SKU) become souk's own.
//!
//! An entity that came with an external id gets the id `uuid5(kind, external id)`, everything else a UUIDv7. So an
//! external id is accepted wherever souk's own is, without a look-up, and loading the same file twice names the
//! same entities. See ADR 0002.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A text that is neither an id of souk's nor a well-formed external id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{shown}` is not a {kind} id: {expected}")]
pub struct InvalidId {
    kind: &'static str,
    shown: String,
    expected: &'static str,
}

impl InvalidId {
    /// Characters of what another system calls a thing.
    const MAX_FOREIGN: usize = 255;

    #[doc(hidden)]
    pub fn new(kind: &'static str, text: &str, expected: &'static str) -> Self {
        let shown = text.chars().take(64).flat_map(char::escape_debug).collect();
        Self { kind, shown, expected }
    }

    /// Refuses what cannot be another system's name of a thing. `FJ M/OAK` can: ids of others stay as they are.
    #[doc(hidden)]
    pub fn unless_foreign(kind: &'static str, text: &str) -> Result<(), Self> {
        let length = text.chars().take(Self::MAX_FOREIGN + 1).count();
        let is_bad = |c: char| {
            c.is_control()
                || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        };
        if (1..=Self::MAX_FOREIGN).contains(&length) && text.trim() == text && !text.chars().any(is_bad) {
            return Ok(());
        }
        let expected =
            "expected a UUID, or 1 to 255 characters without control characters and without gaps at the ends";
        Err(Self::new(kind, text, expected))
    }
}

/// An id that another system gave: 1 to 64 of `A-Z a-z 0-9 . _ : -`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExternalId(String);

impl ExternalId {
    /// `InvalidId` when the text is empty, longer, or has another character.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let ok = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b':' | b'-');
        if (1..=64).contains(&text.len()) && text.bytes().all(ok) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidId::new("external", text, "expected 1 to 64 letters, digits and `. _ : -`"))
        }
    }

    /// As the other system writes it, upper and lower case kept.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ExternalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Declares types of ids: `ids! { /// A list. ListId = "list", 0x2f1d_…; }`. The number is the UUIDv5 name space of external
/// ids of this kind: stored data depends on it, so it never changes, and no two kinds share one. With `, foreign` behind it, whatever text another
/// system uses for such a thing is read as an id.
#[macro_export]
macro_rules! ids {
    (@foreign) => { false };
    (@foreign foreign) => { true };
    ($($(#[$doc:meta])* $name:ident = $kind:literal, $space:literal $(, $foreign:ident)?;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub ::uuid::Uuid);

        impl $name {
            /// The name of the kind in messages and in stream names.
            pub const KIND: &'static str = $kind;
            /// The UUIDv5 name space of external ids of this kind; it can never change.
            const SPACE: ::uuid::Uuid = ::uuid::Uuid::from_u128($space);

            /// A fresh id (UUIDv7: later ids sort later).
            #[allow(clippy::new_without_default)]
            pub fn new() -> Self {
                Self(::uuid::Uuid::now_v7())
            }

            /// The id of the entity that another system calls `external`.
            pub fn from_external(external: &$crate::ExternalId) -> Self {
                Self(::uuid::Uuid::new_v5(&Self::SPACE, external.as_str().as_bytes()))
            }

            /// The id of the entity that another system calls by this text, whatever characters it has. Where it is an
            /// external id, too, both are the same.
            pub fn from_foreign(name: &str) -> Self {
                Self(::uuid::Uuid::new_v5(&Self::SPACE, name.as_bytes()))
            }

            /// The bytes of the UUID, most significant first: as stores keep it.
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::InvalidId;

            /// Reads souk's own id (a hyphenated UUID) or an external one, and for some kinds whatever another system
            /// calls it.
            fn from_str(text: &str) -> Result<Self, $crate::InvalidId> {
                if text.len() == 36 && let Ok(uuid) = ::uuid::Uuid::try_parse(text) {
                    return Ok(Self(uuid));
                }
                if $crate::ids!(@foreign $($foreign)?) {
                    $crate::InvalidId::unless_foreign($kind, text)?;
                    return Ok(Self::from_foreign(text));
                }
                $crate::ExternalId::parse(text)
                    .map(|external| Self::from_external(&external))
                    .map_err(|_| $crate::InvalidId::new($kind, text, "expected a UUID, or 1 to 64 letters, digits and `. _ : -`"))
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0.hyphenated(), f)
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                write!(f, "{}:{}", $kind, self.0.hyphenated())
            }
        }
    )*};
}

ids! {
    /// A person with an account.
    UserId = "user", 0x2f1d_6a0e_7c44_4b0e_9a53_0d1f_5e6c_0001;
    /// A workshop that sells.
    SellerId = "seller", 0x2f1d_6a0e_7c44_4b0e_9a53_0d1f_5e6c_0002, foreign;
    /// A shelf of the catalogue; categories form a tree.
    CategoryId = "category", 0x2f1d_6a0e_7c44_4b0e_9a53_0d1f_5e6c_0003, foreign;
    /// What the catalogue lists; what is sold of it are its variants.
    ProductId = "product", 0x2f1d_6a0e_7c44_4b0e_9a53_0d1f_5e6c_0004, foreign;
    /// One size and colour of a product; its external id is the SKU.
    VariantId = "variant", 0x2f1d_6a0e_7c44_4b0e_9a53_0d1f_5e6c_0005, foreign;
    /// An order; for people it has a number as well.
    OrderId = "order", 0x2f1d_6a0e_7c44_4b0e_9a53_0d1f_5e6c_0006;
    /// One life of a cart: a cart that is created again has another id.
    CartId = "cart", 0x2f1d_6a0e_7c44_4b0e_9a53_0d1f_5e6c_0007;
    /// Stock put aside for a time.
    HoldId = "hold", 0x2f1d_6a0e_7c44_4b0e_9a53_0d1f_5e6c_0008;
    /// One attempt to write, the same however often it is tried again.
    CommitId = "commit", 0x2f1d_6a0e_7c44_4b0e_9a53_0d1f_5e6c_0009;
    /// What one person thinks of one product.
    ReviewId = "review", 0x2f1d_6a0e_7c44_4b0e_9a53_0d1f_5e6c_000a;
    /// What is said about a review, or about another comment on it.
    CommentId = "comment", 0x2f1d_6a0e_7c44_4b0e_9a53_0d1f_5e6c_000b;
    /// One view, click … of the activity feed; a UUIDv7, which carries its time.
    ActivityId = "activity", 0x2f1d_6a0e_7c44_4b0e_9a53_0d1f_5e6c_000c;
}

impl ReviewId {
    /// The id of what one person thinks of one product: there is one such review at most, and its id needs no look-up.
    pub fn of(product: ProductId, user: UserId) -> Self {
        // The name begins with a zero byte, which no external id has, so none can have the same name.
        let mut name = [0; 33];
        name[1..17].copy_from_slice(product.as_bytes());
        name[17..].copy_from_slice(user.as_bytes());
        Self(Uuid::new_v5(&Self::SPACE, &name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_review_belongs_to_one_person_and_product() {
        let (product, user): (ProductId, UserId) = ("P001".parse().unwrap(), "U001".parse().unwrap());
        let id = ReviewId::of(product, user);
        assert_ne!(id, ReviewId::of(ProductId(user.0), UserId(product.0)));
        // Stored data depends on this value: it may never change.
        assert_eq!(id.to_string(), "b094683c-aecd-5210-b057-6dc46cb06966");
    }

    #[test]
    fn an_external_id_names_the_same_entity_every_time_and_another_one_per_kind() {
        let p: ProductId = "P001".parse().unwrap();
        assert_eq!(p, "P001".parse().unwrap());
        assert_ne!(p.0, "P001".parse::<UserId>().unwrap().0);
        // Stored data depends on this value: it may never change.
        assert_eq!(p.to_string(), "c8bb66b6-e01e-5a36-8c94-41f197f5cb08");
    }

    #[test]
    fn what_others_call_a_thing_is_an_id_whatever_characters_it_has() {
        for name in ["FJ M/OAK", "Größe 1,5", "a/b?c=d#e", "P001", &"ü".repeat(255)] {
            assert_eq!(name.parse::<VariantId>().unwrap(), VariantId::from_foreign(name));
        }
        let external = ExternalId::parse("P001").unwrap();
        assert_eq!(ProductId::from_external(&external), "P001".parse().unwrap());
        assert!(
            ExternalId::parse("FJ M/OAK").is_err(),
            "what is created here needs no escapes in an address"
        );
    }

    #[test]
    fn an_own_id_reads_back() {
        let id = OrderId::new();
        assert_eq!(id, id.to_string().parse().unwrap());
    }

    #[test]
    fn what_is_no_id_is_refused_without_echoing_control_characters() {
        for bad in ["", " P1", "P1 ", "\0", "P\n1", "P\u{202e}1", &"x".repeat(256)] {
            let error = bad.parse::<ProductId>().unwrap_err().to_string();
            assert!(!error.contains('\0') && error.contains("product"), "{error}");
        }
    }
}
