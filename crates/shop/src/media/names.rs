//! What pictures are called: as objects, and in URLs.
//!
//! The name of a picture that was brought is the SHA-256 of the product's id and the picture's bytes. With the id in it a
//! picture belongs to one product alone, and taking it from one never takes it from another. The name of a drawn picture
//! says of what it is, and from which of its words, so that a page can name it before it is drawn.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};
use souk_kernel::{CategoryId, ProductId};
use souk_ports::Result as PortResult;
use souk_ports::objects::ObjectKey;
use souk_ports::rows::{Category, Image, Product};
use uuid::Uuid;

use super::Error;

/// The smaller sizes, in pixels of the longer edge.
pub const SIZES: [u32; 2] = [200, 600];

const PATH: &str = "/media/";
/// Before the keys of all originals.
pub(super) const ORIGINALS: &str = "images/";

/// A change in how pictures are drawn makes other pictures, and they need other names.
const STYLE: u8 = 1;

/// `<hash>.webp`, or `product-<id>-<mark>.webp` and `category-<id>-<mark>.webp` of what is drawn: the original. A smaller
/// size has its pixels before the point: `<hash>-600.webp`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureName {
    stem: Stem,
    pub(super) size: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Stem {
    Hash(String),
    Drawing(Drawing),
}

/// A picture that souk draws, or has drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Drawing {
    pub(super) of: DrawnOf,
    /// Another one when what is drawn was called differently.
    mark: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum DrawnOf {
    Product(ProductId),
    Category(CategoryId),
}

impl Drawing {
    pub(super) fn of_product(product: &Product) -> Self {
        let words = [&product.name].into_iter().chain(&product.materials);
        let mark = mark(product.category_id.as_bytes(), words);
        Self { of: DrawnOf::Product(product.id), mark }
    }

    pub(super) fn of_category(category: &Category) -> Self {
        Self { of: DrawnOf::Category(category.id), mark: mark(&[], [&category.name]) }
    }

    /// Where the category names no picture, or a path that leads nowhere from a page: catalogues name files of theirs.
    pub(super) fn in_place_of_image(category: &Category) -> Option<Self> {
        let is_address = |named: &String| named.starts_with('/') || named.contains("://");
        let is_shown = category.image.as_ref().is_some_and(is_address);
        (!is_shown).then(|| Self::of_category(category))
    }

    pub(super) fn name(self) -> PictureName {
        PictureName { stem: Stem::Drawing(self), size: None }
    }
}

fn mark<'a>(place: &[u8], words: impl IntoIterator<Item = &'a String>) -> u64 {
    let mut digest = Sha256::new().chain_update([STYLE]).chain_update(place);
    for word in words {
        digest.update(word);
        digest.update([0]);
    }
    let mut mark = [0; 8];
    mark.copy_from_slice(&digest.finalize()[..8]);
    u64::from_be_bytes(mark)
}

impl PictureName {
    pub(super) fn of(product: ProductId, bytes: &[u8]) -> Self {
        let digest = Sha256::new().chain_update(product.as_bytes()).chain_update(bytes).finalize();
        let hash = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Self { stem: Stem::Hash(hash), size: None }
    }

    /// The picture that a row names; `None` for a picture that lies elsewhere.
    pub(super) fn of_url(url: &str) -> Option<Self> {
        url.strip_prefix(PATH)?.parse().ok().filter(|name: &Self| name.size.is_none())
    }

    /// What souk draws under this name; `None` for a picture that was brought.
    pub(super) fn drawing(&self) -> Option<Drawing> {
        match self.stem {
            Stem::Hash(_) => None,
            Stem::Drawing(drawing) => Some(drawing),
        }
    }

    pub(super) fn original(&self) -> Self {
        Self { stem: self.stem.clone(), size: None }
    }

    pub(super) fn sized(&self, size: u32) -> Self {
        Self { stem: self.stem.clone(), size: Some(size) }
    }

    pub(super) fn url(&self) -> String {
        format!("{PATH}{self}")
    }

    /// Whether it lies among what is owned. Smaller sizes of what was brought are derived; those of a drawing are made
    /// with it.
    pub(super) fn is_owned(&self) -> bool {
        self.size.is_none() || self.drawing().is_some()
    }

    /// Among what is owned, or in the collection of sizes.
    pub(super) fn key(&self) -> PortResult<ObjectKey> {
        match (self.size, self.drawing()) {
            (None, _) => ObjectKey::parse(&format!("{ORIGINALS}{}", self.stem)),
            (Some(size), Some(_)) => ObjectKey::parse(&format!("images-{size}/{}", self.stem)),
            (Some(size), None) => ObjectKey::parse(&format!("{}-{size}", self.stem)),
        }
    }

    /// The original that lies under an owned key.
    pub(super) fn of_key(key: &ObjectKey) -> Option<Self> {
        format!("{}.webp", key.as_str().strip_prefix(ORIGINALS)?).parse().ok()
    }
}

impl fmt::Display for Stem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hash(hash) => f.write_str(hash),
            Self::Drawing(Drawing { of: DrawnOf::Product(id), mark }) => {
                write!(f, "product-{}-{mark:016x}", id.0.simple())
            }
            Self::Drawing(Drawing { of: DrawnOf::Category(id), mark }) => {
                write!(f, "category-{}-{mark:016x}", id.0.simple())
            }
        }
    }
}

impl fmt::Display for PictureName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.size {
            None => write!(f, "{}.webp", self.stem),
            Some(size) => write!(f, "{}-{size}.webp", self.stem),
        }
    }
}

impl FromStr for PictureName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let read = |text: &str| {
            let parts: Vec<&str> = text.strip_suffix(".webp")?.split('-').collect();
            let (stem, rest) = match parts[..] {
                [kind @ ("product" | "category"), id, mark, ref rest @ ..] => {
                    (Stem::Drawing(drawing(kind, id, mark)?), rest)
                }
                [hash, ref rest @ ..] if is_hash(hash) => (Stem::Hash(hash.to_owned()), rest),
                _ => return None,
            };
            let size = match rest {
                [] => None,
                [size] => Some(SIZES.into_iter().find(|known| known.to_string() == *size)?),
                _ => return None,
            };
            Some(Self { stem, size })
        };
        // Numbers can be written in several ways, and a picture has one name.
        let read = read(text).filter(|name| name.to_string() == text);
        read.ok_or_else(|| Error::UnknownPicture { asked: text.chars().take(100).collect() })
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn drawing(kind: &str, id: &str, mark: &str) -> Option<Drawing> {
    let id = Uuid::try_parse(id).ok()?;
    let of =
        if kind == "product" { DrawnOf::Product(ProductId(id)) } else { DrawnOf::Category(CategoryId(id)) };
    Some(Drawing { of, mark: u64::from_str_radix(mark, 16).ok()? })
}

/// Where a shopper finds the picture of a category: what its row names, or what souk draws.
pub(crate) fn category_address(category: &Category, base_url: &str) -> String {
    match (Drawing::in_place_of_image(category), &category.image) {
        (None, Some(named)) => named.clone(),
        _ => format!("{base_url}{}", Drawing::of_category(category).name().url()),
    }
}

/// Where a shopper finds an image, and its smaller sizes by their number of pixels. `base_url` comes before the paths of
/// our own pictures; a picture that lies elsewhere is left as it is and has no other sizes.
pub(crate) fn addresses(image: &Image, base_url: &str) -> (String, BTreeMap<String, String>) {
    match PictureName::of_url(&image.url) {
        None => (image.url.clone(), BTreeMap::new()),
        Some(name) => {
            let at = |name: PictureName| format!("{base_url}{}", name.url());
            let sizes = SIZES.map(|size| (size.to_string(), at(name.sized(size))));
            (at(name), sizes.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(url: &str) -> Image {
        Image { url: url.to_owned(), alt: String::new() }
    }

    #[test]
    fn a_name_reads_back_and_belongs_to_one_product() {
        let (one, other) =
            (PictureName::of("P001".parse().unwrap(), b"x"), PictureName::of("P002".parse().unwrap(), b"x"));
        assert_ne!(one, other);
        for name in [one.clone(), one.sized(600), one.sized(200)] {
            assert_eq!(name.to_string().parse::<PictureName>().unwrap(), name);
        }
        let hash = "a".repeat(64);
        for bad in [
            String::new(),
            "x.webp".into(),
            format!("{hash}.png"),
            format!("{hash}-601.webp"),
            format!("{hash}-0600.webp"),
            format!("{}.webp", "A".repeat(64)),
            format!("../{hash}.webp"),
            format!("{hash}-600-200.webp"),
            format!("product-{hash}.webp"),
            format!("product-{}.webp", "0".repeat(32)),
            format!("product-{}-1.webp", "0".repeat(32)),
            format!("product-{}-{}.webp", "A".repeat(32), "0".repeat(16)),
            format!("product-{}-+{}.webp", "0".repeat(32), "0".repeat(15)),
            format!("product-{}-{}.webp", Uuid::nil(), "0".repeat(16)),
            format!("seller-{}-{}.webp", "0".repeat(32), "0".repeat(16)),
        ] {
            assert!(bad.parse::<PictureName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_name_of_a_drawing_says_of_what_it_is_and_changes_with_what_is_drawn() {
        let category = |name: &str| Category {
            id: "C01".parse().unwrap(),
            external_id: None,
            name: name.into(),
            description: String::new(),
            parent: None,
            image: None,
        };
        let drawing = Drawing::of_category(&category("Baskets"));
        assert_ne!(drawing, Drawing::of_category(&category("Bowls")));
        let original = drawing.name();
        for name in [original.clone(), original.sized(600), original.sized(200)] {
            let read: PictureName = name.to_string().parse().unwrap();
            assert_eq!((&read, read.drawing(), read.is_owned()), (&name, Some(drawing), true));
        }
        assert_eq!(PictureName::of_key(&original.key().unwrap()), Some(original.clone()));
        assert_ne!(original.key().unwrap(), original.sized(200).key().unwrap());
        assert_eq!(
            category_address(&category("Baskets"), "https://x.example"),
            format!("https://x.example{}", original.url())
        );
        let naming = |image: &str| Category { image: Some(image.into()), ..category("Baskets") };
        for address in ["https://example.org/a.jpg", "/pictures/a.jpg"] {
            assert_eq!(category_address(&naming(address), "https://x.example"), address);
        }
        assert_eq!(category_address(&naming("categories/c01.svg"), ""), original.url());
    }

    #[test]
    fn our_own_pictures_have_sizes_and_a_base_others_do_not() {
        let hash = "0".repeat(64);
        let (url, sizes) = addresses(&image(&format!("/media/{hash}.webp")), "https://cdn.example.org");
        assert_eq!(url, format!("https://cdn.example.org/media/{hash}.webp"));
        assert_eq!(sizes["600"], format!("https://cdn.example.org/media/{hash}-600.webp"));
        assert_eq!(sizes.len(), 2);
        let elsewhere = "https://example.org/a.jpg";
        assert_eq!(
            addresses(&image(elsewhere), "https://cdn.example.org"),
            (elsewhere.to_owned(), BTreeMap::new())
        );
    }
}
