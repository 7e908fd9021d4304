//! `GET /media/{name}`: a picture in one of its sizes.

use std::time::Duration;

use souk_ports::Error as PortError;
use souk_ports::objects::{Object, StoredObject};

use super::draw::drawn;
use super::projections::{IMAGE_SIZES, smaller};
use super::work::work;
use super::{Error, PictureName};
use crate::Shop;

/// How long a request waits for its turn to make a size that is not there yet.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long a URL of the objects' own server works: it is used at once.
const LINK_LIFE: Duration = Duration::from_secs(5 * 60);

#[derive(Debug, Clone)]
pub struct Shown {
    pub picture: StoredObject,
    /// Whether this is what the name stands for. Otherwise it is the original in place of a smaller size, for now.
    pub is_final: bool,
}

/// Where the picture can be fetched right now, if the shop sends people there and there is such a place.
pub async fn picture_link(shop: &Shop, name: &PictureName) -> Result<Option<String>, Error> {
    if !shop.rules.redirects_media {
        return Ok(None);
    }
    let key = name.key()?;
    let link = if name.is_owned() {
        shop.objects.link(&key, LINK_LIFE).await
    } else {
        shop.objects.link_derived(IMAGE_SIZES, &key, LINK_LIFE).await
    };
    match link {
        Err(PortError::NotFound { .. }) => Ok(None),
        link => Ok(link?),
    }
}

/// A drawing that is not there yet is drawn, and a smaller size of another picture made on the spot: the same bytes as the
/// projection will keep. When too many are being made, the original is shown.
pub async fn show_picture(shop: &Shop, name: &PictureName) -> Result<Shown, Error> {
    if let Some(drawing) = name.drawing() {
        return Ok(Shown { picture: drawn(shop, name, drawing).await?, is_final: true });
    }
    if name.size.is_some() {
        match shop.objects.get_derived(IMAGE_SIZES, &name.key()?).await {
            Ok(Some(picture)) => return Ok(Shown { picture, is_final: true }),
            Ok(None) | Err(PortError::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let original = shop.objects.get(&name.original().key()?).await?;
    let Some(original) = original else { return Err(Error::UnknownPicture { asked: name.to_string() }) };
    let Some(size) = name.size else { return Ok(Shown { picture: original, is_final: true }) };
    let bytes = original.object.bytes.clone();
    match work(PATIENCE, move || smaller(&bytes, size)).await {
        Ok(Ok(object)) => Ok(Shown { picture: stored(object), is_final: true }),
        Ok(Err(error)) => Err(Error::Making(error)),
        Err(Error::Busy) => Ok(Shown { picture: original, is_final: false }),
        Err(error) => Err(error),
    }
}

fn stored(object: Object) -> StoredObject {
    use sha2::{Digest, Sha256};
    let etag = Sha256::digest(&object.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    StoredObject { object, etag }
}
