//! `souk load objects`: a picture for every product that has none.
//!
//! Drawing is a pure function of the product, and a picture's name is a hash of it: whoever dies in the middle has lost
//! nothing but time, and doing it again writes nothing twice.

use std::time::Duration;

use serde::Serialize;
use souk_kernel::{CommitId, LogPosition, ProductId};
use souk_pictures::{CONTENT_TYPE, Subject};
use souk_ports::event::Actor;
use souk_ports::objects::Object;
use souk_ports::rows::{Image, Product};
use souk_ports::store::{Commit, Find, Outcome, Window};
use tokio::task::JoinSet;

use super::change_images::images_into;
use super::work::{cores, work};
use super::{Error, PictureName};
use crate::Shop;
use crate::catalog::assemble;
use crate::catalog::events::Cause;
use crate::commit::commit_patiently;

/// Products whose pictures are drawn and then committed together.
const BATCH: usize = 50;
/// How often a batch is committed anew because someone else changed one of its products meanwhile.
const ATTEMPTS: usize = 20;
const PATIENCE: Duration = Duration::from_secs(300);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Drawn {
    /// Products that got a picture.
    pub drawn: u64,
    /// Products that had one.
    pub unchanged: u64,
    /// Of the last commit.
    pub position: Option<LogPosition>,
}

/// Draws what is missing, on all cores. `progress` is told how many are done, of how many.
pub async fn draw_missing(shop: &Shop, progress: &(dyn Fn(u64, u64) + Send + Sync)) -> Result<Drawn, Error> {
    let mut report = Drawn::default();
    let mut missing = Vec::new();
    for product in all(shop).await? {
        if product.images.is_empty() {
            missing.push(product.id);
        } else {
            report.unchanged += 1;
        }
    }
    let total = missing.len() as u64;
    for batch in missing.chunks(BATCH) {
        let subjects = subjects(shop, batch).await?;
        let mut waiting = subjects.into_iter();
        let (mut drawing, mut drawn) = (JoinSet::new(), Vec::new());
        loop {
            while drawing.len() < cores() + 1
                && let Some((id, subject)) = waiting.next()
            {
                let objects = shop.objects.clone();
                drawing.spawn(async move {
                    let picture = work(PATIENCE, move || souk_pictures::draw(&subject))
                        .await?
                        .map_err(Error::Making)?;
                    let name = PictureName::of(id, &picture);
                    let object = Object { bytes: picture.into(), content_type: CONTENT_TYPE.to_owned() };
                    objects.put(&name.key()?, object).await?;
                    Ok::<_, Error>((id, name))
                });
            }
            let Some(done) = drawing.join_next().await else { break };
            drawn.push(done.map_err(|panicked| souk_ports::Error::internal("drawing", panicked))??);
            progress(report.drawn + drawn.len() as u64, total);
        }
        let (taken, position) = commit(shop, &drawn).await?;
        report.drawn += taken;
        report.position = position.or(report.position);
    }
    Ok(report)
}

/// Also inactive ones: they may be sold again.
async fn all(shop: &Shop) -> Result<Vec<Product>, Error> {
    let mut snapshot = shop.store.snapshot().await?;
    let (categories, _) = snapshot.list::<souk_ports::rows::Category>(&Find::Categories, Window::ALL).await?;
    let mut products = Vec::new();
    for category in categories {
        let of_category = Find::ProductsOfCategory(category.row.id);
        let (found, _) = snapshot.list::<Product>(&of_category, Window::ALL).await?;
        products.extend(found.into_iter().map(|found| found.row));
    }
    Ok(products)
}

async fn subjects(shop: &Shop, ids: &[ProductId]) -> Result<Vec<(ProductId, Subject)>, Error> {
    let assembled = assemble(&mut *shop.store.snapshot().await?, ids).await?;
    Ok(assembled
        .into_iter()
        .map(|product| {
            let page = product.page;
            let categories = page.categories().map(|category| category.name.clone()).collect();
            let colours = page.variants.into_iter().filter_map(|variant| variant.color).collect();
            let id = page.id;
            (
                id,
                Subject {
                    id: id.0.as_u128(),
                    name: page.name,
                    categories,
                    materials: page.materials,
                    colours,
                },
            )
        })
        .collect())
}

/// Names the pictures in the rows of those products that still have none; how many, and where that stands in the log.
async fn commit(
    shop: &Shop,
    drawn: &[(ProductId, PictureName)],
) -> Result<(u64, Option<LogPosition>), Error> {
    let ids: Vec<ProductId> = drawn.iter().map(|(id, _)| *id).collect();
    for _ in 0..ATTEMPTS {
        let cause = Cause {
            actor: Actor::System("draughtsman".to_owned()),
            occurred_at: shop.clock.now(),
            reason: Some("drawn".to_owned()),
        };
        let rows = shop.store.snapshot().await?.many::<Product>(&ids).await?;
        let mut commit = Commit::new(CommitId::new(), Vec::new());
        for ((_, name), row) in drawn.iter().zip(rows) {
            let Some(row) = row.filter(|row| row.row.images.is_empty()) else { continue };
            let image = Image { url: name.url(), alt: row.row.name.clone() };
            let after = Product { images: vec![image], ..row.row };
            images_into(&mut commit, after, row.version, &cause)?;
        }
        if commit.events.is_empty() {
            return Ok((0, None));
        }
        let taken = commit.events.len() as u64;
        if let Outcome::Committed(committed) = commit_patiently(&*shop.store, commit).await? {
            return Ok((taken, Some(committed.position)));
        }
    }
    Err(Error::ChangedMeanwhile { product: ids.first().map(ToString::to_string).unwrap_or_default() })
}
