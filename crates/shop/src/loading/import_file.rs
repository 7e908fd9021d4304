//! `souk import FILE`: the export of another system, whose format is known by its columns.
//!
//! The file is checked first, to learn which categories and sellers it speaks of and what is wrong with it; its products are
//! set aside meanwhile, and brought in afterwards. It is never held as a whole.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};
use souk_feeds::shape as fed;
use souk_feeds::{Item, Source, Summary};
use souk_kernel::{Currency, ProductId, Timestamp, VariantId};
use souk_ports::Error as PortError;
use souk_ports::rows::{Category, Product, Seller, Specifications, Variant};
use souk_ports::store::{Find, Window};

use super::check::CheckedProduct;
use super::columns::{Bad, Checked};
use super::commit::Run;
use super::feed::{self, Surroundings};
use super::files::hex;
use super::load::{Products, bring_all};
use super::members::Members;
use super::plan::Batch;
use super::read::{Place, Placed, SourceRows};
use super::rejects::Rejects;
use super::spill::{Aside, Spill};
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
        name: name.as_str().into(),
        path: file.to_owned(),
        opened: souk_feeds::Options { currency: Some(shop.rules.currency.code().to_owned()), ..opened },
        currency: shop.rules.currency,
        now: shop.clock.now(),
        around: Surroundings::of(categories),
        doubled: HashSet::new(),
        aside: Spill::new()?,
    };
    let rejects_file = options.rejects.clone();
    // Checking a large file takes a while; the server's own work goes on beside it.
    let checking = tokio::task::spawn_blocking(move || {
        let (found, rejects) = products.check(rejects_file.as_deref())?;
        let digest = digest_of(&products.path)?;
        Ok::<_, Error>((products, rejects, found, digest))
    });
    let (mut products, rejects, found, digest) =
        checking.await.map_err(|error| PortError::internal(format!("checking `{name}`"), error))??;
    let nowhere = || Place { file: name.as_str().into(), line: 0, row: String::new(), rows: None };
    let categories: Vec<Placed<Category>> =
        products.around.new_categories.drain(..).map(|row| Placed { place: nowhere(), it: row }).collect();
    let sellers: Vec<Placed<Seller>> =
        products.around.new_sellers.drain().map(|(_, row)| Placed { place: nowhere(), it: row }).collect();
    let source = format!("import:{name}");
    let last = Members::of(&mut *shop.store.snapshot().await?, &source).await?;
    let gone = last.gone(|id| products.aside.has(id))?;
    let mut members: Vec<ProductId> = products.aside.ids().collect();
    if rejects.count > 0 {
        members.extend(&gone);
        members.sort_unstable();
    }
    let run = Run::new(shop, source.clone(), digest, options, rejects).await?;
    let run = run.keeping_surroundings().of_members(last.rows(&source, &members)?);
    drop((last, members));
    let before_products = [
        (Stage::Categories, categories.chunks(ROWS).map(Batch::Categories).collect::<Vec<_>>()),
        (Stage::Sellers, sellers.chunks(ROWS).map(Batch::Sellers).collect()),
    ];
    let after_products = [(Stage::Products, gone.chunks(ROWS).map(Batch::Gone).collect::<Vec<_>>())];
    let report = bring_all(run, &before_products, &mut products, &after_products, options, progress).await?;
    Ok(Imported { report, found })
}

fn digest_of(path: &Path) -> Result<String, Error> {
    let unreadable = |source| Error::Unreadable { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(unreadable)?;
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; 64 * 1024]);
    loop {
        match file.read(&mut buffer).map_err(unreadable)? {
            0 => return Ok(hex(&hash.finalize())),
            read => hash.update(&buffer[..read]),
        }
    }
}

/// The products of an export: read once, checked and set aside, and then given out as often as they are wanted.
struct Export {
    name: Arc<str>,
    path: PathBuf,
    opened: souk_feeds::Options,
    currency: Currency,
    now: Timestamp,
    around: Surroundings,
    /// SKUs of more than one product: in a shop each names one thing.
    doubled: HashSet<VariantId>,
    aside: Spill,
}

impl Export {
    /// Goes through the whole file: sets the products aside, collects what they lie in and are sold by, and the rejects.
    fn check(&mut self, rejects_file: Option<&Path>) -> Result<(Summary, Rejects), Error> {
        let mut source = Source::open(&self.path, &self.opened)?;
        let mut rejects = Rejects::of_export(rejects_file.map(|path| source.rejects(path)));
        let mut owners: HashMap<VariantId, ProductId> = HashMap::new();
        while let Some(item) = source.next()? {
            let aside = match item {
                Item::Reject(refused) => {
                    let fault = refused.faults.into_iter().next();
                    let line = fault.as_ref().map_or(0, |fault| fault.place.line);
                    let bad = fault.map(|fault| Bad::new(&fault.column, fault.reason));
                    let place = self.place(line, refused.rows);
                    rejects.add(place.reject(bad.unwrap_or_else(|| Bad::new("", "is refused"))))?;
                    continue;
                }
                Item::Product(product, _) => Aside {
                    line: product.place.line,
                    lines: product.variants.iter().map(|variant| variant.place.line).collect(),
                    rows: source.last_rows(),
                    product: *product,
                },
            };
            match self.rows(&aside.product) {
                Err(bad) => rejects.add(self.place(aside.line, aside.rows).reject(bad))?,
                Ok((product, variants, _)) => {
                    for variant in &variants {
                        let owner = owners.entry(variant.id).or_insert(product.id);
                        if *owner != product.id {
                            self.doubled.insert(variant.id);
                        }
                    }
                    self.aside.add(product.id, &aside)?;
                }
            }
        }
        self.aside.rewind()?;
        Ok((source.summary()?, rejects))
    }

    fn place(&self, line: u64, rows: SourceRows) -> Place {
        Place {
            file: self.name.clone(),
            line,
            row: rows.first().map(|(_, row)| row.clone()).unwrap_or_default(),
            rows: Some(Arc::new(rows)),
        }
    }

    #[allow(clippy::type_complexity)]
    fn rows(&mut self, from: &fed::Product) -> Checked<(Product, Vec<Variant>, Option<Specifications>)> {
        let (product, variants) = feed::rows(from, &mut self.around, self.currency, self.now)?;
        let specifications = feed::specifications(from, product.id)?;
        Ok((product, variants, specifications))
    }

    /// The next product that was set aside.
    fn read(&mut self) -> Result<Option<CheckedProduct>, Error> {
        let Some(Aside { line, lines, rows, mut product }) = self.aside.next()? else { return Ok(None) };
        for variant in &mut product.variants {
            if self.doubled.contains(&VariantId::from_foreign(&variant.sku)) {
                variant.sku = format!("{}:{}", product.key, variant.sku);
            }
        }
        let place = self.place(line, rows);
        let (row, variants, specifications) = self.rows(&product).map_err(|bad| {
            PortError::internal("reading a product that was set aside", place.reject(bad).to_string())
        })?;
        let at = |(line, it)| Placed { place: Place { line, ..place.clone() }, it };
        Ok(Some(CheckedProduct {
            variants: lines.into_iter().zip(variants).map(at).collect(),
            product: row,
            is_dated: feed::created_at(&product).is_some(),
            specifications,
            from: Some(Arc::new(product)),
            place,
        }))
    }
}

impl Products for Export {
    fn total(&self) -> u64 {
        self.aside.ids().count() as u64
    }

    fn rewind(&mut self) -> Result<(), Error> {
        self.aside.rewind()
    }

    fn next(&mut self, rows: usize) -> Result<Vec<CheckedProduct>, Error> {
        let (mut batch, mut taken) = (Vec::new(), 0);
        while taken < rows
            && let Some(product) = self.read()?
        {
            taken += product.rows();
            batch.push(product);
        }
        Ok(batch)
    }
}
