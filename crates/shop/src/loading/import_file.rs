//! `souk import FILE`: the export of another system, whose format is known by its columns.
//!
//! The file is read twice: once to check it, and to learn which categories and sellers it speaks of; once to bring it in.
//! It is never held as a whole.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use souk_feeds::{Item, Source, Summary};
use souk_kernel::{Currency, ProductId, Timestamp, VariantId};
use souk_ports::Error as PortError;
use souk_ports::rows::{Category, Seller};
use souk_ports::store::{Find, Window};

use super::check::CheckedProduct;
use super::commit::Run;
use super::feed::{self, Surroundings};
use super::import::digest_of;
use super::load::{PRODUCTS, Products, bring_all};
use super::plan::Batch;
use super::read::{Place, Placed};
use super::rejects::{Reject, Rejects};
use super::{Error, LoadOptions, LoadReport, Progress, Stage};
use crate::Shop;

const ROWS: usize = 200;

/// What an import came to.
#[derive(Debug)]
pub struct Imported {
    pub report: LoadReport,
    /// What the file has, and what of it was not taken over.
    pub found: Summary,
}

/// Brings in the products of a file.
pub async fn import_file(
    shop: &Shop,
    file: &Path,
    opened: souk_feeds::Options,
    options: &LoadOptions,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Imported, Error> {
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
    let categories = {
        let mut snapshot = shop.store.snapshot().await?;
        let (rows, _) = snapshot.list::<Category>(&Find::Categories, Window::ALL).await?;
        rows.into_iter().map(|row| row.row).collect::<Vec<_>>()
    };
    let mut products = Export {
        name: name.clone(),
        path: file.to_owned(),
        opened: souk_feeds::Options { currency: Some(shop.rules.currency.code().to_owned()), ..opened },
        currency: shop.rules.currency,
        now: shop.clock.now(),
        around: Surroundings::of(categories),
        doubled: HashSet::new(),
        source: None,
        total: 0,
    };
    // The rows of the export itself go into the file of rejects; the report tells of them.
    let rejects_file = options.rejects.clone();
    // Checking a large file takes a while; the server's own work goes on beside it.
    let checking = tokio::task::spawn_blocking(move || {
        let digest = digest_of(&products.path)?;
        let mut rejects = Rejects::new(None);
        let checked = products.check(&mut rejects, rejects_file.as_deref())?;
        Ok::<_, Error>((products, rejects, checked, digest))
    });
    let (mut products, rejects, (found, rejects_file), digest) =
        checking.await.map_err(|error| PortError::internal(format!("checking `{name}`"), error))??;
    let nowhere = || Place { file: name.clone(), line: 0, row: String::new() };
    let categories: Vec<Placed<Category>> =
        products.around.new_categories.drain(..).map(|row| Placed { place: nowhere(), it: row }).collect();
    let sellers: Vec<Placed<Seller>> =
        products.around.new_sellers.drain().map(|(_, row)| Placed { place: nowhere(), it: row }).collect();
    let run =
        Run::new(shop, format!("import:{name}"), digest, options, rejects).await?.keeping_surroundings();
    let before_products = [
        (Stage::Categories, categories.chunks(ROWS).map(Batch::Categories).collect::<Vec<_>>()),
        (Stage::Sellers, sellers.chunks(ROWS).map(Batch::Sellers).collect()),
    ];
    let mut report = bring_all(run, &before_products, &mut products, &[], options, progress).await?;
    report.rejects_file = rejects_file;
    Ok(Imported { report, found })
}

/// The products of an export, read again from the start each time they are wanted.
struct Export {
    name: String,
    path: PathBuf,
    opened: souk_feeds::Options,
    currency: Currency,
    now: Timestamp,
    around: Surroundings,
    /// SKUs of more than one product: in a shop each names one thing.
    doubled: HashSet<VariantId>,
    source: Option<Source>,
    /// How many there are that can be brought in.
    total: u64,
}

impl Export {
    /// Goes through the whole file: counts the products, collects what they lie in and are sold by, and the rejects.
    fn check(
        &mut self,
        rejects: &mut Rejects,
        rejects_file: Option<&Path>,
    ) -> Result<(Summary, Option<PathBuf>), Error> {
        self.rewind()?;
        let mut refused = match (&self.source, rejects_file) {
            (Some(source), Some(path)) => Some(source.rejects(path)),
            _ => None,
        };
        let mut owners: HashMap<VariantId, ProductId> = HashMap::new();
        self.total = 0;
        while let Some(item) = self.read()? {
            match item {
                Ok(product) => {
                    self.total += 1;
                    for variant in &product.variants {
                        let owner = owners.entry(variant.it.id).or_insert(product.product.id);
                        if *owner != product.product.id {
                            self.doubled.insert(variant.it.id);
                        }
                    }
                }
                Err((reject, rows)) => {
                    if let (Some(refused), Some(rows)) = (&mut refused, rows) {
                        refused.add(&rows)?;
                    }
                    rejects.add(reject)?;
                }
            }
        }
        let found = match &mut self.source {
            Some(source) => source.summary()?,
            None => Summary::default(),
        };
        let written = refused.map(souk_feeds::Rejects::finish).transpose()?;
        Ok((found, written.and_then(|mut paths| paths.pop())))
    }

    /// The next product, or why there is none; the rows are there where the file itself refused it.
    #[allow(clippy::type_complexity)]
    fn read(
        &mut self,
    ) -> Result<Option<Result<CheckedProduct, (Reject, Option<souk_feeds::Reject>)>>, Error> {
        let Some(source) = &mut self.source else { return Ok(None) };
        let Some(item) = source.next()? else { return Ok(None) };
        let place = |line| Place { file: self.name.clone(), line, row: String::new() };
        Ok(Some(match item {
            Item::Reject(refused) => {
                let fault = refused.faults.first();
                let reject = Reject {
                    file: self.name.clone(),
                    line: fault.map_or(0, |fault| fault.place.line),
                    column: fault.map(|fault| fault.column.clone()).unwrap_or_default(),
                    reason: fault.map(|fault| fault.reason.clone()).unwrap_or_default(),
                    row: refused.rows.first().map(|(_, row)| row.clone()).unwrap_or_default(),
                };
                Err((reject, Some(refused)))
            }
            Item::Product(mut product, _) => {
                for variant in &mut product.variants {
                    if self.doubled.contains(&VariantId::from_foreign(&variant.sku)) {
                        variant.sku = format!("{}:{}", product.key, variant.sku);
                    }
                }
                match feed::rows(&product, &mut self.around, self.currency, self.now) {
                    Err(bad) => Err((place(product.place.line).reject(bad), None)),
                    Ok((row, variants)) => {
                        let variants = product.variants.iter().zip(variants);
                        Ok(CheckedProduct {
                            place: place(product.place.line),
                            product: row,
                            variants: variants
                                .map(|(from, it)| Placed { place: place(from.place.line), it })
                                .collect(),
                            is_dated: product.created_at.value().is_some(),
                            from: Some(Arc::new(*product)),
                        })
                    }
                }
            }
        }))
    }
}

impl Products for Export {
    fn total(&self) -> u64 {
        self.total
    }

    fn rewind(&mut self) -> Result<(), Error> {
        self.source = Some(Source::open(&self.path, &self.opened)?);
        Ok(())
    }

    fn next(&mut self) -> Result<Vec<CheckedProduct>, Error> {
        let mut batch = Vec::with_capacity(PRODUCTS);
        while batch.len() < PRODUCTS {
            match self.read()? {
                None => break,
                Some(Ok(product)) => batch.push(product),
                // What was refused has been reported when the file was checked.
                Some(Err(_)) => {}
            }
        }
        Ok(batch)
    }
}
