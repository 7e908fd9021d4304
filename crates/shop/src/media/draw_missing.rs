//! `souk load objects`, and what a server does when nothing else is to do: a picture for everything that has none.
//!
//! A product gets the name of its picture in its row first, all of them within a second or two, and from then on whoever
//! asks for the picture gets it. Drawing them takes minutes, and changes no row.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use serde::Serialize;
use souk_kernel::{CommitId, LogPosition, ProductId};
use souk_ports::event::Actor;
use souk_ports::rows::{Category, Image, Product};
use souk_ports::store::{Commit, Find, Outcome, Window};

use super::Error;
use super::change_images::images_into;
use super::draw::draw;
use super::names::{Drawing, ORIGINALS, PictureName};
use super::work::cores;
use crate::Shop;
use crate::catalog::events::Cause;
use crate::commit::commit_patiently;

/// Products that are told of their pictures in one commit.
const BATCH: usize = 50;
/// How often a batch is committed anew because someone else changed one of its products meanwhile.
const ATTEMPTS: usize = 20;
const PATIENCE: Duration = Duration::from_secs(300);
/// Keys of pictures that are read at once.
const PAGE: u32 = 1_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Drawn {
    /// Pictures of products and categories.
    pub drawn: u64,
    /// Products that had an image.
    pub unchanged: u64,
    /// Where it stands in the log that the last products got theirs.
    pub position: Option<LogPosition>,
}

/// Names and draws what is missing, on all cores. `progress` is told how many are done, of how many.
pub async fn draw_missing(shop: &Shop, progress: &(dyn Fn(u64, u64) + Send + Sync)) -> Result<Drawn, Error> {
    let mut report = name_missing(shop).await?;
    let undrawn = undrawn(shop).await?;
    let total = undrawn.0.len() as u64;
    let mut drawing = stream::iter(undrawn.0)
        .map(|drawing| draw(shop, drawing, PATIENCE))
        // One more than there are cores, so that writing files and working on pixels go side by side.
        .buffer_unordered(cores() + 1);
    let mut done = 0;
    while let Some(drawn) = drawing.next().await {
        match drawn {
            Ok(drawn) => report.drawn += u64::from(drawn),
            // Somebody took it away meanwhile.
            Err(Error::UnknownPicture { .. }) => {}
            Err(error) => return Err(error),
        }
        done += 1;
        progress(done, total);
    }
    Ok(report)
}

/// Names a picture in the row of every product that has no image; nothing is drawn.
pub async fn name_missing(shop: &Shop) -> Result<Drawn, Error> {
    let mut report = Drawn::default();
    let mut missing = Vec::new();
    for product in products(shop).await? {
        if product.images.is_empty() {
            missing.push(product.id);
        } else {
            report.unchanged += 1;
        }
    }
    for batch in missing.chunks(BATCH) {
        report.position = name(shop, batch).await?.or(report.position);
    }
    Ok(report)
}

/// Pictures that are named and not drawn yet.
#[derive(Debug, Clone, Default)]
pub struct Undrawn(Vec<Drawing>);

impl Undrawn {
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Draws one of them; `false` when there are none left. Whoever asked for one meanwhile has got it already.
    pub async fn draw_next(&mut self, shop: &Shop) -> Result<bool, Error> {
        let Some(next) = self.0.last().copied() else { return Ok(false) };
        match draw(shop, next, PATIENCE).await {
            Ok(_) | Err(Error::UnknownPicture { .. }) => {}
            Err(error) => return Err(error),
        }
        self.0.pop();
        Ok(true)
    }
}

/// What is named and not drawn: by the rows, without those that there are.
pub async fn undrawn(shop: &Shop) -> Result<Undrawn, Error> {
    let mut there = HashSet::new();
    let mut after = None;
    loop {
        let page = shop.objects.list(ORIGINALS, after.as_ref(), PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.key.clone());
        there.extend(page.iter().filter_map(|info| PictureName::of_key(&info.key)?.drawing()));
    }
    let products = products(shop).await?;
    let of_products = products.iter().flat_map(|product| &product.images);
    let of_products = of_products.filter_map(|image| PictureName::of_url(&image.url)?.drawing());
    let of_categories = categories(shop).await?;
    let of_categories = of_categories.iter().filter_map(Drawing::in_place_of_image);
    // Categories come last, and the last ones are drawn first: each of them is on the first page that anybody sees.
    Ok(Undrawn(of_products.chain(of_categories).filter(|drawing| !there.contains(drawing)).collect()))
}

async fn categories(shop: &Shop) -> Result<Vec<Category>, Error> {
    let mut snapshot = shop.store.snapshot().await?;
    let (categories, _) = snapshot.list::<Category>(&Find::Categories, Window::ALL).await?;
    Ok(categories.into_iter().map(|category| category.row).collect())
}

/// Also inactive ones: they may be sold again.
async fn products(shop: &Shop) -> Result<Vec<Product>, Error> {
    let categories = categories(shop).await?;
    let mut snapshot = shop.store.snapshot().await?;
    let mut products = Vec::new();
    for category in categories {
        let of_category = Find::ProductsOfCategory(category.id);
        let (found, _) = snapshot.list::<Product>(&of_category, Window::ALL).await?;
        products.extend(found.into_iter().map(|found| found.row));
    }
    Ok(products)
}

/// Names the pictures in the rows of those products that still have none; where that stands in the log.
async fn name(shop: &Shop, ids: &[ProductId]) -> Result<Option<LogPosition>, Error> {
    for _ in 0..ATTEMPTS {
        let cause = Cause {
            actor: Actor::System("draughtsman".to_owned()),
            occurred_at: shop.clock.now(),
            reason: Some("drawn".to_owned()),
        };
        let rows = shop.store.snapshot().await?.many::<Product>(ids).await?;
        let mut commit = Commit::new(CommitId::new(), Vec::new());
        for row in rows.into_iter().flatten().filter(|row| row.row.images.is_empty()) {
            let url = Drawing::of_product(&row.row).name().url();
            let image = Image { url, alt: row.row.name.clone() };
            let after = Product { images: vec![image], ..row.row };
            images_into(&mut commit, after, row.version, &cause)?;
        }
        if commit.events.is_empty() {
            return Ok(None);
        }
        if let Outcome::Committed(committed) = commit_patiently(&*shop.store, commit).await? {
            return Ok(Some(committed.position));
        }
    }
    Err(Error::ChangedMeanwhile { product: ids.first().map(ToString::to_string).unwrap_or_default() })
}
