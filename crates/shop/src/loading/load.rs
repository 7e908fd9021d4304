//! `souk load`: a folder's files, checked as a whole and then committed, a few products at a time.

use std::path::PathBuf;

use souk_ports::rows::RowKey;

use super::check::{CheckedProduct, Known, check, missing};
use super::commit::Run;
use super::plan::Batch;
use super::read::read;
use super::rejects::Rejects;
use super::{Error, Files, LoadReport, Progress, Stage};
use crate::Shop;

/// Rows in a commit that are compared without variants.
const ROWS: usize = 200;
/// Products in a commit, each with all its variants: small enough that an order waiting behind it does not notice.
pub(super) const PRODUCTS: usize = 50;

#[derive(Debug, Clone, Default)]
pub struct LoadOptions {
    /// One bad row, and nothing is loaded.
    pub strict: bool,
    /// Nothing is written; the report says what would be.
    pub dry_run: bool,
    /// Adds what is missing and leaves alone what is there, whoever changed it: for `souk demo`.
    pub only_new: bool,
    /// Where the refused rows are written.
    pub rejects: Option<PathBuf>,
}

/// Loads users, categories, sellers, products, variants and their stock, and what people tell of them. Whoever drops the future interrupts the load
/// between two commits; the next load says so and goes on.
pub async fn load_files(
    shop: &Shop,
    files: Files,
    options: &LoadOptions,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<LoadReport, Error> {
    let rejects = Rejects::new(options.rejects.clone());
    let mut run = Run::new(shop, files.source.clone(), files.digest(), options, rejects).await?;
    let rows = read(&files, &mut |reject| run.rejects.add(reject))?;
    let known = known(shop, missing(&rows)).await?;
    let (catalogue, rejects) = check(rows, &known, shop.rules.currency);
    for reject in rejects {
        run.rejects.add(reject)?;
    }
    let before_products = [
        (Stage::Users, catalogue.users.chunks(ROWS).map(Batch::Users).collect::<Vec<_>>()),
        (Stage::Categories, catalogue.categories.chunks(ROWS).map(Batch::Categories).collect()),
        (Stage::Sellers, catalogue.sellers.chunks(ROWS).map(Batch::Sellers).collect()),
    ];
    let mut products = InMemory { products: &catalogue.products, next: 0 };
    let told = &catalogue.told;
    let after_products = [
        (Stage::Reviews, told.reviews.chunks(ROWS).map(Batch::Reviews).collect::<Vec<_>>()),
        (Stage::Specifications, told.specifications.chunks(ROWS).map(Batch::Specifications).collect()),
        (
            Stage::Profiles,
            (told.sellers.chunks(ROWS).map(Batch::SellerProfiles))
                .chain(told.customers.chunks(ROWS).map(Batch::CustomerProfiles))
                .collect(),
        ),
    ];
    bring_all(run, &before_products, &mut products, &after_products, options, progress).await
}

/// Checked products, a few at a time and perhaps more than once.
pub(super) trait Products: Send {
    fn total(&self) -> u64;
    /// Back to the first one.
    fn rewind(&mut self) -> Result<(), Error>;
    /// The next ones, up to [`PRODUCTS`]; none at the end.
    fn next(&mut self) -> Result<Vec<CheckedProduct>, Error>;
}

struct InMemory<'a> {
    products: &'a [CheckedProduct],
    next: usize,
}

impl Products for InMemory<'_> {
    fn total(&self) -> u64 {
        self.products.len() as u64
    }

    fn rewind(&mut self) -> Result<(), Error> {
        self.next = 0;
        Ok(())
    }

    fn next(&mut self) -> Result<Vec<CheckedProduct>, Error> {
        let end = self.products.len().min(self.next + PRODUCTS);
        let batch = self.products[self.next..end].to_vec();
        self.next = end;
        Ok(batch)
    }
}

/// Brings everything in, in the order in which things refer to each other.
pub(super) async fn bring_all(
    mut run: Run<'_>,
    before_products: &[(Stage, Vec<Batch<'_>>)],
    products: &mut dyn Products,
    after_products: &[(Stage, Vec<Batch<'_>>)],
    options: &LoadOptions,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<LoadReport, Error> {
    if options.strict || options.dry_run {
        // Nothing may be written before every row is known to fit, so all of it is planned once for nothing.
        let stages = before_products.iter().chain(after_products);
        let batches: Vec<&Batch<'_>> = stages.flat_map(|(_, batches)| batches).collect();
        for batch in batches {
            run.try_out(*batch).await?;
        }
        products.rewind()?;
        loop {
            let batch = products.next()?;
            if batch.is_empty() {
                break;
            }
            run.try_out(Batch::Products(&batch)).await?;
        }
        if options.dry_run || run.rejects.count > 0 {
            return run.close();
        }
    }
    bring_stages(&mut run, before_products, progress).await?;
    let mut tick = Tick { stage: Stage::Products, done: 0, total: products.total() };
    products.rewind()?;
    loop {
        let batch = products.next()?;
        if batch.is_empty() {
            break;
        }
        run.bring(Batch::Products(&batch)).await?;
        tick.by(batch.len() as u64, progress);
    }
    bring_stages(&mut run, after_products, progress).await?;
    run.finish().await
}

async fn bring_stages(
    run: &mut Run<'_>,
    stages: &[(Stage, Vec<Batch<'_>>)],
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<(), Error> {
    for (stage, batches) in stages {
        let mut tick = Tick { stage: *stage, done: 0, total: batches.iter().map(|batch| batch.len()).sum() };
        for batch in batches {
            run.bring(*batch).await?;
            tick.by(batch.len(), progress);
        }
    }
    Ok(())
}

struct Tick {
    stage: Stage,
    done: u64,
    total: u64,
}

impl Tick {
    fn by(&mut self, rows: u64, progress: &mut (dyn FnMut(Progress) + Send)) {
        self.done += rows;
        progress(Progress { stage: self.stage, done: self.done, total: self.total });
    }
}

/// Which of the things referred to the store has.
async fn known(shop: &Shop, keys: Vec<RowKey>) -> Result<Known, Error> {
    if keys.is_empty() {
        return Ok(Known::default());
    }
    let rows = shop.store.snapshot().await?.get(&keys).await?;
    Ok(Known(keys.into_iter().zip(rows).filter_map(|(key, row)| row.map(|_| key)).collect()))
}
