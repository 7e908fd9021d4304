//! `souk import products`: a catalogue in someone else's words, brought in by a map.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use souk_kernel::{ExternalId, ProductId, SellerId, Timestamp};
use souk_ports::Error as PortError;
use souk_ports::rows::{Category, Seller};

use super::check::CheckedProduct;
use super::columns::Bad;
use super::commit::Run;
use super::files::hex;
use super::load::{PRODUCTS, Products, bring_all};
use super::mapped::{Mapped, mapped};
use super::plan::Batch;
use super::read::{Place, Placed};
use super::records::Records;
use super::rejects::{Reject, Rejects};
use super::{Error, ImportMap, LoadOptions, LoadReport, Progress, Stage};
use crate::Shop;

const ROWS: usize = 200;

/// Loads the products of a CSV or NDJSON file, perhaps gzipped. The file is read twice, once to check it and once to
/// load it, and never held as a whole.
pub async fn import_products(
    shop: &Shop,
    file: &Path,
    map: &ImportMap,
    options: &LoadOptions,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<LoadReport, Error> {
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
    map.check(shop.rules.currency)?;
    let seller = default_seller(map, &name)?;
    let mut products = ProductFile {
        name: name.clone(),
        path: file.to_owned(),
        map: map.clone(),
        seller: seller.first().map(|seller| seller.it.id),
        now: shop.clock.now(),
        open: None,
        total: 0,
    };
    let mut rejects = Rejects::new(options.rejects.clone());
    // Checking a large file takes a while; the server's own work goes on beside it.
    let checking = tokio::task::spawn_blocking(move || {
        let digest = digest_of(&products.path)?;
        let categories = products.check(&mut rejects)?;
        Ok::<_, Error>((products, rejects, categories, digest))
    });
    let (mut products, rejects, categories, digest) =
        checking.await.map_err(|error| PortError::internal(format!("checking `{name}`"), error))??;
    let run =
        Run::new(shop, format!("import:{name}"), digest, options, rejects).await?.keeping_surroundings();
    let before_products = [
        (Stage::Categories, categories.chunks(ROWS).map(Batch::Categories).collect::<Vec<_>>()),
        (Stage::Sellers, seller.chunks(ROWS).map(Batch::Sellers).collect()),
    ];
    bring_all(run, &before_products, &mut products, &[], options, progress).await
}

fn default_seller(map: &ImportMap, file: &str) -> Result<Vec<Placed<Seller>>, Error> {
    let Some(seller) = &map.defaults.seller else { return Ok(Vec::new()) };
    let external = ExternalId::parse(&seller.id)
        .map_err(|error| Error::Map { map: file.to_owned(), reason: format!("has a seller: {error}") })?;
    let row = Seller {
        id: SellerId::from_external(&external),
        external_id: Some(external.to_string()),
        user_id: None,
        name: seller.name.clone(),
        rating: None,
        city: None,
        country: None,
        founded: None,
        description: String::new(),
    };
    let place = Place { file: file.to_owned(), line: 0, row: String::new() };
    Ok(vec![Placed { place, it: row }])
}

pub(super) fn digest_of(path: &Path) -> Result<String, Error> {
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

/// The products of a file, read again from the start each time they are wanted.
struct ProductFile {
    name: String,
    path: PathBuf,
    map: ImportMap,
    seller: Option<SellerId>,
    now: Timestamp,
    open: Option<Open>,
    /// How many there are that can be loaded.
    total: u64,
}

struct Open {
    records: Records,
    /// The line in which each product stands.
    seen: HashMap<ProductId, u64>,
}

/// What became of a record.
type Either = Result<(Place, Mapped), Reject>;

impl ProductFile {
    /// Goes through the whole file: counts the products, collects their categories, parents first, and the rejects.
    fn check(&mut self, rejects: &mut Rejects) -> Result<Vec<Placed<Category>>, Error> {
        self.rewind()?;
        let (mut categories, mut known) = (Vec::new(), HashSet::new());
        self.total = 0;
        while let Some(next) = self.read()? {
            match next {
                Ok((place, mapped)) => {
                    self.total += 1;
                    for category in mapped.categories {
                        if known.insert(category.id) {
                            let place = Place { row: String::new(), ..place.clone() };
                            categories.push(Placed { place, it: category });
                        }
                    }
                }
                Err(reject) => rejects.add(reject)?,
            }
        }
        Ok(categories)
    }

    fn read(&mut self) -> Result<Option<Either>, Error> {
        let Some(open) = &mut self.open else { return Ok(None) };
        let Some(record) = open.records.next()? else { return Ok(None) };
        let place = Place { file: self.name.clone(), line: record.line, row: record.row };
        let mapped = record.fields.and_then(|fields| {
            let mapped = mapped(&fields, &self.map, self.seller, self.now)?;
            match open.seen.insert(mapped.product.id, record.line) {
                Some(line) => {
                    open.seen.insert(mapped.product.id, line);
                    Err(Bad::new(&self.map.fields.id, format!("stands in line {line} already")))
                }
                None => Ok(mapped),
            }
        });
        Ok(Some(match mapped {
            Ok(mapped) => Ok((place, mapped)),
            Err(bad) => Err(place.reject(bad)),
        }))
    }
}

impl Products for ProductFile {
    fn total(&self) -> u64 {
        self.total
    }

    fn rewind(&mut self) -> Result<(), Error> {
        let records = Records::open(&self.path, self.map.format, &self.map.field_names())?;
        self.open = Some(Open { records, seen: HashMap::new() });
        Ok(())
    }

    fn next(&mut self) -> Result<Vec<CheckedProduct>, Error> {
        let mut batch = Vec::with_capacity(PRODUCTS);
        while batch.len() < PRODUCTS {
            let Some(next) = self.read()? else { break };
            // What was refused has been reported when the file was checked.
            let Ok((place, mapped)) = next else { continue };
            let variant = Placed { place: place.clone(), it: mapped.variant };
            batch.push(CheckedProduct {
                place,
                product: mapped.product,
                variants: vec![variant],
                is_dated: false,
                from: None,
            });
        }
        Ok(batch)
    }
}
