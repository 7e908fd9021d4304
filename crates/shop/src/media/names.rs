//! What pictures are called: as objects, and in URLs.
//!
//! A name is the SHA-256 of the product's id and the picture's bytes. With the id in it a picture belongs to one product
//! alone, and taking it from one never takes it from another.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};
use souk_kernel::ProductId;
use souk_ports::Result as PortResult;
use souk_ports::objects::ObjectKey;
use souk_ports::rows::Image;

use super::Error;

/// The smaller sizes, in pixels of the longer edge.
pub const SIZES: [u32; 2] = [200, 600];

const PATH: &str = "/media/";

/// `<hash>.webp`, the original, or `<hash>-600.webp`, a smaller size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureName {
    hash: String,
    pub(super) size: Option<u32>,
}

impl PictureName {
    pub(super) fn of(product: ProductId, bytes: &[u8]) -> Self {
        let digest = Sha256::new().chain_update(product.as_bytes()).chain_update(bytes).finalize();
        let hash = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Self { hash, size: None }
    }

    /// The picture that a row names; `None` for a picture that lies elsewhere.
    pub(super) fn of_url(url: &str) -> Option<Self> {
        url.strip_prefix(PATH)?.parse().ok().filter(|name: &Self| name.size.is_none())
    }

    pub(super) fn original(&self) -> Self {
        Self { hash: self.hash.clone(), size: None }
    }

    pub(super) fn sized(&self, size: u32) -> Self {
        Self { hash: self.hash.clone(), size: Some(size) }
    }

    pub(super) fn url(&self) -> String {
        format!("{PATH}{self}")
    }

    /// Of the original among what is owned, of a smaller size in the collection of sizes.
    pub(super) fn key(&self) -> PortResult<ObjectKey> {
        match self.size {
            None => ObjectKey::parse(&format!("images/{}", self.hash)),
            Some(size) => ObjectKey::parse(&format!("{}-{size}", self.hash)),
        }
    }
}

impl fmt::Display for PictureName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.size {
            None => write!(f, "{}.webp", self.hash),
            Some(size) => write!(f, "{}-{size}.webp", self.hash),
        }
    }
}

impl FromStr for PictureName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let unknown = || Error::UnknownPicture { asked: text.chars().take(100).collect() };
        let stem = text.strip_suffix(".webp").ok_or_else(unknown)?;
        let (hash, size) = match stem.split_once('-') {
            None => (stem, None),
            Some((hash, size)) => {
                let known = SIZES.into_iter().find(|known| known.to_string() == size);
                (hash, Some(known.ok_or_else(unknown)?))
            }
        };
        let is_hash = hash.len() == 64 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if is_hash { Ok(Self { hash: hash.to_owned(), size }) } else { Err(unknown()) }
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
        ] {
            assert!(bad.parse::<PictureName>().is_err(), "{bad}");
        }
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
