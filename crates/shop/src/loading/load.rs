//! `souk load`: a folder's files, checked as a whole and then committed, a few products at a time.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use souk_ports::rows::{Category, RowKey};
use souk_ports::store::{Find, Window};

use super::bundles;
use super::check::{CheckedProduct, Known, check, missing};
use super::commit::{Run, Sent, Took};
use super::plan::Batch;
use super::read::read;
use super::rejects::Rejects;
use super::{Error, Files, LoadReport, Progress, Stage, raw_data};
use crate::Shop;

/// Rows in a commit that are compared without variants.
const ROWS: usize = 200;
/// How many products and variants go into one commit. More of them write fewer pages of the store twice, so there are as
/// many as an order that waits behind them does not notice, or, while nobody else writes, as fit into a moment.
struct Pace {
    rows: usize,
    /// When somebody else was last seen to write.
    others: Option<Instant>,
}

impl Pace {
    const FEWEST: usize = 100;
    const MOST: usize = 4_000;
    /// What a commit may take while others write, of the 200 ms in which an order is to be placed.
    const SHARED: Duration = Duration::from_millis(60);
    /// While nobody does: the first who comes then waits as long, once.
    const ALONE: Duration = Duration::from_millis(400);
    /// For how long nobody else must have written.
    const QUIET: Duration = Duration::from_secs(5);

    fn new() -> Self {
        Self { rows: Self::FEWEST, others: None }
    }

    fn learn(&mut self, took: Took) {
        if !took.is_alone {
            self.others = Some(Instant::now());
        }
        let is_shared = self.others.is_some_and(|at| at.elapsed() < Self::QUIET);
        let long = if is_shared { Self::SHARED } else { Self::ALONE };
        if took.time > long {
            let fitting = self.rows as f64 * long.as_secs_f64() / took.time.as_secs_f64();
            self.rows = (fitting as usize).max(Self::FEWEST);
        } else if took.time < long / 2 {
            self.rows = (self.rows * 2).min(Self::MOST);
        }
    }
}

#[derive(Debug, Clone, Default)]
pub struct LoadOptions {
    /// One bad row, and nothing is loaded.
    pub strict: bool,
    /// Nothing is written; the report says what would be.
    pub dry_run: bool,
    /// Adds what is missing and leaves alone what is there, whoever changed it: for `souk demo`.
    pub only_new: bool,
    /// Takes the file's word also for what the shop has changed since it said it last.
    pub overwrites: bool,
    /// What becomes of products that the last import of the source had and this one has not.
    pub missing: Missing,
    /// Where the refused rows are written.
    pub rejects: Option<PathBuf>,
}

/// What becomes of a product that is gone from its source. Its orders keep it in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Missing {
    /// It is named, and nothing more.
    #[default]
    Keep,
    /// It is taken off the shelves, until the shopkeeper puts it back.
    Hide,
    /// It counts as archived by the source, until the source has it again.
    Archive,
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
    let rows = if raw_data::is_raw(&files) {
        let categories = {
            let mut snapshot = shop.store.snapshot().await?;
            let (rows, _) = snapshot.list::<Category>(&Find::Categories, Window::ALL).await?;
            rows.into_iter().map(|row| row.row).collect()
        };
        raw_data::read(&files, categories, shop.clock.now(), &mut |reject| run.rejects.add(reject))?
    } else {
        read(&files, &mut |reject| run.rejects.add(reject))?
    };
    run.report.not_taken.clone_from(&rows.not_taken);
    let known = known(shop, missing(&rows)).await?;
    let (catalogue, rejects) = check(rows, &known, shop.rules.currency, shop.clock.now());
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
    /// The next ones, each with all its variants, and about so many `rows` of both; none at the end.
    fn next(&mut self, rows: usize) -> Result<Vec<CheckedProduct>, Error>;
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

    fn next(&mut self, rows: usize) -> Result<Vec<CheckedProduct>, Error> {
        let begin = self.next;
        let mut taken = 0;
        while taken < rows && self.next < self.products.len() {
            taken += self.products[self.next].rows();
            self.next += 1;
        }
        Ok(self.products[begin..self.next].to_vec())
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
            run.try_out(*batch, options.dry_run).await?;
        }
        products.rewind()?;
        loop {
            let mut batch = products.next(Pace::MOST)?;
            if batch.is_empty() {
                break;
            }
            bundles::take_out(&mut batch);
            run.try_out(Batch::Products(&batch), options.dry_run).await?;
        }
        if options.dry_run || run.rejects.count > 0 {
            return run.close();
        }
    }
    bring_stages(&mut run, before_products, progress).await?;
    let mut tick = Tick { stage: Stage::Products, done: 0, total: products.total() };
    products.rewind()?;
    let (mut pace, mut bundles) = (Pace::new(), 0);
    // While the store writes one batch the next one is planned. No product stands in both, and whatever else they share the
    // store refuses, as it would what somebody else wrote meanwhile; then the later one is planned anew.
    let mut sent: Option<(Vec<CheckedProduct>, Sent)> = None;
    loop {
        let mut batch = products.next(pace.rows)?;
        let is_end = batch.is_empty();
        bundles += bundles::take_out(&mut batch).len() as u64;
        let mut planned = run.plan(Batch::Products(&batch)).await?;
        if let Some((last, sent)) = sent.take() {
            let rejects = run.rejects.count;
            if let Some(took) = run.settle(Batch::Products(&last), sent).await? {
                pace.learn(took);
            }
            tick.by(last.len() as u64, progress);
            // What a file seems to lack is left alone once one of its rows was refused.
            if run.rejects.count > rejects {
                planned = run.plan(Batch::Products(&batch)).await?;
            }
        }
        if is_end {
            break;
        }
        sent = Some((batch, run.send(planned).await?));
    }
    if bundles > 0 {
        let mut tick = Tick { stage: Stage::Bundles, done: 0, total: bundles };
        products.rewind()?;
        loop {
            let mut batch = products.next(Pace::MOST)?;
            if batch.is_empty() {
                break;
            }
            for rows in bundles::take_out(&mut batch).chunks(ROWS) {
                run.bring(Batch::Bundles(rows)).await?;
                tick.by(rows.len() as u64, progress);
            }
        }
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
