//! `POST` and `PUT /products/{id}/images`, `DELETE /products/{id}/images/{n}`, `souk products set-image`.

use std::time::Duration;

use bytes::Bytes;
use souk_kernel::{CommitId, ProductId};
use souk_pictures::{CONTENT_TYPE, MAX_BYTES, photo};
use souk_ports::Error as PortError;
use souk_ports::event::Actor;
use souk_ports::objects::Object;
use souk_ports::rows::{Entity, Image, Product, Row};
use souk_ports::store::{Commit, Committed, Guard, Outcome};

use super::work::work;
use super::{Error, PictureName, SIZES};
use crate::Shop;
use crate::catalog::events::{CatalogEvent, Cause, ProductChanged};
use crate::catalog::texts;
use crate::commit::commit_surely;

/// Of one product.
pub const MAX_IMAGES: usize = 10;
/// How often a change is decided anew because someone else changed the product meanwhile.
const ATTEMPTS: usize = 8;
/// How long an upload waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// What becomes of the images that a product has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The new one comes after them.
    Add,
    /// The new one takes the place of all of them.
    Replace,
}

/// Takes a PNG, JPEG or WebP for a product. Without `alt` the product's name is said in place of the picture. `None`: the
/// product is like that already.
pub async fn bring_image(
    shop: &Shop,
    id: ProductId,
    file: Bytes,
    alt: Option<String>,
    how: How,
    actor: Actor,
) -> Result<Option<Committed>, Error> {
    if let Some(alt) = &alt {
        texts::line(alt, texts::MAX_NAME).map_err(|reason| Error::Alt { reason })?;
    }
    // Before anything is decoded: who names no product gets no work done.
    product(shop, id).await?;
    let picture = work(PATIENCE, move || photo(&file)).await?.map_err(Error::Refused)?;
    let name = PictureName::of(id, &picture);
    let object = Object { bytes: picture.into(), content_type: CONTENT_TYPE.to_owned() };
    shop.objects.put(&name.key()?, object.clone()).await?;
    let committed = change(shop, id, actor, |product| {
        let image = Image { url: name.url(), alt: alt.clone().unwrap_or_else(|| product.name.clone()) };
        let mut images = if how == How::Add { product.images.clone() } else { Vec::new() };
        match images.iter().position(|there| there.url == image.url) {
            Some(at) => images[at] = image,
            None if images.len() >= MAX_IMAGES => return Err(Error::TooMany { product: id.to_string() }),
            None => images.push(image),
        }
        Ok(images)
    })
    .await;
    match &committed {
        // The same picture may just have been removed, and its file with it, after it was put here.
        Ok(_) if shop.objects.get(&name.key()?).await?.is_none() => {
            shop.objects.put(&name.key()?, object).await?
        }
        // Nothing names it, unless the product had it before.
        Err(_) => {
            let named = product(shop, id).await?.row.images.iter().any(|image| image.url == name.url());
            if !named {
                forget(shop, &[Image { url: name.url(), alt: String::new() }]).await;
            }
        }
        Ok(_) => {}
    }
    committed
}

/// The same with a picture that lies at an address of somebody else's: it is fetched once, and kept.
pub async fn fetch_image(
    shop: &Shop,
    id: ProductId,
    address: &str,
    alt: Option<String>,
    how: How,
    actor: Actor,
) -> Result<Option<Committed>, Error> {
    // Before anything is fetched, as above.
    product(shop, id).await?;
    let file = shop.fetch.fetch(address, MAX_BYTES).await.map_err(|error| match error {
        PortError::InvalidInput { reason } => Error::Away { reason },
        other => other.into(),
    })?;
    bring_image(shop, id, file, alt, how, actor).await
}

/// Takes the image at place `number`, from 1, away.
pub async fn remove_image(
    shop: &Shop,
    id: ProductId,
    number: u32,
    actor: Actor,
) -> Result<Option<Committed>, Error> {
    change(shop, id, actor, |product| {
        let mut images = product.images.clone();
        let at = (number as usize).checked_sub(1).filter(|at| *at < images.len());
        let unknown = || Error::UnknownImage { product: id.to_string(), number, there: images.len() };
        let at = at.ok_or_else(unknown)?;
        images.remove(at);
        Ok(images)
    })
    .await
}

async fn product(shop: &Shop, id: ProductId) -> Result<souk_ports::store::Versioned<Product>, Error> {
    let found = shop.store.snapshot().await?.one::<Product>(id).await?;
    found.ok_or_else(|| Error::UnknownProduct { asked: id.to_string() })
}

/// Decides what the images are from what they were, and commits it. Originals that no row names any more are deleted
/// afterwards: whoever dies in between leaves a file that nothing leads to.
async fn change(
    shop: &Shop,
    id: ProductId,
    actor: Actor,
    decide: impl Fn(&Product) -> Result<Vec<Image>, Error>,
) -> Result<Option<Committed>, Error> {
    for _ in 0..ATTEMPTS {
        let before = product(shop, id).await?;
        let images = decide(&before.row)?;
        if images == before.row.images {
            return Ok(None);
        }
        let gone: Vec<Image> = before
            .row
            .images
            .iter()
            .filter(|image| !images.iter().any(|kept| kept.url == image.url))
            .cloned()
            .collect();
        let cause = Cause { actor: actor.clone(), occurred_at: shop.clock.now(), reason: None };
        let after = Product { images, ..before.row };
        let mut commit = Commit::new(CommitId::new(), Vec::new());
        images_into(&mut commit, after, before.version, &cause)?;
        if let Outcome::Committed(committed) = commit_surely(&*shop.store, commit).await? {
            forget(shop, &gone).await;
            return Ok(Some(committed));
        }
    }
    Err(Error::ChangedMeanwhile { product: id.to_string() })
}

/// Puts a product with other images into a commit.
pub(super) fn images_into(
    commit: &mut Commit,
    product: Product,
    seen: u64,
    cause: &Cause,
) -> Result<(), souk_ports::Error> {
    let event = ProductChanged { product: product.clone(), changed: vec!["images".to_owned()] };
    commit.events.push(CatalogEvent::from(event).into_new(cause)?);
    commit.guards.push(Guard::RowVersion { key: Product::row_key(product.id), version: seen });
    commit.rows.push(Row::from(product));
    Ok(())
}

async fn forget(shop: &Shop, gone: &[Image]) {
    for name in gone.iter().filter_map(|image| PictureName::of_url(&image.url)) {
        forget_files(shop, &name).await;
    }
}

/// Deletes what is owned of a picture. Sizes that are derived go with the row that named it.
pub(super) async fn forget_files(shop: &Shop, name: &PictureName) {
    // The original first: where there is one there are all sizes.
    let sizes = SIZES.map(|size| name.sized(size));
    for name in [name.clone()].into_iter().chain(sizes).filter(PictureName::is_owned) {
        let deleted = match name.key() {
            Ok(key) => shop.objects.delete(&key).await,
            Err(error) => Err(error),
        };
        if let Err(error) = deleted {
            tracing::warn!(picture = %name, %error, "a picture that no product names could not be deleted");
        }
    }
}
