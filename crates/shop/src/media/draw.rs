//! Drawing one picture: when somebody asks for it, or before anybody does.
//!
//! Drawing is a pure function of a row and its neighbours, and a picture's name says which row: whoever dies in the middle
//! has lost nothing but time. What is drawn is kept in all its sizes, the original last, so that where there is an original
//! there are its sizes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use souk_kernel::{CategoryId, ProductId};
use souk_pictures::{CONTENT_TYPE, InSizes, Subject, draw_in_sizes};
use souk_ports::objects::{Object, StoredObject};
use souk_ports::rows::Product;
use tokio::time::timeout;

use super::names::{Drawing, DrawnOf, PictureName, SIZES};
use super::work::work;
use super::{Error, forget_files};
use crate::Shop;
use crate::catalog::{CategoryTree, assemble};

/// How long somebody who asks for a picture waits until it is drawn.
const PATIENCE: Duration = Duration::from_secs(15);
/// Of those who wait for a drawing; more are told that souk is busy.
const MAX_WAITING: usize = 512;

/// The pictures that are being drawn in this process, so that two who ask for one draw it once.
#[derive(Default)]
pub struct Drawings(Mutex<Queue>);

#[derive(Default)]
struct Queue {
    turns: HashMap<Drawing, Arc<tokio::sync::Mutex<()>>>,
    /// For any of them.
    waiting: usize,
}

/// A place among those who wait for one drawing; given back when dropped.
struct Waiting<'a> {
    drawings: &'a Drawings,
    drawing: Drawing,
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl Drawings {
    fn wait_for(&self, drawing: Drawing) -> Result<Waiting<'_>, Error> {
        let mut queue = self.queue();
        if queue.waiting >= MAX_WAITING {
            return Err(Error::Busy);
        }
        queue.waiting += 1;
        let turn = queue.turns.entry(drawing).or_default().clone();
        Ok(Waiting { drawings: self, drawing, turn })
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut queue = self.drawings.queue();
        queue.waiting -= 1;
        // The queue's own and this one: nobody else waits.
        if Arc::strong_count(&self.turn) == 2 {
            queue.turns.remove(&self.drawing);
        }
    }
}

/// The drawing in the size that was asked for, drawn now if it never was.
pub(super) async fn drawn(shop: &Shop, name: &PictureName, drawing: Drawing) -> Result<StoredObject, Error> {
    let key = name.key()?;
    if let Some(there) = shop.objects.get(&key).await? {
        return Ok(there);
    }
    draw(shop, drawing, PATIENCE).await?;
    shop.objects.get(&key).await?.ok_or_else(|| Error::UnknownPicture { asked: name.to_string() })
}

/// Draws a picture, unless it is there; whether it was not. `UnknownPicture` when nothing in the shop is called so.
pub(super) async fn draw(shop: &Shop, drawing: Drawing, patience: Duration) -> Result<bool, Error> {
    let waiting = shop.drawings.wait_for(drawing)?;
    let Ok(_turn) = timeout(patience, waiting.turn.lock()).await else { return Err(Error::Busy) };
    let name = drawing.name();
    if shop.objects.get(&name.key()?).await?.is_some() {
        return Ok(false);
    }
    let unknown = || Error::UnknownPicture { asked: name.to_string() };
    let subject = subject(shop, drawing).await?.ok_or_else(unknown)?;
    let made = work(patience, move || draw_in_sizes(&subject, &SIZES)).await?.map_err(Error::Making)?;
    let InSizes { original, smaller } = made;
    for (size, bytes) in smaller {
        shop.objects.put(&name.sized(size).key()?, object(bytes)).await?;
    }
    shop.objects.put(&name.key()?, object(original)).await?;
    // Somebody may have taken it away from its product, and its files with it, before they were put here.
    if self::subject(shop, drawing).await?.is_none() {
        forget_files(shop, &name).await;
        return Err(unknown());
    }
    Ok(true)
}

fn object(bytes: Vec<u8>) -> Object {
    Object { bytes: Bytes::from(bytes), content_type: CONTENT_TYPE.to_owned() }
}

/// What is to be seen on it; `None` when it is no picture of this shop.
async fn subject(shop: &Shop, drawing: Drawing) -> Result<Option<Subject>, Error> {
    match drawing.of {
        DrawnOf::Product(id) => product(shop, id, drawing).await,
        DrawnOf::Category(id) => category(shop, id, drawing).await,
    }
}

async fn product(shop: &Shop, id: ProductId, drawing: Drawing) -> Result<Option<Subject>, Error> {
    let mut snapshot = shop.store.snapshot().await?;
    let url = drawing.name().url();
    let row = snapshot.one::<Product>(id).await?;
    // The row decides: a product that was called otherwise when it got its picture keeps that name.
    if !row.is_some_and(|found| found.row.images.iter().any(|image| image.url == url)) {
        return Ok(None);
    }
    let assembled = assemble(&mut *snapshot, &[id]).await?;
    Ok(assembled.into_iter().next().map(|product| {
        let page = product.page;
        Subject {
            id: id.0.as_u128(),
            categories: page.categories().map(|category| category.name.clone()).collect(),
            colours: page.variants.into_iter().filter_map(|variant| variant.color).collect(),
            name: page.name,
            materials: page.materials,
        }
    }))
}

async fn category(shop: &Shop, id: CategoryId, drawing: Drawing) -> Result<Option<Subject>, Error> {
    let tree = CategoryTree::read(&mut *shop.store.snapshot().await?).await?;
    let find = |id| tree.all.iter().find(|category| category.id == id);
    let Some(category) = find(id).filter(|category| Drawing::of_category(category) == drawing) else {
        return Ok(None);
    };
    let above = tree.with_those_above(id);
    Ok(Some(Subject {
        id: id.0.as_u128(),
        name: category.name.clone(),
        categories: above.into_iter().filter_map(find).map(|category| category.name.clone()).collect(),
        ..Subject::default()
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawing(product: &str) -> Drawing {
        let name = format!("product-{}-{:016x}.webp", product.parse::<ProductId>().unwrap().0.simple(), 7);
        name.parse::<PictureName>().unwrap().drawing().unwrap()
    }

    #[test]
    fn one_draws_a_picture_while_others_wait_and_nobody_waits_for_ever() {
        let drawings = Drawings::default();
        let (first, second) =
            (drawings.wait_for(drawing("P1")).unwrap(), drawings.wait_for(drawing("P1")).unwrap());
        let other = drawings.wait_for(drawing("P2")).unwrap();
        let turn = first.turn.try_lock().unwrap();
        assert!(second.turn.try_lock().is_err() && other.turn.try_lock().is_ok());
        drop(turn);
        drop(first);
        // It is still the same turn for whoever comes now.
        let _held = second.turn.try_lock().unwrap();
        assert!(drawings.wait_for(drawing("P1")).unwrap().turn.try_lock().is_err());

        let many: Vec<_> = (2..MAX_WAITING).map(|_| drawings.wait_for(drawing("P2")).unwrap()).collect();
        assert!(matches!(drawings.wait_for(drawing("P3")), Err(Error::Busy)));
        drop(many);
        assert!(drawings.wait_for(drawing("P3")).is_ok());
        drop(other);
        assert_eq!(drawings.queue().turns.len(), 1);
    }
}
